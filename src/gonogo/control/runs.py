"""Runs from outside their supervisor: what would be run, setting it off, following it, and finding what was lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gonogo.control.clock import Ids
from gonogo.control.room import ControlRoom, Done
from gonogo.control.run_files import (
    ending_file,
    folder_of,
    is_zombie,
    living_command,
    lock_file,
    output,
    read,
)
from gonogo.control.supervisor import cannot_start
from gonogo.formats.config import parse_config, read_config
from gonogo.formats.errors import FileError
from gonogo.rules.act_config import CommandConfig
from gonogo.rules.clock import elapsed
from gonogo.rules.config import Config
from gonogo.rules.drill import is_played
from gonogo.rules.incident import Incident, open_incidents
from gonogo.rules.plan import Launch
from gonogo.rules.record import Refusal
from gonogo.rules.run import Run, RunKind
from gonogo.rules.running import BeginRun, EndRun, StopRun, not_confirmed
from gonogo.store import runs as table
from gonogo.store import watching
from gonogo.store.errors import StoreError
from gonogo.store.locks import is_held

STARTING_S = 10.0
"""How long a run may be under way before its supervisor is looked for."""
STOPPING_S = 5.0
"""How long a supervisor that was just set off may take until it can be asked to stop."""
KEPT = 50
"""Of how many runs the output is kept."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What would be run, as the confirmation shows it."""

    kind: RunKind
    name: str
    acts: bool
    argv: tuple[str, ...]
    folder: str
    config: CommandConfig
    incident: Incident | None
    launch: str
    status: tuple[str, ...] = ()

    def intent(self, run: str, typed: str) -> BeginRun:
        """Return the intent that it is begun with."""
        return BeginRun(
            run=run, typed=typed, kind=self.kind, name=self.name, acts=self.acts, argv=self.argv,
            timeout_s=self.config.timeout, incident=self.incident.id if self.incident else None,
            confirm=getattr(self.config, "confirm_probe", None),
        )  # fmt: skip


def prepare(
    room: ControlRoom, config: Path | None, name: str, *, dry: bool = False, incident: str | None = None
) -> Prepared | Refusal:
    """Find what a name stands for here; a Refusal says what is missing."""
    found = _config(room, config)
    if found is None:
        return Refusal("There is no config to take the command from; `gonogo init` writes one.")
    act = found.act(name)
    if act is None:
        table_name = f"[{name}]" if name in ("rollback", "hotfix") else f"[command.{name}]"
        return Refusal(f'No {name} command is set up; write {table_name} with command = ["..."] in gonogo.toml.')
    state = room.store.state()
    launch = next(iter(state.all(Launch)), None)
    front = next((one for one in open_incidents(state) if incident in (None, one.id)), None)
    played = front is not None and is_played(state, front)
    drill = name == "rollback" and played
    rehearsal: tuple[str, ...] | None = getattr(act, "dry_run", None)
    if dry and rehearsal is None:
        return Refusal('No dry run is set up; write dry_run = ["..."] in [rollback] in gonogo.toml.')
    if front is not None and played and not dry and (name != "rollback" or rehearsal is None):
        why = f"the {name} is not run" if name != "rollback" else "no dry_run is set up in [rollback]"
        return Refusal(
            f"Drill {front.label}: nothing acts on the site, and {why}; press space and say what you would have done."
        )
    argv = rehearsal if rehearsal and (dry or drill) else act.command
    folder = place(act, config.resolve().parent if config else room.store.path.parent)
    kind: RunKind = "dry_run" if dry else "drill" if drill else _KINDS.get(name, "step")
    key, status = launch.key if launch else "", getattr(act, "status", None) or ()
    return Prepared(kind, name, argv is not rehearsal, argv, folder, act, front, key, status)


_KINDS: Mapping[str, RunKind] = {"rollback": "rollback", "hotfix": "hotfix"}


def place(act: CommandConfig, home: Path) -> str:
    """Return the folder that a command runs in; one in the config leads from the config's own."""
    return os.path.normpath(home / os.path.expanduser(act.folder or ""))


def missing(argv: Sequence[str], home: Path, act: CommandConfig) -> str | None:
    """Say why a command could not be started here; nothing when it could."""
    folder, word = place(act, home), argv[0]
    error: OSError = FileNotFoundError(2, "not there")
    if not os.path.isdir(folder):
        return cannot_start(word, folder, error)
    path = os.path.join(folder, word) if "/" in word else shutil.which(word)
    if path is None or not os.path.exists(path):
        return cannot_start(word, folder, error)
    if os.path.isdir(path):
        return f"“{word}” is a folder"
    return None if os.access(path, os.X_OK) else cannot_start(word, folder, PermissionError(13, "not executable"))


def _config(room: ControlRoom, path: Path | None) -> Config | None:
    """Return the config as the file has it; where that is damaged, as it was accepted last."""
    if path is not None:
        with suppress(FileError):
            return read_config(path)[1]
    with suppress(FileError):
        accepted = watching.accepted_config(room.store.db)
        return parse_config(accepted, "the accepted config") if accepted else None
    return None


