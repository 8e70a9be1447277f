"""The probes: health, latency, a sparkline, uptime."""

from __future__ import annotations

from gonogo.rules.board import Board
from gonogo.rules.clock import Instant
from gonogo.rules.probe import Probe
from gonogo.rules.window import share_seen
from gonogo.tui import glyphs, times
from gonogo.tui.lines import Row, Span, View, fit, pad, sparkline
from gonogo.tui.panes.gate import wrap


def view(board: Board, now: Instant, width: int) -> View:
    """List the probes; one that is not well says why."""
    rows: list[Row] = []
    for probe in board.probes:
        rows += _probe(probe, board, now, width)
    if not board.probes:
        broken = board.watch.config_error is not None
        words = "The config cannot be used; g shows why." if broken else "No probe is set up: write one in gonogo.toml."
        rows += [Row(((part, "nogo" if broken else "dim"),)) for part in wrap(words, width)]
    counts = [(name, sum(1 for probe in board.probes if probe.health == name)) for name in glyphs.HEALTH]
    short = {"degraded": "slow"}
    return View(tuple(rows), "  ".join(f"{count} {short.get(name, name)}" for name, count in counts if count))


def _probe(probe: Probe, board: Board, now: Instant, width: int) -> list[Row]:
    glyph, style = glyphs.HEALTH[probe.health]
    name = max(8, min(14, width - 31))
    partly = max((len(seen) for one in board.probes if (seen := _seen(one))), default=-4) + 4
    spark = max(4, min(30, width - name - 19 - partly))
    well = probe.health in ("up", "paused")
    uptime = probe.windows.get("24h", {}).get("uptime")
    share = "" if uptime is None else "100.00" if uptime == 1 else f"{int(float(uptime) * 10_000) / 100:.2f}"
    points = [float(point) for point in probe.spark]
    shown: list[Span] = [
        (f"{glyph} ", style),
        (pad(probe.name, name), "text" if well else "bright"),
        (f"{latency(probe):>8} ", "text"),
        (sparkline(points, spark, ceiling(points)), style),
    ]
    seen = _seen(probe)
    of = f" of {seen:>{partly - 4}}" if seen else " " * partly
    rows = [fit(width, shown, [(f"{share:>6}", "dim" if seen or not share else "text"), (of, "dim")], probe.name)]
    if pause := board.pauses.get(probe.name):
        said = pause.said(pause.until.utc.astimezone(times.zone(board.launch.timezone)))
        rows.append(fit(width, [(f"  {said}", "hold")], (), probe.name))
    elif not well:
        since = f", {times.age(now.utc - probe.since.utc)}" if probe.since else ""
        why = probe.detail or ("waiting for its first answer" if probe.checked_at is None else "no answer counts yet")
        rows.append(fit(width, [(f"  {probe.health}: {why}{since}", style)], (), probe.name))
    return rows


def _seen(probe: Probe) -> str:
    """Say how much of the day was observed, beside an uptime that speaks for less than the day."""
    day = probe.windows.get("24h", {})
    return share_seen(day) if day.get("uptime") is not None else ""


def latency(probe: Probe) -> str:
    """Say the newest latency: `142 ms`, `1.4 s`, or that there is none."""
    if probe.health == "paused":
        return "paused"
    if probe.latency_ms is None:
        return "–"
    return f"{probe.latency_ms:.0f} ms" if probe.latency_ms < 1000 else f"{probe.latency_ms / 1000:.1f} s"


def ceiling(points: list[float]) -> float:
    """Return what a full bar stands for: four times the median, and never less than the greatest point."""
    known = sorted(point for point in points if point >= 0)
    return max(known[len(known) // 2] * 4, known[-1], 20) if known else 1
