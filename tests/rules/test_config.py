"""The config's models: what is accepted, and what is refused with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from gonogo.rules.config import Config
from gonogo.rules.config_values import check_url
from gonogo.rules.health import MofN
from gonogo.rules.probe_config import HttpProbe

LAUNCH = {"id": "shop", "name": "Shop"}
ENVIRONMENT = {"production": {"url": "https://shop.example/"}}


def config(**more: Any) -> Config:
    """Read a config with something in it."""
    return Config.model_validate({"launch": LAUNCH, "environment": ENVIRONMENT, **more})


def probe(**more: Any) -> HttpProbe:
    """Read one probe."""
    return config(probe=[{"name": "home", "url": "/", **more}]).probe[0]


def refused(match: str, **more: Any) -> None:
    """Assert that a config with something in it is refused in these words."""
    with pytest.raises(ValidationError, match=match):
        config(**more)


def refused_probe(match: str, **more: Any) -> None:
    """Assert that a probe is refused in these words."""
    refused(match, probe=[{"name": "home", "url": "/", **more}])


def test_a_probe_says_little_and_gets_sensible_defaults() -> None:
    one = probe()
    assert (one.every, one.timeout, one.environment, one.method, one.critical, one.redirects) == (
        30, 5, "production", "GET", False, False,
    )  # fmt: skip
    assert (one.down_after, one.up_after, one.expect) == (MofN(2, 3), MofN(2, 2), ("status < 400",))


def test_everything_that_design_shows_is_read() -> None:
    found = config(
        environment={
            "staging": {"url": "https://staging.shop.example"},
            "production": {"url": "https://shop.example", "build": {"path": "/health", "pick": "version"}},
        },
        probe=[
            {
                "name": "checkout", "was": "till", "url": "/health", "every": "30s", "timeout": "5s",
                "expect": ["status == 200", "latency < 800ms", "body.db == 'ok'", "cert.days > 14"],
                "down_after": "2 of 3", "up_after": "2 of 2", "critical": True,
                "during": ["soft-launch", "full-launch"], "phases": {"soft-launch": {"every": "15s"}},
            },
        ],
        readiness={"backup": {"path": "/var/backups/shop-*.dump", "expect": ["age < 24h"]}},
        rollback={"command": ["vercel", "rollback", "--yes"], "timeout": "3m", "confirm_probe": "checkout"},
        person=[{"name": "owner", "seats": ["product", "support"]}],
    )  # fmt: skip
    one = found.probe[0]
    assert one.at("soft-launch").every == 15
    assert one.at("full-launch").every == 30
    assert one.at(None) == one
    assert [one.during_phase(phase) for phase in ("soft-launch", "limited-beta", None)] == [True, False, False]
    assert found.target(one) == "https://shop.example/health"
    assert found.rollback is not None
    assert found.rollback.timeout == 180


@pytest.mark.parametrize(
    ("url", "target"),
    [("/", "https://shop.example/"), ("/a?b=1", "https://shop.example/a?b=1"),
     ("https://other.example:8443/x", "https://other.example:8443/x")],
)  # fmt: skip
def test_targets(url: str, target: str) -> None:
    found = config(probe=[{"name": "home", "url": url}])
    assert found.target(found.probe[0]) == target


@pytest.mark.parametrize(
    "url",
    ["", "shop.example", "ftp://shop.example", "https://", "https:///path", "https://shop.example:99999",
     "https://shop.example:0", "https://shop.example:x", "http://[::1", "javascript:alert(1)", "//shop.example",
     "https://a b.example", "https://shop.example/\x1b[2J", "/with space", "/new\nline", "health"],
)  # fmt: skip
def test_what_is_no_url_is_refused(url: str) -> None:
    refused_probe("URL", url=url)


def test_a_password_in_a_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(ValidationError) as caught:
        config(probe=[{"name": "home", "url": "https://ann:hunter2@shop.example/"}])
    assert "no user or password in a URL" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("url", ["https://shop.example", "http://127.0.0.1:8080/x?y=z#w", "http://[::1]:80/"])
def test_urls(url: str) -> None:
    assert check_url(url) == url


@pytest.mark.parametrize(
    ("match", "more"),
    [
        ("text with a unit", {"every": 30}),
        ("not a duration", {"every": "-5s"}),
        ("longer than nothing", {"every": "0s"}),
        ("at least 1s", {"every": "900ms", "timeout": "500ms"}),
        ("not longer than `every`", {"every": "3s", "timeout": "4s"}),
        ("M of N", {"down_after": "3 of 2"}),
        ("M of N", {"up_after": 2}),
        ("there is no fact “statsu”", {"expect": ["statsu == 200"]}),
        ("there is no fact “orders”", {"expect": ["orders.clean > 1"]}),
        ("there is no fact “bdy”", {"expect": ["len(bdy.items) > 1"]}),
        ("there is no fact “bdy”", {"phases": {"beta": {"expect": ["bdy == 1"]}}}),
        ("a comparison is wanted", {"expect": ["status"]}),
        ("no unit “parsecs”", {"expect": ["latency < 3parsecs"]}),
        ("pattern", {"name": "Has Spaces"}),
        ("pattern", {"name": ""}),
        ("Input should be", {"method": "TRACE"}),
        ("greater than or equal", {"body_limit": 10}),
        ("less than or equal", {"body_limit": 1 << 30}),
        ("Extra inputs", {"evry": "30s"}),
        *(
            ("true or false here, without quotes", {key: value})
            for key in ("insecure", "critical", "redirects")
            for value in ("yes", "no", "false", 1, 0, None)
        ),
        ("true or false here", {"phases": {"beta": {"critical": "no"}}}),
        ("a whole number is wanted", {"body_limit": "2048"}),
        ("a whole number is wanted", {"body_limit": True}),
    ],
)
def test_a_probe_that_is_wrong_is_refused(match: str, more: dict[str, Any]) -> None:
    refused_probe(match, **more)


@pytest.mark.parametrize(
    ("match", "change"),
    [("not longer than `every`", {"every": "2s", "timeout": "3s"}),
     ("at least 1s", {"every": "10ms", "timeout": "5ms"}),
     ("not longer than `every`", {"timeout": "40s"})],
)  # fmt: skip
def test_what_a_phase_changes_is_held_to_the_same_rules(match: str, change: dict[str, Any]) -> None:
    """A phase that asks a hundred times a second is a load test, whoever wrote it where."""
    refused_probe(match, phases={"soft-launch": change})


@pytest.mark.parametrize("expect", ["age <", "aeg < 24h", "size > 'big'", "latency < 1s"])
def test_a_readiness_that_means_nothing_is_refused_when_it_loads(expect: str) -> None:
    """Not in the middle of the night, inside the watch."""
    with pytest.raises(ValidationError):
        config(readiness={"backup": {"path": "/var/backups/*", "expect": [expect]}})


@pytest.mark.parametrize("expect", ["age < 24h", "size > 0", "size >= 1000"])
def test_a_readiness_knows_age_and_size(expect: str) -> None:
    assert config(readiness={"backup": {"path": "/b/*", "expect": [expect]}}).readiness["backup"].expect == (expect,)


def test_names_are_given_once() -> None:
    refused("two probes are named “home”", probe=[{"name": "home", "url": "/"}, {"name": "home", "url": "/b"}])


def test_an_environment_that_is_not_there_is_named() -> None:
    refused("the environment “staging”, which is not there", probe=[
        {"name": "home", "url": "/", "environment": "staging"},
    ])  # fmt: skip
    assert config(probe=[{"name": "a", "url": "https://x.example/", "environment": "staging"}])


def test_a_confirming_probe_is_one_that_is_there() -> None:
    refused("there is no such probe", rollback={"command": ["true"], "confirm_probe": "chekout"})


def test_a_command_is_a_list() -> None:
    refused(r'write \["vercel", "rollback", "--yes"\]', rollback={"command": "vercel rollback --yes"})
    refused("at least 1", rollback={"command": []})
    refused("at least 1", rollback={"command": ["vercel", ""]})


def test_the_commands_that_act_have_names() -> None:
    found = config(
        rollback={"command": ["back"], "status": ["how"], "dry_run": ["try"]},
        hotfix={"command": ["fix"]},
        command={"purge-cache": {"command": ["purge"], "timeout": "1m", "env": {"TOKEN": "${env:TOKEN}"}}},
    )
    assert {name: one.command for name, one in found.acts().items()} == {
        "rollback": ("back",), "hotfix": ("fix",), "purge-cache": ("purge",),
    }  # fmt: skip
    assert found.act("purge-cache") is not None
    assert found.act("purge") is None
    assert config().act("rollback") is None


def test_a_command_that_acts_is_written_once_and_as_words() -> None:
    refused(r"write \[rollback\] for it", command={"rollback": {"command": ["back"]}})
    refused(r'write \["make", "fix"\]', hotfix={"command": "make fix"})
    refused(r'write \["how"\]', rollback={"command": ["back"], "status": "how"})
    refused("where no secret may be", command={"purge": {"command": ["purge", "${env:TOKEN}"]}})
    refused(r"write \$\{env:TOKEN\}", rollback={"command": ["back"], "env": {"TOKEN": "${TOKEN}"}})


@pytest.mark.parametrize("zone", ["Asia/Kuala_Lumpur", "UTC", "Europe/Lisbon"])
def test_time_zones(zone: str) -> None:
    assert config(launch={**LAUNCH, "timezone": zone}).launch.timezone == zone


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "", "\x00"])
def test_a_time_zone_that_is_not_there_is_refused(zone: str) -> None:
    refused("no time zone", launch={**LAUNCH, "timezone": zone})


@pytest.mark.parametrize("key", ["", "Riverside", "has space", "-x", "a/b", "a" * 41])
def test_an_id_is_short_and_plain(key: str) -> None:
    refused("pattern", launch={**LAUNCH, "id": key})


def test_an_unknown_table_is_refused() -> None:
    refused("Extra inputs", probes=[])


@pytest.mark.parametrize(("given", "every"), [('heartbeat = "6s"', 6), ('heartbeat = "5m"', 30),
                                              ('heartbeat = "6s"\nevery = "10s"', 10)])  # fmt: skip
def test_a_heartbeat_is_looked_at_as_often_as_it_comes(given: str, every: float) -> None:
    from gonogo.formats.config import parse_config

    text = f'[launch]\nid = "tiny"\nname = "Tiny"\n[[probe]]\nname = "job"\n{given}\n'
    assert parse_config(text, "gonogo.toml").probe[0].every == every
