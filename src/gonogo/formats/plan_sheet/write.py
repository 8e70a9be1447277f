"""Writing a plan as a sheet."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from gonogo.formats.plan_sheet import words
from gonogo.formats.plan_sheet.words import begin, escape

Table = Mapping[str, Any]
_APART = frozenset(("id", "name", "text", "counted", "depth", "tick", "section", "criterion", "item", "step", "body",
                    "severity", "file"))  # fmt: skip
"""What has a place of its own in the sheet."""


def write_sheet(plan: Table, due: Collection[str] = ()) -> str:
    """Write the tables of a plan as a sheet; routines that are `due` again have an empty box."""
    lines = [words.MARK, f"# {begin(plan['title'])}", ""]
    lines += _after(_fields({name: plan[name] for name in ("launch", "vote_life") if name in plan}))
    for phase in plan["phase"]:
        lines += _phase(phase, due)
    if ready := plan.get("readiness"):
        lines += [f"## {words.READY}", "", *(line for one in ready for line in _named(one, "name", more=("text",))), ""]
    for book in plan.get("runbook", ()):
        lines += [f"## {words.BREAKS}{book['severity']}", ""]
        lines += [*(line for one in book["step"] for line in _named(one, "text")), ""]
    if templates := plan.get("template"):
        lines += [f"## {words.TEMPLATES}", "", *(line for one in templates for line in _template(one))]
    if seats := plan.get("seat"):
        lines += [f"## {words.SEATS}", "", *(line for one in seats for line in _named(one, "name")), ""]
    if tips := plan.get("tip"):
        lines += [f"## {words.TIPS}", "", *(f"- {begin(tip)}" for tip in tips), ""]
    if notes := plan.get("note"):
        lines += [f"## {words.NOTES}", "", *(line for one in notes for line in _note(one))]
    return "\n".join(lines).rstrip("\n") + "\n"


def _phase(phase: Table, due: Collection[str]) -> Iterator[str]:
    yield from (f"## {words.PHASE}{escape(phase['name'])}{_key(phase)}", "")
    yield from _after(_fields(phase))
    for section in phase.get("section", ()):
        name = begin(section["name"])
        plain = bool(name) and name != words.GATE and not name.startswith(words.SECTION.rstrip())
        yield from (f"### {name if plain else words.SECTION + name}", "")
        yield from _after(_fields(section))
        yield from _after([line for item in section.get("item", ()) for line in _item(item, due)])
    if criteria := phase.get("criterion"):
        yield from (f"### {words.GATE}", "")
        yield from _after([line for one in criteria for line in _named(one, "name", more=("text",))])


def _item(item: Table, due: Collection[str]) -> Iterator[str]:
    tick = item.get("tick")
    done = tick is not None and tick.get("state", "done") == "done" and item["id"] not in due
    box = "" if item.get("counted") is False else "[x] " if done else "[ ] "
    indent = "  " * item.get("depth", 0)
    yield f"{indent}- {box}{begin(item['text'])}{_key(item)}"
    if tick is not None and (tick.keys() - {"state"} or not done or not box):
        yield from (f"{indent}  {line}" for line in _tick(tick))
    yield from (f"{indent}  {line}" for line in _fields(item))


def _tick(tick: Table) -> Iterator[str]:
    at = f" {_written(tick['at'])}" if tick.get("at") else ""
    by = f" by {escape(tick['by'])}" if tick.get("by") is not None else ""
    yield f"- {words.TICKS[tick.get('state', 'done')]}:{at}{by}"
    if tick.get("note") is not None:
        yield f"- {words.SAID}: {escape(tick['note'])}".rstrip()


def _named(one: Table, name: str, more: tuple[str, ...] = ()) -> Iterator[str]:
    yield f"- {begin(one[name])}{_key(one)}"
    yield from (f"  {line}" for line in _fields(one, more))


def _template(one: Table) -> Iterator[str]:
    yield from (f"### {begin(one['name'])}{_key(one)}", "", *_after(_fields(one)))
    if body := one.get("body"):
        rows = body.split("\n")
        fence = "`" * max(3, *(len(row) - len(row.lstrip().lstrip("`")) + 1 for row in rows))
        yield from (fence, *rows, fence, "")


def _note(one: Table) -> Iterator[str]:
    yield from _fields({name: one[name] for name in ("phase", "kind") if name in one})
    yield from ("> " + row if row else ">" for row in one["text"].split("\n"))
    yield ""


def _key(one: Table) -> str:
    return f" <!-- {one['id']} -->"


def _fields(table: Table, more: tuple[str, ...] = ()) -> list[str]:
    return [
        f"- {words.label(name)}: {_written(value)}".rstrip()
        for name, value in table.items()
        if name in more or name not in _APART
    ]


def _written(value: object) -> str:
    if value is True or value is False:
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return repr(int(value) if value.is_integer() else value)
    return escape(str(value))


def _after(lines: list[str]) -> list[str]:
    """Return lines with a blank one behind them, or none."""
    return [*lines, ""] if lines else []
