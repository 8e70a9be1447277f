"""The plan that gonogo ships: whole, consistent, and the strategy's numbers."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from string import Template as Words

import pytest

from gonogo.formats.errors import FileError
from gonogo.formats.plans import bundled, read_plan
from gonogo.rules import condition, text
from gonogo.rules.catalogue import READINGS
from gonogo.rules.message import VARIABLES
from gonogo.rules.plan import Severity
from gonogo.rules.plan_doc import ItemDoc, PlanDoc


@pytest.fixture(scope="module")
def plan() -> PlanDoc:
    """The bundled plan."""
    return bundled()


def lines(plan: PlanDoc, phase: int | None = None) -> list[ItemDoc]:
    """Return the items of one phase, or of all."""
    phases = plan.phase if phase is None else plan.phase[phase : phase + 1]
    return [item for one in phases for section in one.section for item in section.item]


def test_four_phases_and_their_counted_items(plan: PlanDoc) -> None:
    assert [one.id for one in plan.phase] == ["internal-testing", "limited-beta", "soft-launch", "full-launch"]
    counts = [sum(item.counted for item in lines(plan, number)) for number in range(4)]
    assert counts == [9, 12, 12, 8]
    assert sum(counts) == 41


def test_one_item_has_no_box_and_a_command(plan: PlanDoc) -> None:
    (only,) = [item for item in lines(plan) if not item.counted]
    assert only.command == "vercel --env=staging"


def test_every_key_is_its_own(plan: PlanDoc) -> None:
    items = [item.id for item in lines(plan)]
    assert len(set(items)) == len(items)
    for rows in (plan.readiness, plan.template, plan.seat):
        assert len({row.id for row in rows}) == len(rows)
    for phase in plan.phase:
        assert len({row.id for row in phase.criterion}) == len(phase.criterion)


def test_every_criterion_reads_something_that_is_known(plan: PlanDoc) -> None:
    for phase in plan.phase:
        assert phase.criterion
        for one in phase.criterion:
            parsed = condition.parse(one.require)
            assert parsed.reading in READINGS
            if parsed.reading in ("uptime", "p95", "error_rate"):
                assert parsed.over in (3600.0, 86_400.0, 604_800.0, 2_592_000.0, "phase", None)


def test_the_targets_of_the_rulings(plan: PlanDoc) -> None:
    found = {(phase.id, one.id): one for phase in plan.phase for one in phase.criterion}
    orders = found["soft-launch", "orders"]
    assert (orders.require, orders.floor) == ("orders.clean >= 20 over phase", 10)
    assert found["full-launch", "uptime"].require == "uptime >= 99% over 7d"
    assert found["internal-testing", "speed"].require == "p95 < 800ms over 24h"
    for phase, key in (("limited-beta", "ratings"), ("soft-launch", "ratings"), ("full-launch", "reviews")):
        assert (found[phase, key].require, found[phase, key].min_samples) == ("feedback.mean > 4 over phase", 5)
        assert found[phase, "one-star"].require == "feedback.one_star == 0"


def test_every_severity_has_its_runbook(plan: PlanDoc) -> None:
    assert [book.severity for book in plan.runbook] == list(Severity)
    for book in plan.runbook:
        assert len({step.id for step in book.step}) == len(book.step)


def test_the_critical_ladder(plan: PlanDoc) -> None:
    steps = plan.runbook[0].step
    assert [step.id for step in steps] == ["look", "decide", "act", "confirm", "tell"]
    assert [step.due for step in steps] == [0, 120, 300, 600, 900]
    assert [step.id for step in steps if step.command] == ["act"]
    assert [step.id for step in steps if step.confirm] == ["confirm"]


def test_high_decides_within_half_an_hour_and_the_rest_has_no_countdown(plan: PlanDoc) -> None:
    decide = next(step for step in plan.runbook[1].step if step.id == "decide")
    assert decide.due == 1800
    assert all(step.due is None for book in plan.runbook[2:] for step in book.step)


def test_every_template_has_a_body_with_known_variables(plan: PlanDoc) -> None:
    assert len(plan.template) == 6
    for one in plan.template:
        assert one.body.strip()
        assert set(Words(one.body).get_identifiers()) <= set(VARIABLES)
        assert Words(one.body).is_valid()


def test_readiness_and_seats(plan: PlanDoc) -> None:
    ages = {row.id: row.max_age for row in plan.readiness}
    assert ages["backup"] == 86_400
    assert {"rollback", "dns", "templates", "contacts"} <= set(ages)
    assert [seat.id for seat in plan.seat] == ["product", "tech", "data", "support", "comms"]


def test_every_text_is_clean_and_fits_a_line(plan: PlanDoc) -> None:
    for item in lines(plan):
        assert len(item.text) <= 40
        assert item.note
    everything = chain(
        plan.tip, (item.text for item in lines(plan)), (item.note or "" for item in lines(plan)),
        (one.text for phase in plan.phase for one in phase.criterion), (row.text for row in plan.readiness),
        (part for book in plan.runbook for step in book.step for part in (step.text, step.detail)),
        (one.body for one in plan.template),
    )  # fmt: skip
    assert all(text.is_clean(words) for words in everything)


def write(tmp_path: Path, item: str, template: str = "") -> PlanDoc:
    """Write a plan file with one item, and perhaps a template, and read it."""
    path = tmp_path / "plans" / "mine.toml"
    path.parent.mkdir(exist_ok=True)
    head = '[[phase]]\nid = "one"\nname = "One"\n[[phase.section]]\nname = "S"\n'
    path.write_text(f'title = "Mine"\n{head}[[phase.section.item]]\nid = "a"\ntext = {item}\n{template}')
    return read_plan(path)


@pytest.mark.parametrize("words", ['"clear \\u001b[2J it"', '"evil\\u202etxt"', '"title \\u009b0;x"'])
def test_what_could_steer_a_terminal_does_not_come_in_with_a_plan(tmp_path: Path, words: str) -> None:
    """Plans are shared: one may be refused for it, or cleaned."""
    try:
        found = write(tmp_path, words)
    except FileError:
        return

    assert text.is_clean(lines(found)[0].text)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "nothing.md", ".."])
def test_a_template_file_lies_with_the_plan(tmp_path: Path, name: str) -> None:
    (tmp_path / "templates").mkdir()
    with pytest.raises(FileError, match="is not in"):
        write(tmp_path, '"A"', f'[[template]]\nid = "t"\nname = "T"\naudience = "team"\nfile = "{name}"\n')


def test_a_template_that_is_not_utf_8_is_an_error_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "t.md").write_bytes(b"caf\xe9")
    with pytest.raises(FileError):
        write(tmp_path, '"A"', '[[template]]\nid = "t"\nname = "T"\naudience = "team"\nfile = "t.md"\n')
