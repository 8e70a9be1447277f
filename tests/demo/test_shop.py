"""The sample shop, as a real process on loopback."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gonogo.demo.control import (
    BAD,
    Mode,
    ShopError,
    break_shop,
    is_running,
    mend_shop,
    read_mode,
    remembered_port,
    shop_url,
    start_shop,
    stop_shop,
)
from gonogo.demo.shop import Pace, Shop
from gonogo.rules.drill import BREAK_BUILD
from gonogo.rules.record import Fact
from gonogo.store import evidence
from gonogo.store.locks import hold
from gonogo.store.store import Store


def until(true: Callable[[], object], what: str, within_s: float = 5.0) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
        time.sleep(0.01)


def get(folder: Path, path: str, method: str = "GET") -> tuple[int, str]:
    """Ask the shop for a page."""
    port = remembered_port(folder)
    assert port
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        asked.request(method, path)
        answer = asked.getresponse()
        return answer.status, answer.read().decode()
    finally:
        asked.close()


def say(folder: Path, raw: bytes) -> bytes:
    """Say something to the shop that may be no HTTP, and listen until it hangs up."""
    with socket.create_connection(("127.0.0.1", remembered_port(folder) or 0), timeout=5) as line:
        line.sendall(raw)
        line.shutdown(socket.SHUT_WR)
        heard = b""
        while more := line.recv(65536):
            heard += more
        return heard


def refuses(folder: Path) -> bool:
    """Tell whether a connection is refused; one that the closing door cuts off was let in first."""
    try:
        socket.create_connection(("127.0.0.1", remembered_port(folder) or 0), timeout=5).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:
        return False
    return False


def alive(pid: int) -> bool:
    """Tell whether a process of ours lives, and reap it when it does not."""
    try:
        return os.waitpid(pid, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        return False


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder whose session is held, for a shop that hurries; its shop is ended afterwards."""
    monkeypatch.setenv("GONOGO_SHOP_SPEED", "50")
    made = tmp_path / "demo"
    made.mkdir()
    session = hold(made / "session.lock")
    assert session is not None
    yield made
    os.close(session)
    stop_shop(made)
    assert not is_running(made)


