"""`make bench`: the figures that gonogo promises, measured beside its peers in one run."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from types import FrameType

import alarms
import big_board
import checklist
import measures as m
import peer_posting
import peer_table
import probing
import punctual
import series
from figures import Figure, table, times
from pty_app import COLUMNS, LINES, PtyApp
from stage import HERE, Launch, Stage, cpu_s

from gonogo.formats.themes import DEFAULT
from gonogo.formats.themes import load as load_themes

FRAMES, KEYS, DIALOGS, BOARDS, IDLE_S, SETTLE_S = 5, 150, 40, 20, 10.0, 4.0
QUIET = 0.15
PARTS = (
    "first frame",
    "idle",
    "keys",
    "boards",
    "per check",
    "probing",
    "schedule",
    "series",
    "big board",
    "checklist",
    "alarms",
)
PEERED = {"first frame", "idle", "keys"}
ROOM = {*PEERED, "boards", "per check"}
MARKS = ("Soft Launch", "checkout", "Always ready", "rollback")


class Bench:
    """Takes the figures on a stage, one after the other."""

    def __init__(self, stage: Stage, posting: bool, minutes: float) -> None:
        self.stage, self.posting, self.minutes = stage, posting, minutes
        self.figures: list[Figure] = []
        self.notes: list[str] = []
        self.how: list[str] = []

    def _room(self, launch: Launch, *marks: str) -> m.Program:
        return m.Program(launch.argv, self.stage.environ(), launch.config.parent, marks or MARKS)

    def _posting(self, **environ: str) -> m.Program:
        argv = peer_posting.argv(self.stage.folder)
        return m.Program(argv, self.stage.environ(**environ), self.stage.folder, peer_posting.MARKS)

    def first_frame(self) -> None:
        """Time to the first frame with the real content, with the watch starting beside the room, or running."""
        cold, warm = self.stage.launch("cold"), self.stage.launch("warm")
        warm.start_watch()
        programs = [(self._room(cold), cold.stop_watch), (self._room(warm), _nothing)]
        programs += [(self._posting(), _nothing)] if self.posting else []
        found = m.first_frames(programs, FRAMES)
        warm.stop_watch()
        peer = found[2] if self.posting else None
        for name, ours in (("first frame, no watch yet", found[0]), ("first frame, watch runs", found[1])):
            self.figures += [_faster(name, ours.wall, peer.wall if peer else None, "2x faster"),
                             _faster("  CPU until then", ours.cpu, peer.cpu if peer else None, "")]  # fmt: skip

    def idle(self) -> None:
        """What an idle room costs: with a watch that asks nothing for an hour, and with the demo's five probes."""
        peer = None
        if self.posting:
            with self._posting().open() as app:
                app.shows(peer_posting.MARKS)
                app.drain(SETTLE_S)
                peer = m.idle(app, IDLE_S)
        theirs = (f"posting {peer.cpu:.2f}%", f"posting {peer.bytes_s:.0f} B/s") if peer else ("", "")
        for name, every in (("idle, watch idle", "1h"), ("idle, 5 probes asked", None)):
            launch = self.stage.launch(f"idle-{every}", every=every)
            watch = launch.start_watch()
            with self._room(launch).open() as app:
                app.shows(MARKS)
                app.drain(SETTLE_S)
                before = cpu_s(watch)
                ours = m.idle(app, IDLE_S)
                watching = 100 * (cpu_s(watch) - before) / IDLE_S
            launch.stop_watch()
            self.notes.append(f"{name}: the watch itself took {watching:.2f}% of a core.")
            self.figures += [
                Figure(f"{name}: CPU of a core", f"{ours.cpu:.2f}%", theirs[0],
                       times(ours.cpu, peer.cpu if peer else None), "< 1.5%", ours.cpu < 1.5),
                Figure("  to the terminal", f"{ours.bytes_s:.0f} B/s", theirs[1],
                       times(ours.bytes_s, peer.bytes_s if peer else None)),
            ]  # fmt: skip

    def keys(self) -> None:
        """Key to screen with 200 probes asked live, against a DataTable that changes as often, and posting at rest."""
        launch = self.stage.launch("live", every="5s", probes=200)
        launch.start_watch()
        select = load_themes(launch.config.parent)[0][DEFAULT].colours.select
        found: list[tuple[str, m.Latency]] = []
        with self._room(launch, "ask-005", "Soft Launch").open() as app:
            app.shows(("ask-005", "Soft Launch"))
            app.drain(SETTLE_S)
            checks, began = launch.checks(), time.perf_counter()
            app.send(b"4")
            app.drain(0.5)
            found.append(("keys among 200 live probes", m.keys(app, select, KEYS)))
            app.send(b"3")
            app.drain(0.5)
            found.append(("keys in the checklist beside", m.keys(app, select, KEYS)))
            rate = (launch.checks() - checks) / (time.perf_counter() - began)
            asked = m.dialogs(app, b"!", "How bad is it", "Discarded", DIALOGS)
            self.figures.append(
                Figure(f"! to its question among them, {asked.keys} times: p50 / max",
                       f"{asked.p50:.1f} / {asked.most:.1f} ms", "", "", "< 100 ms", asked.most < 100)
            )  # fmt: skip
            self.notes.append(
                f"the 200 probes: {rate:.1f} checks/s recorded while the keys were pressed (40 asked for)."
            )
        launch.stop_watch()
        argv = [sys.executable, str(HERE / "peer_table.py"), str(rate)]
        table = m.Program(argv, self.stage.environ(TEXTUAL_FPS="120"), self.stage.folder, ("probe-005",))
        with table.open() as app:
            app.shows(table.marks)
            app.drain(SETTLE_S)
            peer = m.keys(app, peer_table.CURSOR, KEYS)
        self._latencies(found, "DataTable", peer)
        if self.posting:
            with self._posting(POSTING_FOCUS__ON_STARTUP="collection").open() as app:
                app.shows(peer_posting.MARKS)
                app.drain(SETTLE_S)
                calm = m.keys(app, peer_posting.CURSOR, KEYS)
            self.notes.append(
                f"posting at rest, in its list of requests: p50 {calm.p50:.1f} ms, p99 {calm.p99:.1f} ms, "
                f"max {calm.most:.1f} ms, {calm.missed} of {calm.keys} missed."
            )

    def _latencies(self, found: list[tuple[str, m.Latency]], name: str, peer: m.Latency) -> None:
        for title, ours in found:
            goals = (("p50", ours.p50, peer.p50, 5), ("p99", ours.p99, peer.p99, 40), ("max", ours.most, peer.most, 0))
            for place, (part, mine, theirs, goal) in enumerate(goals):
                label = f"{title}: {part}" if place == 0 else f"  {part}"
                self.figures.append(
                    Figure(label, f"{mine:.1f} ms", f"{name} {theirs:.1f} ms", times(mine, theirs),
                           f"< {goal} ms" if goal else "", mine < goal if goal else None)
                )  # fmt: skip
            missed = f"{ours.missed} of {ours.keys} missed"
            self.notes.append(f"{title}: {missed}; {name}: {peer.missed} of {peer.keys} missed.")

    def boards(self) -> None:
        """What a board costs."""
        cold, changed = m.boards(self.stage.launch("board"), BOARDS)
        self.figures += [
            Figure("board, cold", f"{cold:.1f} ms", goal="< 50 ms", good=cold < 50),
            Figure("board, one part changed", f"{changed:.1f} ms", goal="< 2 ms", good=changed < 2),
        ]

    def probing(self) -> None:
        """What a recorded check costs the watch, against the exporter's bare probe."""
        if trouble := probing.missing():
            self.notes.append(trouble)
            return
        self.figures += probing.Probing(self.stage).take()
        self.how.append(probing.HOW)

    def schedule(self) -> None:
        """Whether every probe is asked at its time."""
        self.figures += punctual.Punctual(self.stage, self.minutes).take()
        self.how.append(punctual.HOW)

    def series(self) -> None:
        """What the series costs: its size, its windows, a check folded and stored, a board of what changed."""
        self.figures += series.take(self.stage.folder)
        self.how.append(series.HOW)

    def big_board(self) -> None:
        """What the board of a launch with a hundred thousand orders costs."""
        self.figures += big_board.take(self.stage.folder)
        self.how.append(big_board.HOW)

    def checklist(self) -> None:
        """Whether a checklist of thousands of items moves and filters at once."""
        self.figures += checklist.take(self.stage)
        self.how.append(checklist.HOW)

    def alarms(self) -> None:
        """Whether an alarm reaches its receiver at its deadline, and a failure soon."""
        self.figures += alarms.Alarms(self.stage).take()
        self.how.append(alarms.HOW)

    def per_check(self) -> None:
        """What a check costs the watch."""
        cost, rate = m.per_check(self.stage.launch("pace", every="1s", probes=200), 5, 10)
        self.figures.append(Figure(f"watch, CPU per check at {rate:.0f}/s", f"{cost:.2f} ms"))


