"""`gonogo doctor`, `launches` and `watch`: what there is, and whether it works here."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from tests.cli.conftest import CONFIG
from tests.cli.ground import data, gonogo, ok, refused
from tests.conftest import FakeClock
from tests.tui.play import watch_held

from gonogo.cli import open as opening
from gonogo.control.clock import SystemClock
from gonogo.control.home import is_here
from gonogo.control.spawn import start_watch
from gonogo.store import watching
from gonogo.store.store import Store
from gonogo.tui.ports import Ports


def findings(result_stdout: str) -> dict[str, list[str]]:
    """Sort what doctor found by its mark."""
    found: dict[str, list[str]] = {"ok": [], "note": [], "bad": []}
    for line in result_stdout.splitlines():
        mark, _, words = line.partition(" ")
        found[mark].append(words.strip())
    return found


def test_doctor_on_a_sound_launch(tiny_launch: Path) -> None:
    found = findings(ok(gonogo("doctor")))
    assert found["bad"] == []
    assert any(words.startswith("gonogo ") and "Python" in words for words in found["ok"])
    assert any("midnight" in words for words in found["ok"])
    assert any("intact, mode 0600" in words for words in found["ok"])
    assert any(words.startswith("SQLite ") for words in found["ok"])
    assert "no watch is running here; `gonogo watch` starts one" in found["note"]


def test_doctor_without_a_launch(folder: Path) -> None:
    found = findings(ok(gonogo("doctor")))
    assert any("gonogo init" in words for words in found["note"])


def test_doctor_names_what_is_bad(tiny_launch: Path, folder: Path, tmp_path: Path) -> None:
    os.chmod(tiny_launch, 0o644)
    config = folder / "gonogo.toml"
    config.write_text(
        config.read_text() + '[[probe]]\nname = "home"\nurl = "/"\nheaders = { X = "${env:NOT_SET_ANYWHERE}" }\n'
        '[rollback]\ncommand = ["no-such-program-here"]\n'
    )
    themes = tmp_path / "configs" / "themes"
    themes.mkdir(parents=True)
    (themes / "mine.toml").write_text('name = "mine"\n[colours]\nground = "red"\n')
    result = gonogo("doctor")
    assert result.exit_code == 1
    bad = " | ".join(findings(result.stdout)["bad"])
    for part in ("mode 0644", "NOT_SET_ANYWHERE", "no-such-program-here", "mine.toml"):
        assert part in bad, bad


def test_broken_themes_are_named_in_one_notice(tiny_launch: Path, tmp_path: Path) -> None:
    themes = tmp_path / "configs" / "themes"
    themes.mkdir(parents=True)
    (themes / "a.toml").write_text("name = 1\n")
    (notice,) = opening._themes()[1]
    assert notice.startswith("A theme was skipped: ")
    for name in ("b", "c", "d", "e"):
        (themes / f"{name}.toml").write_text("nonsense\n")
    (notice,) = opening._themes()[1]
    assert notice.startswith("5 themes were skipped: a.toml")
    assert notice.endswith("and 2 more. `gonogo doctor` says why.")


def test_doctor_says_that_the_config_is_bad_and_goes_on(tiny_launch: Path, folder: Path) -> None:
    (folder / "gonogo.toml").write_text('[launch]\nid = "tiny"\nname = "Tiny"\nzone = "UTC"\n')
    result = gonogo("doctor")
    assert result.exit_code == 1
    found = findings(result.stdout)
    assert any("there is no key “zone”" in words for words in found["bad"])
    assert any("intact" in words for words in found["ok"])


def test_doctor_as_data(tiny_launch: Path) -> None:
    os.chmod(tiny_launch, 0o644)
    result = gonogo("doctor", "--json")
    assert result.exit_code == 1
    found = data(result)
    assert {one["mark"] for one in found} == {"ok", "note", "bad"}
    assert ["mode 0644" in one["finding"] for one in found if one["mark"] == "bad"] == [True]


def test_doctor_says_a_mistake_once_also_while_the_watch_knows_it(tiny_launch: Path, folder: Path) -> None:
    config = folder / "gonogo.toml"
    config.write_text(CONFIG + "[launch\n")
    error = next(words for words in findings(gonogo("doctor").stdout)["bad"])
    store = Store(tiny_launch)
    with store.writing() as db:
        watching.begin(db, SystemClock().now())
        watching.tell(db, config_error=error, note=None)
    store.close()
    with watch_held(tiny_launch):
        said = gonogo("doctor").stdout
        assert said.count(error) == 1
        assert "the watch runs on the last good config\n" in said
        config.write_text(CONFIG)
        assert f"the watch runs on the last good config: {error}" in gonogo("doctor").stdout


def test_launches(tiny_launch: Path, clock: FakeClock) -> None:
    (row,) = data(gonogo("launches", "--json"))
    assert (row["id"], row["name"], row["state"], row["watched"]) == ("tiny", "Tiny", "running", False)
    assert row["file"] == str(tiny_launch)
    with watch_held(tiny_launch):
        assert ok(gonogo("launches")).split()[:3] == ["tiny", "running", "watched"]


def test_no_launch_yet(folder: Path) -> None:
    assert "gonogo init" in ok(gonogo("launches"))
    assert data(gonogo("launches", "--json")) == []


def test_watch_stop_without_a_watch_says_so(tiny_launch: Path) -> None:
    assert "no watch is running" in ok(gonogo("watch", "--stop"))


def host(folder: Path, name: str) -> None:
    """Let the config say where the watch lives."""
    config = folder / "gonogo.toml"
    config.write_text(CONFIG + f'[watch]\nhost = "{name}"\n')


def test_a_watch_that_should_live_elsewhere_is_refused_unless_forced(tiny_launch: Path, folder: Path) -> None:
    host(folder, "server-1")
    refused(gonogo("watch"), 1, "The watch should live on server-1, and this is", "gonogo watch --here")
    assert "should live on server-1" in start_watch(tiny_launch, folder / "gonogo.toml")
    assert not watching.is_alive(tiny_launch)
    note = " | ".join(findings(ok(gonogo("doctor")))["note"])
    assert "no watch is running here; the watch should live on server-1" in note
    with watch_held(tiny_launch):
        assert "running already" in start_watch(tiny_launch, folder / "gonogo.toml")
        refused(gonogo("watch", "--here"), 1, "is being watched already")
        assert "the watch should live on server-1" in " | ".join(findings(ok(gonogo("doctor")))["note"])


def test_the_room_says_where_the_watch_should_live(
    tiny_launch: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gonogo.cli.open import show
    from gonogo.control import spawn
    from gonogo.tui import app

    class Shown:
        return_code = 0

        def __init__(self, ports: Ports, clock: object) -> None:
            notices.extend(ports.notices)

        def exit(self) -> None:
            """End."""

        def run(self) -> int:
            return 0

    notices: list[str] = []
    monkeypatch.setattr(app, "GonogoApp", Shown)
    monkeypatch.setattr(spawn, "start_watch", lambda state, config: "")
    monkeypatch.setattr(signal, "signal", lambda number, act: None)
    show(tiny_launch, folder / "gonogo.toml", "ann")
    assert notices == []
    host(folder, "server-1")
    show(tiny_launch, folder / "gonogo.toml", "ann")
    assert [words.split(", and")[0] for words in notices] == ["The watch should live on server-1"]


@pytest.mark.parametrize(
    ("host", "here", "same"),
    [("server-1", "server-1", True), ("Server-1.example.com.", "server-1", True), ("server-1", "server-1.lan", True),
     ("localhost", "x", True), ("", "x", True), ("server-2", "server-1", False), ("a.one", "a.two", False)],
)  # fmt: skip
def test_a_host_is_this_machine_with_or_without_its_domain(host: str, here: str, same: bool) -> None:
    assert is_here(host, here) is same


def test_a_second_watch_is_refused(tiny_launch: Path) -> None:
    with watch_held(tiny_launch):
        refused(gonogo("watch"), 1, "is being watched already")


def test_version_and_help() -> None:
    assert ok(gonogo("--version")).startswith("gonogo, version ")
    said = ok(gonogo("--help"))
    for name in ("check", "demo", "doctor", "incident", "init", "item", "launches", "log", "ready", "redo", "status"):
        assert f"\n  {name} " in said
