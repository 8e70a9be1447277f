"""The supervisor's own process: `python -m gonogo.control.supervise STATE RUN`, its job on standard input.

It outlives the room and the watch, and writes how its command ended itself. What it needs for that is imported
after the command began: half a second matters to nobody then.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from gonogo.control import run_files
from gonogo.control.clock import SystemClock
from gonogo.control.output import Hide, Output
from gonogo.control.run_files import write
from gonogo.control.supervisor import GRACE_S, Ending, Job, Supervisor
from gonogo.formats.errors import FileError
from gonogo.rules.clock import Clock, Instant, elapsed
from gonogo.rules.run import ending
from gonogo.rules.running import TAIL, EndRun
from gonogo.store import watching
from gonogo.store.errors import Refused, StoreError
from gonogo.store.locks import hold

STATUS_S = 30.0
PATIENCE_S = 600.0
"""How long a store that cannot be written is tried again; after that the end lies beside it."""
LONGEST_WAIT_S = 10.0


class _Stop:
    """Whether somebody asked this process to end; a hang-up or ctrl-c does not."""

    def __init__(self) -> None:
        self.asked = False
        signal.signal(signal.SIGTERM, self._ask)
        for number in (signal.SIGHUP, signal.SIGINT):
            signal.signal(number, lambda number, frame: None)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True

    def __call__(self) -> bool:
        return self.asked


def main(state: Path, run: str, job: Mapping[str, Any], clock: Clock) -> None:
    """Run the job to its end and write down how it ended."""
    stop = _Stop()  # before the lock: whoever sees that held may ask
    own = hold(run_files.lock_file(state, run))
    act = hold(run_files.act_lock(state)) if job["acts"] else -1
    if own is None or act is None:
        end = Ending("not_started", why="another rollback or hotfix is running")
        _tell(state, clock, _intent(run, end, clock.now()))
        return
    output = Output(_hider(job))
    supervisor = Supervisor(clock, output, run_files.output_file(state, run), stop)
    began = clock.now()
    end = _work(supervisor, job, lambda pid: _write_pid(run_files.pid_file(state, run), pid))
    ended = clock.now()
    if act >= 0:
        os.close(act)  # the next one need not wait for a store that is locked
    intent, status = _intent(run, end, ended), ""
    if end.outcome in ("timed_out", "stopped") and job["status"]:
        write(run_files.ending_file(state, run), intent.model_dump(exclude={"run"}))  # should we be killed meanwhile
        words = ending(job["kind"], end.outcome, None, elapsed(began, ended).seconds)
        output.feed(f"\n[it {words}; asking: {shlex.join(job['status'])}]\n".encode())
        status = _status(state, run, job, clock, output)
    _tell(state, clock, intent.model_copy(update={"tail": output.text()[-TAIL:], "status": status[-TAIL:]}))


def _environment(job: Mapping[str, Any]) -> dict[str, str]:
    added = dict(job["env"])
    if added:
        from gonogo.formats.config import resolve

        added = {name: resolve(value) for name, value in added.items()}
    return {**os.environ, **job["told"], **added}


def _hider(job: Mapping[str, Any]) -> Hide:
    """Return what keeps the secrets that a command is given out of what it says."""
    if not job["env"]:
        return lambda words: words
    from gonogo.formats.config import forms, secrets_in

    try:
        secrets = {form for value in job["env"].values() for one in secrets_in(value) for form in forms(one)}
    except FileError:
        secrets = set()

    def hide(words: str) -> str:
        for secret in secrets:
            words = words.replace(secret, "•••")
        return words

    return hide


def _work(supervisor: Supervisor, job: Mapping[str, Any], began: Callable[[int], None]) -> Ending:
    try:
        env = _environment(job)
    except FileError as error:
        return Ending("not_started", why=str(error).replace("where the watch runs", "where gonogo is opened"))
    work = Job(job["argv"], job["folder"], env, job["timeout_s"], job.get("grace_s", GRACE_S))
    return supervisor.run(work, began)


def _status(state: Path, run: str, job: Mapping[str, Any], clock: Clock, output: Output) -> str:
    """Ask how it stands with what was not waited for, and return the answer."""
    output.save(run_files.output_file(state, run))
    heard, aside, asked = Output(_hider(job)), run_files.output_file(state, f"{run}-status"), clock.now()
    answer = Supervisor(clock, heard, aside).run(Job(job["status"], job["folder"], _environment(job), STATUS_S, 1.0))
    aside.unlink(missing_ok=True)
    said = heard.text().strip()
    if answer.outcome != "ok":
        took = elapsed(asked, clock.now()).seconds
        said += f"\n[the status command {ending('step', answer.outcome, answer.exit, took, answer.why)}]"
    output.feed(f"{said}\n".encode())
    output.save(run_files.output_file(state, run))
    return said.strip()


def _write_pid(path: Path, pid: int) -> None:
    write(path, {"pid": pid, "start": watching.pid_start(pid)})


def _intent(run: str, end: Ending, at: Instant) -> EndRun:
    return EndRun(run=run, at=at, outcome=end.outcome, exit=end.exit, why=end.why)


def _tell(state: Path, clock: Clock, intent: EndRun) -> None:
    """Write how it ended: beside the store first, and into it as soon as it can be written."""
    from gonogo.control.room import ControlRoom
    from gonogo.store.store import Store

    beside = run_files.ending_file(state, intent.run)
    write(beside, intent.model_dump(exclude={"run"}))
    wait_s, deadline = 0.1, time.monotonic() + PATIENCE_S
    while True:
        try:
            store = Store(state)
            try:
                ControlRoom(store, clock, "gonogo").dispatch(intent)
            finally:
                store.close()
            beside.unlink(missing_ok=True)
            return
        except Refused:
            return  # the file is gone or foreign: whoever finds it again finds the end beside it
        except StoreError:
            if time.monotonic() > deadline:
                return
            time.sleep(wait_s)
            wait_s = min(LONGEST_WAIT_S, wait_s * 2)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], json.loads(sys.stdin.buffer.read()), SystemClock())
