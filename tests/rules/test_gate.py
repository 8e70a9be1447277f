"""The gate: the worst of its parts, with reasons; and nothing missing makes a GO."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.rules.ground import (
    CRITERIA,
    HOLDING,
    ITEMS,
    LAUNCH,
    NOW,
    ORDERS,
    PHASE,
    RATINGS,
    READY,
    criterion,
    evidence,
    ground,
    incident,
    item,
    probe,
    window,
    windows,
)

from gonogo.rules.gate import asked_by, judge
from gonogo.rules.standing import ItemState
from gonogo.rules.verdict import Verdict

GO, HOLD, NOGO = Verdict.GO, Verdict.HOLD, Verdict.NOGO
ALL = (*ORDERS, *RATINGS)


def test_everything_there_is_go_without_a_reason() -> None:
    gate = judge(ground(), NOW)
    assert (gate.verdict, gate.reasons, gate.to_go) == (GO, (), ())
    assert [one.outcome for one in gate.criteria] == ["met"] * len(CRITERIA)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"launch": LAUNCH.model_copy(update={"state": "planned"})}, HOLD),
        ({"hold": HOLDING}, HOLD),
        ({"launch": LAUNCH.model_copy(update={"state": "abandoned"})}, HOLD),
        ({"launch": LAUNCH.model_copy(update={"state": "closed"}), "kept": NOGO}, NOGO),
        ({"phase": None}, HOLD),
        ({"watched": False}, HOLD),
        ({"criteria": (), "asked": asked_by(())}, HOLD),
        ({"criteria": (), "asked": asked_by(((item(optional=True), ItemState("open")),))}, HOLD),
        ({"evidence": evidence()}, HOLD),
        ({"evidence": evidence(ALL, ())}, HOLD),
        ({"evidence": evidence(ALL, (probe(windows={}),))}, HOLD),
        ({"evidence": evidence(ALL, (probe(windows={key: {} for key in ("7d", "24h", "phase")}),))}, HOLD),
        ({"evidence": evidence(ALL, (probe(counts=False),))}, HOLD),
        ({"evidence": evidence(ALL, required=0, settled=0)}, HOLD),
        ({"evidence": evidence(ALL, settled=3)}, HOLD),
        ({"evidence": evidence(ORDERS)}, HOLD),
        ({"evidence": evidence(RATINGS)}, HOLD),
        ({"evidence": evidence((*ORDERS, *RATINGS[:4]))}, HOLD),
        ({"ready": (*READY, ("contacts", "not_set_up", None))}, HOLD),
        ({"ready": (*READY, ("contacts", "stale", None))}, HOLD),
        ({"ready": (*READY, ("contacts", "not_ready", None))}, HOLD),
        ({"asked": asked_by((*ITEMS, (item(), ItemState("open"))))}, HOLD),
        ({"asked": asked_by((*ITEMS, (item("routine"), ItemState("overdue"))))}, HOLD),
        ({"asked": asked_by((*ITEMS, (item("routine"), ItemState("due"))))}, GO),
        ({"asked": asked_by((*ITEMS, (item("guard"), ItemState("overdue"))))}, HOLD),
        ({"asked": asked_by((*ITEMS, (item("guard"), ItemState("open"))))}, HOLD),
        ({"asked": asked_by((*ITEMS, (item("guard"), ItemState("due"))))}, GO),
        ({"asked": asked_by((*ITEMS, (item("guard"), ItemState("broken"))))}, NOGO),
        ({"asked": asked_by((*ITEMS, (item(), ItemState("not_applicable"))))}, GO),
        ({"asked": asked_by((*ITEMS, (item(optional=True), ItemState("open"))))}, GO),
        ({"incidents": (incident("critical", "suspected"),)}, HOLD),
        ({"incidents": (incident("high", "suspected"),)}, HOLD),
        ({"incidents": (incident("critical", "declared"),)}, NOGO),
        ({"incidents": (incident("critical", "mitigating"),)}, NOGO),
        ({"incidents": (incident("critical", "monitoring"),)}, NOGO),
        ({"incidents": (incident("high", "declared"),)}, NOGO),
        ({"incidents": (incident("medium", "declared"),)}, HOLD),
        ({"incidents": (incident("low", "declared"),)}, GO),
        ({"incidents": (incident("critical", "declared", drill=True),)}, GO),
        ({"incidents": (incident("critical", "resolved"),)}, GO),
    ],
)
def test_the_worst_counts(given: dict[str, Any], wanted: Verdict) -> None:
    gate = judge(ground(**given), NOW)
    assert gate.verdict is wanted
    assert bool(gate.reasons) == (wanted is not GO)
    assert all(reason.endswith(".") for reason in gate.reasons)


def test_the_worst_reason_stands_first() -> None:
    gate = judge(ground(watched=False, incidents=(incident("critical", "declared"),)), NOW)
    assert gate.verdict is NOGO
    assert gate.reasons == ("Incident 3 is declared: checkout down.", "Nobody watches: no watch is running.")
    assert gate.to_go == ("incident 3 resolved",)


def test_a_phase_that_demands_nothing_does_not_hide_an_incident() -> None:
    gate = judge(ground(criteria=(), asked=asked_by(()), incidents=(incident("critical", "declared"),)), NOW)
    assert gate.verdict is NOGO
    assert "Incident 3 is declared: checkout down." in gate.reasons


def test_open_items_are_one_reason_with_their_number() -> None:
    given = tuple((item(note=str(number)), ItemState("open")) for number in range(5))
    gate = judge(ground(asked=asked_by(given)), NOW)
    assert gate.reasons == ("5 items open: Some task, Some task, Some task and 2 more.",)
    assert gate.to_go == ("5 items",)


@pytest.mark.parametrize(
    ("counted", "apart", "said", "to_go"),
    [
        (
            2,
            1,
            "2 items open, and 1 that is not counted: Some task, Some task, Some task.",
            "2 items and 1 not counted",
        ),
        (1, 2, "1 item open, and 2 that are not counted: Some task, Some task, Some task.", "1 item and 2 not counted"),
        (0, 1, "1 item open, not counted: Some task.", "1 item"),
    ],
)
def test_what_the_checklist_does_not_count_is_told_apart(counted: int, apart: int, said: str, to_go: str) -> None:
    given = [(item(), ItemState("open")) for _ in range(counted)]
    given += [(item(counted=False), ItemState("open")) for _ in range(apart)]
    gate = judge(ground(asked=asked_by(given)), NOW)
    assert (gate.verdict, gate.reasons, gate.to_go) == (HOLD, (said,), (to_go,))


def test_a_name_keeps_its_capitals_in_a_reason() -> None:
    gate = judge(ground(ready=(("DNS", "stale", None),)), NOW)
    assert gate.reasons == ("DNS has gone stale.",)
    gate = judge(ground(ready=(("DNS", "not_set_up", None), ("last good", "not_set_up", None))), NOW)
    assert gate.reasons == ("DNS, last good are not set up.",)
    gate = judge(ground(criteria=(criterion("p95 < 1ms over 24h", name="API speed"),)), NOW)
    assert gate.reasons[0].startswith("API speed: ")


def test_it_says_when_it_may_change_by_itself() -> None:
    assert judge(ground(), NOW).next_change_at == NOW + timedelta(minutes=5), "when no probe is asked until then"
    logged = ground(criteria=CRITERIA[:2])
    assert judge(logged, NOW).next_change_at == NOW + timedelta(hours=3)
    later = judge(logged, NOW + timedelta(hours=3))
    assert later.next_change_at == NOW + timedelta(hours=5)
    planned = ground(launch=LAUNCH.model_copy(update={"state": "planned"}))
    assert judge(planned, LAUNCH.opens - timedelta(hours=1)).next_change_at == LAUNCH.opens
    assert judge(planned, LAUNCH.opens).next_change_at is None
    assert judge(ground(asked=asked_by(ITEMS[:1]), ready=(), criteria=CRITERIA[:2]), NOW).next_change_at is None


@pytest.mark.parametrize(
    ("probes", "uptime", "speed"),
    [
        ((probe("a"), probe("b", windows=windows(uptime=0.9, p95_ms=900))), "missed", "missed"),
        ((probe("a"), probe("b", critical=False, windows=windows(uptime=0.9, p95_ms=900))), "met", "met"),
        ((probe("a", critical=False), probe("b", critical=False, windows=windows(uptime=0.9))), "missed", "met"),
        ((probe("a"), probe("b", counts=False, windows=windows(uptime=0.9))), "met", "met"),
    ],
)
def test_the_worst_critical_probe_that_is_asked_speaks(probes: tuple, uptime: str, speed: str) -> None:
    wanted = (criterion("uptime >= 99% over 7d"), criterion("p95 < 800ms over 24h"))
    gate = judge(ground(criteria=wanted, evidence=evidence(ALL, probes)), NOW)
    assert [one.outcome for one in gate.criteria] == [uptime, speed]


def test_a_critical_probe_that_nobody_could_ask_is_not_passed_over() -> None:
    """One critical probe is fine; of the other nothing is known (its secret is not set): that is no GO."""
    both = (probe("a"), probe("b", windows={}, health="unknown", failure="internal", recent="????"))
    gate = judge(ground(evidence=evidence(ALL, both)), NOW)
    assert gate.verdict is not GO


def test_a_window_ends_at_the_start_of_the_phase() -> None:
    """An hour into the phase, the week before it is not this phase's evidence."""
    started = NOW - timedelta(hours=1)
    whole = {**windows(), "phase": window(3600.0)}
    given = ground(
        phase=PHASE, criteria=(criterion("uptime >= 99% over 7d"), criterion("p95 < 800ms over 24h")),
        evidence=evidence(ALL, (probe(windows=whole),), started=started),
    )  # fmt: skip
    gate = judge(given, NOW)
    assert [one.outcome for one in gate.criteria] == ["collecting", "collecting"]
    assert gate.verdict is HOLD


@pytest.mark.parametrize("over", ["2d", "12h", "90d", "launch"])
def test_a_window_that_nobody_keeps_is_not_answered_from_another(over: str) -> None:
    """The launch is two weeks old, its second phase three days; the probes keep 1h, 24h, 7d, 30d and the phase."""
    kept = {**windows(uptime=0.5), "phase": window(3 * 86_400.0)}
    seen = evidence(ALL, (probe(windows=kept),), started=NOW - timedelta(days=3))
    given = ground(criteria=(criterion(f"uptime >= 99% over {over}"),), evidence=seen)
    assert judge(given, NOW).criteria[0].outcome == "collecting"
