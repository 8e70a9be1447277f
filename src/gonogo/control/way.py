"""What lies ahead of a launch, for whoever is about to advance it."""

from __future__ import annotations

from dataclasses import dataclass

from gonogo.control.reader import BoardReader
from gonogo.control.room import ControlRoom
from gonogo.formats.config import parse_config
from gonogo.formats.errors import FileError
from gonogo.rules.advance import blockers, stands_at
from gonogo.rules.prospect import prospect
from gonogo.rules.verdict import Verdict
from gonogo.store import watching


@dataclass(frozen=True, slots=True)
class Ahead:
    """What stands in the way of advancing, what advancing would change, and where it stands now."""

    in_the_way: tuple[str, ...]
    changes: tuple[str, ...]
    verdict: Verdict | None
    """Nothing where no phase is active."""


def outlook(room: ControlRoom) -> Ahead:
    """Look ahead from the active phase."""
    board = BoardReader(room.store, room.clock).board()
    text = watching.accepted_config(room.store.db)
    try:
        config = parse_config(text, "the accepted config") if text else None
    except FileError:  # accepted by another version
        config = None
    if board.launch.state in ("closed", "abandoned"):
        return Ahead((f"The launch is {board.launch.state}; it goes nowhere from here.",), (), None)
    held = (f"On hold by {board.hold.by}: {board.hold.reason}.",) if board.hold else ()
    if board.sight is None or board.active is None:
        return Ahead(("No phase is active.",), (), None)
    in_the_way = blockers(board.sight, board.poll)
    verdict = stands_at(board.sight, board.poll)
    return Ahead(
        (*held, *(one for one in in_the_way if one not in held)),
        prospect(room.store.state(), config, room.clock.now().utc),
        Verdict.HOLD if held and verdict is Verdict.GO else verdict,
    )
