"""The sample shop: Riverside Bakery, a real HTTP server on loopback, as its own process.

`python -m gonogo.demo.shop FOLDER` serves until its folder is gone, nobody holds FOLDER/session.lock
for a minute, or it is told to stop. FOLDER/mode.json says how it does.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from http import HTTPStatus
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from gonogo.demo.config import WORKER
from gonogo.demo.control import Mode, read_mode, remembered_port, write_json
from gonogo.demo.serving import REQUEST_S, Answer, BadRequest, Door, encode, let_finish, read_request
from gonogo.store.errors import StoreError
from gonogo.store.locks import hold, is_held

if TYPE_CHECKING:
    from gonogo.rules.record import Intent

OnOrder = Callable[[str, Decimal, bool, str], None]
"""Called with customer, value, whether it went through, and the order's id."""
OnDeploy = Callable[[str], None]
"""Called with the version that went out, before it can fail."""

CUSTOMERS = ("Amarin", "Belisa", "Corvin", "Delphie", "Eskil", "Fenna", "Jorah", "Liora", "Marlo", "Odessa", "Tamsin")
LATENCY_MS = {
    "/": (8, 20), "/health": (3, 9), "/checkout/health": (14, 30), "/invoices/health": (9, 22),
    "/admin/health": (5, 12), "/beta": (8, 20), "/orders": (10, 25), "/stats.json": (4, 12),
}  # fmt: skip
_HTML = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1><p>{text}</p>
<p>Questions? Write to <a href="mailto:hello@riverside-bakery.example">hello@riverside-bakery.example</a>.</p>
</body></html>
"""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the shop waits for what, in seconds."""

    poll: float = 0.2
    deploy: float = 2.0
    """From a bad build's going out to its first failure."""
    order: tuple[float, float] = (50.0, 140.0)
    look: float = 5.0
    """Between looks at whether anybody still wants the shop."""
    unheld: float = 60.0
    checkout: float = 6.0
    invoices: float = 1.4

    @classmethod
    def times(cls, speed: float) -> Pace:
        """Return a pace that many times as fast, for tests."""
        low, high = cls().order
        return cls(0.2 / speed, 2 / speed, (low / speed, high / speed), 5 / speed, 60 / speed, 6 / speed, 1.4 / speed)


class Order(NamedTuple):
    """One order, gone through or failed."""

    id: str
    customer: str
    value: Decimal
    ok: bool
    at: datetime


