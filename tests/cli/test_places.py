"""`gonogo doctor`, `launches` and `watch`: what there is, and whether it works here."""

from __future__ import annotations

import os
from pathlib import Path

from tests.cli.ground import data, gonogo, ok, refused
from tests.conftest import FakeClock
from tests.tui.play import watch_held


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
    assert "no watch is running; `gonogo watch` starts one" in found["note"]


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


def test_doctor_says_that_the_config_is_bad_and_goes_on(tiny_launch: Path, folder: Path) -> None:
    (folder / "gonogo.toml").write_text('[launch]\nid = "tiny"\nname = "Tiny"\nzone = "UTC"\n')
    result = gonogo("doctor")
    assert result.exit_code == 1
    found = findings(result.stdout)
    assert any("there is no key “zone”" in words for words in found["bad"])
    assert any("intact" in words for words in found["ok"])


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


def test_a_second_watch_is_refused(tiny_launch: Path) -> None:
    with watch_held(tiny_launch):
        refused(gonogo("watch"), 1, "is being watched already")


def test_version_and_help() -> None:
    assert ok(gonogo("--version")).startswith("gonogo, version ")
    said = ok(gonogo("--help"))
    for name in ("check", "demo", "doctor", "incident", "init", "item", "launches", "log", "ready", "redo", "status"):
        assert f"\n  {name} " in said
