"""A Gatus file becomes probes: what carries over is what it was, and what does not is named."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from gonogo.formats import gatus
from gonogo.formats.config import parse_config
from gonogo.formats.errors import FileError

HEAD = '[launch]\nid = "shop"\nname = "Shop"\n\n'


@pytest.fixture
def carry(tmp_path: Path) -> Any:
    """Carry a file's text over; it must be a config that is accepted."""

    def carried(text: str) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
        path = tmp_path / "gatus.yaml"
        path.write_text(text, encoding="utf-8")
        found = gatus.read(path)
        parse_config(HEAD + found.text, "the import")
        return tomllib.loads(found.text).get("probe", []), found.left

    return carried


FULL = """
metrics: true
endpoints:
  - name: Check Out
    group: shop
    url: "https://shop.example/health?x=1"
    method: POST
    interval: 15s
    body: '{"ping": "$TOKEN"}'
    headers: {Authorization: "Bearer ${TOKEN}", X-Price: "5$$"}
    client: {timeout: 3s, ignore-redirect: true, insecure: true}
    conditions:
      - "[STATUS] == 200"
      - "[BODY].status == UP"
      - "[RESPONSE_TIME] < 300"
      - "[CERTIFICATE_EXPIRATION] > 48h"
      - "[CERTIFICATE_EXPIRATION] > 14d"
      - "[DOMAIN_EXPIRATION] > 720h"
    alerts:
      - {type: slack, failure-threshold: 5, success-threshold: 3}
      - {type: email, failure-threshold: 2}
"""


def test_an_endpoint_is_what_it_was(carry: Any) -> None:
    (probe,), left = carry(FULL)
    assert probe == {
        "name": "shop-check-out", "url": "https://shop.example/health?x=1", "redirects": False, "method": "POST",
        "body": '{"ping": "${env:TOKEN}"}',
        "headers": {"Authorization": "Bearer ${env:TOKEN}", "X-Price": "5$"}, "insecure": True, "timeout": "3s",
        "every": "15s", "down_after": "2 of 2", "up_after": "2 of 2",
        "expect": ["[STATUS] == 200", "[BODY].status == UP", "[RESPONSE_TIME] < 300",
                   "[CERTIFICATE_EXPIRATION] > 48h"],
    }  # fmt: skip
    said = "\n".join(left)
    assert "`metrics` is not carried over" in said
    assert "[CERTIFICATE_EXPIRATION] > 14d is not carried over" in said
    assert "[DOMAIN_EXPIRATION] > 720h is not carried over: there is no fact “[DOMAIN_EXPIRATION]” here" in said
    assert len(left) == 3


@pytest.mark.parametrize(
    ("endpoint", "probe"),
    [
        ("{name: db, url: 'tcp://db.example:5432', conditions: ['[CONNECTED] == true']}",
         {"tcp": "db.example:5432", "expect": ["[CONNECTED] == true"]}),
        ("{name: db, url: 'tls://shop.example:443', conditions: ['[CERTIFICATE_EXPIRATION] > 240h']}",
         {"tls": "shop.example:443", "expect": ["[CERTIFICATE_EXPIRATION] > 240h"]}),
        ("{name: db, url: '9.9.9.9', dns: {query-name: shop.example., query-type: MX},"
         " conditions: ['[DNS_RCODE] == NOERROR']}",
         {"dns": "shop.example", "record": "MX", "resolver": "9.9.9.9", "expect": ["[DNS_RCODE] == NOERROR"]}),
        ("{name: db, url: 'http://127.0.0.1:8080/'}",
         {"url": "http://127.0.0.1:8080/", "redirects": True}),
    ],
)  # fmt: skip
def test_kinds(carry: Any, endpoint: str, probe: dict[str, Any]) -> None:
    (found,), left = carry(f"endpoints: [{endpoint}]")
    assert {
        "name": "db",
        "timeout": "10s",
        "every": "60s",
        "down_after": "3 of 3",
        "up_after": "2 of 2",
        **probe,
    } == found
    assert left == ()


def test_an_endpoint_that_is_fed_from_outside_is_a_heartbeat(carry: Any) -> None:
    text = "external-endpoints: [{name: Nightly, token: secret, heartbeat: {interval: 24h}}, {name: other}]"
    (probe,), left = carry(text)
    assert (probe["name"], probe["heartbeat"]) == ("nightly", "24h")
    assert "secret" not in repr(left)
    assert left[0] == "nightly: it is fed by `gonogo log heartbeat` instead of a token and a URL"
    assert "no heartbeat interval" in left[1]


