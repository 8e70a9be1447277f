"""What the linter doubts, what it proposes, and what it leaves alone."""

from __future__ import annotations

import pytest

from gonogo.rules.finding import DOUBTS, Finding
from gonogo.rules.lint import lint
from gonogo.rules.lint_pairs import at_least
from gonogo.rules.sheet import Role, Said, Sheet


def sheet(*said: Said, ends: frozenset[int] = frozenset({1, 2}), run: bool = True) -> Sheet:
    return Sheet(said, 2, ends, seats=True, run=run)


def line(text: str, role: Role = "item", phase: int = 1, **more: object) -> Said:
    return Said(text, role, text, phase, **more)  # type: ignore[arg-type]


def found(*said: Said, run: bool = True) -> list[tuple[str, str]]:
    return [(one.doubt, one.said.text) for one in lint(sheet(*said, run=run))]


def only(*said: Said) -> Finding:
    (one,) = lint(sheet(*said))
    return one


@pytest.mark.parametrize(
    ("text", "every"),
    [
        ("Read the logs daily", 86_400), ("Look several times a day", 21_600), ("Weekly stock take", 604_800),
        ("Monitor the order volume", 86_400), ("Answer hourly", 3_600), ("Regular backups", 86_400),
        ("Respond quickly to issues", 86_400), ("Update users on fixes", 86_400),
    ],
)  # fmt: skip
def test_work_that_comes_again_is_proposed_as_a_routine(text: str, every: float) -> None:
    one = only(line(text))
    assert one.doubt == "recurring"
    assert one.change
    assert (one.change.kind, one.change.every_s) == ("routine", every)


@pytest.mark.parametrize(
    "text",
    ["Set up daily backups", "Enhanced monitoring enabled", "Automated alerts", "Paint the shop", "Backups ready"],
)
def test_what_is_made_once_is_no_routine(text: str) -> None:
    assert found(line(text)) == []


def test_a_routine_is_not_doubted_again() -> None:
    assert found(line("Read the logs daily", kind="routine"), line("No ads", kind="guard")) == []


def test_what_must_not_be_becomes_a_guard() -> None:
    one = only(line("No paid adverts yet"))
    assert one.doubt == "negative"
    assert one.change
    assert one.change.kind == "guard"
    assert only(line("A post, not promoted")).change is None  # the post itself is still to be written
    assert only(line("Map entry (basic)")).doubt == "negative"


def test_what_may_not_apply_says_when() -> None:
    one = only(line("Search ads (if planned)"))
    assert one.doubt == "conditional"
    assert one.change
    assert one.change.when == "if planned"
    assert found(line("Search ads (if planned)", when="if planned")) == []


@pytest.mark.parametrize(
    ("text", "require"),
    [
        ("Positive feedback", "feedback.mean > 4"), ("Acceptable performance", "p95 < 800ms over 24h"),
        ("Support manageable", "questions.per_day <= 10"), ("Users can place orders", "orders.success >= 90%"),
        ("No major problems", "bugs.major == 0"), ("All features tested", "checklist.share >= 100%"),
        ("Growing sales", "orders.growth > 1"),
    ],
)  # fmt: skip
def test_a_demand_without_a_number_gets_one_proposed(text: str, require: str) -> None:
    one = only(line(text, "criterion"))
    assert one.doubt == ("no window" if "Growing" in text else "unquantified")
    assert one.change
    assert one.change.require == require


def test_every_proposal_is_a_condition_that_a_gate_takes() -> None:
    from gonogo.rules.lint_words import PROPOSED
    from gonogo.rules.plan_doc import CriterionDoc

    for _, _, require in PROPOSED:
        assert require
        assert CriterionDoc(id="x", name="x", require=require).require == require


def test_a_demand_in_an_item_is_doubted_too_but_nothing_else_with_its_word() -> None:
    assert found(line("The speed is acceptable")) == [("unquantified", "The speed is acceptable")]
    assert found(line("Good morning call")) == []


def test_uptime_without_a_window_says_what_it_allows() -> None:
    one = only(line("99% uptime", "criterion", require="uptime >= 99%"))
    assert one.why == "99% uptime without a window allows 14.4 min in 24 h, 101 min in 7 days, 7.2 h in 30 days"
    assert one.change
    assert one.change.require == "uptime >= 99% over 7d"
    assert found(line("99% uptime", "criterion", require="uptime >= 99% over 7d")) == []


def test_the_command_that_only_sets_a_variable_is_known() -> None:
    assert found(line("Stage it", command="vercel --env=staging")) == [("command", "Stage it")]
    assert found(line("Stage it", command="vercel deploy --target=staging")) == []


def test_two_targets_of_one_reading_contradict_each_other() -> None:
    one = only(
        line("15 orders", "criterion", require="orders.clean >= 15", floor=8.0),
        line("30 orders", "criterion", require="orders.clean >= 30"),
        line("40 orders", "criterion", phase=2, require="orders.clean >= 40"),
    )
    assert (one.doubt, one.said.text) == ("contradictory", "30 orders")
    assert one.ruling == "target 30, floor 8: between them HOLD, and the poll may waive"
    assert one.change
    assert one.change.floor == 8


def test_none_at_all_and_fewer_than_one_a_week_contradict_each_other() -> None:
    rows = (line("15 orders without issues", "criterion", require="orders.clean >= 15"),
            line("< 1 critical bug per week", "criterion", require="criticals.per_week < 1"))  # fmt: skip
    assert found(*rows) == [("contradictory", "15 orders without issues")]


