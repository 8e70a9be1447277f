"""Reading a sheet back: what gonogo wrote to the letter, and what people changed in it as they meant it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gonogo.formats.plan_sheet import words
from gonogo.formats.plan_sheet.words import unescape
from gonogo.rules import text
from gonogo.rules.plan_doc import (
    CriterionDoc,
    ItemDoc,
    PhaseDoc,
    PlanDoc,
    ReadinessDoc,
    SeatDoc,
    SectionDoc,
    StepDoc,
    TemplateDoc,
)
from gonogo.rules.plan_kept import NoteDoc

Table = dict[str, Any]
_HEAD = re.compile(r"(#{1,3}) ?(.*?)(?: ?(?<!\\)<!-- ([a-z0-9-]+) -->)?\s*")
_POINT = re.compile(r"( *)[-*+] (?:\[([ xX])\](?: |$))?(.*?)(?: ?(?<!\\)<!-- ([a-z0-9-]+) -->)?\s*")
_FIELD = re.compile(r"([A-Z][a-z ]{1,20}):(?: (.*))?")
_TICK = re.compile(r"(?:(\d{4}-\S+Z))?\s*(?:by (.*))?")
_STATES = {words: state for state, words in words.TICKS.items()}


def is_sheet(lines: Sequence[str]) -> bool:
    """Whether the lines of a file are a sheet that gonogo wrote."""
    return next((line for line in lines if line.strip()), "").startswith(words.BEGINS)


def _labels(model: type[Any]) -> dict[str, str]:
    return {words.label(name): name for name in model.model_fields}


_PARTS: dict[str, tuple[str, type[Any], str]] = {
    words.READY: ("readiness", ReadinessDoc, "name"), words.SEATS: ("seat", SeatDoc, "name"),
}  # fmt: skip


@dataclass(slots=True)
class _Sheet:
    """A sheet that is being read: its tables, and where a line that comes belongs."""

    tables: Table
    part: str = ""
    phase: Table | None = None
    into: list[Table] | None = None
    """Where the next point goes."""
    model: type[Any] = PlanDoc
    title: str = "text"
    """Which field of it a point's own words are."""
    open: Table = field(default_factory=dict)
    """What fields belong to."""
    labels: dict[str, str] = field(default_factory=dict)
    taken: dict[str, set[str]] = field(default_factory=dict)
    unnamed: list[tuple[Table, str, str]] = field(default_factory=list)
    """What people added, which has no id yet; of what kind, and the words to make one of."""

    def name(self, table: Table, kind: str, key: str | None, said: str) -> None:
        """Give a table its id; one that stands twice was copied, and is a new one."""
        known = self.taken.setdefault(kind, set())
        if key and key not in known:
            table["id"] = key
            known.add(key)
        else:
            table["id"] = ""  # so that it stands first, as in what gonogo writes
            self.unnamed.append((table, kind, said))


def read_sheet(lines: Sequence[str]) -> Table:
    """Read the lines of a sheet as the tables of a plan."""
    sheet = _Sheet({"title": "", "phase": []}, labels=_labels(PlanDoc))
    sheet.open = sheet.tables
    at = 0
    while at < len(lines):
        at = _line(sheet, lines, at)
    for table, kind, said in sheet.unnamed:
        base = text.slug(said, kind.split()[0])
        key, number, known = base, 2, sheet.taken[kind]
        while key in known:
            key, number = f"{base[:36].rstrip('-')}-{number}", number + 1
        table["id"] = key
        known.add(key)
    for phase in sheet.tables["phase"]:
        for item in (item for section in phase["section"] for item in section["item"]):
            if item.pop("_open", False) and not item.keys() & {"every", "cron"}:
                del item["tick"]  # somebody took the mark away; a routine is only due again
    return {name: value for name, value in sheet.tables.items() if value != []}


def _line(sheet: _Sheet, lines: Sequence[str], at: int) -> int:
    """Read what begins on a line; return where the next begins."""
    line = lines[at]
    if not line.strip() or line.startswith("<!--"):
        return at + 1
    if (head := _HEAD.fullmatch(line)) and line.startswith(("# ", "## ", "### ", "#\t")):
        _HEADS[len(head[1])](sheet, unescape(head[2]), head[2], head[3])
        return at + 1
    if sheet.model is TemplateDoc and (fence := re.match(r"`{3,}", line)):
        end = next((place for place in range(at + 1, len(lines)) if lines[place] == fence[0]), len(lines))
        sheet.open["body"] = "\n".join(lines[at + 1 : end])
        return end + 1
    if sheet.part == words.NOTES and line.startswith(">"):
        return _quote(sheet, lines, at)
    point = _POINT.fullmatch(line)
    if point is None or not _point(sheet, point):
        _keep(sheet, line)
    return at + 1


def _quote(sheet: _Sheet, lines: Sequence[str], at: int) -> int:
    end = next((place for place in range(at, len(lines)) if not lines[place].startswith(">")), len(lines))
    said = "\n".join(line[2:] if line.startswith("> ") else line[1:] for line in lines[at:end])
    sheet.tables.setdefault("note", []).append({"text": said, **sheet.open})
    sheet.open = {}
    return end