@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        ("{name: x, url: 'icmp://host'}", "icmp:// is a kind that gonogo does not ask"),
        ("{name: x, url: 'starttls://host:25'}", "starttls:// is a kind"),
        ("{name: x, url: 'https://h/', enabled: false}", "it is disabled there"),
        ("{name: x, url: 'https://user:pw@h/'}", "it is left out: url: no user or password in a URL"),
        ("{name: x, url: 'https://h/', interval: fast}", "it is left out: every: “fast” is not a duration"),
        ("{name: x, url: 'https://h/', interval: 1ms}", "it is left out: "),
        ("{name: x, url: 'https://h/', ssh: {username: me}}", "`ssh` is not carried over"),
        ("{name: x, url: 'https://h/', conditions: ['[STATUS] == ']}", "the condition [STATUS] == is not carried over"),
        ("{name: x, url: 'https://h/', interval: 5s}", "its timeout of 10 s is longer than its interval"),
        ("{name: x}", "is a kind that gonogo does not ask"),
        ("just words", "an entry of `endpoints` is no mapping"),
    ],
)
def test_what_does_not_carry_over_is_named(carry: Any, endpoint: str, said: str) -> None:
    _, left = carry(f"endpoints: [{endpoint}]")
    assert any(said in words for words in left), left


def test_names_are_made_unlike(carry: Any) -> None:
    probes, _ = carry(
        "endpoints: [{name: A!, url: 'http://h/'}, {name: a, url: 'http://h/'}, {name: é, url: 'http://h/'}]"
    )
    assert [one["name"] for one in probes] == ["a", "a-2", "h"]


@pytest.mark.parametrize(
    ("endpoint", "name"),
    [
        ("{url: 'https://shop.example/health'}", "shop.example"),
        ("{group: Core Site, url: 'https://shop.example:8443/'}", "core-site-shop.example"),
        ("{url: 'tcp://db.example:5432'}", "db.example"),
        ("{url: '9.9.9.9', dns: {query-name: shop.example., query-type: A}}", "shop.example"),
        ("{name: '!!!', group: shop, url: 'http://[::1]/'}", "shop-1"),
    ],
)
def test_what_has_no_name_is_named_after_its_host(carry: Any, endpoint: str, name: str) -> None:
    (probe,), _ = carry(f"endpoints: [{endpoint}]")
    assert probe["name"] == name


def test_a_method_is_a_method_in_small_letters_too(carry: Any) -> None:
    (probe,), left = carry("endpoints: [{name: x, url: 'https://h/', method: get, conditions: ['[STATUS] == 200']}]")
    assert (probe["method"], probe["expect"], left) == ("GET", ["[STATUS] == 200"], ())


def test_what_is_wrong_with_an_endpoint_is_not_said_of_its_conditions(carry: Any) -> None:
    probes, left = carry("endpoints: [{name: x, url: 'https://h/', method: brew, conditions: ['[STATUS] == 200']}]")
    assert probes == []
    assert left == (
        "x: it is left out: method: one of these is wanted here: GET, HEAD, POST, PUT, DELETE, OPTIONS or PATCH",
    )


@pytest.mark.parametrize(
    ("endpoint", "lacking"),
    [
        ("{name: x, url: 'https://h/', conditions: ['[STATUS] == 200']}", False),
        ("{name: x, url: 'https://h/', interval: 5s}", False),
        ("{name: x, url: 'icmp://h', enabled: false}", False),
        ("{name: x, url: 'icmp://h'}", True),
        ("{name: x, url: 'https://h/', conditions: ['[STATUS] == 200', '[STATUS] == ']}", True),
        ("words", True),
    ],
)
def test_whether_less_is_watched_is_told(tmp_path: Path, endpoint: str, lacking: bool) -> None:
    path = tmp_path / "gatus.yaml"
    path.write_text(f"metrics: true\nendpoints: [{endpoint}]", encoding="utf-8")
    assert gatus.read(path).lacking is lacking


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "line 1: this is no YAML"),
        ("just words", "has no `endpoints`"),
        ("endpoints: 3", "has no `endpoints`"),
        ("a: &a [x]\nb: !!python/object/apply:os.system ['id']", "this is no YAML"),
        ("[" * 20_000, "this is no YAML"),
    ],
)
def test_what_is_no_gatus_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "gatus.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileError, match=r"gatus\.yaml") as error:
        gatus.read(path)
    assert said in str(error.value)


def test_a_bomb_of_references_is_refused_or_small(tmp_path: Path) -> None:
    path = tmp_path / "gatus.yaml"
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    path.write_text("\n".join([*lines, "endpoints: *a11"]), encoding="utf-8")
    found = gatus.read(path)
    assert found.text == ""
    assert len(found.left) < 30
