"""`gonogo rollback`, `hotfix`, `run`: confirmed by the launch's id, streamed, and the exit code says how it ended."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.cli.ground import gonogo, ok, ran, records
from tests.conftest import found, until

from gonogo.control.clock import SystemClock
from gonogo.rules.plan_doc import PlanDoc
from gonogo.rules.run import Run

CONFIG = """
[launch]
id = "tiny"
name = "Tiny"

[rollback]
command = ["/bin/sh", "back.sh"]
timeout = "2s"
dry_run = ["echo", "would go back"]

[command.purge]
command = ["echo", "purged"]
"""


@pytest.fixture
def folder(state_path: Path, tiny: PlanDoc, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A launch beside its config, in the folder where the commands are typed."""
    found(state_path, SystemClock(), tiny).store.close()
    (state_path.parent / "gonogo.toml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.chdir(state_path.parent)
    return state_path.parent


def script(folder: Path, words: str) -> None:
    (folder / "back.sh").write_text(words, encoding="utf-8")


def test_without_yes_it_only_says_what_would_run(folder: Path) -> None:
    result = gonogo("rollback")
    assert result.exit_code == 2
    assert result.stdout == (f"would run: /bin/sh back.sh\nin: {folder}\nwaits: 2 s\ntakes: never rehearsed\n")
    assert result.stderr == "gonogo: Nothing was run; --yes tiny runs it.\n"
    assert records(folder / "state.db", Run) == []


def test_it_is_streamed_and_ends_well(folder: Path) -> None:
    script(folder, "echo going back; sleep 0.3; echo 'at \033[1mv1\033[0m'")
    result = gonogo("rollback", "--yes", "tiny")
    assert result.exit_code == 0
    assert result.stdout == "going back\nat v1\n"
    first, last = result.stderr.splitlines()
    assert first == "running, for 2 s at most: /bin/sh back.sh"
    assert last.startswith("gonogo: the rollback was done in 0:0")
    assert "rehearsed once" in gonogo("rollback").stdout
    assert gonogo("rollback", "--last").stdout == "going back\nat v1\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("exit 7", 20, "failed with exit code 7"),
        ("kill -9 $$", 20, "was ended by SIGKILL"),
        ("exec sleep 30", 10, "we stopped waiting; the provider may still be rolling back"),
    ],
)
def test_how_it_ended_is_the_exit_code(folder: Path, words: str, code: int, said: str) -> None:
    script(folder, words)
    result = gonogo("rollback", "--yes", "tiny")
    assert result.exit_code == code
    assert said in result.stderr


def test_what_cannot_be_run_is_one_sentence(folder: Path) -> None:
    assert "Type the launch's id, tiny" in gonogo("rollback", "--yes", "other").stderr
    assert "No hotfix command is set up" in gonogo("hotfix", "--yes", "tiny").stderr
    assert gonogo("hotfix", "--yes", "tiny").exit_code == 1
    assert "No command was run yet." in gonogo("rollback", "--last").stderr


def test_a_dry_run_needs_no_yes_and_a_named_command_does(folder: Path) -> None:
    assert ok(gonogo("rollback", "--dry-run")) == "would go back\n"
    assert gonogo("run", "purge").exit_code == 2
    assert ok(gonogo("run", "purge", "--yes", "tiny")) == "purged\n"


def test_it_is_stopped_from_another_terminal(folder: Path) -> None:
    assert gonogo("stop").stderr == "gonogo: No command runs.\n"
    script(folder, "echo begun; exec sleep 30")
    config = folder / "gonogo.toml"
    config.write_text(CONFIG.replace('timeout = "2s"', 'timeout = "60s"'), encoding="utf-8")
    with ThreadPoolExecutor(1) as pool:
        began = pool.submit(ran, "rollback", "--yes", "tiny", cwd=folder)
        until(lambda: any((folder / "state.db.runs").glob("*.pid")), 20, "its command")
        asked = gonogo("stop")
        assert (asked.exit_code, asked.stderr) == (
            2,
            "gonogo: Nothing was stopped; --yes with the launch's id stops it.\n",
        )
        assert "the rollback runs, begun by" in asked.stdout
        assert "to stop it; it goes on." in gonogo("stop", "--yes", "other").stderr
        assert gonogo("--as", "ben", "stop", "--yes", "tiny").exit_code == 0
        done = began.result(30)
    assert done.returncode == 20
    assert "was stopped by ben after 0:" in done.stderr


def test_doctor_says_whether_it_can_run_here(folder: Path) -> None:
    said = gonogo("doctor").stdout
    assert "ok   the rollback command runs here: /bin/sh back.sh" in said
    config = folder / "gonogo.toml"
    config.write_text(CONFIG.replace('["/bin/sh", "back.sh"]', '["./back.sh"]'), encoding="utf-8")
    assert "bad  the rollback command cannot run here: “./back.sh” is not found" in gonogo("doctor").stdout
    script(folder, "true")
    assert "“./back.sh” may not be executed; chmod +x it" in gonogo("doctor").stdout
    (folder / "back.sh").chmod(0o755)
    assert "ok   the rollback command runs here" in gonogo("doctor").stdout


def test_it_runs_as_a_process_of_its_own(folder: Path) -> None:
    script(folder, "echo back; exit 3")
    done = ran("rollback", "--yes", "tiny", cwd=folder)
    assert (done.returncode, done.stdout) == (20, "back\n")