class Till:
    """The orders and visits that the shop has had since it opened."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.last: deque[Order] = deque(maxlen=20)
        self.completed = self.failed = self.visits = 0

    def sell(self, ok: bool) -> Order:
        """Take an order, which goes through or not."""
        value = Decimal(self._random.randint(800, 6000)) / 100
        order_id = f"RB-{time.time_ns() // 1_000_000}"
        order = Order(order_id, self._random.choice(CUSTOMERS), value, ok, datetime.now(UTC))
        self.last.appendleft(order)
        self.completed += ok
        self.failed += not ok
        self.visits += self._random.randint(2, 9)
        return order


def _json(content: object, status: int = 200) -> Answer:
    return Answer(status, json.dumps(content))


def _html(title: str, text: str) -> Answer:
    return Answer(200, _HTML.format(title=title, text=text), "text/html; charset=utf-8")


def page(path: str, mode: Mode, till: Till) -> Answer:
    """Return what the shop shows at a path."""
    match path:
        case "/":
            till.visits += 1
            return _html("Riverside Bakery", "Sourdough, rye and buns, baked at four and at your door by eight.")
        case "/beta":
            till.visits += 1
            return _html("Riverside Bakery BETA", "You see our new shop before others do: tell us what is odd.")
        case "/health":
            return _json({"status": "ok", "version": mode.version, "db": "ok"})
        case "/checkout/health" if mode.how == "errors":
            return _json({"status": "failing", "payments": "timeout"}, 502)
        case "/checkout/health":
            return _json({"status": "ok", "payments": "ok"})
        case "/invoices/health":
            return _json({"status": "ok", "invoices": "ok"})
        case "/admin/health":
            return _json({"status": "ok", "admin": "ok"})
        case "/orders":
            return _json([{**order._asdict(), "value": float(order.value), "at": f"{order.at:%Y-%m-%dT%H:%M:%SZ}"}
                          for order in till.last])  # fmt: skip
        case "/stats.json":
            return _json({"orders": {"completed": till.completed, "failed": till.failed}, "visits": till.visits})
        case _:
            return _json({"error": "there is no such page"}, 404)


class Shop:
    """The bakery: it serves, sells, does as mode.json says, and ends when nobody wants it any more."""

    def __init__(
        self, folder: Path, on_order: OnOrder, on_deploy: OnDeploy, pace: Pace | None = None, seed: int = 1808
    ) -> None:
        self.folder = folder
        self._on_order, self._on_deploy = on_order, on_deploy
        self._pace = pace or Pace()
        self._latency, self._custom = Random(seed), Random(seed + 1)
        self._till = Till(self._custom)
        self._mode = read_mode(folder)
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """Close the shop."""
        self._stop.set()

    async def run(self) -> None:
        """Serve until nobody wants the shop any more."""
        self._door = await self._opened()
        write_json(self.folder / "shop.json", {"port": self._door.port, "pid": os.getpid()})
        tasks = [asyncio.create_task(work) for work in (self._follow(), self._trade(), self._last())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            self._door.shut()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _opened(self) -> Door:
        door = Door(self._serve, remembered_port(self.folder))
        if self._mode.how != "refused":
            try:
                await door.open()
            except OSError:
                door.shut()
                door = Door(self._serve, None)
                await door.open()
        return door

    async def _follow(self) -> None:
        """Do as mode.json says; a build that goes out fails a little later, a mended shop does well at once."""
        loop = asyncio.get_running_loop()
        seen, wanted, due = self._stamp(), self._mode, 0.0
        while True:
            await asyncio.sleep(self._pace.poll)
            if (stamp := self._stamp()) != seen:
                seen, wanted = stamp, read_mode(self.folder)
                if wanted.version != self._mode.version:
                    self._mode = self._mode._replace(version=wanted.version)
                    self._on_deploy(wanted.version)
                    due = loop.time() + self._pace.deploy
            if wanted.how == "ok" or loop.time() >= due:
                self._mode = wanted
            await self._turn_door()

    async def _turn_door(self) -> None:
        if self._mode.how == "refused":
            self._door.keep()
            return
        with suppress(OSError):  # somebody has taken the port meanwhile: try again at the next turn
            await self._door.open()

    def _stamp(self) -> tuple[int, int] | None:
        with suppress(OSError):
            found = os.stat(self.folder / "mode.json")
            return found.st_mtime_ns, found.st_ino
        return None

    async def _trade(self) -> None:
        while True:
            await asyncio.sleep(self._custom.uniform(*self._pace.order))
            order = self._till.sell(self._mode.how not in ("errors", "refused"))
            self._on_order(order.customer, order.value, order.ok, order.id)

    async def _last(self) -> None:
        """Return when it was told to stop, its folder is gone, or nobody has held the session for a while."""
        born, held_at = self._identity(), time.monotonic()
        while not self._stop.is_set():
            if born is None or self._identity() != born:
                return
            with suppress(OSError):  # its sign of life
                (self.folder / WORKER).touch()
            if self._is_wanted():
                held_at = time.monotonic()
            elif time.monotonic() - held_at > self._pace.unheld:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), self._pace.look)

    def _identity(self) -> tuple[int, int] | None:
        with suppress(OSError):
            found = os.stat(self.folder)
            return found.st_dev, found.st_ino
        return None

    def _is_wanted(self) -> bool:
        with suppress(StoreError):
            return is_held(self.folder / "session.lock", shared=True)
        return False

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(REQUEST_S):
                request = await read_request(reader)
            if request:
                writer.write(await self._answer(*request))
        except BadRequest as error:
            writer.write(encode(_json({"error": HTTPStatus(error.status).phrase}, error.status)))
            await let_finish(reader, writer)
        except (OSError, EOFError):  # it left, or said nothing for too long: TimeoutError is an OSError
            pass
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answer(self, method: str, path: str) -> bytes:
        low, high = LATENCY_MS.get(path, (2, 5))
        wait = self._latency.uniform(low, high) / 1000
        if self._mode.how == "slow":
            wait += {"/checkout/health": self._pace.checkout, "/invoices/health": self._pace.invoices}.get(path, 0)
        await asyncio.sleep(wait)
        if method not in ("GET", "HEAD"):
            return encode(_json({"error": "this page is only for reading"}, 405))
        return encode(page(path, self._mode, self._till), body=method == "GET")


class Log:
    """The launch's state as the shop sees it: it logs orders and deploys there, when it can."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="log")

    def order(self, customer: str, value: Decimal, ok: bool, order_id: str) -> None:
        """Log an order, a moment later."""
        self._later(self._order, customer, value, ok, order_id)

    def deploy(self, version: str) -> None:
        """Log that a build went out, a moment later."""
        self._later(self._deploy, version)

    def close(self) -> None:
        """Finish what is being logged."""
        self._thread.shutdown()

    def _later(self, work: Callable[..., None], *about: object) -> None:
        if self._path.exists():
            self._thread.submit(work, *about).add_done_callback(lambda done: done.result())

    def _order(self, customer: str, value: Decimal, ok: bool, order_id: str) -> None:
        from gonogo.rules.log import LogOrder

        self._dispatch(LogOrder(value=value, customer=customer, ok=ok, source="shop", key=order_id))

    def _deploy(self, version: str) -> None:
        from gonogo.rules.log import LogDeploy

        self._dispatch(LogDeploy(build=version, source="shop"))

    def _dispatch(self, intent: Intent) -> None:
        from gonogo.control.clock import SystemClock
        from gonogo.control.room import ControlRoom
        from gonogo.store.store import Store

        clock = SystemClock()
        intent = intent.model_copy(update={"at": clock.now()})  # waiting for the write gate is no part of it
        with suppress(StoreError, OSError):  # no launch there yet, or it is busy: this one goes unlogged
            store = Store(self._path)
            try:
                ControlRoom(store, clock, actor="shop").dispatch(intent)
            finally:
                store.close()


async def _run(folder: Path, pace: Pace) -> None:
    log = Log(folder / "state.db")
    shop = Shop(folder, log.order, log.deploy, pace)
    for which in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(which, shop.stop)
    try:
        await shop.run()
    finally:
        log.close()


def main() -> None:
    """Open the shop of the folder on the command line, unless another process has."""
    folder = Path(sys.argv[1]) if len(sys.argv) == 2 else None
    if folder is None or not folder.is_dir():
        sys.exit("usage: python -m gonogo.demo.shop FOLDER, which must be there")
    deadline = time.monotonic() + 2  # the one before may still be closing
    while (lock := hold(folder / "shop.lock")) is None and time.monotonic() < deadline:
        time.sleep(0.02)
    if lock is not None:
        asyncio.run(_run(folder, Pace.times(float(os.environ.get("GONOGO_SHOP_SPEED", "1")))))


if __name__ == "__main__":
    main()
