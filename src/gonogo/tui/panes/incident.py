"""The incident screen's panes: banner, the one step with its clock, the ladder, the timeline."""

from __future__ import annotations

from collections.abc import Sequence

from gonogo.rules import contact, words
from gonogo.rules.board import Board, IncidentRow
from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.drill import ousts, seen
from gonogo.rules.duration import countdown
from gonogo.rules.incident import (
    CONFIRM_PASSES,
    Incident,
    IncidentStep,
    by_itself,
    current_step,
    step_clock,
    unconfirmed,
)
from gonogo.rules.message import update_due
from gonogo.rules.probe import Probe
from gonogo.rules.record import Records
from gonogo.tui import glyphs, times
from gonogo.tui.digits import big
from gonogo.tui.lines import BLANK, Row, Span, View, cut, fit, pad, sparkline, width_of
from gonogo.tui.panes import run
from gonogo.tui.panes.gate import wrap
from gonogo.tui.panes.probes import ceiling, latency, standing

PRESSING_S = 120.0
"""How long before the next word is due a narrow screen says so too."""


def banner(board: Board, row: IncidentRow, now: Instant, width: int, actor: str, *, looks: bool = False) -> Row:
    """What, how bad, since when; in the colour of its state."""
    one = row.incident
    calm = one.state == "monitoring" or one.severity.value in ("medium", "low")
    style = "on-guard" if one.drill else "on-hold" if calm else "on-nogo"
    spent = elapsed(one.detected_at, now)
    about = "" if spent.exact else "≈"
    at = one.detected_at.utc.astimezone(times.zone(board.launch.timezone))
    kind = f"{glyphs.DRILL} DRILL" if one.drill else "NO DRILL: INCIDENT" if ousts(one, board.drills) else "INCIDENT"
    others = len(board.incidents) - 1
    head = f" {kind} {one.label}" + (f" (+{others} more{'' if looks else ', ! next'})" if others > 0 else "")
    text = f"  {one.severity}  {one.title}"
    time = f"   T+{about}{countdown(spent.seconds)}"
    more = f"   since {at:%H:%M:%S %a} {times.offset(now.utc, board.launch.timezone)}"
    who = "you" if one.acked_by == actor else one.acked_by
    acked = f"   acknowledged by {who}" if who else "   NOT ACKNOWLEDGED" + ("" if looks else ": y")
    if until := _quiet_until(row, now):
        acked += f"   quiet until {times.clock(until.utc, board.launch.timezone, now.utc)}"
    calls = [post for post in row.posts if post.letter.kind != "message"]
    if calls and not any(post.sent_at for post in calls):
        acked += "   NOBODY IS TOLD YET"
    if board.watch.stalled or not board.watch.running:
        acked = f"   NOBODY WATCHES{'' if looks else ': w'}{acked}"
    rest = time + (more if width >= 100 else "") + acked + _next_word(row, now, width, looks=looks)
    room = max(0, width - width_of([(head + rest, "")]))
    said = head + "".join(part for part, _ in cut([(text, "")], room)) + rest
    return Row(((pad("".join(part for part, _ in cut([(said, "")], width)), width), style),))


def _next_word(row: IncidentRow, now: Instant, width: int, *, looks: bool) -> str:
    """When customers wait for the next word: always where there is room, and everywhere once it presses."""
    due = update_due(row.incident)
    left = -elapsed(due, now).seconds if due else 0.0
    if due is None or (width < 120 and left > PRESSING_S):
        return ""
    if left < 0:
        return f"   UPDATE LATE {countdown(-left)}{'' if looks else ': c'}"
    return f"   update in {countdown(left)}"


