"""One probe in full: what it is, its windows, its history as a strip, and its last checks. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gonogo.rules import words
from gonogo.rules.alone import why_alone
from gonogo.rules.board import Board
from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.probe import UNVERIFIED, Cell, CheckDetail, Outcome, Phases, Probe
from gonogo.tui import times
from gonogo.tui.lines import BLANK, Row, Span, View, fit, pad
from gonogo.tui.panes.gate import wrap
from gonogo.tui.panes.probes import standing

SPANS = {"1h": 3600, "24h": 86_400, "7d": 604_800, "30d": 2_592_000}
"""The lengths of the history strip, in seconds."""
MARKS = {
    Outcome.OK: ("●", "go"), Outcome.SLOW: ("◐", "hold"), Outcome.FAILED: ("✕", "nogo"), Outcome.UNKNOWN: ("?", "dim"),
}  # fmt: skip
_WINDOWS = {"1h": "1 h", "24h": "24 h", "7d": "7 d", "30d": "30 d", "phase": "phase", "before": "before"}
_FIRST = ("phase", "before", "24h", "1h", "7d", "30d")
"""Which windows are shown where there is not room for all."""
WIDE = 100
"""From this width on, a check's line has the time of each part."""


@dataclass(frozen=True, slots=True)
class History:
    """What is read of a probe beside the board: its newest checks, and its strip over a span."""

    span: str
    cells: tuple[Cell, ...]
    checks: tuple[CheckDetail, ...]
    deploys: tuple[datetime, ...] = ()


def banner(probe: Probe, board: Board, now: Instant, width: int) -> Row:
    """Which probe, how it is and since when, and whether anybody asks it."""
    glyph, word, style = standing(probe, board)
    zone, since = board.launch.timezone, ""
    if pause := board.pauses.get(probe.name):
        until = times.clock(pause.until.utc, zone, now.utc)
        since = f" for {words.span(elapsed(pause.since, now).seconds)}, until {until}"
    elif probe.since and probe.health != "paused":
        since = f" for {times.age(now.utc - probe.since.utc)}"
    left: list[Span] = [(f" {glyph} {word.upper()} ", f"on-{style}" if style != "dim" else "bright")]
    left += [(f" {probe.name}", "bright bold"), (since, "text"), ("  critical" if probe.critical else "", "hold"),
             ("  INSECURE" if probe.insecure else "", "nogo bold")]  # fmt: skip
    local = now.utc.astimezone(times.zone(zone))
    watch = ("● ", "go") if board.watch.running and not board.watch.stalled else ("✕ ", "nogo bold")
    return fit(width, left, [("watch ", "dim"), watch, (f"{local:%a %H:%M} ", "text")])


def about(probe: Probe, board: Board, history: History | None, now: Instant, width: int) -> View:
    """What is asked and how, what it said last, and whether it is left alone."""
    rows = [fit(width, [(probe.target, "bright")])]
    how = f"{probe.kind} in {probe.environment}, every {probe.every_s:g} s, down after {probe.down_after}"
    newest = history.checks[0] if history and history.checks else None
    who = ", ".join(filter(None, (newest.ip, _ends(newest, now.utc, probe)))) if newest else ""
    rows.append(fit(width, [(how, "text")], [(who, "text")] if who else ()))
    if probe.insecure:
        rows.append(fit(width, [(UNVERIFIED, "nogo bold"), (", whoever answers is believed", "nogo")]))
    if why := why_alone(probe, board, times.zone(board.launch.timezone)):
        pause = board.pauses.get(probe.name)
        rows.append(fit(width, [(why, "hold"), (f", says {pause.by}" if pause else "", "dim")]))
    if newest is None:
        rows.append(fit(width, [("nothing has been asked yet", "dim")]))
        return View(tuple(rows))
    said = " ".join(filter(None, (newest.failure, newest.detail)))
    if said:
        rows.append(fit(width, [(said, MARKS[newest.outcome][1])]))
    if newest.excerpt:
        rows.append(fit(width, [("it says ", "dim"), (newest.excerpt, "text")]))
    parts = [(name, took) for name, took in _parts(newest.phases) if took is not None]
    spans: list[Span] = [(f"{_ms(newest.latency_ms)}  ", "bright")] if newest.latency_ms is not None else []
    for name, took in parts:
        spans += [(f"{name} ", "dim"), (f"{_ms(took * 1000)}  ", "text")]
    rows.append(fit(width, spans))
    return View(tuple(rows))


