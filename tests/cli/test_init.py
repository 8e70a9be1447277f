"""`gonogo init`: it asks the site, writes a config, founds the launch, and never writes over anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from tests.cli.ground import closed_port, data, gonogo, healthy, ok, one_sentence, records, refused, site, walled

from gonogo.formats.config import parse_config, read_config
from gonogo.rules.config import Config
from gonogo.rules.plan import Criterion, Item, Launch, Phase


def init(url: str, *more: str) -> Result:
    return gonogo("init", "--url", url, "--id", "shop", *more)


def written(folder: Path) -> Config:
    """Read the config that was written, as the watch reads it."""
    return read_config(folder / "gonogo.toml")[1]


def test_a_site_that_answers_well(folder: Path, tmp_path: Path) -> None:
    with site(healthy) as url:
        result = init(url, "--name", "The Shop", "--timezone", "Asia/Kuala_Lumpur", "--person", "ann:product,tech")
        said = ok(result)
        config = written(folder)
        assert (config.launch.id, config.launch.name, config.launch.timezone) == (
            "shop", "The Shop", "Asia/Kuala_Lumpur",
        )  # fmt: skip
        assert config.environment["production"].url == url
        names = [one.name for one in config.probe]
        assert names[:2] == ["home", "health"]
        assert config.probe[0].critical
        assert not config.probe[1].critical
        assert config.environment["production"].build
        assert config.environment["production"].build.pick == "version"
        assert [(one.name, one.seats) for one in config.person] == [("ann", ("product", "tech"))]
        assert f"{len(names)} probes live, 0 commented out" in said
        assert "`gonogo` opens the room." in said
        assert f"asking {url}" in result.stderr
        assert gonogo("check").exit_code == 0
    state = tmp_path / "states" / "shop.db"
    assert state.stat().st_mode & 0o777 == 0o600
    (launch,) = records(state, Launch)
    assert (launch.name, launch.state) == ("The Shop", "running")
    assert len(records(state, Phase)) == 4
    assert len(records(state, Item)) > 40
    board = gonogo("status", "--json")
    assert board.exit_code == 10
    assert data(board)["launch"]["id"] == "shop"


def test_a_site_behind_a_password(folder: Path) -> None:
    with site(walled) as url:
        said = ok(init(url))
        config = written(folder)
        assert [(one.name, one.expect) for one in config.probe] == [("home", ("status == 401",))]
        text = (folder / "gonogo.toml").read_text()
        assert "a password stands before it" in text
        assert "# [[probe]]" in text
        assert "1 probes live" in said or "1 probe live" in said
        assert gonogo("check").exit_code == 0


def test_a_site_that_refuses(folder: Path) -> None:
    with closed_port() as url:
        said = ok(init(url))
        assert written(folder).probe == ()
        text = (folder / "gonogo.toml").read_text()
        assert "refused" in text
        assert "# [[probe]]" in text
        assert "0 probes live" in said
        assert gonogo("check").exit_code == 10
        assert gonogo("status").exit_code == 10


def test_what_is_commented_out_is_good_once_the_marks_are_taken_away(folder: Path) -> None:
    with closed_port() as url:
        ok(init(url))
    path = folder / "gonogo.toml"
    lines = path.read_text().splitlines()
    keys = ("[[probe]]", "name =", "url =", "every =", "timeout =", "expect =", "critical =")
    start = next(number for number, line in enumerate(lines) if line == "# [[probe]]")
    end = next(number for number, line in enumerate(lines) if number > start and not line.strip())
    for number in range(start, end):
        if lines[number].removeprefix("# ").startswith(keys):
            lines[number] = lines[number].removeprefix("# ")
    path.write_text("\n".join(lines))
    assert [one.name for one in written(folder).probe] == ["home"]


def test_the_metric_that_it_suggests_feeds_a_gate_of_the_plan(folder: Path, tmp_path: Path) -> None:
    with closed_port() as url:
        ok(init(url))
    lines = (folder / "gonogo.toml").read_text().splitlines()
    suggested = lines[next(n for n, line in enumerate(lines) if "[[metric]]" in line) + 1].split('"')[1]
    wanted = [one.require.split()[0] for one in records(tmp_path / "states" / "shop.db", Criterion)]
    assert suggested in wanted


def test_hostile_answers_stay_text(folder: Path) -> None:
    def page(path: str) -> tuple[int, str, str]:
        return 302, 'text/html\r\nLocation: https://x/\x1b]52;c;eA==\x07"""\\u202e', "[/nope]"

    with site(page) as url:
        result = init(url, "--name", 'Shop \x1b[31m "quoted" \\ [x]', "--watch-host", 'a"b\nc', "--person", 'ann"')
    assert result.exit_code == 0, result.stderr
    assert "\x1b" not in result.stdout + result.stderr
    written(folder)
    board = gonogo("status")
    assert board.exit_code == 10
    assert "\x1b" not in board.stdout


