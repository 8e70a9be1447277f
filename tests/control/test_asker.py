"""One turn of a probe: what is asked with which secrets, in which phase, and no turn is lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.control.asking import FAILED, HELLO, OK, UNKNOWN, Room, config, play, probe
from tests.probes.hostile import says

from gonogo.control.questions import Questions
from gonogo.probes.schedule import Tick
from gonogo.rules.probe import Failure


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


def test_a_heartbeat_that_never_comes_goes_down_when_it_is_overdue(clock: FakeClock) -> None:
    async def script(gone: int) -> None:
        room = Room(config('[[probe]]\nname = "nightly"\nheartbeat = "1h"\ngrace = "5m"\n'), clock)
        clock.advance(minutes=64)
        assert (await room.ask("nightly")).outcome is UNKNOWN
        clock.advance(minutes=1)
        late = await room.ask("nightly", times=2)
        assert (late.outcome, late.failure) == (FAILED, Failure.EXPECTATION)
        assert late.detail == "no sign of life in 1 h 6 min, wanted one in 1 h 5 min: none has come yet"
        assert room.observer.probe("nightly").health == "down"
        room.beats["nightly"] = clock.now()
        assert (await room.ask("nightly")).outcome is OK

    play(script)


def test_a_file_that_vanished_is_waited_for_from_its_last_sign(clock: FakeClock, tmp_path: Path) -> None:
    file = tmp_path / "beat"

    async def script(gone: int) -> None:
        room = Room(config(f'[[probe]]\nname = "job"\nheartbeat = "1h"\ngrace = "5m"\nfile = "{file}"\n'), clock)
        clock.advance(minutes=600)
        file.touch()
        assert (await room.ask("job")).outcome is OK
        file.unlink()  # it is written anew: for a moment it is not there
        assert (await room.ask("job")).outcome is UNKNOWN
        clock.advance(minutes=63)
        assert (await room.ask("job")).outcome is UNKNOWN
        clock.advance(minutes=1)
        assert (await room.ask("job")).outcome is FAILED

    play(script)


def test_a_check_is_of_the_moment_in_which_it_began(clock: FakeClock) -> None:
    """A site that takes five seconds to fail has failed since before them."""

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        clock.advance(5)
        writer.write(b"HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n")
        writer.write_eof()
        await reader.read()

    async def script(port: int, gone: int) -> None:
        room = Room(config(probe("shop", port)), clock)
        began = clock.now()
        assert (await room.ask("shop")).at == began
        await room.ask("shop")
        down = room.observer.probe("shop")
        assert (down.health, down.since) == ("down", began)

    play(script, slow)


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