def front(board: Board, row: IncidentRow, now: Instant, width: int, *, looks: bool = False) -> tuple[View, str]:
    """The big digits with the one step, and the word over them: (view, title)."""
    one, step = row.incident, current_step(row.steps)
    if one.state == "monitoring" or step is None:
        said = _recovered(board, row, now)
        rows = [
            BLANK,
            fit(width, [(said if looks else f"{said}; V resolves it", "go bold")]),
            fit(width, [(_last_change(row), "text")]),
            *([fit(width, [("still open: ", "dim"), (step.text, "text")])] if step else []),
        ]
        return View(tuple(rows), "watching that it stays so"), "Recovered"
    clock = step_clock(one, step, now)
    title = "Late" if clock.late else "Start within" if step.due_s is not None else "No countdown"
    shown = countdown(clock.late_s if clock.late else clock.start_in_s) if step.due_s is not None else ""
    colour = "nogo" if clock.late else "hold" if clock.start_in_s < 60 else "text"
    digits = big(shown) if width >= 60 and shown else ["", "", ""]
    side = max((len(line) for line in digits), default=0) + (4 if digits[0] else 0)
    texts = _step_lines(board, row, step, now, width - side - 1, looks)
    rows = []
    for y in range(max(len(digits), len(texts))):
        left = digits[y] if y < len(digits) else ""
        rows.append(Row(((pad(f" {left}", side + 1), f"{colour} bold"), *(texts[y] if y < len(texts) else ()))))
    summary = ""
    if step.due_s is not None:
        due = one.detected_at.after(step.due_s).utc.astimezone(times.zone(board.launch.timezone))
        takes = f"; it takes {countdown(step.takes_s)}" if step.takes_s else ""
        summary = f"due T+{countdown(step.due_s)}, {due:%H:%M:%S}{takes}"
    return View(tuple(rows), summary), f"{title} {shown}".strip() if width < 60 else title


def _probes(board: Board, row: IncidentRow, now: Instant) -> Sequence[Probe]:
    """Return the probes as the incident has them: in a drill, one of them is played."""
    return seen(board.probes, row.incident, row.drill, row.steps, now)


def _recovered(board: Board, row: IncidentRow, now: Instant) -> str:
    """Say what asks for its end: all is done, or it is up again, perhaps by itself and not yet confirmed."""
    if not row.incident.recovered_at:
        return "every step is done"
    short = unconfirmed(Records(_probes(board, row, now)), row.incident)
    well = "what the orders told of it is over" if row.incident.signs else "every probe of it is up again"
    alone = "it cleared by itself" if by_itself(row.steps) else well
    return f"{alone}, {words.some(short)}" if short else alone


def _step_lines(
    board: Board, row: IncidentRow, step: IncidentStep, now: Instant, width: int, looks: bool
) -> list[tuple[Span, ...]]:
    one = row.incident
    lines: list[list[Span]] = [
        [(_what(board, one, now, width), "bright")],
        [(_last_change(row), "text")],
        [("", "")],
        [(step.text, "accent bold"), ("" if looks else "   space", "dim")],
        *([(part, "text")] for part in wrap(step.detail, width)[:2]),
    ]
    if board.running:
        lines.append([("▶ ", "accent bold"), (run.under_way(board.running, now), "accent"), ("   R shows it", "dim")])
    elif step.command:
        key = "R" if step.command == "rollback" else "X"
        hint = f"   {key}" if step.command in board.commands and not looks else ""
        lines.append([("command  ", "dim"), (_command(board, step.command), "bright"), (hint, "dim")])
    return [fit(width, spans).spans for spans in lines]


def _what(board: Board, one: Incident, now: Instant, width: int) -> str:
    """Say what is down and since when; how late it was noticed gives way to names."""
    since, noticed = "", ""
    if one.onset_at:
        since = f", since {times.clock(one.onset_at.utc, board.launch.timezone, now.utc)}"
        lag = elapsed(one.onset_at, one.detected_at).seconds
        noticed = f" ({countdown(lag)} before it was noticed)" if lag >= 1 else ""
    names = [name + _own_since(board, one, name, now) for name in one.probes]
    whole = f"Down: {', '.join((*names, *one.uncleared))}" if one.probes else one.title
    if width_of([(whole + since + noticed, "")]) <= width:
        return whole + since + noticed
    if not one.probes:
        return whole + since
    return f"Down: {_names(one.probes, width - len('Down: ') - len(since))}{since}"


