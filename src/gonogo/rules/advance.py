"""The one way forward and the ways back: advance, override, step back, abandon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from gonogo.rules import poll, text, waiver
from gonogo.rules.clock import Instant
from gonogo.rules.hold import holding
from gonogo.rules.launch import active_phase
from gonogo.rules.plan import Launch, Phase
from gonogo.rules.record import Act, Changes, Decision, Intent, Prose, Record, Refusal, State
from gonogo.rules.sight import Sight, poll_may_waive
from gonogo.rules.verdict import Verdict
from gonogo.rules.waiver import Waiver


class AdvancePhase(Intent):
    """Pass the active phase at GO and begin the next one; after the last, close the launch."""

    retro: Prose = ""


class OverrideGate(Intent):
    """Advance past a gate that is not GO, the phase's id typed, with a reason; it is shown for ever."""

    typed: str
    reason: Prose
    retro: Prose = ""


class StepBack(Intent):
    """Leave the active phase and go back to the one before it."""

    reason: Prose


class AbandonLaunch(Intent):
    """Give the launch up, its id typed, with a reason."""

    typed: str
    reason: Prose


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide an intent about the way that the launch takes."""
    launch = next(iter(state.all(Launch)), None)
    if launch is None or launch.state in ("closed", "abandoned"):
        return Refusal(f"The launch is {launch.state if launch else 'not founded'}; it goes nowhere from here.")
    if isinstance(intent, AbandonLaunch):
        return _abandon(state, launch, intent, act)
    phase = active_phase(state)
    if phase is None:
        return Refusal("No phase is active; the launch has not begun.")
    if isinstance(intent, StepBack):
        return _step_back(state, phase, intent, act)
    assert isinstance(intent, AdvancePhase | OverrideGate)
    if held := holding(state, act.at.utc):
        return Refusal(f"The launch is on hold by {held.by}: {held.reason}. Resume it first.", verdict=Verdict.HOLD)
    return _advance(state, launch, phase, intent, act)


def blockers(sight: Sight, seats: Sequence[poll.SeatRow]) -> tuple[str, ...]:
    """Say what stands between a phase and its passing, in the order in which it is best mended."""
    between = poll_may_waive(sight.gate)
    found = () if between is not None and all(row.standing == "go" for row in seats) and seats else sight.gate.reasons
    lacking = poll.missing(seats)
    return (*found, *([f"The poll: {lacking}."] if lacking else ()))


def stands_at(sight: Sight, seats: Sequence[poll.SeatRow]) -> Verdict:
    """Return what gate and poll come to: GO only where nothing stands in the way."""
    if not blockers(sight, seats):
        return Verdict.GO
    said_no = any(row.standing == "no_go" for row in seats)
    return Verdict.NOGO if said_no or sight.gate.verdict is Verdict.NOGO else Verdict.HOLD


def _advance(state: State, launch: Launch, phase: Phase, intent: AdvancePhase | OverrideGate, act: Act) -> Decision:
    sight = act.sight()
    seats = poll.rows(state.all(poll.Vote), sight, act.at.utc)
    stand_in_the_way = blockers(sight, seats)
    reason = ""
    if isinstance(intent, OverrideGate):
        if not stand_in_the_way:
            return Refusal("The gate is GO and the poll is complete; there is nothing to override: advance.")
        if refusal := _untyped(intent.typed, phase.key, "phase"):
            return refusal
        if not (reason := text.tidy(intent.reason)):
            return Refusal("An override needs a reason; it is shown for ever.", misused=True)
    elif stand_in_the_way:
        sentence = f"{phase.name} cannot pass yet. {' '.join(stand_in_the_way)}"
        return Refusal(sentence, verdict=stands_at(sight, seats))
    by_poll = () if reason else tuple(_by_poll(sight, phase, seats, act))
    over = {"state": "overridden" if reason else "passed", "ended_at": act.at, "ended_by": act.actor,
            "verdict": sight.gate.verdict, "reason": reason, "retro": text.tidy(intent.retro)}  # fmt: skip
    following = next_phase(state.all(Phase), phase)
    verb = "overrode the gate of" if reason else "passed"
    said = f"{verb} {phase.name}" + (f" at {sight.gate.verdict}: {reason}" if reason else "")
    put: tuple[Record, ...] = (phase.model_copy(update=over), *by_poll, *_ended(state, phase, act))
    if following is None:
        closed = launch.model_copy(update={"state": "closed"})
        return Changes(f"{said}, and closed the launch", put=(*put, closed), undoable=False)
    begun = begin(state.all(Phase), following, act.at, launch.timezone)
    return Changes(f"{said}, began {following.name}", put=(*put, *begun), undoable=False)


def _by_poll(sight: Sight, phase: Phase, seats: Sequence[poll.SeatRow], act: Act) -> Iterator[Waiver]:
    """Waive what lies between floor and target, as the poll may."""
    reasons = "; ".join(row.vote.reason for row in seats if row.vote and row.vote.reason) or "all seats said go"
    for one in poll_may_waive(sight.gate) or ():
        yield Waiver(id=act.fresh(), phase=phase.id, criterion=one.criterion.id, kind="waived", by="the poll",
                     reason=reasons, at=act.at, ended_at=act.at)  # fmt: skip


def _ended(state: State, phase: Phase, act: Act) -> Iterator[Record]:
    yield from waiver.ended(state, phase.id, act)
    if called := poll.called_poll(state, phase):
        yield called.model_copy(update={"ended_at": act.at})


def _untyped(typed: str, key: str, what: str) -> Refusal | None:
    if typed.strip() == key:
        return None
    return Refusal(f"To confirm, type the {what}'s id: {key}.", misused=True)


def _step_back(state: State, phase: Phase, intent: StepBack, act: Act) -> Decision:
    reason = text.tidy(intent.reason)
    if not reason:
        return Refusal("A step back needs a reason: what was seen that sends the launch back?", misused=True)
    before = max((one for one in state.all(Phase) if one.position < phase.position),
                 key=lambda one: one.position, default=None)  # fmt: skip
    if before is None:
        return Refusal(f"{phase.name} is the first phase; there is none to step back to.")
    left = phase.model_copy(update={"state": "stepped_back", "ended_at": act.at, "ended_by": act.actor,
                                    "verdict": act.sight().gate.verdict, "reason": reason})  # fmt: skip
    said = f"stepped back from {phase.name} to {before.name}: {reason}"
    return Changes(said, put=(left, before.anew(act.at), *_ended(state, phase, act)), undoable=False)


def _abandon(state: State, launch: Launch, intent: AbandonLaunch, act: Act) -> Decision:
    if refusal := _untyped(intent.typed, launch.key, "launch"):
        return refusal
    reason = text.tidy(intent.reason)
    if not reason:
        return Refusal("Giving a launch up needs a reason.", misused=True)
    left = launch.model_copy(update={"state": "abandoned"})
    return Changes(f"abandoned the launch: {reason}", put=(left,), undoable=False)


# Windows --------------------------------------------------------------------------------------


def next_phase(phases: Sequence[Phase], phase: Phase) -> Phase | None:
    """Return the phase after one, whether it was stepped back from or not."""
    later = [one for one in phases if one.position > phase.position]
    return min(later, key=lambda one: one.position, default=None)


def begin(phases: Sequence[Phase], phase: Phase, at: Instant, timezone: str) -> tuple[Phase, ...]:
    """Return a phase as it begins now, and the later ones with their windows behind it."""
    begun, *later = windows(phases, phase, at.utc, timezone)
    return (begun.anew(at), *later)


def windows(phases: Sequence[Phase], phase: Phase, at: datetime, timezone: str) -> tuple[Phase, ...]:
    """Return a phase that begins at an instant, and the later ones, with their windows moved by as many days.

    One that begins early opens at that instant, and no later window opens or ends before it.
    """
    slip = days_between(phase.opens, at, timezone)
    moved = slipped([one for one in phases if one.position >= phase.position], slip, timezone)
    return tuple(_after(moved, at)) if at < phase.opens else moved


def _after(phases: Sequence[Phase], opens: datetime) -> Iterator[Phase]:
    """Yield phases with the first window opening now and none before the one ahead of it ends; each keeps a length."""
    first = True
    for one in phases:
        begins = opens if first else max(one.opens, opens)
        closes = one.closes
        if closes is not None and closes <= begins:
            closes = begins + (closes - one.opens)
        yield one.model_copy(update={"opens": begins, "closes": closes})
        opens, first = closes or begins, False


def days_between(planned: datetime, at: datetime, timezone: str) -> int:
    """Return by how many days of the launch's calendar something is later than planned (negative: earlier)."""
    zone = ZoneInfo(timezone)
    return (at.astimezone(zone).date() - planned.astimezone(zone).date()).days


