"""The part of a report about the way of the launch: the verdict, what is missing, the phases, decisions, readiness."""

from __future__ import annotations

from collections.abc import Iterator

from gonogo.rules import confidence, plain, words
from gonogo.rules.advance import projected
from gonogo.rules.board import Board, PhaseRow
from gonogo.rules.criterion import Judged
from gonogo.rules.page import Block, Cell, Line, State, Table
from gonogo.rules.plan import Passage, Phase
from gonogo.rules.poll import SeatRow
from gonogo.rules.told import Decided, Times, Told
from gonogo.rules.verdict import Verdict

STATES: dict[Verdict, State] = {Verdict.GO: "go", Verdict.HOLD: "hold", Verdict.NOGO: "nogo"}
_STANDING: dict[str, tuple[str, State]] = {
    "go": ("go", "go"), "no_go": ("no-go", "nogo"), "stale": ("revoked", "hold"), "expired": ("too long ago", "hold"),
    "silent": ("no answer yet", "dim"),
}  # fmt: skip
_PHASE: dict[str, State] = {"passed": "go", "overridden": "hold", "stepped_back": "hold", "upcoming": "dim"}
_READY: dict[str, State] = {"ready": "go", "stale": "hold", "not_ready": "nogo", "not_set_up": "dim"}


# Are we ready? --------------------------------------------------------------------------------


def verdict(board: Board, times: Times) -> Iterator[Block]:
    """Say why the verdict is as it is: its reasons, each criterion, and where the poll stands."""
    judged = {one.reason for one in board.gate.criteria}
    for reason in board.gate.reasons:
        if reason not in judged:
            yield Line(reason, kind="point")
    if board.gate.criteria:
        head = ("", "criterion", "value", "demanded", "how sure", "samples", "in words")
        yield Table(head, tuple(_criterion(one) for one in board.gate.criteria), right=(5,))
    if board.called is not None:
        yield Line(f"The poll was called by {board.called.called_by}, {times.stamp(board.called.called_at.utc)}.")
    if board.poll and any(row.vote for row in board.poll):
        yield Table(("seat", "answer", "by", "when", "why"), tuple(_seat(row, times) for row in board.poll))


def _criterion(one: Judged) -> tuple[Cell, ...]:
    require, over = _demand(one)
    value = words.reading(one.reading.value, require.split()[-1], one.reading.name)
    sure = f"{confidence.word(one.confidence)}, {one.confidence:.0%}" if one.confidence is not None else "–"
    if one.criterion.confidence:
        sure += f" ({one.criterion.confidence:.0%} asked)"
    return (
        Cell(plain.OUTCOMES[one.outcome], STATES[one.verdict]), Cell(one.criterion.name), Cell(value),
        Cell(f"{require}{over}"), Cell(sure), Cell(f"{one.reading.samples:,}"), Cell(one.reason),
    )  # fmt: skip


def _demand(one: Judged) -> tuple[str, str]:
    require, _, over = one.criterion.require.partition(" over ")
    _, op, target = require.split(maxsplit=2)
    unit = next((f"/{unit}" for unit in ("week", "day") if one.reading.name.endswith(f"per_{unit}")), "")
    return f"{words.OPS.get(op, op)} {target}", f"{unit} over {over}" if over else unit


def _seat(row: SeatRow, times: Times) -> tuple[Cell, ...]:
    said, state = _STANDING[row.standing]
    vote = row.vote
    if vote is None:
        return (Cell(row.seat.name), Cell(said, state), Cell(""), Cell(""), Cell(""))
    why = vote.stale if row.standing == "stale" else vote.reason
    return (Cell(row.seat.name), Cell(said, state), Cell(vote.who), Cell(times.stamp(vote.at.utc)), Cell(why))


# What is missing ------------------------------------------------------------------------------


def missing(board: Board, times: Times) -> Iterator[Block]:
    """Say what would make it GO, by when, and what is due within a day."""
    for short in board.gate.to_go:
        yield Line(words.sentence(short), kind="point")
    if not board.gate.to_go and board.active:
        yield Line("Nothing." if board.verdict is Verdict.GO else "Nothing that can be counted; see the reasons above.")
    if board.gate.outlook and board.gate.outlook.said:
        yield Line(f"When: {board.gate.outlook.said.removesuffix('.')}.")
    active = board.active
    if active and active.phase.closes:
        past = active.phase.closes <= times.now.utc
        yield Line(
            f"The window of {active.phase.name} {'ended' if past else 'ends'} {times.stamp(active.phase.closes)}.",
            "hold" if past else "",
        )
    if board.hold:
        yield Line(f"On hold by {board.hold.by} until {times.stamp(board.hold.until)}: {board.hold.reason}.", "hold")
    if board.due:
        rows = []
        for one in board.due:
            late = one.at <= times.now.utc
            state: State = "nogo" if one.late else "hold" if late else ""
            rows.append((Cell("overdue" if one.late else "due now" if late else "due", state),
                         Cell(times.stamp(one.at)), Cell(words.sentence(one.text))))  # fmt: skip
        yield Table(("", "when", "what"), tuple(rows))


