"""A screen's link to the store: one thread that carries out intents and reads boards."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gonogo.control.reader import BoardReader
from gonogo.control.room import ControlRoom
from gonogo.rules.board import Board
from gonogo.rules.clock import Clock
from gonogo.rules.record import Intent, Refusal
from gonogo.store.errors import StoreError
from gonogo.store.store import Store

POLL_S = 0.2
Work = Callable[[ControlRoom], Any]
Answer = Callable[[Any], None]


class Link:
    """Runs work on its own thread, and calls back there; what is called must pass it on to its own loop.

    With `looks` it writes nothing, whatever it is asked.
    `on_board` is called with each new board, but never before the last one was `taken`:
    a screen that stops reading leaves one waiting, not thousands.
    """

    def __init__(
        self,
        path: Path,
        actor: str,
        clock: Clock,
        on_board: Callable[[Board], None],
        on_trouble: Callable[[str], None],
        on_crash: Callable[[Exception], None],
        *,
        looks: bool = False,
    ) -> None:
        self._looks = looks
        self._path, self._actor, self._clock = path, actor, clock
        self._on_board, self._on_trouble, self._on_crash = on_board, on_trouble, on_crash
        self._work: queue.SimpleQueue[tuple[Work, Answer] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._guarded, name="link", daemon=True)
        self._shown: Board | None = None
        self._waiting = threading.Event()
        self._behind = False

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, after what is under way is done."""
        self._work.put(None)
        if self._thread.ident is not None:  # not when the room was ended before it began to read
            self._thread.join(timeout=5)

    def taken(self) -> None:
        """Say that the last board was drawn; one that came meanwhile is read at once."""
        self._waiting.clear()
        if self._behind:
            self._behind = False
            self._work.put((lambda room: None, lambda result: None))

    def dispatch(self, intent: Intent, answer: Answer) -> None:
        """Carry out an intent; `answer` gets Done or a Refusal."""
        if self._looks:
            self._work.put((lambda room: Refusal("Here you only look; `gonogo` opens the room to act in."), answer))
        else:
            self._work.put((lambda room: room.dispatch(intent), answer))

    def submit(self, work: Work, answer: Answer) -> None:
        """Do some other work with the room; `answer` gets what it returns, or a Refusal."""
        self._work.put((work, answer))

    def _guarded(self) -> None:
        try:
            self._run()
        except Exception as error:  # noqa: BLE001 - a screen without its link would show an old board for ever
            self._on_crash(error)

    def _run(self) -> None:
        try:
            store = Store(self._path, readable=self._looks)
        except StoreError as error:
            self._on_trouble(str(error))
            return
        if self._looks:
            store.only_read()
        room = ControlRoom(store, self._clock, self._actor)
        reader = BoardReader(store, self._clock)
        self._show(reader)
        if store.frozen:
            self._on_trouble(store.frozen)
        while self._turn(room, reader):
            pass
        store.close()

    def _turn(self, room: ControlRoom, reader: BoardReader) -> bool:
        try:
            task = self._work.get(timeout=POLL_S)
        except queue.Empty:
            self._show(reader)
            return True
        if task is None:
            return False
        work, answer = task
        try:
            result = work(room)
        except StoreError as error:
            result = Refusal(str(error))
        self._show(reader)  # first the board, so that whoever is answered sees what was done
        answer(result)
        return True

    def _show(self, reader: BoardReader) -> None:
        if self._waiting.is_set():
            self._behind = True
            return
        try:
            board = reader.board()
        except StoreError as error:
            self._on_trouble(str(error))
            return
        if board is not self._shown:
            self._shown = board
            self._waiting.set()
            self._on_board(board)
