"""Secrets stay with whom they are for: a site that says back what it was told gives nothing away."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.control.asking import OK, UNKNOWN, Room, config, play, probe

PAIR = base64.b64encode(b"ann:hunter2-pw").decode()


async def echoes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer with the headers of the request that say who asks."""
    head = await reader.readuntil(b"\r\n\r\n")
    said = b"".join(row for row in head.splitlines() if row.startswith((b"Authorization", b"X-Key")))
    writer.write(b"HTTP/1.1 500 No\r\nContent-Length: %d\r\n\r\n" % len(said) + said)
    writer.write_eof()
    await reader.read()


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ('basic_auth = "ann:${env:PW}"', PAIR),
        ('basic_auth = "ann:hunter2-pw"', PAIR),
        ('bearer = "${env:PW}"', "hunter2-pw"),
        ('bearer = "hunter2-pw"', "hunter2-pw"),
        ('headers = { X-Key = "${env:PW}" }', "hunter2-pw"),
    ],
)
def test_what_proves_who_asks_is_hidden_in_every_form(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch, line: str, kept: str
) -> None:
    monkeypatch.setenv("PW", "hunter2-pw")

    async def script(port: int, gone: int) -> None:
        room = Room(config(probe("shop", port, line, "expect = [\"body == 'well'\"]")), clock)
        check = await room.ask("shop")
        assert kept in str(check.facts["body"].text)  # it was sent, and came back
        for words in (check.detail, check.excerpt, room.observer.probe("shop").detail):
            assert "•••" in words
            assert kept not in words
            assert "hunter2" not in words

    play(script, echoes)


def test_a_command_reads_its_secret_from_its_environment(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its words stand in the list of processes, which everybody on the machine may read."""

    async def script(gone: int) -> None:
        lines = 'command = ["sh", "-c", "echo $TOKEN"]\nenv = { TOKEN = "${env:PW}" }\nexpect = ["output == \'x\'"]\n'
        room = Room(config(f'[[probe]]\nname = "job"\n{lines}'), clock)
        monkeypatch.delenv("PW", raising=False)
        assert (await room.ask("job")).outcome is UNKNOWN
        monkeypatch.setenv("PW", "hunter2")
        check = await room.ask("job")
        assert check.facts["output"].text == "hunter2"
        assert check.detail == "wanted output == 'x', saw '•••'"
        plain = Room(config(f'[[probe]]\nname = "job"\n{lines.replace("== ", "!= ")}'), clock)
        assert (await plain.ask("job")).outcome is OK

    play(script)