def windows(probe: Probe, width: int, most: int = len(_WINDOWS)) -> View:
    """Uptime with coverage, percentiles, errors and burn for each window; the phase before as a baseline."""
    known = [key for key in _FIRST if key in probe.windows][:most]
    head = f"{'':<7}{'uptime':>9}{'seen':>6}{'checks':>8}{'errors':>8}{'p50':>8}{'p95':>8}{'p99':>8}{'burn':>7}"
    rows = [fit(width, [(head, "dim")])]
    rows += [_window(key, name, probe.windows[key], width) for key, name in _WINDOWS.items() if key in known]
    if len(rows) == 1:
        rows.append(fit(width, [("no window has been observed yet", "dim")]))
    worse = _against_before(probe)
    if worse:
        rows.append(fit(width, [(worse, "hold")]))
    return View(tuple(rows), "percentiles of successes, within 5%")


def _window(key: str, name: str, found: dict[str, float | int | None], width: int) -> Row:
    uptime, errors, burn = found.get("uptime"), found.get("error_rate"), found.get("burn_rate")
    share = "–" if uptime is None else f"{int(float(uptime) * 100_000) / 1000:.3f}%"
    seen = f"{int(float(found.get('coverage') or 0) * 100)}%"
    times_ = "".join(f"{_ms(found.get(part)):>8}" for part in ("p50_ms", "p95_ms", "p99_ms"))
    left: list[Span] = [
        (f"{name:<7}", "bright"),
        (f"{share:>9}", "text" if uptime is None or uptime >= 0.99 else "hold"),
        (f"{seen if key != 'before' else '':>6}", "text" if float(found.get("coverage") or 0) >= 0.9 else "hold"),
        (f"{found.get('checks') or 0:>8,}", "text"),
        (f"{'–' if errors is None else words.share(float(errors), 'error_rate'):>8}", "text"),
        (times_, "text"),
        (f"{'–' if burn is None else f'{float(burn):.1f}x':>7}", "hold" if burn and burn > 1 else "text"),
    ]
    left_out = float(found.get("excluded_s") or 0)
    right: list[Span] = [(f"less {words.span(left_out)}", "dim")] if left_out >= 1 else []
    return fit(width, left, right)


def _against_before(probe: Probe) -> str:
    """Say that this phase is worse than the one before, where both have enough to say so."""
    now, before = probe.windows.get("phase", {}), probe.windows.get("before", {})
    if min(int(now.get("checks") or 0), int(before.get("checks") or 0)) < 100:
        return ""
    here, there = now.get("p95_ms"), before.get("p95_ms")
    if not here or not there or float(here) < 1.5 * float(there):
        return ""
    return f"p95 is {float(here) / float(there):.1f} times that of the phase before"


# History --------------------------------------------------------------------------------------


def strip(history: History | None, now: Instant, timezone: str, width: int) -> View:
    """History as cells, oldest at the left: how much was up, and what else happened."""
    if history is None:
        return View((fit(width, [("reading", "dim")]),))
    shown = history.cells[-width:]
    cells = tuple(_cell(cell) for cell in shown)
    begin = now.utc.timestamp() - SPANS[history.span]
    marks = _markers(history, begin, len(shown))
    first = datetime.fromtimestamp(begin, now.utc.tzinfo)
    axis = fit(width, [(times.clock(first, timezone, now.utc), "dim")], [("now", "dim")])
    return View((Row(_merged(cells)), Row((("".join(marks), "accent"),)), axis), f"{history.span}, arrows change it")


def _cell(cell: Cell) -> Span:
    if cell.up is None:
        return ("‖", "dim") if cell.excluded else ("·", "dim")
    if cell.worst is Outcome.FAILED or cell.up < 1:
        return ("✕", "nogo") if cell.up < 0.5 else ("▃", "nogo")
    return ("▆", "hold") if cell.worst is Outcome.SLOW else ("█", "go")