HOW = f"""\
First frame: a pty of {COLUMNS}x{LINES}, from the fork until the words of the real content are there;
  median of {FRAMES} runs in turn, after one that does not count.
Idle: the process's CPU clock over {IDLE_S:.0f} s, {SETTLE_S:.0f} s after the first frame.
Keys: {KEYS} presses, down and up in turn at odd moments, from the write to the first output that
  highlights another line; no terminal draws it.
Board: in this process, median of {BOARDS}. Check: a watch alone, its CPU clock over 10 s by the rows it recorded.
All probes ask one small server on the loopback."""


def _faster(name: str, ours: float, peer: float | None, goal: str) -> Figure:
    words = f"posting {1000 * peer:.0f} ms" if peer else ""
    good = peer / ours >= 2 if peer and goal else None
    return Figure(name, f"{1000 * ours:.0f} ms", words, f"{peer / ours:.2f}x faster" if peer else "", goal, good)


def _nothing() -> None:
    pass


def _print(bench: Bench) -> None:
    print(table(bench.figures))
    print()
    print("\n".join([*bench.notes, "", *bench.how]))


def _waited(name: str, turns: Sequence[tuple[float, float]]) -> list[tuple[str, float]]:
    """Return the share of the time that the programs of a part waited for a core, if there were any."""
    ran, waited = (sum(turn[place] for turn in turns) for place in (0, 1))
    return [(name, waited / (ran + waited))] if ran else []


