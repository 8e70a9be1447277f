"""The probes: health, latency, a sparkline, uptime."""

from __future__ import annotations

from collections.abc import Sequence

from gonogo.rules.board import Board
from gonogo.rules.clock import Instant
from gonogo.rules.probe import CheckDetail, Probe
from gonogo.tui import glyphs, times
from gonogo.tui.lines import BLANK, Row, Span, View, fit, pad, sparkline
from gonogo.tui.panes.gate import wrap


def view(board: Board, now: Instant, width: int) -> View:
    """List the probes; one that is not well says why."""
    rows: list[Row] = []
    for probe in board.probes:
        rows += _probe(probe, now, width)
    if not board.probes:
        rows.append(fit(width, [("No probe is set up: write one in gonogo.toml.", "dim")]))
    counts = [(name, sum(1 for probe in board.probes if probe.health == name)) for name in glyphs.HEALTH]
    words = {"degraded": "slow"}
    return View(tuple(rows), "  ".join(f"{count} {words.get(name, name)}" for name, count in counts if count))


def _probe(probe: Probe, now: Instant, width: int) -> list[Row]:
    glyph, style = glyphs.HEALTH[probe.health]
    name = max(8, min(14, width - 31))
    spark = max(4, min(30, width - name - 19))
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
    rows = [fit(width, shown, [(f"{share:>6}", "dim" if uptime is None else "text")], probe.name)]
    if not well:
        since = f", {times.age(now.utc - probe.since.utc)}" if probe.since else ""
        why = probe.detail or ("waiting for its first answer" if probe.checked_at is None else "no answer counts yet")
        rows.append(fit(width, [(f"  {probe.health}: {why}{since}", style)], (), probe.name))
    return rows


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


def explain(probe: Probe, checks: Sequence[CheckDetail], timezone: str, width: int) -> list[Row]:
    """Say a probe in full: its windows, then its last checks."""
    glyph, style = glyphs.HEALTH[probe.health]
    rows = [
        Row(((f"{glyph} {probe.name}", f"{style} bold"), (f"  {probe.health}", "text"), (f"  {probe.detail}", style))),
        fit(width, [(f"{probe.target}", "text")]),
        fit(width, [(f"{probe.environment}, every {probe.every_s:g} s, down after {probe.down_after}"
                     f"{', critical' if probe.critical else ''}", "dim")]),
        BLANK,
        fit(width, [(f"{'window':<8}{'uptime':>9}{'seen':>8}{'checks':>9}{'p50':>9}{'p95':>9}{'p99':>9}", "dim")]),
    ]  # fmt: skip
    for name, window in probe.windows.items():
        up = window.get("uptime")
        uptime = "–" if up is None else f"{int(float(up) * 10_000) / 100:.2f}%"
        seen = f"{float(window.get('coverage') or 0):.0%}"
        ms = [f"{window[k]:.0f} ms" if window.get(k) is not None else "–" for k in ("p50_ms", "p95_ms", "p99_ms")]
        rows.append(fit(width, [(f"{name:<8}{uptime:>9}{seen:>8}{window.get('checks') or 0:>9}", "text"),
                                (f"{ms[0]:>9}{ms[1]:>9}{ms[2]:>9}", "text")]))  # fmt: skip
    rows += [BLANK, fit(width, [("last checks", "dim")])]
    marks = {"ok": ("●", "go"), "slow": ("◐", "hold"), "failed": ("✕", "nogo"), "unknown": ("?", "dim")}
    for check in checks:
        at = check.at.astimezone(times.zone(timezone))
        mark, tone = marks[check.outcome]
        took = f"{check.latency_ms:.0f} ms" if check.latency_ms is not None else "–"
        words = " ".join(filter(None, (check.failure, check.detail, check.changed)))
        rows.append(fit(width, [(f"{mark} ", tone), (f"{at:%H:%M:%S}  {took:>9}  ", "text"), (words, "dim")]))
    return rows + [Row(((part, "dim"),)) for part in wrap("Percentiles are of successes, right within 5%.", width)]