def _merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Join neighbours of one style, so that a line has few parts."""
    found: list[Span] = []
    for text, style in spans:
        if found and found[-1][1] == style:
            found[-1] = (found[-1][0] + text, style)
        else:
            found.append((text, style))
    return tuple(found)


def _markers(history: History, begin: float, cells: int) -> list[str]:
    """Set a mark under each cell in which the address, the certificate or the build changed."""
    row = [" "] * cells
    stamps = [check.at.timestamp() for check in history.checks if check.changed]
    for stamp in (*stamps, *(at.timestamp() for at in history.deploys)):
        place = int((stamp - begin) / SPANS[history.span] * cells)
        if 0 <= place < cells:
            row[place] = "▲"
    return row


# Checks ---------------------------------------------------------------------------------------


def checks(history: History | None, timezone: str, width: int) -> View:
    """The last checks, newest first; a change stands over the check that saw it first."""
    if history is None:
        return View(())
    rows: list[Row] = []
    for place, check in enumerate(history.checks):
        rows.append(_check(check, place, timezone, width))
        if check.changed:
            rows.append(fit(width, [("         ▲ ", "accent"), (check.changed, "accent")], (), f"check:{place}"))
    return View(tuple(rows), f"the last {len(history.checks)}")


def _check(check: CheckDetail, place: int, timezone: str, width: int) -> Row:
    glyph, style = MARKS[check.outcome]
    at = check.at.astimezone(times.zone(timezone))
    left: list[Span] = [(f"{at:%H:%M:%S} ", "text"), (f"{glyph} ", style), (f"{_ms(check.latency_ms):>8} ", "bright")]
    if width >= WIDE:
        left += [(f"{'' if took is None else _ms(took * 1000):>8}", "dim") for _, took in _parts(check.phases)]
        left.append((f"  {pad(check.ip, 16)}" if check.ip else "", "dim"))
    if check.excluded:
        left.append((" excluded ", "dim"))
    said = " ".join(filter(None, (check.failure, check.detail)))
    right: list[Span] = [(f"{check.late_ms} ms late", "hold")] if check.late_ms >= 100 else []
    right += [(f" {check.missed} missed", "hold")] if check.missed else []
    return fit(width, [*left, (f" {said}", style if said else "text")], right, f"check:{place}")


def heading(width: int) -> str:
    """Name the columns of the checks, where they fit."""
    return "Checks: dns, connect, tls, first byte, transfer" if width >= WIDE else "Checks"


def explain(check: CheckDetail, timezone: str, width: int) -> list[Row]:
    """Say one check in full."""
    glyph, style = MARKS[check.outcome]
    at = check.at.astimezone(times.zone(timezone))
    rows = [Row(((f"{glyph} {check.outcome}", f"{style} bold"), (f"  {at:%a %d %b %H:%M:%S}", "text"))), BLANK]
    for part in wrap(check.detail, width) if check.detail else ():
        rows.append(Row(((part, style),)))
    for part in wrap(f"It says: {check.excerpt}", width) if check.excerpt else ():
        rows.append(Row(((part, "text"),)))
    facts = [
        ("failure", check.failure or ""), ("latency", _ms(check.latency_ms)),
        *((name, _ms(took * 1000)) for name, took in _parts(check.phases) if took is not None),
        ("address", check.ip or ""), ("final URL", check.url or ""),
        ("chain ends", f"{check.cert_expires:%d %b %Y %H:%M} UTC" if check.cert_expires else ""),
        ("began late", f"{check.late_ms} ms" if check.late_ms else ""),
        ("turns missed", str(check.missed or "")), ("changed", check.changed),
        ("maintenance", "it counts for nothing" if check.excluded else ""),
    ]  # fmt: skip
    rows += [fit(width, [(pad(name, 14), "dim"), (value, "text")]) for name, value in facts if value and value != "–"]
    return rows


def _parts(phases: Phases) -> tuple[tuple[str, float | None], ...]:
    return (("dns", phases.dns), ("connect", phases.connect), ("tls", phases.tls),
            ("first byte", phases.first_byte), ("transfer", phases.transfer))  # fmt: skip


def _ms(value: float | int | None) -> str:
    """Say milliseconds so that they stand in columns: `0.4 ms`, `142 ms`, `1.4 s`."""
    if value is None:
        return "–"
    if value >= 1000:
        return f"{value / 1000:.1f} s"
    return f"{value:.0f} ms" if value >= 10 else f"{value:.1f} ms"


def _ends(check: CheckDetail, now: datetime, probe: Probe) -> str:
    if check.cert_expires is None:
        return ""
    if probe.insecure:  # until when it says that it holds is worth nothing
        return "chain not verified"
    left = (check.cert_expires - now).total_seconds()
    return f"chain holds {words.span(left)}" if left > 0 else "the chain has ended"
