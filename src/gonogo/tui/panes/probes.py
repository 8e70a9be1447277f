"""The probes: health, latency, a sparkline, uptime."""

from __future__ import annotations

from collections import Counter

from gonogo.rules.alone import Alone, alone, why_alone
from gonogo.rules.board import Board
from gonogo.rules.clock import Instant
from gonogo.rules.probe import UNVERIFIED, Probe
from gonogo.rules.window import share_seen
from gonogo.tui import glyphs, times
from gonogo.tui.lines import Row, Span, View, fit, pad, sparkline
from gonogo.tui.panes.gate import wrap


def view(board: Board, now: Instant, width: int) -> View:
    """List the probes; one that is not well says why."""
    rows: list[Row] = []
    partly = max((len(seen) for one in board.probes if (seen := _seen(one))), default=-4) + 4
    for probe in board.probes:
        rows.append(_line(probe, board, width, partly))
        rows += _reason(probe, board, now, width)
        if probe.insecure:
            rows.append(fit(width, [(f"  {UNVERIFIED}", "nogo")], (), probe.name))
    if not board.probes:
        broken = board.watch.config_error is not None
        words = "The config cannot be used; g shows why." if broken else "No probe is set up: write one in gonogo.toml."
        rows += [Row(((part, "nogo" if broken else "dim"),)) for part in wrap(words, width)]
    return View(tuple(rows), _summary(board, width))


def _summary(board: Board, width: int) -> str:
    """Count the probes by how they stand: in words, or by their glyphs where there is no room for those."""
    counts = Counter(standing(probe, board)[:2] for probe in board.probes)
    order = (*glyphs.HEALTH, "maintenance")
    known = sorted(counts.items(), key=lambda one: order.index(one[0][1]))
    said = "  ".join(f"{count} {'slow' if word == 'degraded' else word}" for (_, word), count in known)
    return said if len(said) < width - 2 else "  ".join(f"{count} {glyph}" for (glyph, _), count in known)


def standing(probe: Probe, board: Board) -> tuple[str, str, str]:
    """Return a probe's glyph, word and style: its health, unless somebody leaves it alone."""
    if pause := board.pauses.get(probe.name):
        return glyphs.ALONE[pause.kind]
    glyph, style = glyphs.HEALTH[probe.health]
    return glyph, probe.health, style


_Made = tuple[Probe, int, int, str, Row]
_drawn: dict[str, _Made] = {}
"""The line of each probe as it was made last: of a thousand probes only some have changed since."""


def _line(probe: Probe, board: Board, width: int, partly: int) -> Row:
    """Return a probe's line, made anew where the probe, or anything else that it is made of, is another."""
    known, how = _drawn.get(probe.name), alone(probe, board)
    if known is None or known[0] is not probe or known[1:4] != (width, partly, how):
        made = _made(probe, board, width, partly, how)
        known = _drawn[probe.name] = (probe, width, partly, how, made)
    return known[4]


def _made(probe: Probe, board: Board, width: int, partly: int, how: Alone) -> Row:
    """Make a line; `partly` is how wide the column is that says how much of the day was seen."""
    glyph, word, style = standing(probe, board)
    name = max(8, min(14, width - 31))
    if how == "phase":
        when = f"during {', '.join(board.during[probe.name])}"
        return fit(width, [(f"{glyph} ", style), (f"{pad(probe.name, name)}{word:>8} ", "text"), (when, "dim")], (),
                   probe.name)  # fmt: skip
    spark = max(4, min(30, width - name - 19 - partly))
    well = word in ("up", "paused")
    uptime = probe.windows.get("24h", {}).get("uptime")
    share = "" if uptime is None else "100.00" if uptime == 1 else f"{int(float(uptime) * 10_000) / 100:.2f}"
    points = [float(point) for point in probe.spark]
    shown: list[Span] = [
        (f"{glyph} ", style),
        (pad(probe.name, name), "text" if well else "bright"),
        (f"{latency(probe, word):>8} ", "text"),
        (sparkline(points, spark, ceiling(points)), style),
    ]
    seen = _seen(probe)
    of = f" of {seen:>{partly - 4}}" if seen else " " * partly
    return fit(width, shown, [(f"{share:>6}", "dim" if seen or not share else "text"), (of, "dim")], probe.name)


def _reason(probe: Probe, board: Board, now: Instant, width: int) -> list[Row]:
    """Say why a probe that is not well is not, or is left alone."""
    how = alone(probe, board)
    if how in ("pause", "maintenance") or (how == "" and not probe.counts):
        said = why_alone(probe, board, times.zone(board.launch.timezone))
        return [fit(width, [(f"  {said}", "hold")], (), probe.name)]
    if probe.health in ("up", "paused"):
        return []
    since = f", {times.age(now.utc - probe.since.utc)}" if probe.since else ""
    why = probe.detail or _undecided(probe)
    style = glyphs.HEALTH[probe.health][1]
    return [fit(width, [(f"  {probe.health}: {why}{since}", style)], (), probe.name)]


def _undecided(probe: Probe) -> str:
    """Say what a probe without a fault of its own waits for."""
    if probe.checked_at is None:
        return "waiting for its first answer"
    return f"answers again, {probe.passes} in a row" if probe.passes else "no answer counts yet"


def _seen(probe: Probe) -> str:
    """Say how much of the day was observed, beside an uptime that speaks for less than the day."""
    day = probe.windows.get("24h", {})
    return share_seen(day) if day.get("uptime") is not None else ""


def latency(probe: Probe, word: str = "") -> str:
    """Say the newest latency: `142 ms`, `1.4 s`, that there is none, or that it is not asked."""
    if (word or probe.health) == "paused":
        return "paused"
    if probe.latency_ms is None:
        return "–"
    return f"{probe.latency_ms:.0f} ms" if probe.latency_ms < 1000 else f"{probe.latency_ms / 1000:.1f} s"


def ceiling(points: list[float]) -> float:
    """Return what a full bar stands for: four times the median, and never less than the greatest point."""
    known = sorted(point for point in points if point >= 0)
    return max(known[len(known) // 2] * 4, known[-1], 20) if known else 1
