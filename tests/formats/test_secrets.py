"""Secrets by reference: found, or named; never repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from gonogo.formats.config import SecretMissing, resolve
from gonogo.formats.errors import FileError


def test_a_reference_is_replaced_wherever_it_stands() -> None:
    assert resolve("Bearer ${env:TOKEN}, again ${env:TOKEN}", {"TOKEN": "hunter2"}) == "Bearer hunter2, again hunter2"
    assert resolve("no reference, $5 and ${this}", {}) == "no reference, $5 and ${this}"


def test_the_environment_is_read_when_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONOGO_TEST_TOKEN", "hunter2")
    assert resolve("${env:GONOGO_TEST_TOKEN}") == "hunter2"


@pytest.mark.parametrize("env", [{}, {"TOKEN": ""}])
def test_an_unset_variable_is_named(env: dict[str, str]) -> None:
    with pytest.raises(SecretMissing, match=r"\$\{env:TOKEN\} is not set; export TOKEN") as caught:
        resolve("Bearer ${env:TOKEN} and ${env:OTHER}", {"OTHER": "hunter2", **env})
    assert isinstance(caught.value, FileError)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("value", ["two\nlines", "two\rlines", "nul\x00"])
def test_a_secret_with_a_line_break_is_refused_and_not_repeated(value: str) -> None:
    with pytest.raises(SecretMissing, match="line break") as caught:
        resolve("${env:TOKEN}", {"TOKEN": value})
    assert "lines" not in str(caught.value)


@pytest.mark.parametrize("value", ["x", "abc", "no!"])
def test_a_secret_that_could_not_be_hidden_is_refused_and_not_repeated(value: str) -> None:
    with pytest.raises(SecretMissing, match=r"\$\{env:TOKEN\} is shorter than 4 characters") as caught:
        resolve("${env:TOKEN}", {"TOKEN": value})
    assert f" {value} " not in str(caught.value)
    assert resolve("${env:TOKEN}", {"TOKEN": "four"}) == "four"


def test_an_empty_file_is_named_as_a_file(tmp_path: Path) -> None:
    path = secret_file(tmp_path, 0o600, b"\n")
    with pytest.raises(SecretMissing, match="is empty") as caught:
        resolve(f"${{file:{path}}}")
    assert f"${{file:{path}}}" in str(caught.value)


def secret_file(tmp_path: Path, mode: int, content: bytes = b"hunter2\n") -> Path:
    """Write a secret with a mode."""
    path = tmp_path / "token"
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_a_file_of_mine_is_read_without_its_line_end(tmp_path: Path) -> None:
    path = secret_file(tmp_path, 0o600)
    assert resolve(f"Bearer ${{file:{path}}}") == "Bearer hunter2"


def test_a_file_in_my_home_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    secret_file(tmp_path, 0o400)
    assert resolve("${file:~/token}") == "hunter2"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = secret_file(tmp_path, mode)
    with pytest.raises(SecretMissing, match="can be read by others; chmod 600 it") as caught:
        resolve(f"${{file:{path}}}")
    assert str(path) in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(SecretMissing, match="cannot be read"):
        resolve(f"${{file:{tmp_path}/nothing}}")
    path = secret_file(tmp_path, 0o600, b"\xff\xfe\xff")
    with pytest.raises(SecretMissing, match="cannot be read"):
        resolve(f"${{file:{path}}}")
