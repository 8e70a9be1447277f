"""A plan that is exported and imported again is the same plan, whatever is written in it, in each of the forms."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import TINY

from gonogo.formats.plan_sheet import is_sheet, read_sheet, write_sheet
from gonogo.formats.plan_toml import as_toml
from gonogo.rules import text
from gonogo.rules.plan_doc import PlanDoc
from gonogo.rules.plan_now import as_json, checked, plain

_AWKWARD = ("Gate", "Section: Gate", "- [x] a", "[x] done", "# head", "1. one", "> said", "Done: 2026 by ann",
           
            "a <!-- walk -->", "Every: 1d", "\\", "a\\", "```", "**bold** _and_ `code`", "<b>", "a | b",
            "Phase: x", "Tips", "Ã©tÃ©",
            "Note:", "2026-11-20T10:00:00Z by you", "no", "yes", "=", "☐ ✅", "---")  # fmt: skip
_line = (st.sampled_from(_AWKWARD) | st.text(max_size=30)).map(text.line)
_block = st.lists(st.sampled_from(_AWKWARD) | st.text(max_size=20), max_size=4).map("\n".join).map(text.block)
_stamp = st.datetimes(timezones=st.just(UTC)).map(lambda at: at.isoformat().replace("+00:00", "Z"))


def _some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


_tick = _some(state=st.sampled_from(["done", "not_applicable", "broken"]), at=_stamp, by=_line, note=_line)
_item = st.tuples(
    st.fixed_dictionaries({"text": _line}),
    st.sampled_from([{}, {"kind": "routine", "every": "6h"}, {"kind": "guard"}, {"counted": False}]),
    _some(optional=st.just(True), command=_line, when=_line, owner=_line, note=_line, tick=_tick),
).map(lambda parts: {**parts[0], **parts[1], **parts[2]})
_section = st.fixed_dictionaries({"name": _line, "item": st.lists(_item, max_size=4)})
_criterion = st.fixed_dictionaries(
    {
        "name": _line,
        "require": st.sampled_from(["orders.clean >= 20 over phase", "p95 < 800ms", "uptime >= 99% over 7d"]),
    },
    optional={"text": _line, "floor": st.floats(0, 9), "per": st.just("36h"), "ask": _line},
)
_phase = st.fixed_dictionaries(
    {"name": _line, "section": st.lists(_section, max_size=3), "criterion": st.lists(_criterion, max_size=2)},
    optional={"goal": _line, "days": st.floats(0.5, 90)},
)


def _ided(rows: list[dict[str, Any]], keys: list[str]) -> list[dict[str, Any]]:
    return [{"id": key, **row} for key, row in zip(keys, rows, strict=False)]


@st.composite
def plans(draw: st.DrawFn) -> PlanDoc:
    """Draw a plan with texts that mean something in Markdown, in TOML and in the sheet itself."""
    many = [f"k-{number}" for number in range(60)]
    fresh = iter(many)
    phases = _ided(draw(st.lists(_phase, min_size=1, max_size=3)), many)
    for phase in phases:
        phase["criterion"] = _ided(phase["criterion"], many)
        for section in phase["section"]:
            section["item"] = [{"id": next(fresh), **item} for item in section["item"]]
    notes = draw(st.lists(st.fixed_dictionaries({"text": _block}, optional={"kind": st.just("trigger")}), max_size=3))
    return checked({
        "title": draw(_line), "phase": phases, "note": notes, "tip": draw(st.lists(_line, max_size=3)),
        "template": _ided(draw(st.lists(st.fixed_dictionaries(
            {"name": _line, "audience": _line, "body": _block.filter(lambda body: "$" not in body)}), max_size=2,
        )), many),
        "readiness": [{"id": "backup", "name": draw(_line), "text": draw(_line), "max_age": "24h"}],
        "runbook": TINY["runbook"], "seat": TINY["seat"],
    })  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(plan=plans())
def test_a_sheet_reads_back_as_the_plan_it_was_written_of_and_is_stable_to_the_byte(plan: PlanDoc) -> None:
    sheet = write_sheet(plain(plan))
    lines = sheet.split("\n")
    assert is_sheet(lines)
    back = checked(read_sheet(lines))
    assert back == plan
    assert write_sheet(plain(back)) == sheet


@settings(max_examples=40, deadline=None)
@given(plan=plans())
def test_toml_and_json_read_back_as_the_plan_they_were_written_of(plan: PlanDoc) -> None:
    tables = plain(plan)
    assert checked(tomllib.loads(as_toml(tables))) == plan
    assert checked(json.loads(as_json(tables))) == plan
