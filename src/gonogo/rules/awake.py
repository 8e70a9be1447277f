"""Whether the watch is awake enough for the uptime that the gates must prove: how much it slept, and what is wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gonogo.rules import condition, words
from gonogo.rules.case import MIN_COVERAGE
from gonogo.rules.plan import Criterion
from gonogo.rules.readiness import Seen
from gonogo.rules.window import DAY_S, HOUR_S, up_to

DAYS = 7
"""Of so many days back the sleep is judged, or since there was a first check."""
_WATCHED = ("uptime", "p95", "error_rate", "burn")


def demands(criteria: Sequence[Criterion]) -> list[Criterion]:
    """Return the criteria that only a watch can prove, by what it has seen of a window."""
    found = []
    for one in criteria:
        read = condition.parse(one.require)
        if read.reading.split(".")[0] in _WATCHED and isinstance(read.over, float):
            found.append(one)
    return sorted(found, key=lambda one: not one.require.startswith("uptime"))


@dataclass(frozen=True, slots=True)
class Sleep:
    """How much of some hours the watch was awake."""

    hours: int
    awake_s: float

    @property
    def share(self) -> float:
        """The share of the time in which it was awake: no window that it watches alike can have more coverage."""
        return min(1.0, self.awake_s / (self.hours * HOUR_S)) if self.hours else 0.0


def slept(seen_s: Mapping[int, float], now_s: int) -> Sleep:
    """Add up what was observed of each hour, by its first second; the hour that has not ended counts for nothing."""
    end = now_s - now_s % HOUR_S
    first = max(min(seen_s, default=end), up_to(now_s - DAYS * DAY_S, HOUR_S))
    awake = sum(min(float(HOUR_S), seconds) for at, seconds in seen_s.items() if first <= at < end)
    return Sleep(max(0, end - first) // HOUR_S, awake)


def judged(sleep: Sleep, criteria: Sequence[Criterion], now: datetime) -> Seen:
    """Say whether the watch is awake enough, with the arithmetic."""
    wanted = demands(criteria)
    if not wanted:
        return Seen(True, "no gate asks for a window of uptime", now)
    if sleep.hours < 24:
        return Seen(None, f"watched for {sleep.hours} h so far; a whole day tells how much it sleeps", now)
    most = int(sleep.share * 100)
    need = f"{MIN_COVERAGE:.0%} wanted"
    asleep = (1 - sleep.share) * 24
    if sleep.share >= MIN_COVERAGE:
        return Seen(True, f"awake {24 - asleep:.1f} h a day: {most}% coverage of the {need}", now)
    return Seen(False, f"asleep {_hours(asleep)} a day: at most {most}% coverage of the {need}", now)


def _hours(hours: float) -> str:
    return f"{hours:.0f} h" if hours >= 5 else f"{hours:.1f} h"


def asks(criteria: Sequence[Criterion]) -> str:
    """Say what the gates ask of the watch, before there is a watch; nothing when they ask nothing."""
    wanted = demands(criteria)
    if not wanted:
        return ""
    hours = MIN_COVERAGE * 24
    names = words.some(list(dict.fromkeys(one.require for one in wanted)), 2)
    gates = len({one.phase for one in wanted})
    return (
        f"{words.count(gates, 'gate')} must see {MIN_COVERAGE:.0%} of a window ({names}): the watch has to be awake"
        f" {hours:.1f} h of each day, and a machine that sleeps 9 h gives at most {15 / 24:.0%}"
    )
