"""The board as data and as plain text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import humanize

from gonogo.rules import ready_words, words
from gonogo.rules.alone import alone, why_alone
from gonogo.rules.board import Board, IncidentRow
from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.criterion import Judged
from gonogo.rules.incident import current_step, step_clock
from gonogo.rules.outlook import Outlook
from gonogo.rules.plan import Phase
from gonogo.rules.probe import UNVERIFIED, Probe
from gonogo.rules.reading import Reading
from gonogo.rules.window import share_seen


def stamp(at: datetime) -> str:
    """Write an instant as ISO 8601 in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def as_data(board: Board, now: Instant) -> dict[str, Any]:
    """Dump a board; ages are derived now."""
    return {
        "launch": {"id": board.launch.key, "name": board.launch.name, "state": state_of(board)},
        "at": stamp(now.utc),
        "verdict": str(board.verdict),
        "reasons": list(board.gate.reasons),
        "phase": _active(board, now),
        "phases": [
            {"id": row.phase.key, "state": row.phase.state, "checklist": {"done": row.done, "total": row.total},
             "verdict": str(row.verdict) if row.verdict else None,
             "override": row.phase.reason if row.phase.state == "overridden" else None,
             "retro": row.phase.retro or None}
            for row in board.phases
        ],
        "hold": None if board.hold is None else {
            "reason": board.hold.reason, "by": board.hold.by, "until": stamp(board.hold.until),
        },
        "poll": [
            {"seat": row.seat.key, "standing": row.standing, "by": row.vote.who if row.vote else None,
             "why": (row.vote.stale or row.vote.reason) if row.vote else None}
            for row in board.poll
        ],
        "probes": probes(board),
        "readings": [_reading(one) for one in readings(board)],
        "log": _log(board),
        "readiness": [
            {"id": row.target.key, "state": row.state, "detail": row.said, "attested_by": row.attested or None,
             "checked_at": stamp(row.renewal.at.utc) if row.renewal else None,
             "evidence_at": stamp(row.dated) if row.dated else None,
             "holds_until": stamp(row.stale_at) if row.stale_at else None, "renew": ready_words.renewing(row)[1]}
            for row in board.ready
        ],
        "incidents": [_incident(row, now) for row in board.incidents],
        "watch": _watching(board, now),
    }  # fmt: skip


def state_of(board: Board) -> str:
    """Say where the launch stands; a hold is an act of its own, so it is no state that is kept."""
    return "hold" if board.hold else board.launch.state


def _active(board: Board, now: Instant) -> dict[str, Any] | None:
    if (active := board.active) is None:
        return None
    return {
        "id": active.phase.key, "number": active.phase.position, "name": active.phase.name,
        "state": active.phase.state, "day": day_of(active.phase, now),
        "checklist": {"done": active.done, "total": active.total},
        "gate": {
            "verdict": str(board.gate.verdict),
            "outlook": _outlook(board.gate.outlook),
            "hasty": list(board.hasty),
            "criteria": [_criterion(one) for one in board.gate.criteria],
        },
    }  # fmt: skip


def _watching(board: Board, now: Instant) -> dict[str, Any]:
    watch = board.watch
    beat, began = watch.heartbeat_at, watch.started_at
    return {
        "running": watch.running,
        "heartbeat_age_s": round(elapsed(beat, now).seconds, 1) if beat else None,
        "pid": watch.pid if watch.running else None,
        "since": stamp(began.utc) if began and watch.running else None,
        "stalled": watch.stalled,
        "config_error": watch.config_error,
        "note": watch.note,
    }


def _criterion(one: Judged) -> dict[str, Any]:
    return {
        "id": one.criterion.key, "require": one.criterion.require, "outcome": one.outcome,
        "verdict": str(one.verdict), "value": one.reading.value, "target": one.target,
        "samples": one.reading.samples, "confidence": one.confidence, "demanded": one.criterion.confidence,
        "chance": one.outlook.chance if one.outlook else None, "outlook": _outlook(one.outlook),
        "source": one.reading.source, "at": stamp(one.reading.at) if one.reading.at else None,
        "waived": one.waiver.reason if one.waiver else None, "reason": one.reason,
    }  # fmt: skip