def slipped(phases: Sequence[Phase], days: int, timezone: str) -> tuple[Phase, ...]:
    """Return phases in their order with their windows moved by whole days: a Friday 11:00 stays an 11:00."""
    moved = []
    for one in sorted(phases, key=lambda phase: phase.position):
        closes = None if one.closes is None else _moved(one.closes, days, timezone)
        moved.append(one.model_copy(update={"opens": _moved(one.opens, days, timezone), "closes": closes}))
    return tuple(moved)


def _moved(at: datetime, days: int, timezone: str) -> datetime:
    local = at.astimezone(ZoneInfo(timezone)) + timedelta(days=days)
    return local.astimezone(UTC)


def projected(phases: Sequence[Phase], now: datetime, timezone: str) -> dict[str, datetime]:
    """Return when the upcoming phases can begin at the earliest, by id, once the active one is past its window."""
    active = next((one for one in phases if one.state == "active"), None)
    if active is None or active.closes is None or now <= active.closes:
        return {}
    days = days_between(active.closes, now, timezone)
    later = [one for one in phases if one.position > active.position]
    return {one.id: one.opens for one in slipped(later, days, timezone)} if days else {}


def last_verdict(phases: Sequence[Phase]) -> Verdict | None:
    """Return the verdict that the phase ended with that ended last."""
    ended = [one for one in phases if one.ended_at is not None and one.verdict is not None]
    return max(ended, key=lambda one: one.ended_at.utc if one.ended_at else one.opens).verdict if ended else None