def test_every_page_answers(folder: Path) -> None:
    start_shop(folder)
    status, home = get(folder, "/")
    assert status == 200
    assert "Riverside Bakery" in home
    assert "hello@riverside-bakery.example" in home
    assert json.loads(get(folder, "/health")[1]) == {"status": "ok", "version": "v1.8.2", "db": "ok"}
    assert json.loads(get(folder, "/checkout/health")[1]) == {"status": "ok", "payments": "ok"}
    assert "BETA" in get(folder, "/beta?from=mail")[1]
    for path in ("/invoices/health", "/admin/health", "/orders"):
        assert get(folder, path)[0] == 200
    stats = json.loads(get(folder, "/stats.json")[1])
    assert set(stats) == {"orders", "visits"}
    assert set(stats["orders"]) == {"completed", "failed"}
    assert get(folder, "/none")[0] == 404
    assert get(folder, "/health", "POST")[0] == 405
    assert get(folder, "/health", "HEAD") == (200, "")
    assert (folder / "shop.log").read_text() == ""


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\xfc\x00\r\n\r\n", b"400"),
        (b"GET /health\r\n\r\n", b"400"),
        (b"GET http://[ HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nContent-Length: many\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", b"413"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"411"),
        (b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n\r\n", b"431"),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 500 + b"\r\n", b"431"),
        (b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nshort", b""),
        (b"", b""),
    ],
)
def test_rubbish_is_answered_and_does_no_harm(shop: Path, raw: bytes, status: bytes) -> None:
    assert say(shop, raw).partition(b" ")[2][:3] == status
    assert get(shop, "/health")[0] == 200
    assert (shop / "shop.log").read_text() == ""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the folder of a running shop that many tests may ask."""
    made = tmp_path_factory.mktemp("demo")
    start_shop(made)
    yield made
    stop_shop(made)


def test_errors_fail_checkout_alone_until_it_is_mended(folder: Path) -> None:
    start_shop(folder)
    said = break_shop(folder)
    assert "v1.8.3" in said
    assert "502" in said
    until(lambda: get(folder, "/checkout/health")[0] == 502, "checkout fails")
    assert json.loads(get(folder, "/checkout/health")[1]) == {"status": "failing", "payments": "timeout"}
    assert json.loads(get(folder, "/health")[1]) == {"status": "ok", "version": "v1.8.3", "db": "ok"}
    assert {get(folder, path)[0] for path in ("/", "/invoices/health", "/admin/health", "/orders")} == {200}
    assert mend_shop(folder) == "Rolled the shop back from v1.8.3 to v1.8.2."
    until(lambda: get(folder, "/checkout/health")[0] == 200, "checkout is mended")
    assert json.loads(get(folder, "/health")[1])["version"] == "v1.8.2"


def test_slow_takes_its_time(folder: Path) -> None:
    start_shop(folder)
    break_shop(folder, "slow")

    def took(path: str) -> float:
        began = time.monotonic()
        assert get(folder, path)[0] == 200
        return time.monotonic() - began

    until(lambda: took("/checkout/health") >= 6 / 50, "checkout is slow")
    assert took("/invoices/health") >= 1.4 / 50


def test_refused_refuses_and_comes_back_on_its_port(folder: Path) -> None:
    pid = start_shop(folder)
    url = shop_url(folder)
    break_shop(folder, "refused")
    until(lambda: refuses(folder), "connections are refused")
    assert all(refuses(folder) for _ in range(50))
    assert is_running(folder)
    assert start_shop(folder) == pid
    mend_shop(folder)
    until(lambda: not refuses(folder), "the shop is back")
    assert shop_url(folder) == url
    assert get(folder, "/health")[0] == 200


def test_a_shop_that_starts_broken_is_broken_at_once(folder: Path) -> None:
    break_shop(folder, "refused")
    start_shop(folder)
    assert refuses(folder)
    mend_shop(folder)
    until(lambda: not refuses(folder), "the shop opens")


def test_a_restart_keeps_the_port_unless_it_is_taken(folder: Path) -> None:
    start_shop(folder)
    port = remembered_port(folder)
    stop_shop(folder)
    assert not is_running(folder)
    start_shop(folder)
    assert remembered_port(folder) == port
    stop_shop(folder)
    with socket.create_server(("127.0.0.1", port or 0)):
        start_shop(folder)
        assert remembered_port(folder) != port
        assert get(folder, "/health")[0] == 200


def test_it_ends_when_its_folder_is_gone(folder: Path) -> None:
    pid = start_shop(folder)
    try:
        shutil.rmtree(folder)
        until(lambda: not alive(pid), "the process ended", within_s=3)
    finally:
        if alive(pid):
            os.kill(pid, signal.SIGKILL)


def test_it_ends_when_nobody_holds_the_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONOGO_SHOP_SPEED", "300")
    session = hold(tmp_path / "session.lock")
    assert session is not None
    start_shop(tmp_path)
    try:
        began = time.monotonic()
        until(lambda: not is_running(tmp_path) or time.monotonic() - began > 0.4, "twice the patience has passed")
        assert is_running(tmp_path)
        os.close(session)
        until(lambda: not is_running(tmp_path), "the process ended", within_s=3)
    finally:
        stop_shop(tmp_path)


def test_orders_and_deploys_reach_the_launch(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONOGO_SHOP_SPEED", "200")
    start_shop(folder)
    until(lambda: json.loads(get(folder, "/orders")[1]), "an order before there is a launch")
    store = Store(folder / "state.db", create=True)

    def facts(kind: str, **about: object) -> list[Fact]:
        with store.reading() as db:
            found = evidence.read(db, [kind])
        return [fact for fact in found if about.items() <= fact.data.items()]

    try:
        until(lambda: facts("order", ok=True), "an order is logged")
        break_shop(folder, "refused")
        until(lambda: facts("order", ok=False), "a failed order is logged")
        mend_shop(folder)
        until(lambda: len(facts("deploy")) == 2, "both deploys are logged")
        orders, deploys = facts("order"), facts("deploy")
    finally:
        store.close()
    assert [fact.data["build"] for fact in deploys] == ["v1.8.3", "v1.8.2"]
    assert {(fact.actor, fact.source) for fact in orders + deploys} == {("shop", "shop")}
    assert all(fact.data["customer"] and 8 <= float(str(fact.data["value"])) <= 60 for fact in orders)
    assert len({fact.key for fact in orders}) == len(orders)
    stats = json.loads(get(folder, "/stats.json")[1])
    assert stats["orders"]["completed"] >= 1
    assert stats["orders"]["failed"] >= 1
    assert stats["visits"] >= 2
    assert (folder / "shop.log").read_text() == ""


def test_a_deploy_is_told_before_it_fails(tmp_path: Path) -> None:
    deploys: list[str] = []

    async def status(path: str) -> tuple[int, Any]:
        status, body = await asyncio.to_thread(get, tmp_path, path)
        return status, json.loads(body)

    async def reached(true: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not true():  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def scene() -> None:
        pace = Pace(poll=0.01, deploy=0.3, unheld=60)
        shop = Shop(tmp_path, lambda *order: None, deploys.append, pace)
        running = asyncio.create_task(shop.run())
        await reached(lambda: remembered_port(tmp_path) is not None)
        assert deploys == []
        break_shop(tmp_path)
        await reached(lambda: deploys == ["v1.8.3"])
        told = time.monotonic()
        assert (await status("/health"))[1]["version"] == "v1.8.3"
        async with asyncio.timeout(5):
            while (await status("/checkout/health"))[0] != 502:
                pass
        assert time.monotonic() - told > 0.25
        mend_shop(tmp_path)
        await reached(lambda: deploys == ["v1.8.3", "v1.8.2"])
        assert (await status("/checkout/health"))[0] == 200
        shop.stop()
        await asyncio.wait_for(running, 5)

    asyncio.run(scene())
    assert refuses(tmp_path)


@pytest.mark.parametrize(
    ("content", "mode"),
    [
        (b'{"mode": "slow", "version": "v1.8.3"}', Mode("slow", "v1.8.3")),
        (b'{"mode": "ok", "version": "v2"}', Mode("ok", "v2")),
        (b'{"mode": "odd", "version": "v2"}', Mode()),
        (b'{"mode": ["slow"]}', Mode()),
        (b'{"mode": "slow", "ver', Mode()),
        (b"[" * 100_000, Mode()),
        (b"\xff\x00", Mode()),
        (b"7", Mode()),
    ],
)
def test_a_damaged_mode_is_ok(tmp_path: Path, content: bytes, mode: Mode) -> None:
    assert read_mode(tmp_path) == Mode()
    (tmp_path / "mode.json").write_bytes(content)
    assert read_mode(tmp_path) == mode


def test_what_cannot_be_done_is_said(tmp_path: Path) -> None:
    assert shop_url(tmp_path) is None
    assert not is_running(tmp_path)
    stop_shop(tmp_path)
    assert "not broken" in mend_shop(tmp_path)
    assert "once the shop runs" in break_shop(tmp_path, "slow")
    with pytest.raises(ShopError, match="errors, slow, refused"):
        break_shop(tmp_path, "fire")
    for act in (break_shop, mend_shop, start_shop):
        with pytest.raises(ShopError, match=r"no sample shop|cannot start"):
            act(tmp_path / "gone")


def test_a_pid_of_somebody_else_is_no_shop(tmp_path: Path) -> None:
    (tmp_path / "shop.json").write_text(json.dumps({"port": 1, "pid": os.getpid()}))
    assert not is_running(tmp_path)


def test_a_drill_names_the_build_that_breaks_the_shop() -> None:
    assert BREAK_BUILD == BAD