def _outlook(one: Outlook | None) -> dict[str, Any] | None:
    return {"at": stamp(one.at) if one.at else None, "said": one.said} if one else None


def day_of(phase: Phase, now: Instant) -> int | None:
    """Return which day of the phase it is, from 1."""
    return int(elapsed(phase.started_at, now).seconds // 86_400) + 1 if phase.started_at else None


def probes(board: Board) -> list[dict[str, Any]]:
    """Dump the probes of a board."""
    return [_probe(one, board) for one in board.probes]


def readings(board: Board) -> list[Reading]:
    """Return what the gate demands something of and what metrics say, each reading once."""
    found = {one.name: one for one in (*board.metrics, *(judged.reading for judged in board.gate.criteria))}
    return list(found.values())


def _log(board: Board) -> dict[str, Any]:
    """Dump what was logged in this phase, and what of it waits for somebody."""
    trade, lists = board.trade, board.lists
    invited = sum(1 for one in lists.people if one.member.invited_at)
    return {
        "orders": {"successful": trade.orders, "failed": trade.failed, "customers": trade.customers},
        "feedback": {"count": trade.rated, "one_star_unanswered": trade.angry},
        "bugs": {"open": trade.bugs, "worst": trade.worst_bug or None},
        "questions": {"count": trade.questions, "unanswered": trade.waiting,
                      "common": [{"tag": tag, "count": many} for tag, many in lists.common]},
        "people": {"count": len(lists.people), "invited": invited,
                   "ordered": sum(1 for one in lists.people if one.ordered), "lacks": lists.warning or None},
        "newest_at": stamp(trade.newest) if trade.newest else None,
    }  # fmt: skip


def _reading(one: Reading) -> dict[str, Any]:
    return {
        "name": one.name, "value": one.value, "source": one.source, "at": stamp(one.at) if one.at else None,
        "samples": one.samples, "detail": one.detail, "error": one.error or None,
    }  # fmt: skip


def _probe(probe: Probe, board: Board) -> dict[str, Any]:
    pause = board.pauses.get(probe.name)
    return {
        "pause": pause.said(pause.until.utc.astimezone(ZoneInfo(board.launch.timezone))) if pause else None,
        "name": probe.name, "kind": probe.kind, "target": probe.target,
        "health": probe.health, "latency_ms": probe.latency_ms, "failure": probe.failure,
        "detail": probe.detail, "environment": probe.environment, "critical": probe.critical,
        "insecure": probe.insecure,
        "checked_at": stamp(probe.checked_at.utc) if probe.checked_at else None, "windows": probe.windows,
    }  # fmt: skip


def _incident(row: IncidentRow, now: Instant) -> dict[str, Any]:
    one, step = row.incident, current_step(row.steps)
    clock = step_clock(one, step, now) if step else None
    due_in = None if clock is None or step is None or step.due_s is None else clock.left_s - clock.late_s
    return {
        "id": one.id, "label": one.label, "title": one.title, "severity": one.severity, "state": one.state,
        "drill": one.drill, "onset_at": stamp(one.onset_at.utc) if one.onset_at else None,
        "detected_at": stamp(one.detected_at.utc), "elapsed_s": round(elapsed(one.detected_at, now).seconds, 1),
        "acknowledged_by": one.acked_by, "probes": list(one.probes),
        "signs": list(one.uncleared),
        "step": {"id": step.key, "text": step.text, "due_in_s": due_in} if step else None,
    }  # fmt: skip


def _uptime(probe: Probe) -> str:
    """Say the uptime of the day, and how much of the day it speaks for where that is little."""
    day = probe.windows.get("24h", {})
    uptime, part = day.get("uptime"), share_seen(day)
    if uptime is None:
        return "not seen yet"
    return f"{int(float(uptime) * 10_000) / 100:.2f}% in 24 h" + (f", {part} watched" if part else "")


def as_text(board: Board, now: Instant) -> list[str]:
    """Say a board in plain lines, the verdict first."""
    zone = ZoneInfo(board.launch.timezone)
    active = board.active
    title = f"{active.phase.position} {active.phase.name}" if active else board.launch.state
    lines = [f"{board.verdict}  {board.launch.name}, {title}  {now.utc.astimezone(zone):%a %d %b %H:%M %Z}"]
    lines += [f"  - {reason}" for reason in board.gate.reasons]
    lines += [f"  - {said}" for said in board.hasty]
    if board.gate.outlook and board.gate.outlook.said:
        lines.append(f"  when: {board.gate.outlook.said}")
    for row in board.incidents:
        one, step = row.incident, current_step(row.steps)
        age = words.span(elapsed(one.detected_at, now).seconds)
        next_step = f"; next: {step.text}" if step else ""
        kind = "DRILL" if one.drill else "! incident"
        lines.append(f"{kind} {one.label}, {one.severity}, {one.state}: {one.title}, {age} ago{next_step}")
    lines.append("phases")
    for phase in board.phases:
        why = f"  ({phase.phase.verdict}: {phase.phase.reason})" if phase.phase.reason else ""
        state = phase.phase.state.replace("_", " ")
        lines.append(f"  {phase.phase.position} {phase.phase.name:<24} {phase.done:>2}/{phase.total:<2} {state}{why}")
    if board.gate.criteria:
        lines.append("gate")
        lines += [f"  {one.verdict:<5} {one.reason}" for one in board.gate.criteria]
    lines += ["probes", *_probes(board, zone)]
    if board.metrics:
        lines.append("metrics")
        lines += [_metric(one, now) for one in board.metrics]
    lines.append("always ready")
    for ready in board.ready:
        said = ready_words.brief(ready, now.utc) or ready_words.renewing(ready)[1]
        lines.append(f"  {ready.state.replace('_', ' '):<11}{ready.target.name:<11} {said}")
    lines.append(f"watch {_watch(board, zone)}")
    if board.watch.config_error:
        first, *rest = board.watch.config_error.splitlines()
        lines[1:1] = [f"  ! config: {first}", *(f"    {line}" for line in rest)]
    if board.watch.note:
        lines.append(f"note  {board.watch.note}")
    return lines


def _probes(board: Board, zone: ZoneInfo) -> list[str]:
    """Say each probe in a line, or why there is none."""
    if not board.probes:
        unread = board.watch.started_at is None
        return [f"  not set up: {'no watch has read gonogo.toml yet' if unread else 'gonogo.toml has no [[probe]]'}"]
    lines = []
    for probe in board.probes:
        late = f"{probe.latency_ms:.0f} ms" if probe.latency_ms is not None else "-"
        why = why_alone(probe, board, zone) or probe.detail
        detail = f"  {why}" if why and probe.health != "up" else ""
        detail += f"  {UNVERIFIED}" if probe.insecure else ""
        how = "maint." if alone(probe, board) == "maintenance" else probe.health
        lines.append(f"  {how:<9}{probe.name:<20}{late:>9}  {_uptime(probe)}{detail}")
    return lines


def _metric(one: Reading, now: Instant) -> str:
    """Say a reading that is asked for: its value, from where, how old, and of how many samples."""
    age = f", {humanize.naturaltime(now.utc - one.at)}" if one.at else ""
    said = "; ".join(filter(None, (one.detail, one.error and f"cannot be measured: {one.error}")))
    value = "-" if one.value is None else f"{one.value:g}"
    return f"  {one.name:<29}{value:>9}  {one.source}{age}, {words.count(one.samples, 'sample')}{said and f'  {said}'}"


def _watch(board: Board, zone: ZoneInfo) -> str:
    """Say who watches and since when, or that nobody does."""
    watch = board.watch
    if not watch.running:
        return "not running; start it with `gonogo watch`"
    since = f", since {watch.started_at.utc.astimezone(zone):%a %d %b %H:%M %Z}" if watch.started_at else ""
    return f"{'stalled' if watch.stalled else 'running'}, pid {watch.pid}{since}"
