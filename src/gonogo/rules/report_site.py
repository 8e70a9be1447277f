"""The part of a report about the site: what broke and what was done, and how long each probe was up."""

from __future__ import annotations

from collections.abc import Iterator

from gonogo.rules import plain, words
from gonogo.rules.board import Board, IncidentRow
from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.duration import countdown
from gonogo.rules.incident import Incident, IncidentStep, step_clock
from gonogo.rules.page import Block, Cell, Chart, Line, Point, State, Table
from gonogo.rules.plan import Severity
from gonogo.rules.probe import Probe
from gonogo.rules.told import Times, Told, day_name
from gonogo.rules.window import OBJECTIVE, Window, share_seen

CHARTED = 24
"""How many probes have charts; the critical ones come first."""
_GRAVE: dict[Severity, State] = {Severity.CRITICAL: "nogo", Severity.HIGH: "nogo", Severity.MEDIUM: "hold"}
_HEALTH: dict[str, State] = {"up": "go", "degraded": "hold", "down": "nogo"}
_OUTCOME = {
    "fixed": "fixed", "false_alarm": "false alarm", "duplicate": "the same as another", "abandoned": "ended early",
    "aborted": "aborted for what was real",
}  # fmt: skip


# What broke -----------------------------------------------------------------------------------


def trouble(board: Board, told: Told, times: Times) -> Iterator[Block]:
    """Say of each incident when it began, was seen and ended, and what was done; drills come apart and never count."""
    real = [row for row in told.incidents if not row.incident.drill]
    drills = [row for row in told.incidents if row.incident.drill]
    if not real:
        yield Line("Nothing has broken so far." if board.phases else "Nothing.", "go")
    else:
        yield Table(
            ("", "severity", "what", "began", "seen", "lasted", "how it ended"),
            tuple(_incident(row.incident, times) for row in real),
        )
    for row in real:
        yield from _steps(row, told.names, times)
    for row in drills:
        yield Line(f"Drill {row.incident.label}, {times.stamp(row.incident.detected_at.utc)}: {row.incident.title}; "
                   f"{_played(board, row.incident)}. Drills count nowhere.", "dim", "point")  # fmt: skip


def _incident(one: Incident, times: Times) -> tuple[Cell, ...]:
    began = times.stamp(one.onset_at.utc) if one.onset_at else "not known"
    until = one.resolved_at or times.now
    lasted = words.span(elapsed(one.onset_at or one.detected_at, until).seconds)
    return (
        Cell(str(one.label), "dim"), Cell(str(one.severity), _GRAVE.get(one.severity, "")), Cell(one.title),
        Cell(began), Cell(times.stamp(one.detected_at.utc)), Cell(lasted if one.resolved_at else f"{lasted} so far"),
        Cell(_ended(one), "" if not one.is_open else "nogo"),
    )  # fmt: skip


def _played(board: Board, one: Incident) -> str:
    """Say what a drill came to."""
    score = next((drill.score for drill in board.drills if drill.id == one.id), "")
    return score or _ended(one)


def _ended(one: Incident) -> str:
    if one.is_open:
        return f"open: {one.state}"
    said = _OUTCOME.get(one.outcome or "", one.state)
    again = f", came back {words.count(one.reopened, 'time')}" if one.reopened else ""
    return f"{said}{again}"


def _steps(row: IncidentRow, names: bool, times: Times) -> Iterator[Block]:
    one = row.incident
    facts = [_seen(one)]
    if one.acked_at and one.acked_by:
        facts.append(f"{one.acked_by} had it at T+{_t_plus(one, one.acked_at)}")
    if one.last_change:
        facts.append(f"the last change before it: {one.last_change}")
    if one.untold:
        facts.append(f"customers not told: {one.told}")
    elif one.told is not None or any(step.key == "tell" and step.done_at for step in row.steps):
        facts.append("the customers were told")
    if row.hit and row.hit[1]:
        facts.append(f"{row.hit[0]} of {row.hit[1]} orders failed since")
    yield Line(f"Incident {one.label}: {one.title}", kind="head")
    yield Line(words.sentence("; ".join(facts)) + ".")
    if names and one.reason:
        yield Line(f"Why: {one.reason}")
    if names and one.told and not one.untold:
        yield Line(f"What the customers were told: {one.told}")
    if row.steps:
        head = ("step", "due", "done", "by", *(("noted",) if names else ()))
        yield Table(head, tuple(_step(one, step, names, times) for step in row.steps))
    for line in row.timeline if names else ():
        yield Line(f"{times.stamp(line.at.utc)}, {line.actor}: {line.text}", kind="point")