def begin(room: ControlRoom, prepared: Prepared, typed: str) -> Run | Refusal:
    """Set a command off under a supervisor of its own; the Run, or why it was not run."""
    settle(room)
    state = room.store.path
    if prepared.acts and (left := _left_alone(room)) is not None:
        return left
    try:
        folder_of(state).mkdir(mode=0o700, exist_ok=True)
        _tidy(state)
        fresh = Ids(room.clock).fresh()
        done = room.dispatch(prepared.intent(fresh, typed))
    except (OSError, StoreError) as error:
        words = str(error) if isinstance(error, StoreError) else f"{folder_of(state)}: {error.strerror}."
        return Refusal(f"{words} Nothing was run. Without gonogo, in {prepared.folder}: {' '.join(prepared.argv)}")
    if not isinstance(done, Done):
        return done
    run = room.store.state().get(Run, fresh)
    assert run is not None
    return _spawn(room, run, prepared)


def _spawn(room: ControlRoom, run: Run, prepared: Prepared) -> Run | Refusal:
    state = room.store.path
    job = {
        "argv": prepared.argv, "folder": prepared.folder, "env": dict(prepared.config.env), "kind": run.kind,
        "timeout_s": run.timeout_s, "acts": run.acts, "status": prepared.status,
        "told": _told(prepared),
    }  # fmt: skip
    try:
        log = os.open(folder_of(state) / "supervisor.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            child = subprocess.Popen(
                [sys.executable, "-P", "-m", "gonogo.control.supervise", str(state), run.id],
                stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True, cwd="/",
            )  # fmt: skip
        finally:
            os.close(log)
        assert child.stdin is not None
        with child.stdin as hand:
            hand.write(json.dumps(job).encode())
    except OSError as error:
        why = f"no supervisor could be started: {error.strerror}"
        room.dispatch(EndRun(run=run.id, outcome="not_started", why=why))
        return Refusal(f"No supervisor could be started: {error.strerror}; nothing was run.")
    threading.Thread(target=child.wait, daemon=True).start()  # it outlives us; if not, it is no zombie
    with suppress(StoreError), room.store.writing() as db:
        table.hand_over(db, run.id, child.pid, watching.pid_start(child.pid))
    return run


def _told(prepared: Prepared) -> dict[str, str]:
    """Return what a command is told of the launch in its environment."""
    incident = {"GONOGO_INCIDENT": str(prepared.incident.label)} if prepared.incident else {}
    return {"GONOGO_LAUNCH": prepared.launch, "GONOGO_RUN": prepared.kind} | incident


def _left_alone(room: ControlRoom) -> Refusal | None:
    """Refuse while the command of a lost run still works: two rollbacks at once are worse than none."""
    for run in table.newest(room.store.db, KEPT):
        if run.outcome == "lost" and run.acts and (pid := living_command(room.store.path, run.id)):
            return Refusal(f"The command of {run.title} before still runs (pid {pid}); wait for it, or end it first.")
    return None


def _tidy(state: Path) -> None:
    """Let go of what the oldest runs left; what is still to be told is kept."""
    outputs = sorted(folder_of(state).glob("*.out"))
    for old in outputs[:-KEPT]:
        for suffix in (".out", ".lock", ".pid"):
            old.with_suffix(suffix).unlink(missing_ok=True)


def is_alive(room: ControlRoom, run: Run) -> bool:
    """Whether a run's supervisor lives; one that was just set off has a moment to begin."""
    if is_held(lock_file(room.store.path, run.id)):
        return True
    if (known := table.supervisor(room.store.db, run.id)) is not None:
        pid, start = known
        return bool(start) and watching.pid_start(pid) == start and not is_zombie(pid)
    return 0 <= elapsed(run.started_at, room.clock.now()).seconds < STARTING_S


def stop(room: ControlRoom, run: Run, typed: str) -> str | Refusal:
    """Ask a run's supervisor to end its command, by TERM and then by KILL; what was said, or why it goes on."""
    try:
        done = room.dispatch(StopRun(run=run.id, typed=typed))
        if not isinstance(done, Done):
            return done
        said = done.said
    except StoreError as error:  # who wants it is not kept; that it stops counts for more
        if refused := not_confirmed(room.store.state(), run, typed):
            return refused
        said = f"stops {run.title}; {error}"
    deadline, lock = time.monotonic() + STOPPING_S, lock_file(room.store.path, run.id)
    while not is_held(lock) and time.monotonic() < deadline:
        time.sleep(0.02)
    known = table.supervisor(room.store.db, run.id)
    if known is None or not is_held(lock) or watching.pid_start(known[0]) != known[1]:
        pid = living_command(room.store.path, run.id)
        still = f"; its command is pid {pid}: kill -- -{pid}" if pid else ""
        return Refusal(f"The supervisor of {run.title} is gone, and nobody is left to stop it{still}.")
    os.kill(known[0], signal.SIGTERM)
    return said


def settle(room: ControlRoom) -> list[str]:
    """Write down how those runs ended whose supervisor is gone: as it left word, or lost; return what was said."""
    said = []
    for run in table.under_way(room.store.db):
        if is_alive(room, run):
            continue
        path = room.store.path
        left = read(ending_file(path, run.id))
        if left:
            intent = EndRun.model_validate({**left, "run": run.id})
        else:
            pid = living_command(path, run.id)
            still = f"; its command still runs, pid {pid}" if pid else ""
            intent = EndRun(run=run.id, outcome="lost", why=still, tail=output(path, run.id)[-4000:])
        done = ControlRoom(room.store, room.clock, "gonogo").dispatch(intent)
        if isinstance(done, Done):
            said.append(done.said)
        ending_file(path, run.id).unlink(missing_ok=True)
    return said
