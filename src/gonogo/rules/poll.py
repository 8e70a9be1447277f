"""The go/no-go poll: each seat votes, a vote is bound to the evidence that it saw, and silence is no go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from gonogo.rules import text, words
from gonogo.rules.clock import Instant
from gonogo.rules.launch import active_phase
from gonogo.rules.plan import Launch, Phase, Seat
from gonogo.rules.record import Act, Changes, Decision, Intent, Prose, Record, Refusal, State
from gonogo.rules.sight import Line, Sight
from gonogo.rules.verdict import Verdict

Choice = Literal["go", "no_go"]
Standing = Literal["go", "no_go", "stale", "expired", "silent"]


class Poll(Record):
    """A poll that was called for a phase; it ends with the phase."""

    part: ClassVar[str] = "gate"

    phase: str
    called_at: Instant
    called_by: str
    ended_at: Instant | None = None


class Vote(Record):
    """What a seat answered, who for it, and the facts that it saw; the newest of a seat counts."""

    part: ClassVar[str] = "gate"

    phase: str
    seat: str
    choice: Choice
    reason: str
    by: str
    behalf: str = ""
    """Who holds the seat, where somebody else answered for it."""
    at: Instant
    until: AwareDatetime
    seen: dict[str, str]
    stale: str = ""
    """Which fact moved, once one did."""
    stale_at: Instant | None = None

    @property
    def who(self) -> str:
        """Who answered, and for whom: `anna for ben`."""
        return f"{self.by} for {self.behalf}" if self.behalf else self.by


class CallPoll(Intent):
    """Ask every seat for its vote."""


class CastBallot(Intent):
    """Answer for one seat or several alike; a poll that nobody called is called by it."""

    seats: tuple[str, ...]
    choice: Choice
    reason: Prose = ""


class RevokeVotes(Intent):
    """Turn votes stale because a fact moved that they had seen; only the watch does it."""

    why: dict[str, str]
    """Which fact moved, by the vote."""


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A seat in the poll: its evidence, and where its answer stands."""

    seat: Seat
    sight: Sight
    standing: Standing
    vote: Vote | None = None

    @property
    def lines(self) -> Sequence[Line]:
        """Its evidence, written when somebody looks: most boards are made while nobody does."""
        return self.sight.lines(self.seat.key)

    @property
    def green(self) -> bool:
        """Whether all of its evidence speaks for going, and none of it was set aside."""
        return bool(self.lines) and all(line.verdict is Verdict.GO and not line.marked for line in self.lines)


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide an intent about the poll."""
    if isinstance(intent, RevokeVotes):
        return _revoke(state, intent, act)
    phase = active_phase(state)
    if phase is None:
        return Refusal("No phase is active, so there is nothing to vote on.")
    seats = {seat.key: seat for seat in state.all(Seat)}
    if not seats:
        return Refusal("The plan has no seats, so there is no poll; `advance` asks nobody.")
    called = called_poll(state, phase)
    if isinstance(intent, CallPoll):
        if called is not None:
            return Refusal(f"The poll for {phase.name} was called already, by {called.called_by}.")
        return Changes(f"called the poll for {phase.name}", put=(_call(phase, act),), undoable=False)
    assert isinstance(intent, CastBallot)
    return _cast(state, intent, phase, seats, act)


def called_poll(state: State, phase: Phase) -> Poll | None:
    """Return the poll that was called for a phase and has not ended."""
    return next((one for one in state.all(Poll) if one.phase == phase.id and one.ended_at is None), None)


def _call(phase: Phase, act: Act) -> Poll:
    return Poll(id=act.fresh(), phase=phase.id, called_at=act.at, called_by=act.actor)


def _cast(state: State, intent: CastBallot, phase: Phase, seats: dict[str, Seat], act: Act) -> Decision:
    if not intent.seats:
        return Refusal("A ballot answers for one seat at least.", misused=True)
    if unknown := next((key for key in intent.seats if key not in seats), None):
        return Refusal(f"There is no seat “{text.line(unknown, 40)}”; there are {', '.join(seats)}.", misused=True)
    sight, reason = act.sight(), text.tidy(intent.reason)
    until = act.at.utc + timedelta(seconds=next(iter(state.all(Launch))).vote_life_s)
    if refusal := _alone(intent, seats, sight):
        return refusal
    votes: list[Vote] = []
    for key in dict.fromkeys(intent.seats):
        if not reason and (refusal := _unreasoned(intent.choice, seats[key], sight)):
            return refusal
        votes.append(
            Vote(id=act.fresh(), phase=phase.id, seat=key, choice=intent.choice, reason=reason, by=act.actor,
                 behalf=behalf(sight.people, key, act.actor), at=act.at, until=until, seen=sight.bound(key))
        )  # fmt: skip
    called = called_poll(state, phase)
    put = (*votes,) if called else (_call(phase, act), *votes)
    word = "go" if intent.choice == "go" else "no-go"
    said = f"voted {word} for {', '.join(seats[vote.seat].name for vote in votes)}" + (f": {reason}" if reason else "")
    others = [f"{seats[vote.seat].name} is {vote.behalf}'s" for vote in votes if vote.behalf]
    said += f"; answered for others: {words.some(others, len(others))}" if others else ""
    return Changes(said + _instead(state, phase, votes, act), put=put, undoable=False)


def _alone(intent: CastBallot, seats: dict[str, Seat], sight: Sight) -> Refusal | None:
    """Refuse one go for several seats where the evidence of one of them speaks against it: each has its own reason."""
    if intent.choice != "go" or len(intent.seats) < 2:
        return None
    against = [key for key in intent.seats if any(line.verdict is not Verdict.GO for line in sight.lines(key))]
    if not against:
        return None
    names = words.some([seats[key].name for key in against])
    return Refusal(f"{names} would go against evidence: answer for each alone, with its own reason.", misused=True)


def _instead(state: State, phase: Phase, votes: Sequence[Vote], act: Act) -> str:
    """Say whose answer a vote replaces, where somebody else had given it."""
    newest = {one.seat: one for one in state.all(Vote) if one.phase == phase.id}
    found = [newest[vote.seat] for vote in votes if vote.seat in newest and newest[vote.seat].by != act.actor]
    said = [f"{one.who}'s {'go' if one.choice == 'go' else 'no-go'}" + (f" ({one.reason})" if one.reason else "")
            for one in found if standing(one, act.at.utc) in ("go", "no_go")]  # fmt: skip
    return f"; instead of {words.some(said)}" if said else ""


def _unreasoned(choice: Choice, seat: Seat, sight: Sight) -> Refusal | None:
    """Refuse a vote that would need a reason: a no-go, and a go against what its own evidence says."""
    if choice == "no_go":
        return Refusal(f"A no-go needs a reason: what must change before {seat.name} says go?", misused=True)
    against = [line.text.removesuffix(".") for line in sight.lines(seat.key) if line.verdict is not Verdict.GO]
    if against:
        return Refusal(f"{seat.name} would go against its evidence ({words.some(against, 2)}); say why.", misused=True)
    return None


def _revoke(state: State, intent: RevokeVotes, act: Act) -> Decision:
    gone = [
        vote.model_copy(update={"stale": text.line(why), "stale_at": act.at})
        for vote_id, why in intent.why.items()
        if (vote := state.get(Vote, vote_id)) is not None and not vote.stale
    ]
    if not gone:
        return Refusal("Those votes are stale already.")
    names = {seat.key: seat.name for seat in state.all(Seat)}
    said = "; ".join(f"{names.get(vote.seat, vote.seat)} ({vote.stale})" for vote in gone)
    return Changes(f"revoked the vote of {said}", put=tuple(gone), undoable=False)


# Where the poll stands ------------------------------------------------------------------------


def standing(vote: Vote | None, now: datetime) -> Standing:
    """Tell what a seat's newest vote is worth now."""
    if vote is None:
        return "silent"
    if vote.stale:
        return "stale"
    return "expired" if now >= vote.until else vote.choice