def _own_since(board: Board, one: Incident, name: str, now: Instant) -> str:
    """Say since when a probe is down that joined an incident which began without it."""
    probe = next((each for each in board.probes if each.name == name), None)
    if probe is None or probe.health != "down" or probe.since is None or (one.onset_at and name == one.probes[0]):
        return ""
    later = one.onset_at is None or elapsed(one.onset_at, probe.since).seconds >= 1
    return f" since {times.clock(probe.since.utc, board.launch.timezone, now.utc)}" if later else ""


def _names(names: Sequence[str], room: int) -> str:
    """List as many names as there is room for, and say how many more there are."""
    for shown in range(len(names), 0, -1):
        more = f" +{len(names) - shown} more" if shown < len(names) else ""
        said = ", ".join(names[:shown]) + more
        if width_of([(said, "")]) <= room:
            return said
    return f"{len(names)} probes" if len(names) > 1 else names[0]


def _command(board: Board, name: str) -> str:
    return board.commands.get(name, f"no [{name}] command is set up in gonogo.toml")


def explain(board: Board, step: IncidentStep, width: int) -> list[Row]:
    """Say a step in full, with what its command stands for."""
    rows = [*(Row(((part, "bright"),)) for part in wrap(step.text, width)), BLANK]
    rows += [Row(((part, "text"),)) for part in wrap(step.detail, width)]
    facts = [("command", _command(board, step.command) if step.command else ""), ("said", step.note or "")]
    for name, said in facts:
        rows += [BLANK] if said else []
        for place, part in enumerate(wrap(said, width - 9)):
            rows.append(Row(((f"{name if place == 0 else '':<9}", "dim"), (part, "text"))))
    return rows


def _last_change(row: IncidentRow) -> str:
    return f"Last change: {row.incident.last_change}" if row.incident.last_change else "Last change: none is known"


def steps(board: Board, row: IncidentRow, now: Instant, width: int, actor: str, *, looks: bool = False) -> View:
    """The ladder: done, due and late; then what is known."""
    one, current = row.incident, current_step(row.steps)
    rows: list[Row] = []
    for step in row.steps:
        rows += _rung(row, step, step is current, now, width, actor)
    again = ", open again" if one.reopened else ""
    decided = f"  decided: {one.decision}" if one.decision else ""
    facts: list[tuple[str, list[Span]]] = [
        ("severity", [(str(one.severity), "bright"), ("" if looks else "  S changes it; unsure: the higher", "dim")]),
        ("state", [(one.state, "text"), (again, "hold"), (decided, "text")]),
        ("hit", [(_impact(board, row, now), "text")]),
    ]
    facts += _told(board, row, now)
    rows += [BLANK, *(fit(width, [(f"{key.title():<9}", "dim"), *said], (), key) for key, said in facts)]
    done = sum(1 for step in row.steps if step.done_at)
    return View(tuple(rows), f"{done} of {len(row.steps)} done")


def _quiet_until(row: IncidentRow, now: Instant) -> Instant | None:
    """Return until when it is snoozed, while that lasts."""
    until = row.call.quiet_until if row.call else None
    return until if until and elapsed(until, now).seconds < 0 else None


def _told(board: Board, row: IncidentRow, now: Instant) -> list[tuple[str, list[Span]]]:
    """Say until when it is quiet, and what was told last through each channel, and whether it arrived."""
    zone, facts = board.launch.timezone, list[tuple[str, list[Span]]]()
    if row.call and (until := _quiet_until(row, now)):
        said = f"until {times.clock(until.utc, zone, now.utc)}, {row.call.quiet_by}"
        facts.append(("quiet", [(said, "hold")]))
    newest = {post.letter.channel: post for post in row.posts}
    for place, (name, post) in enumerate(newest.items()):
        who = f" ({words.some(post.letter.people)})" if post.letter.people else ""
        if post.sent_at:
            state: Span = (f"✓ {times.clock(post.sent_at.utc, zone, now.utc)}", "go")
        elif post.state == "dead":
            state = (f"✕ never arrived: {post.error or ''}", "nogo")
        else:
            tries = f", {words.count(post.letter.tries, 'try')}: {post.error}" if post.error else ""
            state = (f"… on its way{tries}", "hold")
        facts.append(("told" if place == 0 else "", [(f"{name}{who} ", "text"), state]))
    return facts