def _asked(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _chosen() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="*", default=PARTS, help=f"what to measure: {', '.join(PARTS)}; else all of it")
    parser.add_argument("--minutes", type=float, default=5.0, help="how long each run of `schedule` takes")
    chosen = parser.parse_args()
    if strange := [name for name in chosen.part if name not in PARTS]:
        parser.error(f"there is no part “{strange[0]}”; there are {', '.join(PARTS)}")
    return chosen


def main() -> int:
    """Take every figure that is asked for, print them, and leave nothing behind."""
    chosen = _chosen()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would ignore it
    signal.signal(signal.SIGTERM, _asked)
    signal.signal(signal.SIGHUP, _asked)
    waits: list[tuple[str, float]] = []
    try:
        beside = bool(PEERED & set(chosen.part))
        trouble, began = peer_posting.install() if beside else "", time.monotonic()
        with Stage() as stage:
            bench = Bench(stage, beside and not trouble, chosen.minutes)
            for name in chosen.part:
                print(f"{name} ...", file=sys.stderr, flush=True)
                before = len(PtyApp.turns)
                getattr(bench, name.replace(" ", "_"))()
                waits += _waited(name, PtyApp.turns[before:])
        bench.how += [HOW] if set(chosen.part) & ROOM else []
    except KeyboardInterrupt:
        print("stopped; nothing is left running", file=sys.stderr)
        return 130
    _print(bench)
    if trouble:
        print(trouble)
    shares = ", ".join(f"{share:.0%} of their time ({name})" for name, share in waits)
    waited = f" The programs waited for a core: {shares}." if waits else ""
    print(f"{os.cpu_count()} cores, {time.monotonic() - began:.0f} s.{waited}")
    if max((share for _, share in waits), default=0) > QUIET:
        print("Something else kept this machine busy, and the figures say so: run it again when it is quiet.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
