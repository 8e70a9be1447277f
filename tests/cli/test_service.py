"""`gonogo watch --install`: a service of the user, whose file is ours alone."""

from __future__ import annotations

import plistlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.ground import gonogo, ok, refused

from gonogo.control.service import MARK, service


@pytest.fixture
def unit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the unit of the tiny launch would lie."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "conf"))
    return tmp_path / "conf" / "systemd" / "user" / "gonogo-tiny.service"


def test_a_unit_is_written_shown_and_removed(tiny_launch: Path, unit: Path) -> None:
    said = ok(gonogo("watch", "--install"))
    assert str(unit) in said
    assert unit.read_text() in said
    assert "systemctl --user enable --now gonogo-tiny.service" in said
    assert "loginctl enable-linger" in said
    assert f'"--state" "{tiny_launch}"' in unit.read_text()
    assert "is as it should be" in ok(gonogo("watch", "--install"))
    assert "systemctl --user disable --now gonogo-tiny.service" in ok(gonogo("watch", "--uninstall"))
    assert not unit.exists()
    refused(gonogo("watch", "--uninstall"), 1, "nothing was installed")


def test_a_file_of_somebody_else_stays(tiny_launch: Path, unit: Path) -> None:
    unit.parent.mkdir(parents=True)
    unit.write_text("[Unit]\nDescription=mine\n")
    refused(gonogo("watch", "--install"), 1, "gonogo did not write it")
    refused(gonogo("watch", "--uninstall"), 1, "was not written by gonogo")
    assert unit.read_text() == "[Unit]\nDescription=mine\n"


def test_what_systemd_would_read_as_something_else_is_written_so_that_it_does_not(unit: Path) -> None:
    odd = Path('/tmp/a b/100% "sure" $HOME/state.db')
    wanted = service("tiny", odd, None, {"XDG_CONFIG_HOME": "/x", "GONOGO_STATE_DIR": "/s t"})
    assert '"/tmp/a b/100%% \\"sure\\" $$HOME/state.db"' in wanted.content
    assert 'Environment="GONOGO_STATE_DIR=/s t"' in wanted.content


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_finds_nothing_to_say_against_it(tiny_launch: Path, unit: Path) -> None:
    ok(gonogo("watch", "--install"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", str(unit)], capture_output=True, text=True, check=False
    )
    assert "gonogo-tiny" not in done.stderr


def test_macos_has_a_plist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    wanted = service("tiny", tmp_path / "state.db", tmp_path / "gonogo.toml", {"HOME": str(tmp_path)})
    assert wanted.path == tmp_path / "Library" / "LaunchAgents" / "gonogo.tiny.plist"
    assert wanted.install()
    read = plistlib.loads(wanted.path.read_bytes())
    assert read["Label"] == "gonogo.tiny"
    assert read["ProgramArguments"][-1] == "watch"
    assert MARK in wanted.content
    assert wanted.begin[0].startswith("launchctl bootstrap gui/$(id -u) ")
    assert wanted.uninstall()