def test_a_rollback_is_decided_once() -> None:
    rows = (line("Decide on rollback within 30 minutes", "readiness", 0),
            line("Assess whether to roll back", "step", 0, due_s=120.0, severity="critical"),
            line("Postmortem", "step", 0, severity="critical"))  # fmt: skip
    assert ("contradictory", "Decide on rollback within 30 minutes") in found(*rows)
    each = (line("Decide: roll back", "step", 0, due_s=1800.0, severity="high"), *rows[1:])
    assert "contradictory" not in dict(found(*each))


def test_customers_are_told_always_or_if_they_ask_but_not_both() -> None:
    rows = line("Notify users if they ask", "step", 0), line("Communicate with affected users", "readiness", 0)
    (one,) = [one for one in lint(sheet(*rows)) if one.doubt == "contradictory"]
    assert "only if they ask (“Notify users if they ask”), always (“Communicate with affected users”)" in one.why


def test_too_few_invited_is_reckoned() -> None:
    rows = (line("Invite 5-10 friends", "section", 2),
            line("5+ users order", "criterion", 2, require="orders.customers >= 5"))  # fmt: skip
    one = next(one for one in lint(sheet(*rows)) if one.doubt == "unreachable")
    assert one.why == "of 5 invited 5 must do it: at 80% conversion the chance is 33%; with 8 it is 94%"
    assert at_least(5, 5) == pytest.approx(0.8**5)
    assert at_least(0, 5) == pytest.approx(1)


def test_what_stands_twice_is_said_and_the_very_same_goes() -> None:
    other = line("Call the bank", section="Money"), Said("Call the bank", "item", "b", 1, "Bank")
    one = only(*other)
    assert one.doubt == "duplicate"
    assert one.change
    assert one.change.gone
    assert found(line("Watching closely", "section"), line("Watching closely today")) == []
    assert found(line("Tight monitoring", "section", 2), line("Tight monitoring enabled")) == [
        ("duplicate", "Tight monitoring enabled")
    ]


def test_alarms_and_backups_that_come_too_late() -> None:
    rows = (line("Automated alerts", phase=2), line("Backups ready", phase=2), line("Backup is recent", "readiness", 0),
            line("Look", "step", 0, due_s=120.0, severity="critical"), line("Restored once"),
            line("Review", "step", 0))  # fmt: skip
    assert [one for one in found(*rows) if one[0] == "too late"] == [
        ("too late", "Automated alerts"), ("too late", "Backups ready"),
    ]  # fmt: skip
    assert "too late" not in dict(found(*rows, line("Alerts set up"), line("Backup script ready")))


def test_a_phase_whose_criteria_stand_elsewhere_and_a_plan_without_any() -> None:
    rows = (
        line("One", "phase", line=1),
        line("20+ orders", "criterion", line=2, require="orders.clean >= 20"),
        line("Two", "phase", 2, line=3),
        line("Up", "criterion", 2, line=9, require="uptime >= 99% over 7d"),
    )
    assert found(*rows) == [("no gate", "Two")]
    assert found(*rows[::2]) == [("no gate", "One")]


def test_orders_without_issues_and_successful_orders_are_one_target() -> None:
    rows = (line("8-15 orders without a fault", "criterion", require="orders.clean >= 15", floor=8.0),
            line("15+ successful orders", "criterion", require="orders.successful >= 15"))  # fmt: skip
    one = only(*rows)
    assert (one.said.text, one.ruling[:19]) == ("15+ successful orders", "target 15, floor 8:")


def test_a_plan_on_paper_leaves_more_open_than_a_launch_that_is_run() -> None:
    rows = (line("One", "phase"), line("99%", "criterion", require="uptime >= 99% over 7d"), line("Two", "phase", 2),
            line("Look", "step", 0, due_s=120.0), line("Bake bread"))  # fmt: skip
    assert found(*rows) == [("no gate", "Two")]
    paper = lint(Sheet(rows, 2))
    assert {one.doubt for one in paper} == {"no gate", "no owner", "no origin", "no way back", "no end"}


def test_the_words_for_what_goes_wrong_are_counted() -> None:
    rows = line("0 critical bugs", "criterion"), line("Write down any issue"), line("No minor defects", "criterion")
    one = next(one for one in lint(sheet(*rows)) if one.doubt == "undefined")
    assert one.why == "3 words for what goes wrong, none defined: critical bug, issue, minor defect"


def test_severities_without_a_procedure() -> None:
    rows = line("Severity: critical, high, medium, low", "readiness", 0), line("Look", "step", 0, severity="critical")
    (one,) = [one for one in lint(sheet(*rows)) if one.doubt == "no procedure"]
    assert one.why == "high, medium, low: named as severities, without a procedure"


def test_a_backup_that_nobody_restored() -> None:
    one = only(line("Backup younger than 24 hours", "readiness", 0))
    assert (one.doubt, one.why) == ("untested", "up to 24 hours of orders are lost with it, and no line restores one")
    assert found(line("Backup younger than 24 hours", "readiness", 0), line("Restore a backup")) == []


def test_a_heading_that_demands_and_a_tick_that_means_a_target() -> None:
    assert ("hidden", "Invite 5-10 friends") in found(line("Invite 5-10 friends", "section", 2))
    one = only(line("20+ orders", "criterion", require="orders.successful >= 20", origin="- ✅ 20+ orders"))
    assert one.doubt == "mark"


def test_keys_are_each_their_own_and_every_doubt_is_explained() -> None:
    rows = [Said("每天检查", "criterion", str(number), 1) for number in range(3)]
    keys = [one.key for one in lint(sheet(*rows))]
    assert len(set(keys)) == len(keys) == 3
    assert all(DOUBTS.values())
