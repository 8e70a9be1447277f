"""The gate: each criterion with its value, target and one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.cells import cell_len, chop_cells

from gonogo.rules import confidence, target, words
from gonogo.rules.board import Board, LogLine
from gonogo.rules.clock import Instant
from gonogo.rules.criterion import Judged
from gonogo.rules.outlook import Outlook
from gonogo.rules.probe import Probe
from gonogo.rules.why import proof_of
from gonogo.tui import glyphs, times
from gonogo.tui.lines import BLANK, Row, Span, View, fit, pad


def view(board: Board, now: Instant, width: int) -> View:
    """List the criteria, then what else holds the verdict."""
    rows: list[Row] = []
    for one in board.gate.criteria:
        rows += _criterion(one, width)
    shown = {one.reason for one in board.gate.criteria}
    others = [reason for reason in board.gate.reasons if reason not in shown]
    if others:
        rows.append(BLANK)
    for number, reason in enumerate(others):
        for place, part in enumerate(wrap(reason, width - 2)):
            rows.append(
                Row(
                    (("· " if place == 0 else "  ", "dim"), (part, "text" if place == 0 else "dim")), f"reason-{number}"
                )
            )
    if board.gate.outlook and board.gate.outlook.said:
        rows += [BLANK, *(Row(((part, "accent"),), "reason-when") for part in wrap(_when(board.gate.outlook), width))]
    for place, said in enumerate(board.hasty):
        rows += [BLANK] if place == 0 else []
        rows += [Row(((part, "hold"),), "reason-hasty") for part in wrap(said, width)]
    met = sum(1 for one in board.gate.criteria if one.outcome == "met")
    aside = sum(1 for one in board.gate.criteria if one.waiver is not None)
    summary = f"{met} of {len(board.gate.criteria)} met" + (f", {aside} set aside" if aside else "")
    return View(tuple(rows), summary if board.gate.criteria else "")


def _when(ahead: Outlook) -> str:
    return f"When: {ahead.brief}"


def _criterion(one: Judged, width: int) -> list[Row]:
    glyph, style = glyphs.VERDICT[one.verdict]
    name = min(10, max(6, width // 3))
    key = one.criterion.key
    first: list[Span] = [(f"{glyph} ", style), (pad(one.criterion.name, name) + " ", "bright"), (value(one), "bright")]
    rows = [fit(width, first, (), key)]
    if note := _note(one):
        rows += [fit(width, [("  ", ""), (part, "dim")], (), key) for part in wrap(note, width - 2)[:2]]
    return rows


def value(one: Judged) -> str:
    """Say value and target: `14 of 20`, `99.82% ≥ 99%`, `0 < 1/week`."""
    require = one.criterion.require
    wanted = require.split(" over ")[0].split(maxsplit=2)
    op, target = (wanted[1], wanted[2]) if len(wanted) == 3 else ("", "")
    reading = one.reading
    if reading.value is None:
        return f"– {words.OPS.get(op, op)} {target}"
    found = words.reading(reading.value, target, reading.name)
    if reading.nature == "count" and op in (">=", ">"):
        return f"{found} of {target}"
    unit = "/week" if "week" in reading.name else "/day" if "day" in reading.name else ""
    return f"{found} {words.OPS.get(op, op)} {target}{unit}"


def _note(one: Judged) -> str:
    sure = sureness(one)
    if one.outcome == "met":
        return sure
    said = one.reason.split(": ", 1)[-1].rstrip(".")
    if one.outcome in ("waived", "not_applicable"):
        return said
    ahead = one.outlook.brief or one.outlook.said if one.outlook and one.outlook.at else ""
    if one.outcome == "inconclusive" and sure:
        return f"{sure}; {ahead}" if ahead else sure
    if one.outcome in ("collecting", "inconclusive"):
        why = said.removesuffix(f"; {one.outlook.said}") if one.outlook else said
        why = why.split("; ", 1)[1] if "; " in why else "" if one.reading.nature == "count" else why
        return "; ".join(filter(None, (ahead, why)))
    return said


def sureness(one: Judged) -> str:
    """Say a confidence as a word beside its demand: `likely, 84% (80 asked)`; none while collecting."""
    return "" if one.confidence is None else confidence.says(one.confidence, one.criterion.confidence)


def wrap(text: str, width: int) -> list[str]:
    """Break a sentence into lines; a word that is longer than a line is broken too."""
    lines, line = [], ""
    for word in text.split():
        for part in chop_cells(word, max(2, width)) if cell_len(word) > width else (word,):
            if line and cell_len(line) + 1 + cell_len(part) > width:
                lines.append(line)
                line = part
            else:
                line = f"{line} {part}".strip()
    return [*lines, line] if line else lines


def explain(board: Board, key: str, width: int, grounds: Sequence[LogLine] = ()) -> list[Row]:
    """Say one criterion, or one other reason, in full: its numbers, what they prove, how, and the newest evidence."""
    one = next((row for row in board.gate.criteria if row.criterion.key == key), None)
    if one is None:
        return [Row(((part, "text"),)) for reason in board.gate.reasons for part in (*wrap(reason, width), "")]
    glyph, style = glyphs.VERDICT[one.verdict]
    rows = [
        Row(((f"{glyph} {one.verdict}  ", f"{style} bold"),
             (f"{one.criterion.name}: {one.outcome.replace('_', ' ')}", "bright"))),
        *(Row(((part, "text"),)) for part in wrap(one.reason, width)),
        BLANK,
    ]  # fmt: skip
    for name, said in _facts(one, board):
        for place, part in enumerate(wrap(said, max(10, width - 10))):
            rows.append(Row(((pad(name if place == 0 else "", 10), "dim"), (part, "text"))))
    rows += [BLANK, *(Row(((part, "dim"),)) for part in wrap(one.criterion.text, width))]
    return rows + _evidence(one, board, grounds, width)


def _evidence(one: Judged, board: Board, grounds: Sequence[LogLine], width: int) -> list[Row]:
    """List the newest facts that the number is made of, or what each probe says of the same window."""
    zone = board.launch.timezone
    rows = [
        fit(width, [(f"{times.clock(line.at.utc, zone, board.at.utc):>9} ", "dim"), (line.text, "text")],
            [(line.actor, "dim")])
        for line in grounds
    ]  # fmt: skip
    if one.reading.name in ("uptime", "p95", "error_rate", "burn"):
        label = one.reading.detail.split(",")[0]
        rows = [_window(probe, label, width) for probe in board.probes if probe.counts and label in probe.windows]
    return [BLANK, Row((("evidence, the newest first" if grounds else "evidence", "bright"),)), *rows] if rows else []


def _window(probe: Probe, label: str, width: int) -> Row:
    found = probe.windows[label]
    said = [
        (f"{words.share(float(value), key)} {word}" if word else f"p95 {float(value):.0f} ms")
        for key, word in (("uptime", "up"), ("p95_ms", ""), ("error_rate", "failed"))
        if (value := found.get(key)) is not None
    ]
    star = "critical" if probe.critical else ""
    return fit(width, [(pad(probe.name, 14), "text"), (f"{label}  {', '.join(said) or 'not seen'}", "dim")],
               [(f"{int(found.get('checks') or 0):,} checks  {star:<8}", "dim")])  # fmt: skip


def _newest(at: datetime | None, zone: str, now: datetime) -> str:
    return f"{times.clock(at, zone, now)}, {times.age(now - at)} old" if at else "nothing yet"


def _facts(one: Judged, board: Board) -> list[tuple[str, str]]:
    criterion, reading, zone = one.criterion, one.reading, board.launch.timezone
    wanted = criterion.require.split(" over ")[0].split()[-1]
    facts = [
        ("demands", target.said(criterion) + (f", set by {criterion.set_by}" if criterion.set_by else "")),
        ("value", words.reading(reading.value, wanted, reading.name)),
        ("samples", f"{reading.samples:,}"),
        ("source", reading.source),
        ("newest", _newest(reading.at, zone, board.at.utc)),
    ]
    if reading.exposure_s:
        facts.append(("watched", words.span(reading.exposure_s)))
    if criterion.floor is not None:
        facts.append(("floor", f"{criterion.floor:g}, from which the poll may waive the rest"))
    if sure := sureness(one):
        facts.append(("sure", sure))
    if one.outlook is not None:
        facts.append(("when", one.outlook.said))
    if (proof := proof_of(one)) is not None:
        facts += [("proves", proof.says), ("how", proof.how)]
    return facts
