"""The report of a launch that was told through the one door: what it says, and whom it leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.tui.ground import ANN, BO, Story, probe

from gonogo.control.report import read_report
from gonogo.control.room import ControlRoom
from gonogo.formats.report_html import as_html
from gonogo.formats.report_text import as_text
from gonogo.rules import log
from gonogo.rules.advance import OverrideGate, StepBack
from gonogo.rules.hold import HoldLaunch, ResumeLaunch
from gonogo.rules.incident import Incident, steps_of
from gonogo.rules.measured import Sample
from gonogo.rules.outcome import ResolveIncident
from gonogo.rules.page import Chart, Page, Table
from gonogo.rules.plan import Criterion, Readiness, Severity
from gonogo.rules.poll import CastBallot
from gonogo.rules.readiness import RenewReadiness
from gonogo.rules.record import Fact
from gonogo.rules.response import DeclareIncident, DoStep, NoteIncident
from gonogo.rules.target import SetTarget
from gonogo.rules.undo import Undo
from gonogo.rules.uptime import US, Tally
from gonogo.rules.waiver import WaiveCriterion
from gonogo.store import evidence, rollups, samples
from gonogo.store.samples import MetricRow

WHO, MAIL, CALL = "Zebulon Quagmire", "zebulon@quagmire.example", "+60 12 345 6789"
EVIL = f"<script>alert(1)</script> \x1b[31m {WHO} {MAIL} {CALL}"


@pytest.fixture
def told(state_path: Path, clock: FakeClock) -> Iterator[Story]:
    """A launch in Kuala Lumpur in which every free text names the one customer."""
    story = Story(state_path, clock)
    start = int(clock.utc.timestamp())
    for number in range(6):
        story.at(3 + 23 * number)
        story.do("shop", log.LogOrder(value=Decimal(20), customer=WHO if number % 2 else "bea", ok=number != 4))
    story.do(ANN, log.LogFeedback(rating=4, who=WHO, text=f"smooth, says {EVIL}"))
    story.do(ANN, log.LogBug(severity=Severity.HIGH, title=f"invoice blank: {EVIL}", who=WHO))
    story.do(ANN, log.LogQuestion(text=f"when? {EVIL}"))
    story.do(ANN, log.LogNote(text=f"called {EVIL}"))
    wanted = {one.key: one for one in story.store.state().all(Criterion)}
    story.do(BO, WaiveCriterion(criterion=wanted["uptime"].id, reason=f"agreed with {EVIL}"))
    story.do(BO, SetTarget(criterion=wanted["clean"].id, target="10"))
    story.do(BO, Undo())
    story.do(ANN, HoldLaunch(reason=f"waiting for {EVIL}", until=clock.utc + timedelta(hours=4)))
    story.do(ANN, ResumeLaunch())
    ready = story.store.state().all(Readiness)[0]
    story.do(ANN, RenewReadiness(readiness=ready.id, detail=f"seen by {EVIL}"))
    incident(story, clock)
    story.do(ANN, CastBallot(seats=("tech",), choice="no_go", reason=f"not before {EVIL} agrees"))
    story.do(ANN, OverrideGate(typed="soft-launch", reason=f"the newspaper is out, {EVIL}", retro=f"ask {EVIL} first"))
    story.do(BO, StepBack(reason="too early after all"))
    with story.store.writing() as db:
        hour = start - start % 3600
        good = Tally(up_us=3600 * US, seen_us=3600 * US, checks=120)
        bad = Tally(up_us=1800 * US, seen_us=3600 * US, checks=120, failed=60)
        rollups.put(db, [(1, "h", hour, bad.pack())])
        rollups.put(db, [(1, "h", hour + 3600 * back, good.pack()) for back in range(1, 120)])
        story.store.bump(["probes"])
    story.probes(probe(1, "checkout", clock, critical=True))
    story.watched()
    yield story
    story.store.close()


def incident(story: Story, clock: FakeClock) -> None:
    """Break the checkout and mend it; and rehearse it once."""
    story.do(ANN, DeclareIncident(title=f"checkout down: {EVIL}", severity=Severity.CRITICAL,
                                  since=clock.now().after(-90), looked=True))  # fmt: skip
    found = story.store.state().all(Incident)[0]
    story.do(BO, NoteIncident(incident=found.id, text=f"rang {EVIL}"))
    for step in steps_of(story.store.state(), found)[1:]:
        clock.advance(seconds=100)
        story.do(BO, DoStep(incident=found.id, step=step.id, note=f"wait: did it with {EVIL}"))
    clock.advance(minutes=3)
    story.do(BO, ResolveIncident(incident=found.id, reason=f"because {EVIL}", told=f"by mail to {EVIL}"))


def made(story: Story, *, names: bool = False) -> Page:
    """Make the report of this moment."""
    return read_report(ControlRoom(story.store, story.clock, ANN), names=names)


def test_no_customer_is_in_it(told: Story) -> None:
    page = made(told)
    for face in (as_html(page), as_text(page)):
        for secret in ("zebulon", "quagmire", "345 6789", "blank", "smooth", "rang", "did it with", "by mail", "when?"):
            assert secret not in face.lower(), secret
        assert "customer 2" in face  # bea ordered first
        assert "Customers are left out of this report" in " ".join(face.split())


def test_all_of_it_is_there_when_asked_for(told: Story) -> None:
    page = made(told, names=True)
    said = as_text(page)
    for words in ("Zebulon Quagmire", MAIL, "smooth", "blank", "rang", "did it with", "by mail", "when?", "called"):
        assert words in said, words
    assert "<script>" not in as_html(page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in as_html(page)
    assert "\x1b" not in said
    assert "think before you pass it on" in said


def table(page: Page, section: str, head: str) -> list[list[str]]:
    """Return the cells of a section's table."""
    blocks = next(one.blocks for one in page.sections if one.key == section)
    found = next(one for one in blocks if isinstance(one, Table) and head in one.head)
    return [[cell.text for cell in row] for row in found.rows]


