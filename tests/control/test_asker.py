"""One turn of a probe: whose fault a failure is, what is asked with which secrets, and no turn is lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.probes.hostile import Handler, nobody, says, serving

from gonogo.control import blame
from gonogo.control.asker import Asker
from gonogo.control.blame import SelfCheck
from gonogo.control.observer import Observer
from gonogo.control.questions import Questions
from gonogo.formats.config import parse_config
from gonogo.probes.schedule import Tick
from gonogo.rules.clock import Instant
from gonogo.rules.config import Config
from gonogo.rules.probe import Check, Failure, Outcome, Probe
from gonogo.rules.record import Fact

OK, FAILED, UNKNOWN = Outcome.OK, Outcome.FAILED, Outcome.UNKNOWN
HELLO = b'HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{"version": 42}'
HEAD = '[launch]\nid = "tiny"\nname = "Tiny"\n'
SILENT = says(b"")


def config(probes: str, more: str = "") -> Config:
    """Read a config of some probes."""
    return parse_config(HEAD + more + probes, "c")


def probe(name: str, port: int, *lines: str) -> str:
    """Write a probe of a port over HTTP."""
    return f'[[probe]]\nname = "{name}"\nurl = "http://127.0.0.1:{port}/"\ntimeout = "2s"\n' + "\n".join(lines) + "\n"


class Room:
    """An asker with its observer, and what it did."""

    def __init__(
        self, made: Config, clock: FakeClock, phase: str | None = None, excluded: tuple[str, ...] = ()
    ) -> None:
        self.clock, self.observer, self.soon, self.builds = clock, Observer({}, None), list[str](), dict[str, str]()
        self.beats: dict[str, Instant] = {}
        for number, one in enumerate(made.probe, 1):
            row = Probe(id=one.name, number=number, name=one.name, counts=one.name not in excluded)
            self.observer.keep(row, one, ())
        self.asker = Asker(
            self.observer, clock, iter(map(str, range(1000))).__next__, self.builds, self.beats.get,
            lambda name, _: self.soon.append(name),
        )  # fmt: skip
        self.asker.go_by(made, phase, frozenset(excluded))

    async def ask(self, *names: str, times: int = 1) -> Check:
        """Ask some probes so many times in turn; return the last check."""
        found = len(self.observer._checks)
        for _ in range(times):
            for name in names:
                await self.asker.ask(name, Tick(0.0, 0))
                self.clock.advance(30)
        assert len(self.observer._checks) == found + times * len(names)
        return self.observer._checks[-1][1]

    def facts(self) -> list[Fact]:
        """Return what it noted."""
        return self.asker.drain()[0]


def play(script: Callable[..., Awaitable[None]], *handlers: Handler) -> None:
    """Run a script with the ports of some servers and of one where nobody is."""

    async def run() -> None:
        async with AsyncExitStack() as stack:
            ports = [await stack.enter_async_context(serving(one)) for one in handlers]
            await script(*ports, stack.enter_context(nobody()))

    asyncio.run(run())


# Parents --------------------------------------------------------------------------------------------------


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


# Ourselves ------------------------------------------------------------------------------------------------


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


# What is asked --------------------------------------------------------------------------------------------


def test_secrets_are_read_with_each_check_and_stand_in_no_answer(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads = list[bytes]()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
        writer.write_eof()
        await reader.read()

    async def script(port: int, gone: int) -> None:
        lines = ('bearer = "${env:TOKEN}"', 'body = "${env:BODY}"', 'method = "POST"')
        room = Room(config(probe("shop", port, *lines)), clock)
        monkeypatch.delenv("TOKEN", raising=False)
        unset = await room.ask("shop")
        assert (unset.outcome, unset.failure) == (UNKNOWN, Failure.INTERNAL)
        assert unset.detail.startswith("${env:BODY} is not set") or unset.detail.startswith("${env:TOKEN} is not set")
        assert heads == []
        for token in ("hunter2", "hunter3"):
            monkeypatch.setenv("TOKEN", token)
            monkeypatch.setenv("BODY", "hunter4")
            refused = await room.ask("shop")
            assert (refused.outcome, refused.detail) == (FAILED, "status 403, wanted status < 400")
            assert f"Bearer {token}".encode() in heads[-1]
            assert "hunter" not in repr(refused)
        assert not any("${" in repr(one) for one in room.facts())

    play(script, listen)


def test_a_secret_that_cannot_be_used_leaves_no_turn_unaccounted_for(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def script(port: int, gone: int) -> None:
        made = config(
            probe("home", port, 'bearer = "${file:~nobody-of-this-name/token}"')
            + probe("bytes", port, 'body = "${env:BYTES}"', 'method = "POST"')
            + probe("header", port, 'headers = { X-Key = "${env:BYTES}" }')
        )
        monkeypatch.setenv("BYTES", "hunter2\udcff")
        room = Room(made, clock)
        for name in ("home", "bytes", "header"):
            check = await room.ask(name)
            assert (check.outcome, check.failure) == (UNKNOWN, Failure.INTERNAL)
            assert check.detail
            assert "hunter2" not in repr(check)

    play(script, says(HELLO))


def test_what_a_port_is_told_may_hold_a_secret(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    async def redis(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"+OK\r\n" if await reader.readline() == b"AUTH hunter2\r\n" else b"-ERR\r\n")
        await writer.drain()
        await reader.read()

    async def script(port: int, gone: int) -> None:
        lines = f'[[probe]]\nname = "db"\ntcp = "127.0.0.1:{port}"\nsend = "AUTH ${{env:PW}}\\r\\n"\n'
        room = Room(config(lines + "expect = [\"reply contains '+OK'\"]\n"), clock)
        assert (await room.ask("db")).outcome is UNKNOWN
        monkeypatch.setenv("PW", "hunter2")
        assert (await room.ask("db")).outcome is OK

    play(script, redis)


def test_heartbeats_from_the_log(clock: FakeClock) -> None:
    async def script(gone: int) -> None:
        room = Room(config('[[probe]]\nname = "nightly"\nheartbeat = "1h"\ngrace = "5m"\n'), clock)
        never = await room.ask("nightly")
        assert (never.outcome, never.failure) == (UNKNOWN, Failure.INTERNAL)
        assert "gonogo log heartbeat nightly" in never.detail
        room.beats["nightly"] = clock.now()
        assert (await room.ask("nightly")).outcome is OK
        clock.advance(minutes=64)
        assert (await room.ask("nightly")).outcome is OK
        clock.advance(minutes=1)
        late = await room.ask("nightly")
        assert (late.outcome, late.failure) == (FAILED, Failure.EXPECTATION)
        room.beats["nightly"] = clock.now()
        clock.step_wall(86_400)  # a step of the wall clock makes nobody late
        assert (await room.ask("nightly")).outcome is OK
        clock.step_wall(-86_400)
        room.beats["nightly"] = clock.now()
        clock.reboot(1800)
        assert (await room.ask("nightly")).outcome is OK

    play(script)


def test_a_phase_changes_what_is_asked(clock: FakeClock) -> None:
    async def script(port: int, gone: int) -> None:
        lines = ("[probe.phases.strict]", 'expect = ["body.version == 43"]')
        made = config(probe("shop", port, *lines))
        room = Room(made, clock)
        assert (await room.ask("shop")).outcome is OK
        room.asker.go_by(made, "strict", frozenset())
        assert (await room.ask("shop")).detail == "wanted body.version == 43, saw 42"
        room.asker.go_by(made, "lenient", frozenset())
        assert (await room.ask("shop")).outcome is OK

    play(script, says(HELLO))


def test_a_turn_of_a_probe_that_is_gone_is_passed_over(clock: FakeClock) -> None:
    async def script(gone: int) -> None:
        room = Room(config(probe("shop", gone)), clock)
        await room.asker.ask("nothing", Tick(0.0, 0))
        room.observer.forget(["shop"])
        await room.asker.ask("shop", Tick(0.0, 0))
        assert not room.asker.pending

    play(script)


def test_late_and_missed_turns_are_told(clock: FakeClock, tmp_path: Path) -> None:
    async def script(port: int, gone: int) -> None:
        for lines in ((), ('bearer = "${env:NOT_SET_ANYWHERE}"',)):
            questions = Questions(config(probe("shop", port, *lines)), None, lambda _: None, clock)
            check = await questions.check("shop", Tick(1.5, 3))
            assert (check.late_s, check.missed) == (1.5, 3)

    play(script, says(HELLO))


# Builds ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "pick", "build"),
    [
        ('{"version": "v1"}', "version", "v1"),
        ('{"version": 42}', "version", "42"),
        ('{"version": 1.20}', "version", "1.20"),
        ('{"app": {"ids": ["a", "b"]}}', "app.ids[-1]", "b"),
        ('{"version": "v\\u001b[2J"}', "version", "v�[2J"),
        ('{"version": true}', "version", None),
        ('{"version": null}', "version", None),
        ('{"version": ""}', "version", None),
        ('{"version": {"a": 1}}', "version", None),
        ('{"version": 5}', "length(version)", None),
        ('{"version": NaN}', "version", None),
        ("[1]", "version", None),
        ("hello", "version", None),
    ],
)
def test_a_build_is_read_where_there_is_one(clock: FakeClock, body: str, pick: str, build: str | None) -> None:
    answer = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()

    async def script(port: int, gone: int) -> None:
        more = f'[environment.production]\nurl = "http://127.0.0.1:{port}"\nbuild = {{path = "/v", pick = "{pick}"}}\n'
        room = Room(config('[[probe]]\nname = "shop"\nurl = "/v"\nexpect = ["status == 200"]\n', more), clock)
        assert (await room.ask("shop")).outcome is OK
        found = [fact.data["build"] for fact in room.facts() if fact.kind == "build"]
        assert found == ([build] if build else [])

    play(script, says(answer))