def rows(votes: Sequence[Vote], sight: Sight, now: datetime) -> tuple[SeatRow, ...]:
    """Return each seat of the plan with its evidence and the newest answer for the active phase."""
    newest: dict[str, Vote] = {}
    begun = sight.phase.started_at if sight.phase else None
    for one in votes:
        if sight.phase and begun and one.phase == sight.phase.id and one.at.utc >= begun.utc:
            newest[one.seat] = one
    made = []
    for seat in sight.seats:
        vote = newest.get(seat.key)
        if vote is not None and not vote.stale and (moved := sight.moved(vote.seen, seat.key)):
            vote = vote.model_copy(update={"stale": moved})
        made.append(SeatRow(seat, sight, standing(vote, now), vote))
    return tuple(made)


def moved_votes(found: Sequence[SeatRow]) -> dict[str, str]:
    """Return which fact moved under each vote that nobody has revoked yet, by the vote."""
    return {row.vote.id: row.vote.stale for row in found if row.vote and row.vote.stale and row.vote.stale_at is None}


_LACKS = {
    "silent": ("has not answered", "have not answered"), "expired": ("answered too long ago", "answered too long ago"),
    "no_go": ("says no-go", "say no-go"), "stale": ("is revoked", "are revoked"),
}  # fmt: skip


def missing(found: Sequence[SeatRow]) -> str:
    """Say which seats do not stand at go, and why, each why once; empty when all do."""
    seats: dict[tuple[str, str], list[str]] = {}
    for row in found:
        if row.standing != "go":
            moved = f": {row.vote.stale}" if row.standing == "stale" and row.vote else ""
            seats.setdefault((row.standing, moved), []).append(row.seat.name)
    return "; ".join(
        f"{words.some(names, len(names))} {_LACKS[standing][len(names) > 1]}{moved}"
        for (standing, moved), names in seats.items()
    )


def held_by(people: Mapping[str, Sequence[str]], actor: str) -> tuple[str, ...]:
    """Return the seats that somebody holds."""
    return tuple(people.get(actor, ()))


def behalf(people: Mapping[str, Sequence[str]], seat: str, actor: str) -> str:
    """Return for whom somebody would answer: who holds the seat, where it is another; nobody named is nobody."""
    holders = [name for name, held in people.items() if seat in held]
    return "" if actor in holders else words.some(holders, len(holders))
