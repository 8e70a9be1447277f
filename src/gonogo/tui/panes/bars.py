"""The one-line rows: header, NOW, incident strip, hints."""

from __future__ import annotations

from collections.abc import Sequence

from gonogo.rules import plain, poll, words
from gonogo.rules.advance import blockers
from gonogo.rules.board import Board
from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.duration import countdown
from gonogo.rules.incident import current_step, step_clock
from gonogo.rules.probe import Probe
from gonogo.rules.verdict import Verdict
from gonogo.rules.window import share_seen
from gonogo.tui import glyphs, times
from gonogo.tui.actions import Action
from gonogo.tui.lines import BLANK, Row, Span, cut, fit, width_of
from gonogo.tui.panes.gate import wrap

_NO_WATCH = ("✕ none", "nogo bold")


def header(board: Board, actor: str, now: Instant, width: int, *, looks: bool = False) -> Row:
    """Which launch, where it stands, the verdict, who watches, the time; what matters less gives way."""
    zone, active, wide = board.launch.timezone, board.active, width >= 100
    glyph, style = glyphs.VERDICT[board.verdict]
    local = now.utc.astimezone(times.zone(zone))
    stamp = f"  {local:%a %H:%M}" + (f" {times.offset(now.utc, zone)}" if wide else "")
    watch = ("✕ stalled", "nogo bold") if board.watch.stalled else ("●", "go") if board.watch.running else _NO_WATCH
    right: list[Span] = [("watch ", "dim"), watch, (stamp, "text"), (" ", "")]
    left: list[Span] = [(" ", ""), ("gonogo  ", "bright")] if width >= 140 else [(" ", "")]
    verdict: list[Span] = [(f" {glyph} {board.verdict} ", f"on-{style}"), (" ", "")]
    if width < 80:
        left += verdict
    if looks:
        left += [(" LOOKING ", "on-accent"), (" ", "")]
    if board.launch.demo and (wide or not looks):
        left += [(" DEMO ", "on-guard"), (" ", "")]
    left += [*cut([(board.launch.name, "text")], 99 if wide else 14), ("  ", "")]
    if active:
        name = f"{active.phase.position} {active.phase.name}"
        left += [*cut([(name, "bright")], 99 if wide else 16), (" ", "")]
        left.append((f"{_day(board, now)} " if wide else "", "dim"))
    else:
        left.append((f"{board.launch.state} ", "bright"))
    left += verdict if width >= 80 else []
    if board.incidents:
        one = board.incidents[0].incident
        drilled = (f" {glyphs.DRILL} DRILL {one.label} ", "guard bold")
        left.append(drilled if one.drill else (f" ! {one.label} ", "nogo bold"))
    if board.gate.criteria and wide:
        met = sum(1 for one in board.gate.criteria if one.outcome == "met")
        left.append((f" {met} of {len(board.gate.criteria)} met", style))
    extras: list[Span] = [(f"{actor}  ", "dim")] if wide and not looks else []
    if active and active.phase.closes:
        extras.insert(0, (f"window ends {times.clock(active.phase.closes, zone, now.utc)}  ", "dim"))
    while extras and width_of([*left, *extras, *right]) > width - 2:
        extras.pop(0)
    return fit(width, left, [*extras, *right])


