"""Work that blocks, on threads of our own: what hangs holds its own thread and nobody else's.

A call that hangs cannot be ended, so it keeps its thread until the system gives up. The threads are
bounded, nothing waits for them at the end, and whoever wants the same meanwhile joins the call.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Generic, TypeVar

T = TypeVar("T")


class Workers(Generic[T]):
    """A pool of daemon threads that grows as calls hang, up to a bound; one call for each key at a time."""

    def __init__(self, name: str, most: int) -> None:
        self._name, self._most = name, most
        self._waiting: deque[tuple[str, Callable[[], T], Future[T]]] = deque()
        self._flying: dict[str, Future[T]] = {}
        self._some = threading.Condition()
        self._threads = self._idle = 0

    async def do(self, key: str, work: Callable[[], T]) -> T:
        """Do it, or join the call that is under way for this key; raises what it raises."""
        loop = asyncio.get_running_loop()
        mine: asyncio.Future[None] = loop.create_future()

        def ready() -> None:
            if not mine.done():
                mine.set_result(None)

        def tell(_: Future[T]) -> None:
            with suppress(RuntimeError):  # the loop has ended, and with it whoever asked
                loop.call_soon_threadsafe(ready)

        call = self._call(key, work)
        call.add_done_callback(tell)
        await mine  # not the call itself: who gives up must not take it from those who joined
        return call.result()

    def _call(self, key: str, work: Callable[[], T]) -> Future[T]:
        with self._some:
            if (flying := self._flying.get(key)) is not None:
                return flying
            if len(self._waiting) >= self._idle and self._threads < self._most:
                threading.Thread(target=self._work, name=self._name, daemon=True).start()
                self._threads += 1
            found = self._flying[key] = Future()
            self._waiting.append((key, work, found))
            self._some.notify()
        return found

    def _work(self) -> None:
        while True:
            with self._some:
                self._idle += 1
                while not self._waiting:
                    self._some.wait()
                self._idle -= 1
                key, work, found = self._waiting.popleft()
            try:
                answer, error = work(), None
            except Exception as trouble:  # noqa: BLE001 - a thread that ended would leave its callers waiting
                answer, error = None, trouble
            with self._some:
                del self._flying[key]
            if error is None:
                found.set_result(answer)  # type: ignore[arg-type]
            else:
                found.set_exception(error)
