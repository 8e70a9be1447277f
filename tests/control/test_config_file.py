"""The config file as the watch follows it: what does not fit the launch never replaces what does."""

from __future__ import annotations

from pathlib import Path

import pytest

from gonogo.control.config_file import ConfigFile
from gonogo.rules.fitting import Frame

TEXT = '[launch]\nid = "tiny"\nname = "Tiny"\n\n[[probe]]\nname = "home"\nurl = "https://shop.example"\n'
FRAME = Frame("tiny", ("alpha", "beta"))
STRANGE = TEXT + 'during = ["beta",\n  "bata"]\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the config lies."""
    return tmp_path / "gonogo.toml"


def following(path: Path, text: str, accepted: str | None = None, frame: Frame = FRAME) -> ConfigFile:
    """Follow a file that holds a text."""
    path.write_text(text)
    found = ConfigFile(path, accepted)
    found.fit(frame)
    found.look()
    return found


def test_a_phase_that_is_not_in_the_plan_is_an_error_at_the_first_look(path: Path) -> None:
    found = following(path, STRANGE)
    assert found.live is None
    assert found.error == f"{path}:9: probe home: during, number 2: there is no phase “bata”; did you mean “beta”?"


def test_it_never_replaces_what_is_valid(path: Path) -> None:
    found = following(path, TEXT)
    assert (found.error, found.live and found.live[0]) == (None, TEXT)
    path.write_text(STRANGE)
    assert found.look()
    assert found.live is not None
    assert found.live[0] == TEXT
    assert "no phase “bata”" in (found.error or "")
    path.write_text(STRANGE.replace("bata", "alpha"))
    assert found.look()
    assert (found.error, found.live[1].probe[0].during) == (None, ("beta", "alpha"))


def test_when_the_plan_changed_it_goes_on_with_a_notice(path: Path) -> None:
    text = TEXT + 'phases = { beta = { every = "9s" } }\n'
    found = following(path, text)
    assert (found.error, found.note) == (None, None)
    found.fit(Frame("tiny", ("alpha", "gamma")))
    assert found.look()
    assert (found.error, found.live and found.live[0]) == (None, text)
    assert found.note == f"{path}:8: probe home: phases.beta: there is no phase “beta”; the plan has alpha, gamma."
    again = following(path, text, accepted=text, frame=Frame("tiny", ("alpha", "gamma")))
    assert (again.error, again.note) == (None, found.note)
    found.fit(FRAME)
    assert found.look()
    assert found.note is None


def test_another_id_is_refused_with_what_would_be_right(path: Path) -> None:
    found = following(path, TEXT)
    path.write_text(TEXT.replace('"tiny"', '"other"'))
    assert found.look()
    assert found.error == (
        f"{path}:2: launch.id: the id is what a launch is known by, and stays “tiny”; another one has a folder of its"
        " own, where `gonogo init` founds it."
    )
    assert found.live is not None
    assert found.live[1].launch.id == "tiny"