def _day(board: Board, now: Instant) -> str:
    active = board.active
    if active is None or active.phase.started_at is None:
        return ""
    day = int(elapsed(active.phase.started_at, now).seconds // 86_400) + 1
    closes = active.phase.closes
    total = f" of {round((closes - active.phase.opens).total_seconds() / 86_400)}" if closes else ""
    return f"day {day}{total}"


def now_line(board: Board, now: Instant, width: int, chosen: str | None = None) -> Row:
    """The next due act with its time and key, and the shortest way to GO; `chosen` is the row that space acts on."""
    left: list[Span] = [(" NOW  ", "accent bold")]
    if board.watch.config_error:
        where, _, what = board.watch.config_error.splitlines()[0].partition(": ")
        left += [("config  ", "nogo bold"), (f"{where.rsplit('/', 1)[-1]}: {what}" if what else where, "nogo")]
        return fit(width, left, [("g shows it ", "bright")])
    if board.incidents:
        row = board.incidents[0]
        step = current_step(row.steps)
        left += [(step.text if step else "Resolve the incident", "bright"), ("   ! opens it", "dim")]
    elif board.watch.stalled or not board.watch.running:
        words = "The watch is stalled" if board.watch.stalled else "Nobody watches"
        left += [(words, "nogo bold"), ("   w starts a watch", "dim")]
    elif (call := _call(board, now)) is not None:
        left += call
    elif (onward := _onward(board, now)) is not None:
        left += onward
    elif board.due:
        left += _due(board, now, width, chosen)
    else:
        left.append(("nothing is due in the next day", "dim"))
    if not board.gate.to_go:
        return fit(width, left)
    way = ", ".join(board.gate.to_go[:4]) + (f" +{len(board.gate.to_go) - 4}" if len(board.gate.to_go) > 4 else "")
    right: list[Span] = [("To GO: ", "bright"), (way, "text"), (" ", "")]
    room = width - min(width_of(left), width * 3 // 4) - 2
    return fit(width, left, cut(right, room))


def _due(board: Board, now: Instant, width: int, chosen: str | None) -> list[Span]:
    due = board.due[0]
    said = f"{due.text}: {due.detail}" if due.detail and width >= 100 else due.text
    if due.at > now.utc:
        at = times.clock(due.at, board.launch.timezone, now.utc)
        when: Span = (f", due {at}, in {times.age(due.at - now.utc)}", "text")
    else:
        when = (f", due {times.age(now.utc - due.at)} ago", "nogo" if due.late else "hold")
    here = chosen is not None and chosen in (f"item:{due.item}", due.ready)
    key, act = ("space", " does it") if here else (".", " goes there")
    rest: list[Span] = [when, (f"   {key}", "bright"), (act if width >= 100 else "", "dim")]
    return [*cut([(said, "bright")], max(8, width * 3 // 4 - 6 - width_of(rest))), *rest]


def _onward(board: Board, now: Instant) -> list[Span] | None:
    """What comes next once the gate is GO and no routine is due just now: the poll, then the advance."""
    ripe = any(due.at <= now.utc and (due.item or due.ready) for due in board.due)
    if board.active is None or board.sight is None or ripe:
        return None
    if not blockers(board.sight, board.poll):
        said = "All seats say go" if board.poll else "All is GO"
        return [(f"{said}: {board.active.phase.name} can pass", "go"), ("   A", "bright"), (" advances", "dim")]
    if board.verdict is not Verdict.GO:
        return None
    if board.called is not None:
        return [(f"The poll: {poll.missing(board.poll)}", "nogo"), ("   P", "bright"), (" opens it", "dim")]
    return [("All is GO: the poll comes next", "go"), ("   P", "bright"), (" opens it", "dim")]


def _call(board: Board, now: Instant) -> list[Span] | None:
    """What asks for a decision before any item does: a hold, a number that is not set, a poll that was called."""
    if board.hold is not None:
        until = times.clock(board.hold.until, board.launch.timezone, now.utc)
        return [(f"On hold until {until}: {board.hold.reason}", "hold"), ("   H resumes", "dim")]
    if board.calling.dead:
        ways = words.some(list(dict.fromkeys(post.letter.channel for post in board.calling.dead)))
        said = f"{words.count(len(board.calling.dead), 'message')} never arrived through {ways}"
        return [(said, "nogo bold"), ("   gonogo notify list", "dim")]
    if board.asks:
        return [(board.asks[0].ask, "bright"), (f"   {board.asks[0].name}: 2, then e", "dim")]
    open_ = [row for row in board.poll if row.standing not in ("go", "no_go")]
    if board.called is not None and open_:
        names = words.some([row.seat.name for row in open_])
        return [(f"The poll waits for {names}", "bright"), ("   P opens it", "dim")]
    return None


def config_error(board: Board, width: int) -> list[Row]:
    """Say in full what is wrong with the config, and what goes on meanwhile."""
    error = board.watch.config_error or "Nothing is wrong with it any more."
    rows = [Row(((part, "text"),)) for line in error.splitlines() for part in wrap(line, width) or [""]]
    still = "The config that was accepted last goes on" if board.probes else "No probe is asked"
    still += " until it is mended; that is seen within seconds."
    return [*rows, BLANK, *(Row(((part, "dim"),)) for part in wrap(still, width))]


def sentence(board: Board, width: int) -> Row:
    """Where the launch stands in a sentence, for someone who only looks."""
    return fit(width, [(" ", ""), (plain.verdict(board), "bright")])


def strip(board: Board, now: Instant, width: int, *, looks: bool = False) -> Row:
    """The incident strip: what is broken and its next step, or how long nothing was; the demo's keys."""
    keys: list[Span] = [("! ", "bright"), ("declares one ", "dim")]
    if looks:
        keys = []
    elif board.launch.demo:
        keys = [("B ", "bright"), ("breaks checkout  ", "dim"), ("M ", "bright"), ("mends it  ", "dim"), *keys]
    if not board.incidents:
        last = next((one for one in board.resolved if not one.drill and one.outcome == "fixed"), None)
        since = f" for {words.span(elapsed(last.resolved_at, now).seconds)}" if last and last.resolved_at else ""
        calm: list[Span] = [(" no incident", "go"), (since, "dim")]
        for more in (_down_now(board), (_budget(board), "dim")):
            calm += [more] if width_of([*calm, more, *keys]) < width else []
        return fit(width, calm, keys)
    row = board.incidents[0]
    one, step = row.incident, current_step(row.steps)
    mild = one.severity.value in ("medium", "low") or one.state == "monitoring"
    style = "on-guard" if one.drill else "on-hold" if mild else "on-nogo"
    spent = countdown(elapsed(one.detected_at, now).seconds)
    left: list[Span] = [
        (f" {f'{glyphs.DRILL} DRILL' if one.drill else '!'} {one.label} {one.severity} {one.state} ", style),
        (f"  {one.title}", "bright"),
        (f"  T+{spent}", "text"),
    ]
    if step:
        clock = step_clock(one, step, now)
        left.append((f"   {step.text} ", "text"))
        if step.due_s is not None:
            left.append(
                (f"LATE {countdown(clock.late_s)}", "nogo bold")
                if clock.late
                else (f"in {countdown(clock.left_s)}", "hold")
            )
    if len(board.incidents) > 1:
        left.append((f"   +{len(board.incidents) - 1} more", "dim"))
    return fit(width, left, [("v " if looks else "! ", "bright"), ("opens it ", "dim")])


def _down_now(board: Board) -> Span:
    """Name what is down though no incident is open: a probe that is not critical, or an incident closed too early."""
    down = [one.name for one in board.probes if one.health == "down"]
    return (f"   {words.some(down, 2)} {'is' if len(down) == 1 else 'are'} down", "nogo bold") if down else ("", "")


def _budget(board: Board) -> str:
    """Say how much of the week was down, of the time that was observed; what is not critical is told apart."""
    asked = [one for one in board.probes if one.counts and one.windows.get("7d", {}).get("seen_s")]
    critical = [one for one in asked if one.critical]
    if not asked:
        return ""
    judged = critical or asked
    seen = min(float(one.windows["7d"].get("seen_s") or 0) for one in judged)
    whole = all(not share_seen(one.windows["7d"]) for one in judged)
    span = "this week" if whole else f"in the {words.span(seen)} that were watched"
    worst, other = max(judged, key=_down_s), max(asked, key=_down_s)
    none = "no critical probe was down" if len(judged) < len(asked) else "nothing was down"
    said = f"{worst.name} was down {words.span(_down_s(worst))}" if _down_s(worst) >= 1 else none
    beside = f", {other.name} {words.span(_down_s(other))}" if _down_s(other) >= max(1, _down_s(worst) + 1) else ""
    return f"   {said} {span}{beside}"


def _down_s(probe: Probe) -> float:
    week = probe.windows.get("7d", {})
    return float(week.get("seen_s") or 0) - float(week.get("up_s") or 0)


def hints(actions: Sequence[Action], width: int) -> tuple[Row, list[tuple[int, int, str]]]:
    """The keys that act now, the most useful first; and where each stands, for the mouse."""
    must = [one for one in actions if one.id in ("incident", "help")]
    may = sorted((one for one in actions if one.rank and one not in must), key=lambda one: one.rank)
    room = width - sum(len(one.shown) + len(one.label) + 3 for one in must) - 1
    chosen = []
    for one in may:
        size = len(one.shown) + len(one.label) + 3
        if size <= room:
            chosen.append(one)
            room -= size
    spans: list[Span] = [(" ", "")]
    places, at = [], 1
    for one in (*chosen, *must):
        spans += [(one.shown, "bright"), (f" {one.label}", "dim"), ("  ", "")]
        size = len(one.shown) + len(one.label) + 3
        places.append((at, at + size - 2, one.id))
        at += size
    return fit(width, spans), places