def _impact(board: Board, row: IncidentRow, now: Instant) -> str:
    """Say how many orders failed since it began; what no order can tell is unknown."""
    if row.hit is None:
        return "impact unknown: no order was ever logged"
    failed, total = row.hit
    begun = (row.incident.onset_at or row.incident.detected_at).utc
    since = f"since {times.clock(begun, board.launch.timezone, now.utc)}"
    return f"{failed} of {words.count(total, 'order')} failed {since}" if total else f"no order {since}"


def _rung(row: IncidentRow, step: IncidentStep, current: bool, now: Instant, width: int, actor: str) -> list[Row]:
    one, clock = row.incident, step_clock(row.incident, step, now)
    due = f"T+{countdown(step.due_s)}" if step.due_s is not None else "then"
    if step.done_at:
        glyph, style, text = "✓", "go", "dim"
        who = "you" if step.done_by == actor else step.done_by
        at = elapsed(one.detected_at, step.done_at).seconds
        took = countdown(at)
        late = f" late {countdown(clock.late_s)}" if clock.late else ""
        right: list[Span] = [(f"{took}{late}  {who}", "nogo" if clock.late else "dim")]
    elif one.state == "monitoring" and not step.confirm and step.key != "tell":
        glyph, style, text, right = "○", "dim", "dim", []  # it recovered: this is no longer pressing
    elif clock.late:
        glyph, style, text = "◔", "nogo", "bright"
        right = [(f"LATE {countdown(clock.late_s)}", "nogo bold")]
    else:
        glyph, style, text = ("▶", "accent", "bright") if current else ("○", "dim", "text")
        right = [(f"in {countdown(clock.left_s)}" if step.due_s is not None and current else "", "hold")]
    rows = [fit(width, [(f"{glyph} ", style), (f"{due:<8}", "dim"), (step.text, text)], right, step.id)]
    if step.note:
        rows.append(fit(width, [("    ", ""), (step.note, "dim")], (), step.id))
    return rows


def probes(board: Board, row: IncidentRow, now: Instant, width: int) -> View:
    """The probes, those of the incident in front."""
    mine = row.incident.probes
    rows = []
    for probe in sorted(_probes(board, row, now), key=lambda one: (one.name not in mine, one.number)):
        glyph, word, style = standing(probe, board)
        text = "bright" if probe.name in mine else "dim"
        right: list[Span] = [(_passes(probe.passes), "dim")] if probe.name in mine and probe.passes else []
        if probe.health == "down" and probe.since:
            right = [(f"down {countdown((now.utc - probe.since.utc).total_seconds())}", "nogo")]
        left: list[Span] = [(f"{glyph} ", style), (pad(probe.name, 14), text), (f"{latency(probe, word):>8} ", text)]
        room = min(20, width - width_of(left) - width_of(right) - 2)
        points = [float(one) for one in probe.spark]
        left.append((sparkline(points, max(0, room), ceiling(points)), style))
        rows.append(fit(width, left, right))
        if probe.health == "down":
            rows.append(fit(width, [("    ", ""), (probe.detail, "dim")]))
    for one in board.contacts:
        aged = contact.aged(one, now.utc)
        who = f"{one.name}, {one.role}: " if one.role else f"{one.name}: "
        rows.append(fit(width, [("· ", "dim"), (who, "text"), (one.place, "bright")], [(aged, "dim")]))
    return View(tuple(rows))


def _passes(passes: int) -> str:
    """Count to what confirms a fix: `2 of 3`; beyond it, how many in a row."""
    return f"{passes} of {CONFIRM_PASSES}" if passes < CONFIRM_PASSES else f"{min(passes, 99)} in a row"
