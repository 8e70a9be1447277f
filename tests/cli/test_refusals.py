"""Bad input: one clear sentence on stderr, the promised exit code, no traceback, nothing that steers a terminal."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from tests.cli.ground import data, gonogo, healthy, ok, one_sentence, ran, refused, site
from tests.conftest import FakeClock

from gonogo.store import schema

PROBE = '\n[[probe]]\nname = "home"\nurl = "/"\n'
HEAD = '[launch]\nid = "a"\nname = "A"\n'
ASKED = HEAD + '[[probe]]\nname = "home"\nurl = "https://x.example"\n'
CONFIGS = {
    "syntax": ("[launch\nid = 1\n", ("gonogo.toml:1",)),
    "unknown key": (ASKED + 'evrey = "9s"\n',
                    ("toml:7:", "there is no key “evrey”", "did you mean “every”?")),
    "unknown table": (HEAD + '[lunch]\nx = 1\n', ("there is no key “lunch”", "“launch”")),
    "bad url": (HEAD + '[environment.production]\nurl = "shop"\n',
                ("toml:5:", "this is not a URL; write one such as")),
    "password in url": (HEAD + '[environment.production]\nurl = "https://u:hunter2@x.example"\n',
                        ("no user or password in a URL",)),
    "negative interval": (ASKED + 'every = "-5s"\n', ("toml:7:", "is not a duration")),
    "no interval": (ASKED + 'every = "0s"\n', ("toml:7:", "longer than nothing")),
    "number for a duration": (ASKED + "every = 5\n", ("toml:7:", "a duration is text with a unit")),
    "duplicate name": (HEAD + '[environment.production]\nurl = "https://x.example"\n' + PROBE * 2,
                       ("two probes are named “home”",)),
    "no environment": (HEAD + PROBE, ("[environment.production]",)),
    "bad zone": (HEAD + 'timezone = "Mars/Base"\n', ("toml:4:", "is no time zone")),
    "control character": ('[launch]\nid = "a\x1b[31m"\nname = "A"\n', ("gonogo.toml",)),
    "hostile key": (HEAD + '"\\u001b]52;c;eA==\\u0007\\u202e" = 1\n', ("there is no key",)),
    "shell line": (HEAD + '[rollback]\ncommand = "make back"\n',
                   ('write ["make", "back"]',)),
    "no launch": ("", ("launch",)),
}  # fmt: skip


@pytest.mark.parametrize("kind", CONFIGS)
def test_a_bad_config(folder: Path, kind: str) -> None:
    text, parts = CONFIGS[kind]
    (folder / "gonogo.toml").write_text(text, encoding="utf-8")
    said = refused(gonogo("check"), 2, *parts)
    assert "hunter2" not in said


MISTAKES = {
    "syntax": ("[launch]\nid = \"tiny\"\nname = 'Tiny\n[[person]]\nname = 'Ann Smith'\nlogins = ['ann']\n", "toml:3:"),
    "key": (HEAD.replace('"a"', '"tiny"') + "x = 1\n[[person]]\nname = 'Ann Smith'\nlogins = ['ann']\n", "no key “x”"),
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_mistake_in_the_config_locks_nobody_out(tiny_launch: Path, folder: Path, clock: FakeClock, kind: str) -> None:
    text, why = MISTAKES[kind]
    (folder / "gonogo.toml").write_text(text, encoding="utf-8")
    assert ok(gonogo(at=clock)).startswith("HOLD  Tiny")
    board = gonogo("status", at=clock)
    assert board.exit_code == 10
    assert [why in line for line in board.stdout.splitlines() if line.startswith("  ! config: ")] == [True]
    assert why in data(gonogo("status", "--json", at=clock))["watch"]["config_error"]
    ok(gonogo("item", "tick", "walk", at=clock))
    assert "Walk through it  Ann Smith" in ok(gonogo("item", "list", at=clock))
    refused(gonogo("check"), 2, why)
    result = gonogo("doctor")
    assert result.exit_code == 1
    assert [line.startswith("bad") for line in result.stdout.splitlines() if why in line] == [True]


@pytest.mark.parametrize("words", [["status"], ["check"], ["watch"], []])
@pytest.mark.parametrize("key", ["My Shop", "", "../x", "café"])
def test_an_id_that_is_none_is_named_as_that(folder: Path, words: list[str], key: str) -> None:
    (folder / "gonogo.toml").write_text(f'[launch]\nid = "{key}"\nname = "A"\n', encoding="utf-8")
    said = refused(gonogo(*words), 2, "launch.id", "small letters, digits and dashes")
    assert "missing" not in said


def test_a_bad_condition_stands_with_a_caret_under_it(folder: Path) -> None:
    (folder / "gonogo.toml").write_text(ASKED + 'expect = ["status == 200", "latncy < 5s"]\n')
    result = gonogo("check")
    assert (result.exit_code, result.stdout) == (2, "")
    lines = result.stderr.splitlines()
    assert lines[0].startswith("gonogo: ")
    assert "there is no fact “latncy”" in result.stderr
    caret = next(number for number, line in enumerate(lines) if line.strip() == "^")
    assert lines[caret - 1][lines[caret].index("^") :].startswith("latncy")
    assert "Traceback" not in result.stderr


def test_a_config_that_is_not_utf_8_or_is_too_large(folder: Path) -> None:
    (folder / "gonogo.toml").write_bytes(b'[launch]\nid = "a"\nname = "caf\xe9"\n')
    refused(gonogo("check"), 2, "toml:3:", "not UTF-8")
    (folder / "gonogo.toml").write_bytes(b"#" * (1 << 20) + b"#")
    refused(gonogo("check"), 2, "larger than 1 MiB")


@pytest.mark.parametrize("words", [["status"], ["item", "list"], ["log", "note", "x"], ["check"], ["watch"], ["undo"]])
def test_a_missing_config_exits_2(folder: Path, words: list[str]) -> None:
    refused(gonogo(*words), 2, "There is no gonogo.toml here or above", "gonogo init")


@pytest.mark.parametrize("words", [["status"], ["item", "list"], ["watch"], []])
def test_a_named_config_that_is_not_there_exits_2(folder: Path, words: list[str]) -> None:
    refused(gonogo("--config", "nowhere.toml", *words), 2, "nowhere.toml does not exist")


@pytest.mark.parametrize("words", [["status"], ["item", "list"], ["log", "note", "x"], ["watch"], []])
def test_a_state_that_is_not_there_exits_3(folder: Path, words: list[str]) -> None:
    refused(gonogo("--state", str(folder / "no.db"), *words), 3, "There is no launch at", "gonogo init")
    assert not (folder / "no.db").exists()


def unset(folder: Path, url: str) -> None:
    """Write a config whose one probe wants a secret."""
    (folder / "gonogo.toml").write_text(
        f'{HEAD}[environment.production]\nurl = "{url}"\n{PROBE}'
        'headers = { Authorization = "Bearer ${env:SHOP_TOKEN_X}" }\n'
    )


def test_an_unset_secret_is_named_and_its_probe_unknown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHOP_TOKEN_X", raising=False)
    with site(healthy) as url:
        unset(folder, url)
        result = gonogo("check")
        assert result.exit_code == 10
        assert result.stderr == ""
        (line,) = result.stdout.splitlines()
        assert line.startswith("unknown home")
        assert "${env:SHOP_TOKEN_X} is not set" in line
        monkeypatch.setenv("SHOP_TOKEN_X", "s3cret")
        found = gonogo("check")
        assert found.exit_code == 0
        assert "s3cret" not in found.stdout + found.stderr
        monkeypatch.setenv("SHOP_TOKEN_X", "s3\nret")
        found = gonogo("check")
        assert found.exit_code == 10
        assert "line break" in found.stdout


# Databases ------------------------------------------------------------------------------------


def zero(path: Path) -> None:
    path.write_bytes(b"")


def text(path: Path) -> None:
    path.write_text("dear diary, " * 500)


def foreign(path: Path) -> None:
    path.unlink()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE diary (day TEXT)")
    other.execute("PRAGMA application_id = 99")
    other.commit()
    other.close()


def nameless(path: Path) -> None:
    """Another program's database that never gave itself an application id."""
    path.unlink()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE diary (day TEXT)")
    other.commit()
    other.close()


