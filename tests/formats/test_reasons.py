"""Whatever is wrong with a value, it is said in words of ours, with what would be right."""

from __future__ import annotations

import re

import pytest

from gonogo.formats.config import parse_config
from gonogo.formats.errors import FileError
from gonogo.formats.plans import read_plan

HEAD = '[launch]\nid = "shop"\nname = "Shop"\n[environment.production]\nurl = "https://shop.example"\n'
TABLES = {
    "launch": ("id", "name", "timezone"),
    "environment": ("production",),
    "environment.beta": ("url", "build", "every", "timeout", "down_after", "up_after"),
    "[probe]": ("name", "was", "url", "environment", "every", "timeout", "expect", "down_after", "critical", "headers",
                "depends_on", "during", "phases", "method", "body", "basic_auth", "bearer", "ca", "insecure",
                "redirects", "body_limit", "tcp", "tls", "dns", "command", "heartbeat", "promql"),
    "probe.phases.beta": ("every", "timeout", "expect", "down_after", "critical"),
    "[metric]": ("name", "kind", "url", "command", "query", "pick", "samples", "unit", "adds", "every", "headers"),
    "readiness.backup": ("path", "expect"),
    "rollback": ("command", "timeout", "confirm_probe"),
    "watch": ("host", "concurrency", "per_host", "canaries"),
    "[channel]": ("name", "webhook", "command"),
    "[person]": ("name", "seats", "logins"),
    "room": ("currency", "open_with"),
}  # fmt: skip
VALUES = ("5", "-1", "1e9", "nan", "true", '""', '"x y"', "[]", "[5]", '["x y", 5]', "{}", "{ a = 1 }", "[{ a = 1 }]",
          "[[1]]", "1979-05-27", '{ any = ["status == 200"] }')  # fmt: skip
RAW = re.compile(
    r"Input|validation|should|pydantic|Value error|Extra|valid |Error\b|tuple|dict|Field|__", re.IGNORECASE
)


@pytest.mark.parametrize("table", TABLES)
def test_no_library_speaks(table: str) -> None:
    header = (
        f"[{table}]\n" if table != "probe.phases.beta" else "[[probe]]\nname = 'home'\nurl = '/'\n[probe.phases.beta]\n"
    )
    for key in TABLES[table]:
        for value in VALUES:
            text = (
                header + f"{key} = {value}\n"
                if table in ("launch", "environment")
                else HEAD + header + f"{key} = {value}\n"
            )
            try:
                parse_config(text, "c")
            except FileError as error:
                said = str(error)
                assert said.startswith("c:"), said
                assert not RAW.search(said.splitlines()[0]), (key, value, said)
                assert said.endswith((".", "?", "^")), said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('method = "TRACE"', "method: one of these is wanted here: GET, HEAD, POST, PUT, DELETE, OPTIONS or PATCH."),
        ("body_limit = 10", "body_limit: a number of at least 1024 is wanted here."),
        ("body_limit = 5000000", "body_limit: a number of at most 4194304 is wanted here."),
        ('critical = "maybe"', "critical: write true or false here, without quotes."),
        ("body = 5", 'body: text in quotes is wanted here, such as "text".'),
        ("headers = []", 'headers: a table is wanted here, such as { key = "value" }.'),
        ('expect = "status == 200"', 'expect: a list is wanted here, such as ["status == 200", "latency < 800ms"].'),
        ("expect = [5]", "expect: in a list of conditions stand texts and tables such as"),
        ("expect = [{ any = [] }]", "expect 1: any = [] can never hold"),
        ('name = "Check Out"', "probe Check Out: name: this is no short name"),
        ('expect = ["status == 200", "statsu == 200"]', "there is no fact “statsu” here; did you mean “status”?"),
        ('expect = ["cert.dayz > 14"]', "expect: there is no fact “cert.dayz” here; did you mean “cert.days”?"),
        ('expect = ["status.code == 200"]', "expect: there is no fact “status.code” here; "),
        ('expect = ["heders.x == \'1\'"]', "expect: there is no fact “heders” here; did you mean “headers”?"),
        ('expect = ["status == 200", { any = ["lateny < 1s"] }]', "did you mean “latency”?\n  lateny < 1s\n  ^"),
        ('expect = ["len(bdy.items) > 1"]', "did you mean “body”?\n  len(bdy.items) > 1\n      ^"),
        ("[probe.phases.beta]\nexpect = ['status < potato']", "probe home: phases.beta.expect: “potato” is no value"),
    ],
)  # fmt: skip
def test_it_says_what_would_be_right(line: str, said: str) -> None:
    name = "" if line.startswith("name") else 'name = "home"\n'
    with pytest.raises(FileError) as caught:
        parse_config(HEAD + f'[[probe]]\nurl = "/"\n{name}{line}\n', "c")
    assert said in str(caught.value)


def test_a_plan_is_refused_in_the_same_words(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "plans" / "mine.toml"
    path.parent.mkdir()
    path.write_text('title = "Mine"\nphase = []\n')
    with pytest.raises(FileError, match=r"mine\.toml:2: phase: at least 1 is wanted here\."):
        read_plan(path)


HTTP = HEAD.replace("https://", "http://")


@pytest.mark.parametrize(
    ("head", "lines", "refused"),
    [
        (HEAD, 'url = "/"', False),
        (HTTP, 'url = "/"', True),
        (HTTP, 'url = "https://shop.example/"', False),
        (HEAD, 'url = "http://shop.example/"', True),
        (HEAD, 'url = "http://shop.example/"\nredirects = true', False),
        (HTTP, 'url = "/"\nredirects = true', False),
        (HTTP, 'url = "/"\nphases = { beta = { expect = ["[CERTIFICATE_EXPIRATION] > 48h"] } }', True),
    ],
)
def test_a_certificate_is_looked_at_where_there_is_one(head: str, lines: str, refused: bool) -> None:
    expect = "" if "phases" in lines else 'expect = ["status == 200",\n  "cert.days > 14"]\n'
    text = head + f'[[probe]]\nname = "home"\n{lines}\n{expect}'
    if not refused:
        parse_config(text, "c")
        return
    with pytest.raises(
        FileError, match=r"^c:\d+: probe home: .*expect: http://shop.example/ has no certificate"
    ) as caught:
        parse_config(text, "c")
    line = int(str(caught.value).split(":")[1])
    assert "CERT" in text.splitlines()[line - 1].upper()
