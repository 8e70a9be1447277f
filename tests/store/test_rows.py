"""Records to rows and back: every kind, every field."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import START, FakeClock

from gonogo.rules.bug import Bug
from gonogo.rules.call import Call
from gonogo.rules.confirm import Confirmation
from gonogo.rules.drill import Drill
from gonogo.rules.hold import Hold
from gonogo.rules.incident import Incident, IncidentStep, Round
from gonogo.rules.logged import Logged
from gonogo.rules.pause import Pause
from gonogo.rules.plan import (
    Criterion,
    Item,
    Launch,
    Phase,
    Readiness,
    Renewal,
    RunbookStep,
    Seat,
    Section,
    Severity,
    Template,
    Tick,
)
from gonogo.rules.plan_kept import PlanSource, Remark
from gonogo.rules.poll import Poll, Vote
from gonogo.rules.probe import Probe
from gonogo.rules.record import Record
from gonogo.rules.reply import Faq, Reply
from gonogo.rules.roster import Member
from gonogo.rules.ruling import Ruling
from gonogo.rules.run import Run
from gonogo.rules.verdict import Verdict
from gonogo.rules.waiver import Waiver
from gonogo.store import rows
from gonogo.store.store import Store

AT = FakeClock().now()
WORDS = "naïve “quoted”\n'; DROP TABLE item; -- 日本 👩‍🍳"
FULL: list[Record] = [
    Launch(id="l", key="shop", name=WORDS, timezone="UTC", state="running", opens=START, demo=True, vote_life_s=3600.0),
    Phase(id="p", key="one", position=1, name="One", goal=WORDS, state="active", opens=START, closes=START,
          started_at=AT, ended_at=AT, ended_by="ann", verdict=Verdict.NOGO, reason=WORDS, retro=WORDS),
    Section(id="s", phase="p", position=1, name="S"),
    Item(id="i", key="a", phase="p", section="s", position=1.5, text=WORDS, kind="routine", every_s=86_400.0,
         grace_s=0.5, optional=True, counted=False, command="x", when="if planned", owner="ann", note="n"),
    Tick(id="i", state="done", at=AT, by="ann", note=WORDS, recent=(AT, AT.after(5))),
    Criterion(id="c", key="c", phase="p", position=1, name="c", require="x == 1", text="t", floor=10, min_samples=5,
              confidence=0.8, max_age_s=3600, per_s=86_400, seat="tech", ask=WORDS, set_by="ann"),
    Readiness(id="r", key="backup", position=1, name="backup", text="t", max_age_s=86_400, source="config",
              seat="data"),
    Renewal(id="r", at=AT, by="ann", ok=False, detail=WORDS),
    RunbookStep(id="rs", key="act", severity=Severity.CRITICAL, position=3, text="t", detail="d", due_s=300,
                takes_s=100, command="rollback", confirm=True),
    Template(id="t", key="notice", name="n", audience="customers", body=WORDS),
    Seat(id="se", key="tech", position=1, name="Tech", evidence="e"),
    Incident(id="in", label=3, title=WORDS, severity=Severity.HIGH, severity_set=True, state="resolved", drill=True,
             probes=("a", WORDS), onset_at=AT, detected_at=AT, opened_by="watch", last_change="v2", acked_at=AT,
             acked_by="ann", decision="roll back", recovered_at=AT, resolved_at=AT, outcome="fixed", reason="r",
             told="t", reopened=2,
             rounds=(Round(onset_at=AT, detected_at=AT, acked_at=None, recovered_at=AT, resolved_at=AT),),
             signs=("failed orders", "no orders"), cleared=("no orders",)),
    IncidentStep(id="is", incident="in", key="act", position=1, text="t", detail="d", due_s=300, takes_s=100.5,
                 command="c", confirm=True, done_at=AT, done_by="ann", note="n"),
    Drill(id="in", probe="checkout", failure="refused", detail=WORDS, every_s=15.5, real=True, ended_at=AT,
          outcome="aborted", reason="r", gave_way_to=2, score="5 of 5", decision_s=42.5),
    Call(id="in", to="ben", turn=2, called_at=AT, quiet_from=AT, quiet_until=AT, quiet_by="ann"),
    Confirmation(id="phone", at=AT, by="ann"),
    Probe(id="pr", number=1, name="checkout", target="https://x", environment="beta", every_s=15.5, down_after="1 of 1",
          critical=True, counts=False, health="down", since=AT, recent=".~x?", spark=(12, -1), checked_at=AT,
          latency_ms=12.5, failure="http_status", detail=WORDS, passes=4, gone=True,
          windows={"24h": {"uptime": 0.5, "p95_ms": None, "checks": 3}}),
    Pause(id="pr", kind="maintenance", reason=WORDS, since=AT, until=AT, by="ann"),
    Waiver(id="w", phase="p", criterion="c", kind="not_applicable", reason=WORDS, by="ann", at=AT, until=START,
           ended_at=AT),
    Hold(id="h", reason=WORDS, by="ann", since=AT, until=START, ended_at=AT, ended_by="bob"),
    Poll(id="po", phase="p", called_at=AT, called_by="ann", ended_at=AT),
    Vote(id="v", phase="p", seat="tech", choice="no_go", reason=WORDS, by="ann", at=AT, until=START,
         seen={"criterion:orders": "GO", "build:production": WORDS}, stale=WORDS, stale_at=AT),
    Logged(id="lo", kind="bug", label=7, at=AT, actor="ann", source="hand", ok=False, rating=3, severity="high",
           value=Decimal("12.50"), count=14, who="anna", text=WORDS, links=("bug:3",), voided=WORDS, amended=2),
    Bug(id="lo", state="fixed", owner="bob", at=AT, by="ann", told_at=AT, told_by="ann"),
    Reply(id="lo", at=AT, by="ann", text=WORDS),
    Faq(id="f", asked="lo", question=WORDS, answer=WORDS, at=AT, by="ann"),
    Member(id="m", role="tester", name=WORDS, relation="friend", contact="x@y", consent=True, invited_at=AT,
           briefed_at=AT, tested=("cart", WORDS), note=WORDS),
    Run(id="ru", kind="rollback", name="rollback", acts=True, argv=("back", "--to", "v1"), timeout_s=180, by="ann",
        started_at=AT, incident="in", confirm="checkout", ended_at=AT, outcome="failed", exit=3, said="failed",
        tail="a\nb", status="at 40%"),
    Ruling(id="rl", finding="no-window:2-uptime", line=WORDS, words=WORDS, choice="accepted", by="ann", at=AT),
    Remark(id="rk", kind="note", phase="p", position=2, text="a\nb"),
    PlanSource(id="ps", file="plan.md", title="Plan", at=AT, by="ann", doc="{}"),
]  # fmt: skip
SPARE: list[Record] = [
    Launch(id="l", key="shop", name="n", timezone="UTC", opens=START),
    Phase(id="p", key="one", position=1, name="One", opens=START),
    Section(id="s", phase="p", position=1, name=""),
    Item(id="i", key="a", phase="p", section="s", position=1, text="t"),
    Tick(id="i", state="broken", at=AT, by="ann"),
    Criterion(id="c", key="c", phase="p", position=1, name="c", require="x == 1"),
    Readiness(id="r", key="b", position=1, name="b", max_age_s=1),
    Renewal(id="r", at=AT, by="ann"),
    RunbookStep(id="rs", key="k", severity=Severity.LOW, position=1, text="t"),
    Template(id="t", key="k", name="n", audience="a", body=""),
    Seat(id="se", key="k", position=1, name="n"),
    Incident(id="in", label=1, title="t", detected_at=AT, opened_by="ann"),
    IncidentStep(id="is", incident="in", key="k", position=1, text="t"),
    Drill(id="in", probe="p", failure="refused", detail="d", every_s=30),
    Call(id="in"),
    Confirmation(id="phone", at=AT, by="ann"),
    Probe(id="pr", number=1, name="n"),
    Pause(id="pr", kind="pause", reason="r", since=AT, until=AT, by="ann"),
    Waiver(id="w", phase="p", criterion="c", kind="waived", reason="r", by="ann", at=AT),
    Hold(id="h", reason="r", by="ann", since=AT, until=START),
    Poll(id="po", phase="p", called_at=AT, called_by="ann"),
    Vote(id="v", phase="p", seat="tech", choice="go", reason="", by="ann", at=AT, until=START, seen={}),
    Logged(id="lo", kind="order", at=AT, actor="ann", source="hand"),
    Bug(id="lo", at=AT, by="ann"),
    Reply(id="lo", at=AT, by="ann"),
    Faq(id="f", question="q", answer="a", at=AT, by="ann"),
    Member(id="m", name="anna"),
    Run(id="ru", kind="step", name="cache", acts=True, argv=("purge",), timeout_s=9, by="ann", started_at=AT),
    Ruling(id="rl", finding="f", line="l", words="w", choice="left", by="ann", at=AT),
    Remark(id="rk", kind="tip", position=1, text="t"),
    PlanSource(id="ps", file="", title="", at=AT, by="ann", doc=""),
]


@pytest.fixture
def store(state_path: Path) -> Iterator[Store]:
    """An empty store."""
    made = Store(state_path, create=True)
    yield made
    made.close()


def test_every_kind_is_here() -> None:
    assert [type(one) for one in FULL] == list(rows.KINDS)
    assert [type(one) for one in SPARE] == list(rows.KINDS)


@pytest.mark.parametrize("kind", rows.KINDS, ids=lambda kind: kind.__name__)
def test_the_fields_of_a_kind_are_the_columns_of_its_table(store: Store, kind: type[Record]) -> None:
    columns = [row[1] for row in store.db.conn.execute(f'PRAGMA table_info("{rows.table_of(kind)}")')]
    # What changed when, and which process supervises: no part of the record.
    counters = {Probe: {"seq", "windows_seq"}, Logged: {"n"}, Run: {"pid", "pid_start"}}.get(kind, set())
    assert sorted(set(columns) - counters) == sorted(kind.model_fields)


@pytest.mark.parametrize("kind", rows.KINDS, ids=lambda kind: kind.__name__)
def test_what_a_field_may_lack_its_column_may_lack(store: Store, kind: type[Record]) -> None:
    info = store.db.conn.execute(f'PRAGMA table_info("{rows.table_of(kind)}")').fetchall()
    may_lack = {name for _, name, _, not_null, _, key in info if not not_null and not key}
    assert may_lack == {name for name, field in kind.model_fields.items() if type(None) in get_args(field.annotation)}


@pytest.mark.parametrize("records", [FULL, SPARE], ids=["full", "spare"])
def test_every_kind_comes_back_as_it_was(store: Store, records: list[Record]) -> None:
    with store.writing() as db:
        for one in records:
            rows.put(db, rows.table_of(type(one)), rows.encode(one))
    for one in records:
        assert rows.read_one(store.db, type(one), one.id) == one
        assert rows.read_all(store.db, type(one)) == [one]
        assert rows.raw(store.db, rows.table_of(type(one)), one.id) == rows.encode(one)


def test_putting_again_replaces_the_row(store: Store) -> None:
    with store.writing() as db:
        for one in (*FULL, *SPARE):
            if not isinstance(one, Launch):
                rows.put(db, rows.table_of(type(one)), rows.encode(one))
    assert rows.read_all(store.db, Item) == [SPARE[3]]


def test_a_row_that_is_not_there_is_nothing(store: Store) -> None:
    assert rows.read_one(store.db, Item, "gone") is None
    assert rows.raw(store.db, "item", "gone") is None
    assert store.state().get(Item, "gone") is None


@pytest.mark.parametrize("table", ["journal", "sqlite_schema", 'item" --', "nothing"])
def test_a_table_that_is_not_a_kind_is_never_touched(store: Store, table: str) -> None:
    for call in (lambda: rows.raw(store.db, table, "x"), lambda: rows.put(store.db, table, {"id": "x"}),
                 lambda: rows.remove(store.db, table, "x")):  # fmt: skip
        with pytest.raises(KeyError):
            call()


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=60), position=st.floats(allow_nan=False), flags=st.tuples(st.booleans(), st.booleans()))
def test_any_text_and_number_comes_back(store: Store, words: str, position: float, flags: tuple[bool, bool]) -> None:
    one = Item(id="any", key="any", phase="p", section="s", position=position, text=words, note=words or None,
               optional=flags[0], counted=flags[1])  # fmt: skip
    with store.writing() as db:
        rows.put(db, "phase", rows.encode(SPARE[1]))
        rows.put(db, "section", rows.encode(SPARE[2]))
        rows.put(db, "item", rows.encode(one))
    assert rows.read_one(store.db, Item, "any") == one


def test_records_come_oldest_first(store: Store) -> None:
    with store.writing() as db:
        for name in ("b", "c", "a"):
            rows.put(db, "seat", rows.encode(Seat(id=name, key=name, position=1, name=name)))
    assert [one.id for one in store.state().all(Seat)] == ["a", "b", "c"]