def newer(path: Path) -> None:
    ours = sqlite3.connect(path)
    ours.execute(f"PRAGMA user_version = {schema.VERSION + 7}")
    ours.commit()
    ours.close()


def truncated(path: Path) -> None:
    settle(path)
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 3])


def garbled(path: Path) -> None:
    """Every page but the first is noise."""
    settle(path)
    raw = path.read_bytes()
    path.write_bytes(raw[:4096] + b"\xa5" * (len(raw) - 4096))


def settle(path: Path) -> None:
    """Fold the -wal into the file."""
    ours = sqlite3.connect(path)
    ours.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ours.close()
    for name in ("-wal", "-shm"):
        path.with_name(path.name + name).unlink(missing_ok=True)


SPOILT = {
    "zero bytes": (zero, "is empty"),
    "a text": (text, "is not a gonogo launch"),
    "foreign": (foreign, "another program's database"),
    "nameless": (nameless, "another program's database"),
    "newer": (newer, "newer gonogo"),
    "truncated": (truncated, "damaged"),
    "garbled": (garbled, "damaged"),
}
COMMANDS = [
    [], ["status"], ["status", "--json"], ["item", "list"], ["item", "tick", "walk"], ["item", "add", "x"], ["undo"],
    ["log", "order", "42"], ["incident", "list"], ["incident", "declare", "x"], ["ready", "list"],
    ["ready", "renew", "backup"], ["watch", "--stop"],
]  # fmt: skip


