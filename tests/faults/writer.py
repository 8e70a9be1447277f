"""A person at work: ticks and unticks without end, and says what is durable.

`python writer.py FILE ACTOR tick`: after each act that is done, one line: its sequence and its id.
`python writer.py FILE ACTOR incident`: declares an incident, says its id, and then stays as it is.
"""

from __future__ import annotations

import sys
import time
from itertools import cycle
from pathlib import Path

from gonogo.control.clock import SystemClock
from gonogo.control.room import ControlRoom, Done
from gonogo.rules.incident import Incident
from gonogo.rules.item import TickItem, UntickItem
from gonogo.rules.plan import Item, Tick
from gonogo.rules.response import DeclareIncident
from gonogo.store.errors import Busy
from gonogo.store.store import Store

ITEM = {"ann": "walk", "bob": "order", "eve": "ads"}


def work(room: ControlRoom) -> None:
    item = next(one for one in room.store.state().all(Item) if one.key == ITEM[room.actor])
    ticked = room.store.state().get(Tick, item.id) is not None
    acts = [UntickItem(item=item.id), TickItem(item=item.id, note="seen" * 20)]
    for intent in cycle(acts if ticked else acts[::-1]):
        try:
            done = room.dispatch(intent)
        except Busy:
            time.sleep(0.01)
            continue
        if not isinstance(done, Done):
            raise SystemExit(f"refused: {done.sentence}")
        row = room.store.db.conn.execute(
            "SELECT seq, id FROM journal WHERE actor = ? ORDER BY seq DESC LIMIT 1", [room.actor]
        ).fetchone()
        print(*row, flush=True)


def main() -> None:
    path, actor, what = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    room = ControlRoom(Store(path), SystemClock(), actor)
    if what == "tick":
        work(room)
    room.dispatch(DeclareIncident(title="Orders fail", looked=True))
    print(room.store.state().all(Incident)[-1].id, flush=True)
    while True:
        time.sleep(1)


main()