# Phases ---------------------------------------------------------------------------------------


def phases(board: Board, told: Told, times: Times) -> Iterator[Block]:
    """Say how each phase went: planned and real times, checklist, verdict; then overrides and what was learnt."""
    slipped = projected([row.phase for row in board.phases], times.now.utc, board.launch.timezone)
    rows: list[tuple[Cell, ...]] = []
    for row in board.phases:
        rows += [_passage(row.phase, past, times) for past in row.phase.passages]
        rows.append(_phase(row, times, slipped.get(row.phase.id) is not None))
    yield Table(("", "phase", "state", "verdict", "checklist", "planned", "really"), tuple(rows), right=(4,))
    for row in board.phases:
        if row.phase.id in slipped:
            yield Line(f"{row.phase.name} can begin {times.stamp(slipped[row.phase.id])} at the earliest.", "hold")
    for one in told.decided:
        if one.intent in ("OverrideGate", "StepBack"):
            yield Line(f"{times.stamp(one.at.utc)}, {one.actor} {one.said}.", "hold", "point")
    for row in board.phases:
        for taught in row.phase.taught:
            yield Line(f"What {row.phase.name} taught: {taught}", kind="point")


def _phase(row: PhaseRow, times: Times, slips: bool) -> tuple[Cell, ...]:
    phase = row.phase
    closes = f" to {times.stamp(phase.closes)}" if phase.closes else ", open-ended"
    counted = f"{row.done} of {row.total}" if row.total else ""
    return (
        Cell(str(phase.position), "dim"), Cell(phase.name),
        Cell(phase.state.replace("_", " "), _PHASE.get(phase.state, "")),
        Cell(str(row.verdict) if row.verdict else "–", STATES[row.verdict] if row.verdict else "dim"), Cell(counted),
        Cell(times.stamp(phase.opens) + closes, "hold" if slips else ""), Cell(_really(phase, times)),
    )  # fmt: skip


def _passage(phase: Phase, past: Passage, times: Times) -> tuple[Cell, ...]:
    """Say how an earlier run of a phase went that was stepped back to."""
    verdict = Cell(str(past.verdict), STATES[past.verdict]) if past.verdict else Cell("–", "dim")
    return (
        Cell(str(phase.position), "dim"), Cell(phase.name),
        Cell(f"{past.state.replace('_', ' ')}, begun anew", _PHASE.get(past.state, "")), verdict, Cell(""), Cell(""),
        Cell(_really(past, times)),
    )  # fmt: skip


def _really(phase: Phase | Passage, times: Times) -> str:
    if phase.started_at is None:
        return "–"
    began = times.stamp(phase.started_at.utc)
    if phase.ended_at is None:
        return f"since {began}"
    by = f", by {phase.ended_by}" if phase.ended_by else ""
    return f"{began} to {times.stamp(phase.ended_at.utc)}{by}"


# Readiness and decisions ----------------------------------------------------------------------


def readiness(board: Board, times: Times) -> Iterator[Block]:
    """Say what must always be ready, who looked last and when."""
    rows = tuple(
        (
            Cell(plain.READY[row.state], _READY[row.state]), Cell(row.target.name),
            Cell(f"attested: {row.said}" if row.attested and row.said else row.said),
            Cell(f"{times.stamp(row.renewal.at.utc)}, {row.renewal.by}" if row.renewal else "–"),
        )
        for row in board.ready
    )  # fmt: skip
    if rows:
        yield Table(("", "what", "seen", "last looked at"), rows)


def decisions(board: Board, told: Told, times: Times) -> Iterator[Block]:
    """Say who decided what and when, from the journal, oldest first."""
    rows = tuple((Cell(times.stamp(one.at.utc)), Cell(one.actor), Cell(_kind(one)), Cell(one.said))
                 for one in told.decided)  # fmt: skip
    if rows:
        yield Table(("when", "who", "kind", "what"), rows)
        yield Line("Names say who acted on the team's own machine; they are not signatures.", "dim")


KINDS = {
    "FoundLaunch": "launch", "BeginLaunch": "launch", "AdvancePhase": "advance", "OverrideGate": "override",
    "StepBack": "step back", "AbandonLaunch": "launch", "HoldLaunch": "hold", "ResumeLaunch": "hold",
    "WaiveCriterion": "waiver", "ExcuseCriterion": "waiver", "EndWaiver": "waiver", "CallPoll": "poll",
    "CastBallot": "vote", "RevokeVotes": "vote", "SetTarget": "target", "BreakGuard": "guard",
}  # fmt: skip
"""The intents that are decisions about the launch, and what each is called."""


def _kind(one: Decided) -> str:
    return "goalposts moved" if one.intent == "SetTarget" and "goalposts" in one.said else KINDS[one.intent]