@pytest.mark.parametrize("kind", SPOILT)
def test_a_spoilt_database_exits_3_with_one_sentence_and_stays_as_it_is(
    tiny_launch: Path, clock: FakeClock, kind: str
) -> None:
    spoil, why = SPOILT[kind]
    spoil(tiny_launch)
    before = tiny_launch.read_bytes()
    for words in COMMANDS:
        result = gonogo(*words, at=clock)
        assert result.exit_code == 3, (words, result.exit_code, result.stdout, result.stderr, result.exception)
        assert why in result.stderr, (words, result.stderr)
        one_sentence(result.stderr)
    assert tiny_launch.read_bytes() == before


def test_doctor_and_launches_name_a_spoilt_one_and_go_on(tiny_launch: Path, clock: FakeClock) -> None:
    shutil.copy(tiny_launch, tiny_launch.with_name("good.db"))
    truncated(tiny_launch)
    said = ok(gonogo("launches", at=clock))
    assert "refused" in said
    assert "damaged" in said
    assert "Tiny" in said
    result = gonogo("doctor", at=clock)
    assert result.exit_code == 1
    assert any(line.startswith("bad") and "damaged" in line for line in result.stdout.splitlines())
    assert "Traceback" not in result.stdout + result.stderr


def test_a_damaged_one_names_its_newest_backup_if_there_is_one(tiny_launch: Path, clock: FakeClock) -> None:
    truncated(tiny_launch)
    refused(gonogo("status", at=clock), 3, "damaged", "there is no backup of it beside it")
    for age, name in enumerate(("tiny.db.before-3-1", "tiny.db.before-2-9", "tiny.db.before-9-9.tmp")):
        (tiny_launch.parent / name).write_bytes(b"")
        os.utime(tiny_launch.parent / name, (1000 - age, 1000 - age))
    refused(gonogo("status", at=clock), 3, "restore the newest backup,", "tiny.db.before-3-1")


def test_a_folder_as_state(folder: Path) -> None:
    result = gonogo("--state", str(folder), "status")
    assert result.exit_code in (2, 3)
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [(["status"], 3), (["--config", "gone.toml", "status"], 2), (["item", "tick", "nothing"], 3), (["fly"], 2)],
)
def test_the_process_itself_says_the_same(tiny_launch: Path, folder: Path, words: list[str], code: int) -> None:
    """No traceback at exit either, and nothing on stdout."""
    zero(tiny_launch)
    done = ran(*words, cwd=folder)
    assert (done.returncode, done.stdout) == (code, "")
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr


def test_a_closed_pipe_ends_it_quietly(tiny_launch: Path, folder: Path) -> None:
    import subprocess
    import sys

    child = subprocess.Popen(
        [sys.executable, "-m", "gonogo", "item", "list"], cwd=folder, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert child.stdout
    child.stdout.close()
    assert child.stderr
    said = child.stderr.read().decode()
    child.stderr.close()
    child.wait(timeout=20)
    assert "Traceback" not in said
    assert "Exception ignored" not in said
