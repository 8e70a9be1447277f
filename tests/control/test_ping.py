"""The outside dead-man: called while the watch is healthy, silent when it is not, and its trouble is said once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from tests.probes.server import Site

from gonogo.control import ping
from gonogo.control.ping import Ping


def run(url: str | None, until: Callable[[], bool], *, healthy: Callable[[], bool] = lambda: True) -> list[str | None]:
    """Call a URL until something holds; return what was said."""
    said: list[str | None] = []

    async def say(words: str | None) -> None:
        said.append(words)

    async def play() -> None:
        made = Ping(healthy, say)
        made.go_by(url)
        task = asyncio.create_task(made.run())
        async with asyncio.timeout(10):
            while not until():  # noqa: ASYNC110 - what it waits for is no event
                await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(play())
    return said


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ping, "PING_S", 0.02)


def test_it_is_called_again_and_again(site: Site) -> None:
    assert run(site.url + "/ok", lambda: len(site.asked) >= 3) == []


def test_a_watch_that_is_not_well_calls_nobody(site: Site) -> None:
    turns = iter(range(10_000))
    assert run(site.url + "/ok", lambda: next(turns) > 20, healthy=lambda: False) == []
    assert site.asked == []


def test_what_goes_wrong_is_said_once_and_its_end_too(site: Site) -> None:
    assert run(site.url + "/health?key=hunter2", lambda: len(site.asked) >= 3) == []
    site.mode = "502"
    said: list[str | None] = []

    def enough() -> bool:
        if len(site.asked) >= 8:
            site.mode = "ok"
        return len(site.asked) >= 12

    said = run(site.url + "/health?key=hunter2", enough)
    assert said == ["[watch] ping is not heard: http_status: status 502, wanted status < 300", None]


def test_an_unset_secret_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GONE", raising=False)
    turns = iter(range(10_000))
    (said,) = run("${env:GONE}", lambda: next(turns) > 20)
    assert said is not None
    assert "${env:GONE} is not set" in said