def test_it_says_who_decided_what(told: Story) -> None:
    rows = [row[1:] for row in table(made(told), "decisions", "who")]
    assert [(who, kind) for who, kind, _ in rows] == [
        ("ann", "launch"), ("ann", "launch"), ("bo", "waiver"), ("bo", "goalposts moved"), ("bo", "goalposts moved"),
        ("ann", "hold"), ("ann", "hold"), ("ann", "vote"), ("ann", "override"), ("bo", "step back"),
    ]  # fmt: skip
    assert rows[4][2].startswith("took back: moved the goalposts of “orders”")


def test_an_override_is_shown_for_ever_and_a_retro_is_kept(told: Story) -> None:
    said = as_text(made(told))
    phases = " ".join(said.partition("PHASES")[2].partition("WHAT BROKE")[0].split())
    assert "overrode the gate of Soft Launch at" in phases
    assert "the newspaper is out" in phases
    assert "What Soft Launch taught: ask" in phases
    assert "stepped back from Full Launch to Soft Launch: too early after all" in phases


def test_it_says_what_broke_and_what_was_done(told: Story) -> None:
    page = made(told)
    (row,) = table(page, "trouble", "severity")
    assert row[1] == "critical"
    assert row[3:] == ["Sat 7 Nov 13:58", "Sat 7 Nov 14:00", "11 min", "fixed"]
    steps = table(page, "trouble", "step")
    assert steps[0][:3] == ["Look at the probes", "T+0:00", "T+0:00"]
    assert steps[1][1:] == ["T+2:00", "T+1:40", "bo"]
    assert "ann had it at T+0:00" in as_text(page)


def test_the_words_of_program_and_plan_stand_whatever_customers_are_called(told: Story) -> None:
    for who in ("will", "launch", "home", "checkout", "soft", "tech"):
        told.do("shop", log.LogOrder(value=Decimal(6), customer=who))
    told.do(BO, HoldLaunch(reason="soft eggs for will at home", until=told.clock.utc + timedelta(hours=4)))
    said = " ".join(as_text(made(told)).split())
    assert "Soft Launch" in said
    assert "checkout (critical)" in said
    assert "for will" not in said
    assert "at home" not in said
    assert re.search(r"held the launch: customer \d eggs for customer \d at customer \d", said)


def test_it_says_why_the_customers_were_not_told(told: Story) -> None:
    told.do(ANN, DeclareIncident(title="slow", severity=Severity.CRITICAL, looked=True))
    found = next(one for one in told.store.state().all(Incident) if one.is_open)
    told.do(BO, ResolveIncident(incident=found.id, reason="it passed", told="not needed because nobody saw"))
    for names in (False, True):
        page = made(told, names=names)
        for face in (as_html(page), as_text(page)):
            said = " ".join(face.split())
            assert "customers not told: not needed because nobody saw" in said
            assert said.count("; the customers were told") == 1  # of the incident before
            assert "were told: not needed" not in said