def test_it_never_writes_over_a_config_or_a_state(folder: Path, tmp_path: Path) -> None:
    with site(healthy) as url:
        ok(init(url))
        config, state = folder / "gonogo.toml", tmp_path / "states" / "shop.db"
        before = config.read_bytes(), state.read_bytes()
        refused(init(url), 1, "gonogo.toml is there already", "does not write over it: leave out --url --id,")
        refused(gonogo("init"), 1, "gonogo.toml and ", "are there already; `gonogo` opens the room")
        config.unlink()
        refused(init(url), 1, "shop.db is there already")
        assert not config.exists()
        assert state.read_bytes() == before[1]
        ok(gonogo("init", "--url", url, "--id", "other"))


def test_a_start_in_the_future_is_planned(folder: Path, tmp_path: Path) -> None:
    from datetime import UTC, datetime, timedelta

    day = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    with closed_port() as url:
        said = ok(init(url, "--start", day, "--timezone", "Europe/Lisbon"))
    assert "09:00" in said
    (launch,) = records(tmp_path / "states" / "shop.db", Launch)
    assert launch.state == "planned"
    result = gonogo("status")
    assert (result.exit_code, "planned" in result.stdout) == (10, True)


BAD = [
    (["--url", "shop.example"], "--url"),
    (["--url", "ftp://shop.example"], "--url"),
    (["--url", "https://u:p@shop.example"], "no user or password"),
    (["--url", "http://127.0.0.1:1", "--timezone", "Mars/Base"], "is no time zone"),
    (["--url", "http://127.0.0.1:1", "--start", "2026-13-01"], "is no date"),
    (["--url", "http://127.0.0.1:1", "--start", "2126-01-01"], "too far away"),
    (["--url", "http://127.0.0.1:1", "--person", "bob:king"], "There is no seat “king”"),
    (["--url", "http://127.0.0.1:1", "--person", ":tech"], "names nobody"),
    (["--url", "http://127.0.0.1:1", "--alarm", "team"], "--alarm: this is not a URL"),
    (["--url", "http://127.0.0.1:1", "--id", "Not An Id"], "id"),
    (["--url", "http://127.0.0.1:1", "--id", "../../evil"], "id"),
]


@pytest.mark.parametrize(("words", "why"), BAD, ids=[" ".join(one[0][-2:]) for one in BAD])
def test_bad_answers_exit_2_and_leave_nothing_behind(folder: Path, tmp_path: Path, words: list[str], why: str) -> None:
    result = gonogo("init", *words)
    assert result.exit_code == 2, (result.stdout, result.stderr)
    assert why in result.stderr
    one_sentence(result.stderr.splitlines(keepends=True)[-1])
    assert list(folder.iterdir()) == []
    assert list(tmp_path.rglob("*.db")) == []


