"""The file of a postmortem: written anew as long as nobody has edited it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from gonogo.formats.errors import FileError
from gonogo.formats.postmortem import keep


def test_a_file_that_nobody_edited_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "shop.postmortem-1.md"
    assert keep(path, "# one\n") == path
    assert path.read_text(encoding="utf-8").endswith("-->\n# one\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keep(path, "# two\n") == path
    assert path.read_text(encoding="utf-8").endswith("# two\n")


def test_what_a_person_wrote_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "shop.postmortem-1.md"
    keep(path, "# one\n")
    edited = path.read_text(encoding="utf-8") + "we were lucky\n"
    path.write_text(edited, encoding="utf-8")
    beside = keep(path, "# two\n")
    assert beside == tmp_path / "shop.postmortem-1.new.md"
    assert path.read_text(encoding="utf-8") == edited
    assert keep(path, "# three\n") == beside
    assert "# three" in beside.read_text(encoding="utf-8")


def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text("mine", encoding="utf-8")
    assert keep(path, "# one\n") != path
    assert path.read_text(encoding="utf-8") == "mine"
    with pytest.raises(FileError, match="cannot be written"):
        keep(tmp_path / "nowhere" / "x.md", "# one\n")
