"""A shop's orders piped in, as JSON lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.ground import data, gonogo, ok
from tests.cli.test_log import facts
from tests.conftest import FakeClock


def piped(*lines: object) -> str:
    """Write lines, each as JSON unless it is text already."""
    return "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in lines)


def test_what_is_piped_in_is_logged_as_it_was(tiny_launch: Path, clock: FakeClock) -> None:
    """A time with an offset, one of the launch's time zone, and none; and its source, where it names itself."""
    lines = piped(
        {"kind": "order", "value": 42, "customer": "anna", "at": "2026-11-02T08:30:00+00:00", "key": "RB-1"},
        {"kind": "order", "value": "18.50", "ok": False, "at": "2026-11-02T08:40:00", "source": "site"},
        "",
        {"kind": "feedback", "rating": 5, "who": "anna"},
        {"kind": "visit"},
    )
    result = gonogo("log", "-", at=clock, typed="\ufeff" + lines)
    assert (ok(result), result.stderr) == ("", "4 logged\n")
    first, second = facts(tiny_launch, "order")
    assert (first.data["value"], first.key, first.source) == ("42", "RB-1", "pipe")
    assert [fact.at.utc.isoformat() for fact in (first, second)] == [
        "2026-11-02T08:30:00+00:00", "2026-11-02T08:40:00+00:00",
    ]  # fmt: skip
    assert (second.data["ok"], second.source) == (False, "site")
    assert facts(tiny_launch, "feedback")[0].at == clock.now()


def test_a_repeated_key_counts_once_over_batches_and_runs(tiny_launch: Path, clock: FakeClock) -> None:
    lines = piped(*({"kind": "order", "value": n % 1500, "key": f"RB-{n % 1500}"} for n in range(2600)))
    assert gonogo("log", "-", at=clock, typed=lines).stderr == "1,500 logged, 1,100 counted already\n"
    assert gonogo("log", at=clock, typed=lines).stderr == "0 logged, 2,600 counted already\n"
    assert len(facts(tiny_launch, "order")) == 1500


def test_a_key_that_comes_again_with_other_content_is_said(tiny_launch: Path, clock: FakeClock) -> None:
    """The first is kept, and named by what corrects it; a plain repetition is only counted."""
    lines = piped(
        {"kind": "order", "value": 42, "key": "RB-1"},
        {"kind": "order", "value": 42, "key": "RB-1"},
        {"kind": "order", "value": 24, "key": "RB-1"},
    )
    result = gonogo("log", "-", "--json", at=clock, typed=lines)
    said, summary = result.stderr.splitlines()
    assert said == (
        "gonogo: key RB-1 came again with other content, line 3: the first was kept;"
        " correct it with gonogo log correct order:1."
    )
    assert summary == "1 logged, 2 counted already, 1 of them with other content"
    assert data(result) == {
        "logged": 1, "repeated": 2, "otherwise": [{"line": 3, "key": "RB-1", "kept": "order:1"}], "refused": [],
    }  # fmt: skip
    assert gonogo("log", at=clock, typed=piped({"kind": "order", "value": 5, "key": "RB-1"})).stderr.startswith(
        "gonogo: key RB-1 came again with other content, line 1"
    )
    assert [fact.data["value"] for fact in facts(tiny_launch, "order")] == ["42"]


BAD = [
    ({"kind": "feedback", "rating": 7}, "rating is 7; it is a whole number from 1 to 5."),
    ({"kind": "feedback"}, "rating is missing; it is a whole number from 1 to 5."),
    ({"kind": "order", "value": -1}, "value is -1; it is a number from 0 to 10,000,000"),
    ('{"kind": "order", "value": NaN}', "it is no JSON"),
    ({"kind": "order", "count": -2}, "count is -2; it is a whole number from 1 up."),
    ({"kind": "order", "colour": "red"}, "there is no “colour”; there are kind, at, source, key, value"),
    ({"kind": "order", "at": "2027-01-01T00:00:00Z"}, "That time has not come yet"),
    ({"kind": "order", "at": "noon"}, "at is wrong; it is a time such as"),
    ({"kind": "order", "at": 5}, "at is wrong"),
    ({"kind": "bug", "severity": "huge", "title": "x"}, "severity is huge; it is critical, high, medium or low."),
    ({"kind": "note", "text": " "}, "A note needs a text."),
    ({"kind": "party"}, "its kind is none of order, feedback"),
    ("[1]", "it is no object"),
    ("x\x1b[31m", "it is no JSON"),
    ("[" * 50_000, "it is no JSON"),
    ("9" * 200_000, "200,000 characters long"),
]


@pytest.mark.parametrize(("bad", "why"), BAD, ids=[why[:30] for _, why in BAD])
def test_a_bad_line_is_named_and_the_good_ones_are_kept(
    tiny_launch: Path, clock: FakeClock, bad: object, why: str
) -> None:
    result = gonogo("log", "-", at=clock, typed=piped({"kind": "order", "value": 1}, bad, {"kind": "order"}))
    assert result.exit_code == 1
    said, summary = result.stderr.splitlines()
    assert said.startswith("gonogo: line 2: ")
    assert why in said
    assert summary == "2 logged, 1 refused"
    assert len(facts(tiny_launch, "order")) == 2


def test_of_many_bad_lines_some_are_named(tiny_launch: Path, clock: FakeClock) -> None:
    result = gonogo("log", "-", at=clock, typed="x\n" * 30)
    assert result.stderr.count("is no JSON") == 20
    assert "10 more lines could not be read.\n0 logged, 30 refused\n" in result.stderr


def test_a_days_count_is_one_line(tiny_launch: Path, clock: FakeClock) -> None:
    """It stands at the day's end in the launch's time zone, and at this moment for today."""
    assert ok(gonogo("log", "order", "--count", "14", "--day", "today", at=clock)) == "14 orders\n"
    assert data(gonogo("status", "--json", at=clock))["phase"]["gate"]["criteria"][0]["value"] == 14
    ok(gonogo("log", "order", "failed", "--count", "2", "--day", "yesterday", at=clock))
    assert [(fact.at.utc.isoformat(), fact.data["ok"]) for fact in facts(tiny_launch, "order")] == [
        ("2026-11-01T23:59:59+00:00", False), ("2026-11-02T09:00:00+00:00", True),
    ]  # fmt: skip


@pytest.mark.parametrize(("day", "why"), [("2026-11-03", "has not come yet"), ("someday", "is no day")])
def test_a_day_that_is_none_is_refused(tiny_launch: Path, clock: FakeClock, day: str, why: str) -> None:
    result = gonogo("log", "order", "--count", "3", "--day", day, at=clock)
    assert result.exit_code == 2
    assert why in result.stderr
    assert facts(tiny_launch, "order") == []


def test_a_count_below_one_is_bad_usage(tiny_launch: Path) -> None:
    assert gonogo("log", "order", "--count", "-3").exit_code == 2
    assert facts(tiny_launch, "order") == []