def _keep(sheet: _Sheet, line: str) -> None:
    """Keep a line that people wrote between as text of its phase."""
    phase = sheet.phase
    sheet.tables.setdefault("note", []).append({"text": line, **({"phase": phase["id"]} if phase else {})})


# Headings -------------------------------------------------------------------------------------


def _title(sheet: _Sheet, said: str, raw: str, key: str | None) -> None:
    sheet.tables["title"] = said


def _part(sheet: _Sheet, said: str, raw: str, key: str | None) -> None:
    sheet.part, sheet.phase, sheet.into = said, None, None
    if raw.startswith(words.PHASE.rstrip()) or said not in (words.TEMPLATES, words.TIPS, words.NOTES, *_PARTS):
        if said.startswith(words.BREAKS) and (severity := said.removeprefix(words.BREAKS)):
            book: Table = {"severity": severity, "step": []}
            sheet.tables.setdefault("runbook", []).append(book)
            sheet.into, sheet.model, sheet.title = book["step"], StepDoc, "text"
            return
        name = said.removeprefix(words.PHASE.rstrip()).strip()
        phase: Table = {}
        sheet.name(phase, "phase", key, name)
        phase.update({"name": name, "section": [], "criterion": []})
        sheet.tables["phase"].append(phase)
        sheet.phase = sheet.open = phase
        sheet.model, sheet.labels = PhaseDoc, _labels(PhaseDoc)
    elif said in _PARTS:
        name, sheet.model, sheet.title = _PARTS[said]
        sheet.into = sheet.tables.setdefault(name, [])
    elif said == words.NOTES:
        sheet.model, sheet.open, sheet.labels = NoteDoc, {}, _labels(NoteDoc)
    else:
        sheet.model, sheet.open = PlanDoc, {}


def _section(sheet: _Sheet, said: str, raw: str, key: str | None) -> None:
    if sheet.phase is None:
        if sheet.part == words.TEMPLATES:
            made: Table = {}
            sheet.name(made, "template", key, said)
            made.update({"name": said, "audience": "customers"})
            sheet.tables.setdefault("template", []).append(made)
            sheet.open, sheet.model, sheet.labels = made, TemplateDoc, _labels(TemplateDoc)
        else:
            _keep(sheet, f"### {raw}")
    elif raw == words.GATE:
        sheet.into, sheet.model, sheet.title = sheet.phase["criterion"], CriterionDoc, "name"
        sheet.open = {}
    else:
        section: Table = {"name": said.removeprefix(words.SECTION.rstrip()).strip(), "item": []}
        if not raw.startswith(words.SECTION.rstrip()):
            section["name"] = said
        sheet.phase["section"].append(section)
        sheet.into, sheet.model, sheet.title = section["item"], ItemDoc, "text"
        sheet.open, sheet.labels = section, _labels(SectionDoc)


_HEADS: dict[int, Callable[[_Sheet, str, str, str | None], None]] = {1: _title, 2: _part, 3: _section}


# Points ---------------------------------------------------------------------------------------


def _point(sheet: _Sheet, found: re.Match[str]) -> bool:
    """Read a point: a thing of its own, or a field of what stands above it; no, where it is neither."""
    indent, box, raw, key = found[1], found[2], found[3], found[4]
    if sheet.part == words.TIPS:
        sheet.tables.setdefault("tip", []).append(unescape(raw))
        return True
    if box is None and key is None and (said := _FIELD.fullmatch(raw)):
        if sheet.model is ItemDoc and said[1] in (*_STATES, words.SAID) and "id" in sheet.open:
            return _tick(sheet.open, said[1], said[2] or "")
        if (name := sheet.labels.get(said[1])) is not None:
            sheet.open[name] = unescape(said[2] or "")
            return True
    if sheet.into is None or (box is None and key is None and sheet.model is ItemDoc):
        return False
    made: Table = {}
    sheet.name(made, _kind(sheet), key, raw)
    made[sheet.title] = unescape(raw)
    if sheet.model is ItemDoc:
        _boxed(made, box, len(indent) // 2)
    sheet.into.append(made)
    sheet.open, sheet.labels = made, _labels(sheet.model)
    return True


def _kind(sheet: _Sheet) -> str:
    """Return among what an id has to be the only one."""
    if sheet.model is CriterionDoc and sheet.phase is not None:
        return f"criterion {len(sheet.tables['phase'])}"
    return f"step {sheet.part}" if sheet.model is StepDoc else sheet.model.__name__.removesuffix("Doc").lower()


def _boxed(item: Table, box: str | None, depth: int) -> None:
    if box is None:
        item["counted"] = False
    elif box != " ":
        item["tick"] = {}
    if depth and "depth" in ItemDoc.model_fields:
        item["depth"] = min(depth, 5)


def _tick(item: Table, label: str, said: str) -> bool:
    if label == words.SAID:
        if "tick" in item:
            item["tick"]["note"] = unescape(said)
        return True
    found = _TICK.fullmatch(said)
    state = _STATES[label]
    ticked = "tick" in item
    if ticked and state != "done":
        return True  # somebody ticked it since in the file
    tick: Table = {} if state == "done" else {"state": state}
    if found and found[1]:
        tick["at"] = found[1]
    if found and found[2] is not None:
        tick["by"] = unescape(found[2])
    item["tick"] = tick
    item["_open"] = not ticked and item.get("counted") is not False and state == "done"
    return True