def test_a_read_only_folder_is_said_before_anything_is_made(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    plain = os.access
    monkeypatch.setattr(os, "access", lambda path, mode, **more: False if path == folder else plain(path, mode, **more))
    with closed_port() as url:
        refused(init(url), 1, "is read-only")
    assert list(tmp_path.rglob("*.db")) == []


def test_nothing_is_asked_without_a_terminal(folder: Path) -> None:
    with closed_port() as url:
        result = gonogo("init", "--url", url, "--id", "shop", typed="my typed name\n" * 20)
    assert result.exit_code == 0
    assert "What is the launch called?" not in result.stdout + result.stderr
    assert written(folder).launch.name == "127.0.0.1"


def answered(monkeypatch: pytest.MonkeyPatch, *lines: str) -> Result:
    """Run init as at a terminal, with these answers."""
    from gonogo.cli import open as opening

    monkeypatch.setattr(opening, "is_terminal", lambda: True)
    return gonogo("init", "--id", "shop", typed="\n".join((*lines, "")))


def test_a_mistake_costs_one_answer_and_not_all(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closed_port() as url:
        result = answered(
            monkeypatch, "", "shop.example", url, "The Shop", "Mars/Base", "Asia/Kuala_Lumpur", "soon", "2126-01-01",
            "2026-12-01", "ann:king", ":tech", "ann:Product, tech", "bo", "", "server-1", "${TEAM}", "nonsense",
            "${env:TEAM_WEBHOOK}", "maybe", "Feed",
        )  # fmt: skip
        ok(result)
        config = written(folder)
        assert config.environment["production"].url == url
    asked = result.stderr
    for said in ("this is not a URL;", "“Mars/Base” is no time zone", "“soon” is no date", "2126-01-01 is too far",
                 "There is no seat “king”", "“:tech” names nobody", "A reference is written ${env:TEAM_WEBHOOK}",
                 "“maybe” is neither feed nor hand"):  # fmt: skip
        assert asked.count(f"gonogo: {said}") == (3 if "URL;" in said else 1), said
    assert "product, tech, data, support, comms" in asked
    assert (config.launch.name, config.launch.timezone) == ("The Shop", "Asia/Kuala_Lumpur")
    assert [(one.name, one.seats) for one in config.person] == [("ann", ("product", "tech")), ("bo", ())]
    assert config.watch.host == "server-1"
    assert [one.webhook for one in config.channel] == ["${env:TEAM_WEBHOOK}"]
    said = (folder / "gonogo.toml").read_text()
    assert "Orders come by feed" in said
    block = said[said.index("# [[contact]]") :].split("\n\n")[0].replace("# ", "", 1).replace("\n# ", "\n")
    assert parse_config('[launch]\nid = "x"\nname = "X"\n' + block, "it").contact[0].public
    (launch,) = records(tmp_path / "states" / "shop.db", Launch)
    assert launch.state in ("planned", "running")


def test_a_webhook_with_its_secret_is_kept_beside_the_state_and_referred_to(folder: Path, tmp_path: Path) -> None:
    from gonogo.formats.config import resolve

    hook = "https://hooks.example/T0/B0/s3cret"
    with closed_port() as url:
        said = ok(init(url, "--alarm", hook))
    secret = tmp_path / "states" / "shop.webhook"
    assert (secret.read_text(), secret.stat().st_mode & 0o777) == (hook + "\n", 0o600)
    assert "s3cret" not in (folder / "gonogo.toml").read_text() + said
    assert f"{secret}: the webhook's URL, which is a secret" in said
    (channel,) = written(folder).channel
    assert resolve(channel.webhook or "") == hook


def test_without_a_url_it_is_bad_usage(folder: Path) -> None:
    result = gonogo("init")
    assert result.exit_code == 2
    assert "--url" in result.stderr


# From a config that is there already ------------------------------------------------------------

MINE = """\
# written by hand
[launch]
id = "mine"
name = "My \\u001b[31m Shop"
timezone = "Asia/Kuala_Lumpur"

[[probe]]
name = "home"
url = "https://shop.example/"
during = ["soft-launch"]
"""


def test_a_config_that_somebody_wrote_founds_its_launch_and_is_left_as_it_is(folder: Path, tmp_path: Path) -> None:
    path = folder / "gonogo.toml"
    path.write_text(MINE)
    assert gonogo("status").exit_code == 3
    result = gonogo("init")
    assert "left as it is, 1 probe\n" in ok(result)
    assert "\x1b" not in result.stdout
    assert path.read_text() == MINE
    (launch,) = records(tmp_path / "states" / "mine.db", Launch)
    assert (launch.key, launch.timezone, launch.state) == ("mine", "Asia/Kuala_Lumpur", "running")
    assert len(records(tmp_path / "states" / "mine.db", Phase)) == 4
    assert gonogo("status").exit_code == 10


def test_its_start_can_be_said(folder: Path, tmp_path: Path) -> None:
    elsewhere = folder / "deep" / "launch.toml"
    elsewhere.parent.mkdir()
    elsewhere.write_text(MINE)
    ok(gonogo("--config", str(elsewhere), "init", "--start", "2027-01-02"))
    (launch,) = records(tmp_path / "states" / "mine.db", Launch)
    assert (launch.state, launch.opens.isoformat()) == ("planned", "2027-01-02T01:00:00+00:00")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('id = "mine"', "id = ", "gonogo.toml:3:"),
        ('name = "home"', 'nmae = "home"', "gonogo.toml:8: probe 1: nmae: there is no key"),
        ("soft-launch", "soft-lanch", "there is no phase “soft-lanch”; did you mean “soft-launch”?"),
    ],
)
def test_a_config_with_a_mistake_founds_nothing(folder: Path, tmp_path: Path, old: str, new: str, why: str) -> None:
    (folder / "gonogo.toml").write_text(MINE.replace(old, new))
    refused(gonogo("init"), 2, why)
    assert list(tmp_path.rglob("*.db")) == []
