"""Whether the watch can be awake for as long as the gates ask, said before a week was lost over it."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gonogo.rules.plan import Criterion
    from gonogo.store.store import Store

POWER = Path("/sys/class/power_supply")


def may_sleep() -> bool:
    """Whether this machine looks like one that is shut and carried about: it has a battery, or is a Mac."""
    if platform.system() == "Darwin":
        return True
    with suppress(OSError):
        return any(one.read_text(encoding="ascii").strip() == "Battery" for one in POWER.glob("BAT*/type"))
    return False


def warned(criteria: Sequence[Criterion], host: str | None) -> str:
    """Say what the gates ask of the watch, where it may live on a machine that sleeps; else nothing."""
    from gonogo.rules import awake

    asks = awake.asks(criteria)
    if not asks or host or not may_sleep():
        return ""
    return f"{asks}. This machine has a battery and may sleep; [watch] host names one that does not"


def slept(store: Store) -> Iterator[tuple[str, str]]:
    """Hold what the watch has slept against what the gates ask; before a whole day, say what they ask."""
    from gonogo.control.clock import SystemClock
    from gonogo.control.renewing import seen_awake
    from gonogo.rules import awake
    from gonogo.rules.plan import Criterion

    criteria, now = store.state().all(Criterion), SystemClock().now().utc
    if not awake.demands(criteria):
        return
    seen = awake.judged(seen_awake(store, now), criteria, now)
    if seen.ok is None:
        yield "note", awake.asks(criteria) + (". This machine has a battery and may sleep" if may_sleep() else "")
    else:
        mark, more = ("ok", "") if seen.ok else ("bad", "; `gonogo watch --install` on a machine that does not sleep")
        yield mark, f"the watch is {seen.detail}{more}"
