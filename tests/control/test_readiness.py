"""What the watch sees of readiness: real files, commands, answers and name servers, and what each failure is called."""

from __future__ import annotations

import asyncio
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.probes.server import Site
from tests.probes.test_dns import RECORDS, name_server, zone

from gonogo.control.readiness import Sources, date_of, sources_of
from gonogo.formats.config import parse_config
from gonogo.rules.measured import Unfit
from gonogo.rules.readiness import Seen


def config(written: str, site: Site | None = None) -> str:
    """A config with one source of readiness, `it`."""
    place = f'[environment.production]\nurl = "{site.url}"\n' if site else ""
    return f'[launch]\nid = "shop"\nname = "Shop"\n{place}[readiness.it]\n{written}\n'


def sources(written: str, clock: FakeClock, folder: Path | None = None, site: Site | None = None) -> Sources:
    """Return the sources of such a config."""
    return sources_of(parse_config(config(written, site), "gonogo.toml"), clock, str(folder) if folder else None)


def look(written: str, clock: FakeClock, folder: Path | None = None, site: Site | None = None) -> Seen:
    """Look once."""
    return asyncio.run(sources(written, clock, folder, site).look("it"))


def dump(folder: Path, at: datetime, name: str = "shop-1.dump", size: int = 2048) -> Path:
    """Write a backup of a moment."""
    path = folder / name
    path.write_bytes(b"x" * size)
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


# Files ------------------------------------------------------------------------------------------


def test_the_newest_file_counts_and_says_until_when_it_holds(tmp_path: Path, clock: FakeClock) -> None:
    dump(tmp_path, clock.utc - timedelta(days=3), "shop-0.dump")
    dump(tmp_path, clock.utc - timedelta(hours=4))
    seen = look('path = "shop-*.dump"', clock, tmp_path)
    made = clock.utc - timedelta(hours=4)
    assert seen == Seen(True, "shop-1.dump, 2.0 kB", made, made + timedelta(hours=24))


@pytest.mark.parametrize(
    ("hours", "size", "ok", "said"),
    [
        (25, 2048, False, "shop-1.dump, 2.0 kB; wanted age < 24h"),
        (4, 0, False, "shop-1.dump, 0 Bytes; wanted size > 0, saw 0"),
        (-3, 2048, None, "shop-1.dump, 2.0 kB; its date lies 3 h ahead"),
        (-0.05, 2048, True, "shop-1.dump, 2.0 kB"),
    ],
)
def test_a_backup_that_is_old_empty_or_of_tomorrow_is_not_ready(
    tmp_path: Path, clock: FakeClock, hours: float, size: int, ok: bool | None, said: str
) -> None:
    dump(tmp_path, clock.utc - timedelta(hours=hours), size=size)
    seen = look('path = "shop-*.dump"', clock, tmp_path)
    assert (seen.ok, seen.detail.replace("3 h 0 min", "3 h")) == (ok, said)


def test_a_path_that_matches_nothing_says_so(tmp_path: Path, clock: FakeClock) -> None:
    assert look('path = "shop-*.dump"', clock, tmp_path) == Seen(False, "nothing matches shop-*.dump")
    gone = look('path = "backups/*/shop.dump"', clock, tmp_path)
    assert gone == Seen(False, f"nothing matches backups/*/shop.dump: {tmp_path / 'backups'} is not there")


# Commands ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "ok", "said"),
    [
        ('["echo", "v1.8.2"]', True, "v1.8.2"),
        ('["false"]', False, "exit 1; wanted exit == 0, saw 1"),
        ('["no-such-command-here"]', None, "no-such-command-here cannot be started: No such file or directory"),
        ('["sleep", "30"]\ntimeout = "200ms"', None, "no whole answer in 0.2 s"),
        ('["echo", "2026-11-02T04:00:00Z"]\nexpect = ["age < 24h"]', True, "exit 0"),
        ('["echo", "2026-11-01 04:00:00.123456789 +0000"]\nexpect = ["age < 24h"]', False, "exit 0; wanted age < 24h"),
        ('["echo", "yesterday"]\nexpect = ["age < 24h"]', None,
         "“yesterday” is no date; write one such as 2026-11-25T04:00:00Z"),
        ('["echo", "2026-11-02 04:00"]\nexpect = ["age < 24h"]', None,
         "“2026-11-02 04:00” names no time zone; write Z or an offset behind it"),
        ('["true"]\nexpect = ["exit == 0", "age < 24h"]', None, "the answer is empty"),
        ('["echo", "{\\"last\\": 1793592000}"]\npick = "last"\nexpect = ["age < 24h"]', True, "exit 0"),
        ('["echo", "{}"]\npick = "last"\nexpect = ["age < 24h"]', None, "there is no last in the answer"),
        ('["echo", "v2"]\nexpect = ["version == \'v1\'"]', False, "v2; wanted version == 'v1', saw 'v2'"),
    ],
)  # fmt: skip
def test_a_command_says_a_date_or_a_version(clock: FakeClock, written: str, ok: bool | None, said: str) -> None:
    seen = look(f"command = {written}", clock)
    assert (seen.ok, seen.detail) == (ok, said)


