"""A watch is killed while a receiver hangs: the message comes again, at once, and under the same key."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import found, until
from tests.faults.crew import Crew
from tests.probes.server import Site

from gonogo.control.clock import SystemClock
from gonogo.control.room import ControlRoom
from gonogo.rules.plan_doc import PlanDoc
from gonogo.rules.response import DeclareIncident
from gonogo.store import outbox
from gonogo.store.store import Store


def test_an_alarm_outlives_the_watch_that_was_sending_it(state_path: Path, tiny: PlanDoc) -> None:
    room = found(state_path, SystemClock(), tiny)
    room.store.close()
    config = state_path.with_name("gonogo.toml")

    def way(path: str) -> None:
        text = f'[launch]\nid = "tiny"\nname = "Tiny"\n[[channel]]\nname = "phone"\nwebhook = "{site.url}{path}"\n'
        config.write_text(text)

    def posts(path: str) -> list[str]:
        return [one.headers["idempotency-key"] for one in site.asked if one.path == path]

    with Site() as site, Crew(state_path, config) as crew:
        way("/mute")
        watch = crew.watch()
        store = Store(state_path)
        until(lambda: _accepted(store), 20, "the config")
        ControlRoom(store, SystemClock(), "ann").dispatch(DeclareIncident(title="Orders fail"))
        until(lambda: posts("/mute"), 20, "the first try")
        watch.kill()
        way("/ok")
        crew.watch()
        until(lambda: posts("/ok"), 20, "the second try, before the lease would have ended")
        until(lambda: all(post.sent_at for post in outbox.newest(store.db, 9)), 20, "its end")
        store.close()
        assert posts("/ok") == posts("/mute")


def _accepted(store: Store) -> bool:
    return bool(store.db.conn.execute("SELECT 1 FROM config").fetchone())