def _seen(one: Incident) -> str:
    if one.onset_at is None:
        return "when it began is not known"
    return f"seen {words.span(elapsed(one.onset_at, one.detected_at).seconds)} after it began"


def _t_plus(one: Incident, at: Instant) -> str:
    return countdown(elapsed(one.detected_at, at).seconds)


def _step(one: Incident, step: IncidentStep, names: bool, times: Times) -> tuple[Cell, ...]:
    due = f"T+{countdown(step.due_s)}" if step.due_s is not None else "–"
    clock = step_clock(one, step, one.resolved_at or times.now)
    late = f", {words.span(clock.late_s)} late" if clock.late else ""
    if step.done_at is None:
        over = not one.is_open
        done = Cell("left" if over else f"open{late}", "dim" if over else "nogo" if clock.late else "hold")
    else:
        done = Cell(f"T+{_t_plus(one, step.done_at)}{late}", "hold" if clock.late else "go")
    note = (Cell(step.note or ""),) if names else ()
    return (Cell(step.text), Cell(due), done, Cell(step.done_by or ""), *note)


# The site -------------------------------------------------------------------------------------


def probes(board: Board, told: Told) -> Iterator[Block]:
    """Say how long each probe was up, of how much that was watched; and day by day."""
    if not board.probes:
        yield Line("Nothing is asked of the site: gonogo.toml has no probe.", "hold")
        return
    head = ("", "probe", "where", "24 h", "watched", "7 d", "watched", "phase", "watched", "95% answer within")
    yield Table(head, tuple(_probe(one) for one in board.probes), right=(3, 4, 5, 6, 7, 8, 9))
    yield Line("Up is the share of the time that was watched; what nobody watched counts neither way.", "dim")
    shown = sorted((one for one in board.probes if any(_was_seen(told, one))), key=lambda one: not one.critical)
    for one in shown[:CHARTED]:
        yield from _charts(one, told)
    if len(shown) > CHARTED:
        yield Line(f"{len(shown) - CHARTED} more probes have no chart here, the critical ones came first.", "dim")


def _was_seen(told: Told, probe: Probe) -> list[bool]:
    return [bool(window.get("seen_s")) for window in told.seen.get(probe.name, ())]


def _probe(one: Probe) -> tuple[Cell, ...]:
    cells = [Cell(plain.HEALTH[one.health], _HEALTH.get(one.health, "dim")),
             Cell(one.name + (" (critical)" if one.critical else "")), Cell(one.environment)]  # fmt: skip
    for label in ("24h", "7d", "phase"):
        window = one.windows.get(label, {})
        little = window.get("coverage") and share_seen(window)
        cells += [_uptime(window), Cell(_watched(window), "hold" if little else "dim")]
    p95 = one.windows.get("24h", {}).get("p95_ms")
    return (*cells, Cell(f"{p95:,.0f} ms" if p95 is not None else "–"))


def _uptime(window: Window) -> Cell:
    share = window.get("uptime")
    if share is None:
        return Cell("–", "dim")
    return Cell(_percent(float(share)), _state_of(float(share)))


def _percent(share: float) -> str:
    """Write a share that is never rounded up: 99.996% is not all."""
    return f"{int(share * 10_000) / 100:.2f}%"


def _state_of(share: float) -> State:
    return "go" if share >= OBJECTIVE else "hold" if share >= 0.95 else "nogo"


def _watched(window: Window) -> str:
    coverage = window.get("coverage")
    return "–" if not coverage else f"{int(float(coverage) * 100)}%" if float(coverage) >= 0.01 else "<1%"


def _charts(one: Probe, told: Told) -> Iterator[Block]:
    days = tuple(zip(map(day_name, told.days), told.seen[one.name], strict=True))
    up, speed = [], []
    for day, window in days:
        share, p95 = window.get("uptime"), window.get("p95_ms")
        if share is None:
            up.append(Point(day, None, "not watched"))
        else:
            part = f", {_watched(window)} watched" if share_seen(window) else ""
            up.append(Point(day, float(share), f"{_percent(float(share))} up{part}", _state_of(float(share))))
        speed.append(Point(day, p95, f"{p95:,.0f} ms" if p95 is not None else "no answer"))
    yield Chart(f"{one.name}: up, day by day", tuple(up), "strip")
    if any(point.value is not None for point in speed):
        yield Chart(f"{one.name}: 95% answer within", tuple(speed), "line", "ms")