def test_a_command_that_hangs_is_ended_in_its_time(clock: FakeClock) -> None:
    began = time.monotonic()
    assert look('command = ["sleep", "30"]\ntimeout = "200ms"', clock).ok is None
    assert time.monotonic() - began < 5


# Answers over HTTP ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "ok", "said"),
    [
        ('url = "/ok"\npick = "version"', True, "v1 answers"),
        ('url = "/ok"\npick = "build"', None, "there is no build in the answer"),
        ('url = "/502"\npick = "version"', False, "status 502; wanted status < 400, saw 502"),
        ('url = "/dated"\nheader = "Last-Modified"', True, "status 200"),
        ('url = "/ok"\nheader = "Last-Modified"', None, "the answer has no header Last-Modified"),
        ('url = "/mute"\ntimeout = "200ms"', None, "no answer in 0.2 s"),
    ],
)
def test_a_url_says_a_version_or_a_date(clock: FakeClock, site: Site, written: str, ok: bool | None, said: str) -> None:
    seen = look(written, clock, site=site)
    assert (seen.ok, seen.detail) == (ok, said)


def test_a_header_ages_and_one_that_is_no_date_is_unknown(clock: FakeClock, site: Site) -> None:
    written = 'url = "/dated"\nheader = "Last-Modified"'
    made = datetime(2026, 11, 2, 4, tzinfo=UTC)
    assert look(written, clock, site=site) == Seen(True, "status 200", made, made + timedelta(days=1))
    clock.advance(days=1)
    assert look(written, clock, site=site) == Seen(False, "status 200; wanted age < 24h", made)
    site.modified = "last Tuesday"
    seen = look(written, clock, site=site)
    assert (seen.ok, seen.detail.split(";")[0]) == (None, "“last Tuesday” is no date")


def test_what_does_not_answer_is_never_ready(clock: FakeClock) -> None:
    with Site() as gone:
        url = gone.url
    assert look(f'url = "{url}/"', clock) == Seen(None, "the connection was refused")


# DNS --------------------------------------------------------------------------------------------


def test_a_ttl_is_held_against_five_minutes_and_a_caches_rest_is_not_taken_for_it(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A resolver tells what is left of an hour: 200 s does not mean that a change is taken back in 200 s."""

    async def play() -> list[tuple[bool | None, str]]:
        async with name_server(lambda query, data, tcp: zone(query, data, tcp)) as port:
            found, told = sources(f'dns = "shop.test"\nresolver = "127.0.0.1:{port}"', clock), []
            for ttl, later_s in ((3600, 0), (200, 3400), (300, 201), (300, 60)):
                clock.advance(later_s)
                monkeypatch.setitem(RECORDS, ("shop.test.", "A"), (ttl, RECORDS["shop.test.", "A"][1]))
                seen = await found.look("it")
                told.append((seen.ok, seen.detail))
        return told

    assert asyncio.run(play()) == [
        (False, "TTL 3600 s; wanted ttl <= 5m"), (False, "TTL 3600 s; wanted ttl <= 5m"),
        (True, "TTL 300 s"), (True, "TTL 300 s"),
    ]  # fmt: skip


def test_a_name_without_a_record_has_no_ttl(clock: FakeClock) -> None:
    async def play() -> Seen:
        async with name_server(zone) as port:
            return await sources(f'dns = "gone.test"\nresolver = "127.0.0.1:{port}"', clock).look("it")

    seen = asyncio.run(play())
    assert (seen.ok, seen.detail) == (None, "no such record; wanted ttl <= 5m")


# Dates ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    ["2026-11-02T04:00:00Z", "2026-11-02 12:00:00+08:00", "Mon, 02 Nov 2026 04:00:00 GMT", 1793592000, "1793592000000",
     "2026-11-02 04:00:00.000000000 +0000", "2026-11-02 04:00:00 UTC"],
)  # fmt: skip
def test_dates_are_read_as_programs_write_them(written: object) -> None:
    assert date_of(written) == datetime(2026, 11, 2, 4, tzinfo=UTC)


@pytest.mark.parametrize("written", ["", "soon", "12", "2026-13-40T00:00:00Z", "9" * 40, None])
def test_what_is_no_date_is_said_to_be_none(written: object) -> None:
    with pytest.raises(Unfit):
        date_of(written)
