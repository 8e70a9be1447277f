"""Probes in columns say what a look at each of them says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.ground import NOW, at, probe, window

from gonogo.rules.probe import Probe
from gonogo.rules.watched import FRESH, Watched, unseen_at

shares = st.one_of(st.none(), st.sampled_from([0.5, 0.9, 0.99, 1.0]))
windows = st.one_of(
    st.just({}), shares.map(lambda up: {"7d": {"uptime": up, "seen_s": 60.0 if up is None else up * 100}})
)
probes = st.builds(
    lambda name, counts, critical, given_: probe(name, counts=counts, critical=critical, windows=given_),
    st.sampled_from("abcde"), st.booleans(), st.booleans(), windows,
)  # fmt: skip


def by_looking(found: list[Probe]) -> str | None:
    """Find the worst probe by looking at each."""
    asked = [one for one in found if one.counts]
    asked = [one for one in asked if one.critical] or asked
    known = [(one.windows.get("7d", {}).get("uptime"), one.id) for one in asked]
    if not known or any(up is None for up, _ in known):
        return None
    return min(known, key=lambda pair: pair[0] or 0)[1]


@given(st.lists(probes, max_size=12), st.integers(0, 12))
def test_columns_follow_what_changes(told: list[Probe], first: int) -> None:
    """Whether a column was there before a change or is made after it."""
    watched = Watched(told[:first])
    watched.worst("7d", "uptime", low=True)
    for one in told[first:]:
        watched.put(one)
    last = {one.id: one for one in told}
    worst = watched.worst("7d", "uptime", low=True)
    assert (worst.id if worst else None) == by_looking(list(last.values()))
    for column in ("uptime", "seen_s"):
        fresh = Watched(last.values()).worst("7d", column, low=False)
        kept = watched.worst("7d", column, low=False)
        assert (kept and kept.id) == (fresh and fresh.id)
    assert watched.probes == tuple(last.values())
    seen = [one.windows.get("7d", {}).get("seen_s") or 0 for one in last.values()]
    assert watched.seen_s("7d") == max(seen, default=0)


def test_the_highest_is_the_worst_of_latencies() -> None:
    slow = probe("b", windows={"24h": window(60, p95_ms=900)})
    watched = Watched([probe("a"), slow, probe("c")])
    assert watched.worst("24h", "p95_ms", low=False) is slow


@pytest.mark.parametrize(
    ("more", "after_s"),
    [({"every_s": 30}, 90), ({"every_s": 1}, FRESH.total_seconds()), ({"health": "paused"}, None),
     ({"health": "unknown"}, None), ({"checked_at": None}, None)],
)  # fmt: skip
def test_a_probe_is_unseen_after_three_intervals(more: dict[str, Any], after_s: float | None) -> None:
    wanted = None if after_s is None else NOW + timedelta(seconds=after_s)
    assert unseen_at(probe(**more)) == wanted


def test_the_first_to_be_unseen_is_known() -> None:
    older = probe("b", every_s=30, checked_at=at(NOW - timedelta(minutes=1)))
    watched = Watched([probe("a", every_s=30), older, probe("c", health="paused")])
    assert watched.are_seen(NOW + timedelta(seconds=29))
    assert not watched.are_seen(NOW + timedelta(seconds=30))
    watched.put(probe("b", every_s=30))
    assert watched.are_seen(NOW + timedelta(seconds=89))
    assert Watched().are_seen(NOW)
