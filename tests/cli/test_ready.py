"""`gonogo ready` explains, renews in the way that makes it so, and says early what cannot be reached."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.ground import data, gonogo, healthy, ok, records, refused, site
from tests.conftest import FakeClock

from gonogo.cli import sleep
from gonogo.control.clock import SystemClock
from gonogo.rules.plan import Template
from gonogo.rules.probe import Probe
from gonogo.rules.uptime import US, Tally
from gonogo.store import rollups, rows
from gonogo.store.store import Store


def test_a_target_is_explained_with_its_facts_and_how_to_renew_it(tiny_launch: Path, clock: FakeClock) -> None:
    ok(gonogo("ready", "renew", "backup", "in the console", "--for", "6h", at=clock))
    said = ok(gonogo("ready", "list", "backup", at=clock))
    assert "attested  by ann, Mon 02 Nov 09:00\n" in said
    assert "holds     for 6 h; a word on it holds for 1 d\n" in said
    assert said.endswith('          gonogo ready renew backup "what you saw"\n')
    (row,) = data(gonogo("ready", "list", "--json", at=clock))
    assert (row["attested_by"], row["holds_until"]) == ("ann", "2026-11-02T15:00:00.000Z")


def test_bad_words_are_refused_in_a_sentence(tiny_launch: Path, clock: FakeClock) -> None:
    refused(gonogo("ready", "renew", "backup", "x", "--for", "soon", at=clock), 2, "--for: “soon” is not a duration")
    refused(gonogo("ready", "renew", "backup", "x", "--for", "3d", at=clock), 2, "holds for 1 d at most")
    refused(gonogo("ready", "list", "bakcup", at=clock), 2, "There is no readiness target “bakcup”")
    refused(gonogo("ready", "template", "letter", at=clock), 2, "There is no template “letter”; there are notice")
    refused(
        gonogo("ready", "template", "notice", "--keep", "--file", "/dev/null", at=clock), 2, "one of --file and --keep"
    )


def test_a_template_is_read_printed_and_made_ones_own(tiny_launch: Path, clock: FakeClock, tmp_path: Path) -> None:
    assert ok(gonogo("ready", "template", at=clock)) == "notice              yours       Notice\n"
    assert ok(gonogo("ready", "template", "notice", at=clock)) == "Hello\n"
    mine = tmp_path / "mine.md"
    mine.write_text("Dear all, $what\n")
    assert ok(gonogo("ready", "template", "notice", "--file", str(mine), at=clock)) == "wrote the template “Notice”\n"
    assert records(tiny_launch, Template)[0].body == "Dear all, $what\n"
    mine.write_bytes(b"\xff\xfe")
    refused(gonogo("ready", "template", "notice", "--file", str(mine), at=clock), 2, "cannot be read as UTF-8 text")


def test_doctor_says_what_the_watch_sleeps(tiny_launch: Path) -> None:
    assert "note 1 gate must see 90% of a window (uptime >= 99% over 7d)" in gonogo("doctor").stdout
    now = int(SystemClock().now().utc.timestamp())
    store, hour = Store(tiny_launch), now - now % 3600
    with store.writing() as db:
        rows.put(db, "probe", rows.encode(Probe(id="p", number=1, name="home")))
        tally = Tally(up_us=3600 * US, seen_us=3600 * US).pack()
        awake = [hour - 3600 * n for n in range(1, 190) if n % 24 < 15]
        rollups.put(db, [(1, "h", at, tally) for at in awake])
    store.close()
    result = gonogo("doctor")
    assert (
        "the watch is asleep 9 h a day: at most 62% coverage of the 90% wanted; `gonogo watch --install`"
        in result.stdout
    )
    assert result.exit_code == 1


def test_init_says_on_a_machine_with_a_battery_what_the_gates_ask(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sleep, "POWER", tmp_path)
    (tmp_path / "BAT0").mkdir()
    (tmp_path / "BAT0" / "type").write_text("Battery\n")
    with site(healthy) as url:
        said = gonogo("init", "--url", url, "--id", "shop").stderr
        assert "the watch has to be awake 21.6 h of each day" in said
        assert "This machine has a battery and may sleep; [watch] host names one that does not." in said
        (folder / "gonogo.toml").unlink()
        assert "battery" not in gonogo("init", "--url", url, "--id", "other", "--watch-host", "server-1").stderr
