"""A postmortem as Markdown, and its file, which is never written over once a person has edited it."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

from gonogo.formats.errors import FileError
from gonogo.rules import words
from gonogo.rules.clock import Instant
from gonogo.rules.drill import said_of
from gonogo.rules.incident import by_itself, step_clock
from gonogo.rules.postmortem import DEFINITIONS, Postmortem, downtime, times
from gonogo.rules.probe import Cell, Outcome

_MARK = "<!-- gonogo: generated, digest "
_ASKED = (
    ("What went well", "what helped, and should stay as it is"),
    ("What went badly", "what cost time, or made it worse"),
    ("Where we got lucky", "what could as well have gone wrong"),
)
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|])")


def as_markdown(found: Postmortem) -> str:
    """Write a postmortem; what is unknown is said to be unknown."""
    return "\n".join((*_head(found), *_impact(found), *_times(found), *_done(found), *_chart(found), *_story(found),
                      *_people(found)))  # fmt: skip


def _plain(text: str) -> str:
    """Keep what people wrote from being read as Markdown."""
    return _SPECIAL.sub(r"\\\1", text)


def _stamp(at: Instant, zone: ZoneInfo) -> str:
    local = at.utc.astimezone(zone)
    return f"{at.utc:%Y-%m-%d %H:%M:%S}Z ({local:%H:%M:%S %z})"


def _head(found: Postmortem) -> Iterable[str]:
    one = found.incident
    kind = "Drill" if one.drill else "Incident"
    yield f"# {kind} {one.label}: {_plain(one.title)}\n"
    how = (one.outcome or "not ended").replace("_", " ") + (f" of {one.duplicate_of}" if one.duplicate_of else "")
    yield f"- Launch: {_plain(found.launch.name)}"
    yield f"- Severity: {one.severity}; state: {one.state}; outcome: {how}"
    if found.drill:
        yield f"- Score: {_plain(said_of(found.drill))}"
    if one.reason:
        yield f"- Reason: {_plain(one.reason)}"
    if one.reopened:
        yield f"- Reopened {words.count(one.reopened, 'time')}; the impact is of all rounds, the times of the last"
        for place, each in enumerate(one.rounds, 1):
            zone = ZoneInfo(found.launch.timezone)
            ends = f", resolved {_stamp(each.resolved_at, zone)}" if each.resolved_at else ""
            yield f"- Round {place}: since {_stamp(each.onset_at or each.detected_at, zone)}{ends}"
    yield f"- Last change before it: {_plain(one.last_change or 'none is known')}\n"


def _impact(found: Postmortem) -> Iterable[str]:
    one, down = found.incident, downtime(found.incident)
    yield "## Impact\n"
    if one.drill:
        yield "- None: it was a drill\n"
        return
    yield f"- Downtime: {words.stopped(down) if down is not None else 'unknown'}"
    if found.budget and down is not None:
        share, whole = down / found.budget.seconds, words.span(found.budget.seconds)
        yield f"- Error budget: {share:.0%} of the {whole} that “{_plain(found.budget.demand)}” leaves"
    else:
        yield "- Error budget: unknown"
    hit = found.affected
    yield f"- Orders: {hit.said if hit.known else 'unknown, no order was ever logged'}"
    if hit.failed:
        yield f"- Customers whose order failed: {len(hit.customers)} by name, {hit.unnamed} without one"
    yield f"- Customers {'not told' if one.untold else 'told'}: {_plain(one.told or 'unknown')}\n"


def _times(found: Postmortem) -> Iterable[str]:
    yield "## Times\n"
    yield "| time | how long | measured |"
    yield "|---|---|---|"
    for name, seconds in times(found.incident, found.steps).items():
        yield f"| to {name} | {words.stopped(seconds) if seconds is not None else 'unknown'} | {DEFINITIONS[name]} |"
    yield ""
    for step in found.steps:
        clock = step_clock(found.incident, step, found.at)
        late = f", late by {words.stopped(clock.late_s)}" if clock.late else ""
        done = f"done by {_plain(step.done_by or '')}{late}" if step.done_at else "not done"
        yield f"- {_plain(step.text)}: {done}" + (f"; {_plain(step.note)}" if step.note else "")
    if by_itself(found.steps) and found.incident.recovered_at:
        yield "- It cleared by itself: no step that mends was done before"
    yield ""


def _done(found: Postmortem) -> Iterable[str]:
    """Say what was run by whom, and who was called and had it."""
    one, zone = found.incident, ZoneInfo(found.launch.timezone)
    yield "## What was run\n"
    for run in found.runs:
        began = f"by {_plain(run.by)} at {_stamp(run.started_at, zone)}"
        yield f"- {_plain(words.sentence(run.title))}, {began}: {_plain(run.stands(found.at))}"
        yield f"  - {_plain(run.line)}"
    yield "" if found.runs else "- Nothing by gonogo\n"
    yield "## Who was called\n"
    for call in found.calls:
        who = f" ({_plain(words.some(call.people))})" if call.people else ""
        first = f", first at {_stamp(call.first_at, zone)}" if call.first_at else ""
        lost = f"; {words.count(call.lost, 'message')} never arrived" if call.lost else ""
        yield f"- {_plain(call.channel)}{who}: {words.count(call.arrived, 'message')}{first}{lost}"
    if not found.calls:
        yield "- Nobody: no channel was set up for it"
    acked = (
        f"by {_plain(one.acked_by)} at {_stamp(one.acked_at, zone)}" if one.acked_by and one.acked_at else "by nobody"
    )
    yield f"- Acknowledged {acked}\n"


def _chart(found: Postmortem) -> Iterable[str]:
    if not found.strips:
        return
    zone = ZoneInfo(found.launch.timezone)
    width = max(len(one.probe) for one in found.strips)
    begins, ends = (at.utc.astimezone(zone) for at in (found.since, found.until))
    yield "## The probes around it\n"
    yield "```"
    for strip in found.strips:
        yield f"{strip.probe:<{width}} {''.join(_cell(cell) for cell in strip.cells)}"
    cells = max(len(one.cells) for one in found.strips)
    yield f"{'':<{width}} {f'{begins:%H:%M}':<{max(5, cells - 5)}}{ends:%H:%M}"
    yield "▁ up   ▄ slow   █ failed   · not seen"
    yield "```\n"


def _cell(cell: Cell) -> str:
    if cell.worst is Outcome.FAILED:
        return "█"
    if cell.worst is Outcome.SLOW:
        return "▄"
    return "▁" if cell.up is not None else "·"


def _story(found: Postmortem) -> Iterable[str]:
    zone = ZoneInfo(found.launch.timezone)
    yield "## Timeline\n"
    for line in found.timeline:
        said = f"“{_plain(line.text)}”" if line.kind == "fact" else _plain(line.text)
        yield f"- {_stamp(line.at, zone)} **{_plain(line.actor)}** {said}"
    yield ""


def _people(found: Postmortem) -> Iterable[str]:
    for title, asked in _ASKED:
        yield f"## {title}\n"
        yield f"- _{asked}_\n"
    yield "## Actions\n"
    yield "- [ ] _what is to be done, by whom and by when_\n"
    yield f'`gonogo incident review --incident {found.incident.label} --action "high what is to be done"`'
    yield "says that it was read; its actions become bugs.\n"


def keep(path: Path, markdown: str) -> Path:
    """Write a postmortem to its file; beside it, where a person has edited that one. Return which it was."""
    try:
        if path.exists() and not _untouched(path.read_text(encoding="utf-8", errors="replace")):
            path = path.with_suffix(".new.md")
        digest = hashlib.sha256(markdown.encode()).hexdigest()
        half = path.with_name(f".{path.name}.tmp")
        with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as new:
            new.write(f"{_MARK}{digest} -->\n{markdown}")
        half.replace(path)
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror}.") from error
    return path


def _untouched(text: str) -> bool:
    """Whether a file is still what was generated."""
    first, _, rest = text.partition("\n")
    return first == f"{_MARK}{hashlib.sha256(rest.encode()).hexdigest()} -->"