def test_this_week_stands_beside_the_last(told: Story, clock: FakeClock) -> None:
    rows = {row[0]: row[1:] for row in table(made(told), "orders", "last 7 days")}
    assert rows["orders"] == ["5", "0", "new"]
    assert rows["failed orders"] == ["1", "0", "new"]
    assert rows["value"] == ["EUR 100.00", "EUR 0.00", "new"]
    assert rows["customers who ordered"] == ["2", "0", "new"]
    clock.advance(days=4)
    rows = {row[0]: row[1:] for row in table(made(told), "orders", "last 7 days")}
    assert rows["orders"] == ["3", "2", "+50%"]


def test_orders_are_those_of_the_metric_that_counts_them(told: Story, clock: FakeClock) -> None:
    now_ms, hour_ms = int(clock.utc.timestamp() * 1000), 3_600_000
    row = MetricRow(1, "orders.successful", "counter", "shop.example/stats.json", 60.0, adds=False, question="q")
    with told.store.writing() as db:
        samples.keep(db, [row])
        given = [Sample(now_ms - hour * hour_ms, float(100 - hour)) for hour in range(60, 0, -1)]
        samples.append(db, [(row.name, one) for one in given])
        told.store.bump(["metrics", "samples"])
    page = made(told)
    rows = {one[0]: one[1:] for one in table(page, "orders", "last 7 days")}
    assert rows["orders"] == ["59", "0", "new"]
    assert rows["orders logged"] == ["5", "0", "new"]
    assert "Orders are counted by shop.example/stats.json; all other numbers are of what was logged." in as_text(page)
    chart = next(one for part in page.sections for one in part.blocks if isinstance(one, Chart))
    assert chart.title == "Orders, counted by shop.example/stats.json"
    assert [point.value for point in chart.points[:3]] == [None, None, None]
    assert sum(point.value or 0 for point in chart.points) == pytest.approx(59, abs=3)


def test_what_is_void_counts_nowhere_and_a_day_of_many_counts_as_many(told: Story) -> None:
    with told.store.writing() as db:
        many = Fact(id="f" * 36, kind="order", at=told.clock.now().after(-60), actor="ann", data={"count": 12})
        evidence.append(db, [many])
        db.conn.execute(
            "UPDATE logged SET voided = 'logged twice' WHERE kind = 'bug' OR (kind = 'order' AND label = 1)"
        )
    page = made(told)
    rows = {row[0]: row[1] for row in table(page, "orders", "last 7 days")}
    assert (rows["orders"], rows["bugs reported"]) == ("16", "0")
    orders = next(one for part in page.sections for one in part.blocks if isinstance(one, Chart))
    assert [point.value for point in orders.points] == [0, 1, 1, 1, 0, 13]


def test_days_are_those_of_the_launch(told: Story) -> None:
    """The start is 08:00 UTC, 16:00 there: an order at 19:00 UTC of the second day is the third day's."""
    site = next(one for one in made(told).sections if one.key == "uptime")
    up = next(one for one in site.blocks if isinstance(one, Chart) and one.kind == "strip")
    assert [point.day for point in up.points] == [f"{day} Nov" for day in range(2, 8)]
    assert up.points[0].said == "93.75% up"  # eight hours of that day there, half of one of them down
    assert up.points[1].said == "100.00% up"
    orders = next(one for page in made(told).sections for one in page.blocks if isinstance(one, Chart))
    assert [point.value for point in orders.points] == [1, 1, 1, 1, 0, 1]


def test_a_probe_that_nobody_watched_says_so(told: Story, clock: FakeClock) -> None:
    clock.advance(days=2)
    site = next(one for one in made(told).sections if one.key == "uptime")
    up = next(one for one in site.blocks if isinstance(one, Chart) and one.kind == "strip")
    assert up.points[-1].said == "not watched"
    assert up.points[-1].value is None


def test_a_launch_that_has_hardly_begun_has_a_report(room: ControlRoom) -> None:
    page = read_report(room)
    assert page.sentence.startswith("Not yet: Alpha still needs ")
    assert "Nothing has broken so far." in as_text(page)
    assert "gonogo.toml has no probe" in as_text(page)
    as_html(page)
