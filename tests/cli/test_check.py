"""`gonogo check`: every probe once, in this process, recording nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.ground import closed_port, data, gonogo, healthy, refused, site
from tests.conftest import FakeClock

from gonogo.rules.probe import Probe
from gonogo.store import rows, watching
from gonogo.store.store import Store


def config(folder: Path, url: str, *probes: str, launch: str = "a") -> None:
    """Write a config with some probes of a site."""
    head = f'[launch]\nid = "{launch}"\nname = "A"\n[environment.production]\nurl = "{url}"\n'
    (folder / "gonogo.toml").write_text(head + "".join(f"[[probe]]\n{one}\n" for one in probes))


def probe(name: str, path: str = "/", *expect: str) -> str:
    wanted = f"expect = {json.dumps(list(expect))}\n" if expect else ""
    return f'name = "{name}"\nurl = "{path}"\nevery = "5s"\ntimeout = "2s"\n{wanted}'


def mixed(path: str) -> tuple[int, str, str]:
    """Answer /bad with 503, and the rest well."""
    return (503, "text/plain", "no") if path == "/bad" else healthy(path)


GOOD, BAD = probe("good", "/", "status == 200"), probe("bad", "/bad", "status == 200")
SLOW = probe("slow", "/", "status == 200", "latency < 0ms")
UNKNOWN = 'name = "secret"\nurl = "/"\nheaders = { X = "${env:NOT_SET_ANYWHERE}" }\n'


@pytest.mark.parametrize(
    ("probes", "code"),
    [((GOOD,), 0), ((GOOD, SLOW), 10), ((GOOD, UNKNOWN), 10), ((GOOD, BAD), 20), ((BAD, SLOW, UNKNOWN), 20), ((), 10)],
    ids=["all up", "one slow", "one unknown", "one failed", "all kinds", "none"],
)
def test_the_exit_code_is_the_worst(folder: Path, probes: tuple[str, ...], code: int) -> None:
    with site(mixed) as url:
        config(folder, url, *probes)
        assert gonogo("check").exit_code == code


def test_the_text_says_outcome_latency_and_why(folder: Path) -> None:
    with site(mixed) as url:
        config(folder, url, GOOD, BAD)
        result = gonogo("check")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("ok      good")
    assert " ms" in lines[0]
    assert ["status", "200"] in [line.split() for line in lines]
    assert any(line.split()[0] == "connect" and line.endswith(" ms") for line in lines)
    bad = next(line for line in lines if line.startswith("failed  bad"))
    assert "503" in bad
    assert result.stderr == ""


def test_what_a_site_says_beside_a_bad_status_is_printed_once(folder: Path) -> None:
    with site(mixed) as url:
        config(folder, url, BAD)
        lines = [line.split() for line in gonogo("check").stdout.splitlines()]
        (bad,) = data(gonogo("check", "--json"))
    assert [line for line in lines if line[-1] == "no"] == [["says", "no"]]
    assert (bad["excerpt"], bad["facts"]["body"]) == ("no", "no")


def test_who_believes_any_certificate_is_told_so(folder: Path) -> None:
    with site(mixed) as url:
        config(folder, url, GOOD, probe("lax") + "insecure = true\n")
        text = gonogo("check").stdout
        good, lax = data(gonogo("check", "--json"))
        found = gonogo("doctor").stdout
    assert text.count("certificate") == 1
    assert ["insecure", "its certificate is not verified"] in [line.split(None, 1) for line in text.splitlines()]
    assert ("insecure" in good["facts"], lax["facts"]["insecure"]) == (False, True)
    assert "note lax: insecure: certificate not verified; `ca` names a file" in found


def test_facts_have_their_units(folder: Path) -> None:
    (folder / "beat").write_text("x" * 2000)
    config(folder, "http://127.0.0.1:9", 'name = "beat"\nheartbeat = "1h"\nfile = "beat"')
    said = {line.split()[0]: line.split(maxsplit=1)[1] for line in gonogo("check").stdout.splitlines()[1:]}
    assert said["age"] == "0 s"
    assert said["size"] == "2.0 kB"


def test_json_says_every_fact(folder: Path) -> None:
    with site(mixed) as url:
        config(folder, url, GOOD, BAD)
        good, bad = data(gonogo("check", "--json"))
    assert (good["name"], good["outcome"], good["failure"]) == ("good", "ok", None)
    assert good["facts"]["status"] == 200
    assert good["facts"]["latency"] == pytest.approx(good["latency_ms"] / 1000, abs=1e-4)
    assert json.loads(good["facts"]["body"])["path"] == "/"
    assert {"connect", "first_byte", "transfer", "ip", "url", "headers"} <= set(good["facts"])
    assert (bad["outcome"], bad["facts"]["status"]) == ("failed", 503)
    assert bad["failure"] in ("http_status", "expectation")


def test_only_the_named_ones_are_asked(folder: Path) -> None:
    asked: list[str] = []

    def page(path: str) -> tuple[int, str, str]:
        asked.append(path)
        return healthy(path)

    with site(page) as url:
        config(folder, url, probe("one", "/1"), probe("two", "/2"))
        assert gonogo("check", "two").exit_code == 0
        assert asked == ["/2"]
        refused(gonogo("check", "three"), 2, "There is no probe or metric “three”; there are one, two")


def test_who_refuses_is_failed_and_named(folder: Path) -> None:
    with closed_port() as url:
        config(folder, url, GOOD)
        result = gonogo("check")
    assert result.exit_code == 20
    assert "refused" in result.stdout


def test_it_records_nothing(tiny_launch: Path, folder: Path) -> None:
    before = tiny_launch.read_bytes()
    with site(healthy) as url:
        config(folder, url, GOOD)
        assert gonogo("check").exit_code == 0
    assert tiny_launch.read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["gonogo.toml"]


HOSTILE: dict[str, Callable[[str], tuple[int, str, str]]] = {
    "steering": lambda path: (200, "application/json", json.dumps({"db": "\x1b]52;c;eA==\x07\u202e"})),
    "no json": lambda path: (200, "application/json", "{" * 5000),
    "binary": lambda path: (500, "text/plain; charset=rot13", "\x00\x1b[2J" * 50),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_answer_is_only_text(folder: Path, kind: str) -> None:
    with site(HOSTILE[kind]) as url:
        config(folder, url, probe("db", "/", "body.db == 'ok'"))
        result = gonogo("check")
    assert result.exit_code in (10, 20)
    assert not any(ord(letter) < 32 and letter != "\n" for letter in result.stdout + result.stderr)
    assert "\u202e" not in result.stdout


def test_a_site_that_says_our_secret_back_shows_it_nowhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_KEY", "hunter2")

    def echo(path: str) -> tuple[int, str, str]:
        return 200, "application/json", json.dumps({"you": "Bearer hunter2"})

    with site(echo) as url:
        config(folder, url, probe("echo", "/", "body.you == 'me'") + 'bearer = "${env:SHOP_KEY}"\n')
        shown, as_data = gonogo("check"), gonogo("check", "--json")
    assert "hunter2" not in shown.output + as_data.output
    assert "saw 'Bearer •••'" in shown.stdout


def test_a_secret_that_is_cut_in_its_middle_or_escaped_is_hidden_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "hunter2-" + "x" * 80 + '\\"q'
    monkeypatch.setenv("SHOP_KEY", secret)

    def echo(path: str) -> tuple[int, str, str]:
        return 200, "application/json", json.dumps({"you": "Bearer " + secret})

    with site(echo) as url:
        config(folder, url, probe("echo", "/", "body.you == 'me'") + 'bearer = "${env:SHOP_KEY}"\n')
        shown, as_data = gonogo("check"), gonogo("check", "--json")
    assert "hunter2" not in shown.output + as_data.output


def test_paths_are_those_of_the_configs_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "beat").write_text("")
    config(folder, "http://127.0.0.1:9", 'name = "beat"\nheartbeat = "1h"\nfile = "beat"')
    monkeypatch.chdir("/")
    assert gonogo("--config", str(folder / "gonogo.toml"), "check").exit_code == 0


def test_metrics_are_asked_too(folder: Path) -> None:
    sold = 'name = "orders.successful"\nurl = "/s"\npick = "n"\nkind = "counter"\n'
    gone = 'name = "carts.left"\nurl = "/s"\npick = "gone"\nkind = "gauge"\n'
    with site(lambda path: (200, "application/json", '{"n": 12}')) as url:
        config(folder, url, GOOD)
        with (folder / "gonogo.toml").open("a") as file:
            file.write(f"[[metric]]\n{sold}[[metric]]\n{gone}")
        shown, alone, found = gonogo("check"), gonogo("check", "orders.successful"), data(gonogo("check", "--json"))
        refused(gonogo("check", "three"), 2, "there are good, orders.successful, carts.left")
    assert (shown.exit_code, alone.exit_code) == (10, 0)
    host = url.removeprefix("http://")
    assert alone.stdout == f"ok      orders.successful          12  takes over from the log, from {host}/s\n"
    assert "unknown carts.left                  -  gone is nothing, and a number is wanted" in shown.stdout
    assert [(one["name"], one.get("value")) for one in found[1:]] == [("orders.successful", 12), ("carts.left", None)]


# In the launch's phase --------------------------------------------------------------------------


PHASED = probe("good", "/", "status == 200") + "phases = { alpha = { expect = ['status == 503'] } }\n"


@pytest.mark.usefixtures("tiny_launch")
def test_the_active_phase_decides_what_is_expected_and_who_is_asked(folder: Path) -> None:
    with site(mixed) as url:
        config(folder, url, PHASED, probe("later", "/") + 'during = ["open"]\n', launch="tiny")
        shown, as_data = gonogo("check"), data(gonogo("check", "--json"))
        named = gonogo("check", "later")
    assert shown.exit_code == 20
    assert shown.stdout.splitlines()[-1].split() == [
        "paused", "later", "-", *["not", "asked", "in", "the", "phase", "alpha,", "only", "during", "open"],
    ]  # fmt: skip
    assert [(one["name"], one["outcome"]) for one in as_data] == [("good", "failed"), ("later", "paused")]
    assert (named.exit_code, named.stdout.splitlines()[0].split()[:2]) == (0, ["ok", "later"])


def test_a_paused_probe_is_not_asked_unless_it_is_named(tiny_launch: Path, folder: Path, clock: FakeClock) -> None:
    store = Store(tiny_launch)
    with store.writing() as db:
        rows.put(db, "probe", rows.encode(Probe(id="p1", number=1, name="good")))
    store.close()
    with site(mixed) as url:
        config(folder, url, GOOD, launch="tiny")
        assert gonogo("probe", "pause", "good", "the move", "--for", "2h", at=clock).exit_code == 0
        rest, named = gonogo("check", at=clock), gonogo("check", "good", at=clock)
    assert (rest.exit_code, "paused until Mon 11:00: the move" in rest.stdout) == (10, True)
    assert named.exit_code == 0


def test_what_does_not_fit_the_launch_is_refused_or_noticed(tiny_launch: Path, folder: Path, clock: FakeClock) -> None:
    with site(mixed) as url:
        config(folder, url, GOOD + 'during = ["alhpa"]\n', launch="tiny")
        refused(gonogo("check"), 2, "gonogo.toml:12: probe good: during", "no phase “alhpa”; did you mean “alpha”?")
        store = Store(tiny_launch)
        with store.writing() as db:
            watching.accept_config(db, (folder / "gonogo.toml").read_text(), clock.now())
        store.close()
        result = gonogo("check", "good")
    assert (result.exit_code, "no phase “alhpa”" in result.stderr) == (0, True)
    assert "no phase “alhpa”" in gonogo("doctor").stdout


def test_without_a_network_of_our_own_it_is_unknown(folder: Path) -> None:
    with closed_port() as url:
        config(folder, "http://127.0.0.1:9", 'name = "far"\nurl = "http://gonogo.invalid/"\nevery = "5s"')
        path = folder / "gonogo.toml"
        path.write_text(path.read_text() + f'[watch]\ncanaries = ["{url.removeprefix("http://")}"]\n')
        result = gonogo("check")
    assert (result.exit_code, "self_offline" in result.stdout) == (10, True)
