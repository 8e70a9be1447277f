"""`gonogo log` and `gonogo ready`: evidence by command."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.ground import data, gonogo, ok, records, refused
from tests.conftest import FakeClock

from gonogo.rules.plan import Renewal
from gonogo.rules.record import Fact
from gonogo.store import evidence
from gonogo.store.store import Store


def facts(path: Path, kind: str) -> list[Fact]:
    """Read the facts of a kind."""
    store = Store(path)
    try:
        return evidence.read(store.db, [kind])
    finally:
        store.close()


KINDS = [
    ("order", "42 phone", "order 42.00, phone", {"value": "42", "customer": "phone", "ok": True}),
    ("order", "failed 18,50 anna", "order failed 18.50, anna", {"value": "18.50", "customer": "anna", "ok": False}),
    ("order", "fail 20 bob", "order failed 20.00, bob", {"value": "20", "customer": "bob", "ok": False}),
    ("order", "ok 20 Gail", "order 20.00, Gail", {"customer": "Gail", "ok": True}),
    ("order", "20 Gail", "order 20.00, Gail", {"customer": "Gail", "ok": True}),
    ("order", "20 failbetter", "order 20.00, failbetter", {"customer": "failbetter", "ok": True}),
    ("order", "0 anna", "order 0.00, anna", {"value": "0", "customer": "anna", "ok": True}),
    ("feedback", "5 beta3 smooth", "feedback 5, “smooth”", {"rating": 5, "who": "beta3", "text": "smooth"}),
    ("bug", "high invoice blank", "bug, high: invoice blank", {"severity": "high", "title": "invoice blank"}),
    ("note", "we met @noon", "we met @noon", {"text": "we met @noon"}),
    ("question", "do you deliver?", "question: do you deliver?", {"text": "do you deliver?"}),
    ("deploy", "v1.8.3", "deployed v1.8.3 to production", {"build": "v1.8.3", "environment": "production"}),
]


@pytest.mark.parametrize(("kind", "line", "said", "stored"), KINDS, ids=[f"{one[0]} {one[1]}" for one in KINDS])
def test_each_kind(
    tiny_launch: Path, clock: FakeClock, kind: str, line: str, said: str, stored: dict[str, object]
) -> None:
    assert ok(gonogo("log", kind, *line.split(), at=clock)) == said + "\n"
    (fact,) = facts(tiny_launch, kind)
    assert fact.data.items() >= stored.items()
    assert (fact.actor, fact.source, fact.at) == ("ann", "cli", clock.now())
    assert ok(gonogo("log", kind, line, at=clock)) == said + "\n"
    assert len(facts(tiny_launch, kind)) == 2


def test_a_time_of_day_or_an_age_backdates(tiny_launch: Path, clock: FakeClock) -> None:
    ok(gonogo("log", "order", "42", "@8:30", at=clock))
    ok(gonogo("log", "order", "43", "@15m", at=clock))
    assert [fact.at.utc.strftime("%H:%M") for fact in facts(tiny_launch, "order")] == ["08:30", "08:45"]
    assert clock.utc.strftime("%H:%M") == "09:00"


def test_what_is_backdated_is_said_with_its_day(tiny_launch: Path, clock: FakeClock) -> None:
    """In the morning, 23:59 was yesterday."""
    for mark, said in (
        ("@23:59", "order 42.00, at Sun 01 Nov 23:59, yesterday\n"),
        ("@8:30", "order 42.00, at Mon 02 Nov 08:30\n"),
        ("@2026-10-30T18:00", "order 42.00, at Fri 30 Oct 18:00\n"),
        ("@2026-10-30", "order 42.00, at Fri 30 Oct 23:59\n"),
        ("@2025-10-30", "order 42.00, at Thu 30 Oct 2025 23:59\n"),
    ):
        assert ok(gonogo("log", "order", f"42 {mark}", at=clock)) == said


def test_a_bug_is_linked_to_the_order_at_which_it_was_found(tiny_launch: Path, clock: FakeClock) -> None:
    """The order is not clean any more; an incident is what the bug itself belongs to."""
    ok(gonogo("log", "order", "42", "anna", at=clock))
    said = ok(gonogo("log", "bug", "high invoice blank #order1", at=clock))
    assert said == "bug, high: invoice blank, linked to order:1\n"
    assert data(gonogo("log", "list", "order", "--json", at=clock))[0]["links"] == ["bug:1"]
    ok(gonogo("incident", "declare", "checkout down", at=clock))
    ok(gonogo("log", "bug", "low", "#incident:1", "typo", "#invoice", at=clock))
    newest = data(gonogo("log", "list", "bug", "--json", at=clock))[0]
    assert (newest["text"], newest["links"]) == ("typo #invoice", ["incident:1"])
    refused(gonogo("log", "bug", "high", "blank", "#order9", at=clock), 2, "no “order:9” to link it to")
    refused(gonogo("log", "bug", "high", "#order1", at=clock), 2, "a bug begins with its severity")
    assert len(facts(tiny_launch, "bug")) == 2


def test_words_may_begin_with_a_dash(tiny_launch: Path, clock: FakeClock) -> None:
    assert ok(gonogo("log", "note", "- the shop was shut", at=clock)) == "- the shop was shut\n"


def test_a_repeated_key_counts_once(tiny_launch: Path, clock: FakeClock) -> None:
    assert ok(gonogo("log", "order", "42", "anna", "--key", "RB-1", at=clock)) == "order 42.00, anna\n"
    clock.advance(seconds=1)
    for value, other in (("42", ""), ("43", " with other content; the first was kept")):
        again = ok(gonogo("log", "order", value, "anna", "--key", "RB-1", at=clock))
        assert again == f"“RB-1” was counted already{other}; nothing was added\n"
    ok(gonogo("log", "order", "44", "--key", "RB-2", at=clock))
    ok(gonogo("log", "bug", "low", "typo", "--key", "RB-1", at=clock))
    assert [fact.data["value"] for fact in facts(tiny_launch, "order")] == ["42", "44"]
    assert len(facts(tiny_launch, "bug")) == 1
    assert data(gonogo("status", "--json", at=clock))["phase"]["gate"]["criteria"][0]["value"] == 2


BAD = [
    ("order", "anna", "an order begins with its value: 42 phone @10:30, or failed 42 anna; “anna” is no number"),
    ("order", "ll back: it began 2 s after v1.8.3", "“ll” is no number"),
    ("order", "failed", "an order begins with its value"),
    ("order", "faild 20 bob", "“faild” is read as failed or as a customer: write failed 20 bob, or the value first"),
    ("order", "fial 20 bob", "write failed 20 bob"),
    ("order", "failure 20", "write failed 20"),
    ("order", "42 @25:00", "is no time"),
    ("order", "42 @2027-01-05T10:00", "2027-01-05 10:00 has not come yet; write when it was: @10:30, @15m"),
    ("order", "42 @2027-01-05", "2027-01-05 has not come yet"),
    ("order", "42 @2026-13-05T10:00", "is no time; write @10:30, @15m or @2026-11-23T10:30"),
    ("order", "-5 hanna", "a number from 0 up, such as 42 or 18.50; a refund is a correction of its order"),
    ("order", "nan", "a number from 0 up"),
    ("order", "99999999999", "a number from 0 up"),
    ("feedback", "6 anna", "begins with 1 to 5"),
    ("feedback", "good", "begins with 1 to 5"),
    ("bug", "grave invoice", "begins with its severity"),
    ("bug", "high", "begins with its severity"),
    ("note", " ", "what happened"),
    ("deploy", "@14:00", "the build: v1.8.3"),
]


@pytest.mark.parametrize(("kind", "line", "why"), BAD, ids=[f"{one[0]} {one[1]}" for one in BAD])
def test_a_bad_line_exits_2_and_logs_nothing(
    tiny_launch: Path, clock: FakeClock, kind: str, line: str, why: str
) -> None:
    refused(gonogo("log", kind, line, at=clock), 2, why)
    assert facts(tiny_launch, kind) == []


def test_a_text_that_is_too_long_exits_2_and_is_not_cut(tiny_launch: Path) -> None:
    refused(gonogo("log", "note", "x" * 4001), 2, "4,001 characters long and at most 4,000 are taken")
    assert facts(tiny_launch, "note") == []
    ok(gonogo("log", "note", "x" * 4000))
    assert facts(tiny_launch, "note")[0].text == "x" * 4000


@pytest.mark.parametrize("kind", ["order", "feedback"])
def test_an_option_that_is_none_is_named(tiny_launch: Path, kind: str) -> None:
    refused(gonogo("log", kind, "4", "--cuont", "5"), 2, "There is no option --cuont")


def test_nothing_to_log_is_bad_usage(tiny_launch: Path) -> None:
    result = gonogo("log", "order")
    assert result.exit_code == 2
    assert "Missing argument" in result.stderr


def test_a_text_that_steers_is_cleaned_before_it_is_stored_and_said(tiny_launch: Path, clock: FakeClock) -> None:
    said = ok(gonogo("log", "note", "red \x1b[31m and \u202eback", at=clock))
    assert said == "red �[31m and �back\n"
    assert facts(tiny_launch, "note")[0].text == "red �[31m and �back"


def test_ready_renew_and_list(tiny_launch: Path, clock: FakeClock) -> None:
    assert ok(gonogo("ready", "list", at=clock)).startswith("not set up backup")
    assert ok(gonogo("ready", "renew", "Backup", "3.1 MB", at=clock)) == (
        "attested backup: ready, 3.1 MB\nbackup: ready, attested now: 3.1 MB\n"
    )
    (row,) = data(gonogo("ready", "list", "--json", at=clock))
    assert (row["id"], row["state"], row["detail"]) == ("backup", "ready", "3.1 MB")
    assert row["checked_at"] == "2026-11-02T09:00:00.000Z"
    assert records(tiny_launch, Renewal)[0].by == "ann"
    assert "not ready, disk full" in ok(gonogo("ready", "renew", "backup", "disk full", "--not", at=clock))
    assert data(gonogo("ready", "list", "--json", at=clock))[0]["state"] == "not_ready"
    ok(gonogo("undo", at=clock))
    clock.advance(days=2)
    assert data(gonogo("ready", "list", "--json", at=clock))[0]["state"] == "stale"
    refused(
        gonogo("ready", "renew", "nothing", at=clock), 2, "There is no readiness target “nothing”; there are backup"
    )
