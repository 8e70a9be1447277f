"""The name and the time zone in the config are the launch's, and its paths lead from its own folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.conftest import FakeClock, Memory

from gonogo.control.desk import Desk
from gonogo.control.readiness import files_seen
from gonogo.control.room import ControlRoom
from gonogo.formats.config import parse_config
from gonogo.rules.launch import NameLaunch
from gonogo.rules.plan import Launch
from gonogo.rules.ready_config import ReadinessConfig
from gonogo.rules.record import Changes, Refusal
from gonogo.rules.undo import Undo
from gonogo.store import journal

CONFIG = '[launch]\nid = "tiny"\nname = "{name}"\ntimezone = "{zone}"\n'


def test_a_new_name_and_zone_go_live_with_the_config_and_stand_in_the_journal(room: ControlRoom) -> None:
    desk = Desk(room.store.path, room.clock)
    observer = desk.observer()

    def accept(name: str, zone: str) -> Launch:
        text = CONFIG.format(name=name, zone=zone)
        desk.accept(text, parse_config(text, "c"), observer, {})
        return room.store.state().all(Launch)[0]

    before = len(journal.newest(room.store.db, 100))
    launch = accept("Tiny", "UTC")
    assert len(journal.newest(room.store.db, 100)) == before
    launch = accept("The Tiny Shop", "Europe/Lisbon")
    assert (launch.key, launch.name, launch.timezone) == ("tiny", "The Tiny Shop", "Europe/Lisbon")
    entry = journal.newest(room.store.db, 1)[0]
    assert (entry.actor, entry.said) == (
        "watch", "named the launch The Tiny Shop and put the launch into the time zone Europe/Lisbon",
    )  # fmt: skip
    assert isinstance(desk.room.dispatch(Undo()), Refusal)
    assert accept("The Tiny Shop", "UTC").timezone == "UTC"
    desk.store.close()


def test_what_is_so_already_is_refused(memory: Memory) -> None:
    assert isinstance(memory.do(NameLaunch(name="Tiny", timezone="UTC")), Refusal)
    changed = memory.do(NameLaunch(name="Tiny", timezone="Asia/Tokyo"))
    assert isinstance(changed, Changes)
    assert (changed.said, changed.undoable) == ("put the launch into the time zone Asia/Tokyo", False)


@pytest.mark.parametrize("path", ["dumps/shop-*.dump", "./dumps/shop-1.dump", "{folder}/dumps/*"])
def test_readiness_looks_in_the_configs_own_folder(tmp_path: Path, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "a [b] repo"
    (folder / "dumps").mkdir(parents=True)
    (folder / "dumps" / "shop-1.dump").write_text("x")
    monkeypatch.chdir("/")
    now = FakeClock().now().utc
    os.utime(folder / "dumps" / "shop-1.dump", (now.timestamp(), now.timestamp()))
    wanted = path.format(folder=str(folder).replace("[", "[[]"))
    source = ReadinessConfig(path=wanted)
    assert (found := files_seen(source, str(folder), now)).ok
    assert found.detail == "shop-1.dump, 1 Byte"
    gone = files_seen(ReadinessConfig(path="gone/*"), str(folder), now)
    assert (gone.ok, gone.detail) == (False, f"nothing matches gone/*: {folder / 'gone'} is not there")
