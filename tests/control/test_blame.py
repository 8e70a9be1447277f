"""Whose fault a failure is: the parent's, our own, or the site's."""

from __future__ import annotations

import asyncio
import time

import pytest
from tests.conftest import FakeClock
from tests.control.asking import HELLO, OK, SILENT, UNKNOWN, Room, config, play, probe
from tests.probes.hostile import says

from gonogo.control import blame
from gonogo.control.blame import SelfCheck
from gonogo.rules.probe import Failure


def test_while_a_parent_fails_its_children_are_unknown(clock: FakeClock) -> None:
    async def script(well: int, gone: int) -> None:
        room = Room(config(probe("db", gone) + probe("shop", gone, 'depends_on = "db"') + probe("blog", gone)), clock)
        first = await room.ask("shop")
        assert (first.outcome, first.failure) == (UNKNOWN, Failure.PARENT_DOWN)  # its parent was asked aside, at once
        assert room.soon == ["db"]  # and in a turn of its own, so that it is told of first
        await room.ask("db")
        child = await room.ask("shop")
        assert (child.outcome, child.failure) == (UNKNOWN, Failure.PARENT_DOWN)
        assert child.detail == "db, on which it depends, does not answer"
        assert (await room.ask("blog")).failure is Failure.REFUSED
        await room.ask("db", "shop", times=5)
        assert (room.observer.probe("db").health, room.observer.probe("shop").health) == ("down", "unknown")
        assert [fact.data["text"] for fact in room.facts()] == ["db is down: the connection was refused"]

    play(script, says(HELLO))


def test_a_parents_parent_is_to_blame_too(clock: FakeClock) -> None:
    """The one between is unknown itself, and so tells nothing of its own."""

    async def script(well: int, gone: int) -> None:
        room = Room(
            config(
                probe("dns", gone) + probe("db", gone, 'depends_on = "dns"') + probe("shop", gone, 'depends_on = "db"')
            ),
            clock,
        )
        await room.ask("dns", "db", times=4)
        assert room.observer.probe("db").recent == "????"
        child = await room.ask("shop", times=4)
        assert (child.outcome, child.failure) == (UNKNOWN, Failure.PARENT_DOWN)
        assert child.detail == "dns, on which it depends, does not answer"

    play(script, says(HELLO))


def test_a_parent_that_answers_again_excuses_nobody(clock: FakeClock) -> None:
    answers = [b"", b"", HELLO]

    async def script(port: int, gone: int) -> None:
        room = Room(config(probe("db", port) + probe("shop", gone, 'depends_on = ["db"]')), clock)
        await room.ask("db")
        answers[:] = [HELLO]
        assert (await room.ask("shop")).failure is Failure.PARENT_DOWN
        await room.ask("db")
        assert (await room.ask("shop")).failure is Failure.REFUSED

    async def changing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await says(answers[0])(reader, writer)

    play(script, changing)


def test_a_parent_that_is_left_alone_now_excuses_nobody(clock: FakeClock) -> None:
    """It failed last before it was paused; that says nothing of now, and would blind its children for days."""

    async def script(well: int, gone: int) -> None:
        made = config(probe("db", gone) + probe("shop", gone, 'depends_on = "db"'))
        room = Room(made, clock)
        await room.ask("db", times=3)
        row = room.observer.probe("db").model_copy(update={"counts": False, "health": "paused"})
        room.observer.keep(row, made.probe[0], ())
        assert (await room.ask("shop")).failure is Failure.REFUSED
        room.asker.go_by(made, None, frozenset({"db"}))  # maintenance: it is asked, and known to fail
        assert (await room.ask("shop")).failure is Failure.PARENT_DOWN

    play(script, says(HELLO))


def test_a_child_that_answers_is_up_whatever_its_parent_says(clock: FakeClock) -> None:
    async def script(well: int, gone: int) -> None:
        room = Room(config(probe("db", gone) + probe("shop", well, 'depends_on = "db"')), clock)
        await room.ask("db", times=3)
        assert (await room.ask("shop")).outcome is OK

    play(script, says(HELLO))


def test_what_broke_in_maintenance_is_told_when_it_ends(clock: FakeClock) -> None:
    """Its checks begin to count then, and are enough to be down like any others."""

    async def script(gone: int) -> None:
        made = config(probe("shop", gone))
        room = Room(made, clock, excluded=("shop",))
        hidden = await room.ask("shop", times=4)
        assert hidden.excluded
        assert room.asker.drain() == ([], [])
        room.asker.go_by(made, None, frozenset())
        await room.ask("shop", times=2)
        facts, turned = room.asker.drain()
        assert ([fact.data["text"] for fact in facts], turned) == (
            ["shop is down: the connection was refused"],
            ["shop"],
        )
        await room.ask("shop")
        assert room.asker.drain() == ([], [])

    play(script)


def canaries(*ports: int) -> str:
    """Write some canaries."""
    places = ", ".join(f'"127.0.0.1:{port}"' for port in ports)
    return f"[watch]\ncanaries = [{places}]\n"


def test_while_no_canary_answers_it_is_this_machine(clock: FakeClock) -> None:
    async def script(silent: int, well: int, gone: int) -> None:
        offline = Room(config(probe("shop", silent), canaries(gone, gone)), clock)
        check = await offline.ask("shop")
        assert (check.outcome, check.failure) == (UNKNOWN, Failure.SELF_OFFLINE)
        assert check.detail == "this machine is offline: no canary answers"
        await offline.ask("shop", times=4)
        assert offline.observer.probe("shop").health == "unknown"
        online = Room(config(probe("shop", silent), canaries(gone, well)), clock)
        assert (await online.ask("shop")).failure is Failure.RESET
        nobody_says = Room(config(probe("shop", silent)), clock)
        assert (await nobody_says.ask("shop")).failure is Failure.RESET

    play(script, SILENT, says(HELLO))


def test_what_only_the_site_can_say_is_the_sites(clock: FakeClock) -> None:
    """A status, a refusal or a certificate came from somewhere: no canary is asked about those."""
    busy = says(b"HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n")

    async def script(port: int, gone: int) -> None:
        room = Room(config(probe("shop", port) + probe("blog", gone), canaries(gone)), clock)
        assert (await room.ask("shop")).failure is Failure.HTTP_STATUS
        assert (await room.ask("blog")).failure is Failure.REFUSED

    play(script, busy)


def test_many_who_ask_at_once_share_one_look(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    dialled = list[float]()

    async def canary(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        dialled.append(time.monotonic())

    async def script(port: int, gone: int) -> None:
        check = SelfCheck()
        assert await check.is_offline() is False
        check.go_by([f"127.0.0.1:{port}"])
        first = asyncio.create_task(check.is_offline())
        await asyncio.sleep(0)
        first.cancel()  # who gives up takes nothing from the others
        assert set(await asyncio.gather(*(check.is_offline() for _ in range(50)))) == {False}
        assert await check.is_offline() is False
        await asyncio.sleep(0.02)
        assert len(dialled) == 1
        monkeypatch.setattr(blame, "FRESH_S", 0.0)
        assert await check.is_offline() is False
        check.go_by([f"127.0.0.1:{gone}"])
        assert await check.is_offline() is True

    play(script, canary)
