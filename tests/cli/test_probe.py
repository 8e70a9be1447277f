"""`gonogo probe` and `gonogo log heartbeat`, as somebody types them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.ground import data, gonogo, ok, records, refused
from tests.conftest import FakeClock

from gonogo.rules.pause import Pause
from gonogo.rules.probe import Probe
from gonogo.store import evidence, rows, series
from gonogo.store.store import Store


@pytest.fixture
def probed(tiny_launch: Path) -> Path:
    """The tiny launch with two probes that a watch has seen."""
    store = Store(tiny_launch)
    with store.writing() as db:
        for one in (Probe(id="p1", number=1, name="home"), Probe(id="p2", number=2, name="cron", kind="heartbeat")):
            rows.put(db, "probe", rows.encode(one))
        store.bump(["probes"])
    store.close()
    return tiny_launch


def test_a_pause_has_a_reason_and_an_end_and_can_be_ended_and_undone(probed: Path, clock: FakeClock) -> None:
    said = ok(gonogo("probe", "pause", "home", "the", "move", "--for", "2h", at=clock))
    assert said == "paused home for 2 h: the move\n"
    (pause,) = records(probed, Pause)
    assert (pause.id, pause.kind, pause.by, pause.until) == ("p1", "pause", "ann", clock.now().after(7200))
    listed = data(gonogo("probe", "list", "--json", at=clock))
    assert [one["pause"] for one in listed] == ["paused until Mon 11:00: the move", None]
    assert "paused until Mon 11:00: the move" in ok(gonogo("probe", "list", at=clock))
    assert ok(gonogo("probe", "resume", "home", at=clock)) == "let home count again\n"
    assert records(probed, Pause) == []
    ok(gonogo("undo", at=clock))
    assert records(probed, Pause) == [pause]


def test_a_pause_that_is_over_is_shown_no_more(probed: Path, clock: FakeClock) -> None:
    ok(gonogo("probe", "maintenance", "home", "--for", "5m", at=clock))
    clock.advance(minutes=5)
    assert data(gonogo("probe", "list", "--json", at=clock))[0]["pause"] is None
    refused(gonogo("probe", "resume", "home", at=clock), 1, "home is neither paused nor in maintenance")


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("pause", "nope", "x", "--for", "1h"), 1, "There is no probe “nope”"),
        (("pause", "home", " ", "--for", "1h"), 1, "needs a reason"),
        (("pause", "home", "x", "--for", "1s"), 1, "from 1m to 30d"),
        (("pause", "home", "x", "--for", "31d"), 1, "from 1m to 30d"),
        (("maintenance", "home", "--for", "soon"), 2, "is not a duration"),
        (("pause", "home", "--for", "1h"), 2, "Missing argument"),
    ],
)
def test_what_is_no_pause_is_refused(
    probed: Path, clock: FakeClock, args: tuple[str, ...], code: int, said: str
) -> None:
    result = gonogo("probe", *args, at=clock)
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr
    assert records(probed, Pause) == []


def test_a_probe_that_believes_anybody_is_said_to(probed: Path, clock: FakeClock) -> None:
    store = Store(probed)
    with store.writing() as db:
        home = next(one for one in store.state().all(Probe) if one.name == "home")
        series.put_probes(db, [home.model_copy(update={"insecure": True})])
        store.bump(["probes"])
    store.close()
    for command in (("probe", "list"), ("status",)):
        lines = [one for one in gonogo(*command).stdout.splitlines() if "certificate not verified" in one]
        assert len(lines) == 1
        assert " home " in lines[0]
    assert [one["name"] for one in data(gonogo("status", "--json"))["probes"] if one["insecure"]] == ["home"]


def test_a_heartbeat_is_a_quiet_fact(probed: Path, clock: FakeClock) -> None:
    assert ok(gonogo("log", "heartbeat", "cron", at=clock)) == "cron is alive\n"
    refused(gonogo("log", "heartbeat", "home", at=clock), 2, "There is no heartbeat probe “home”; there are cron")
    store = Store(probed)
    (fact,) = evidence.read(store.db, ["heartbeat"])
    store.close()
    assert (fact.data["name"], fact.at) == ("cron", clock.now())
    assert "is alive" not in ok(gonogo("log", "note", "x", at=clock))


def test_an_import_prints_what_it_can_and_its_code_tells_whether_that_is_all(tmp_path: Path) -> None:
    path = tmp_path / "gatus.yaml"
    good = "{name: shop, url: 'https://shop.example/', method: get, conditions: ['[STATUS] == 200']}"
    path.write_text(f"endpoints: [{good}]")
    assert 'name = "shop"' in ok(gonogo("probe", "import", str(path)))
    path.write_text(f"endpoints: [{good}, {{name: ping, url: 'icmp://shop.example'}}]")
    result = gonogo("probe", "import", str(path))
    assert (result.exit_code, 'name = "shop"' in result.stdout) == (10, True)
    assert result.stderr == "gonogo: ping: icmp:// is a kind that gonogo does not ask\n"
    assert "10 when an endpoint" in gonogo("probe", "import", "--help").stdout
