"""What lies ahead of a launch, for whoever is about to advance it."""

from __future__ import annotations

from gonogo.control.reader import BoardReader
from gonogo.control.room import ControlRoom
from gonogo.formats.config import parse_config
from gonogo.formats.errors import FileError
from gonogo.rules.advance import blockers
from gonogo.rules.prospect import prospect
from gonogo.store import watching


def outlook(room: ControlRoom) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what stands in the way of advancing, and what advancing would change."""
    board = BoardReader(room.store, room.clock).board()
    text = watching.accepted_config(room.store.db)
    try:
        config = parse_config(text, "the accepted config") if text else None
    except FileError:  # accepted by another version
        config = None
    held = (f"On hold by {board.hold.by}: {board.hold.reason}.",) if board.hold else ()
    in_the_way = blockers(board.sight, board.poll) if board.sight and board.active else ("No phase is active.",)
    ahead = prospect(room.store.state(), config, room.clock.now().utc)
    return (*held, *(one for one in in_the_way if one not in held)), ahead
