"""`[[probe]]` of every kind: what is good is read, and what is bad is named with its line and what would be right."""

from __future__ import annotations

import pytest

from gonogo.formats.config import parse_config
from gonogo.formats.errors import FileError
from gonogo.rules.config import Config
from gonogo.rules.config_difference import differences, insecure

HEAD = """\
[launch]
id = "shop"
name = "Shop"

[environment.production]
url = "https://shop.example"

[[probe]]
name = "home"
url = "/"

"""
FIRST = HEAD.count("\n") + 1
"""The line on which what a test adds begins."""


def parsed(more: str) -> Config:
    """Read a config with something more in it."""
    return parse_config(HEAD + more, "c")


def probe(*lines: str) -> str:
    """Write one more probe."""
    return "\n".join(("[[probe]]", 'name = "x"', *lines)) + "\n"


def refusal(more: str) -> str:
    """Return how something more is refused."""
    with pytest.raises(FileError) as caught:
        parsed(more)
    return str(caught.value)


@pytest.mark.parametrize(
    ("lines", "kind", "target"),
    [
        (['url = "/health"'], "http", "https://shop.example/health"),
        (['url = "http://[::1]:8080/x"', 'method = "POST"', 'body = "{}"', 'headers = { X-Key = "${env:K}" }'], "http",
         "http://[::1]:8080/x"),
        (['url = "/"', 'basic_auth = "ann:${env:PW}"', "insecure = true", "redirects = true", 'ca = "~/ca.pem"'],
         "http", "https://shop.example/"),
        (['tcp = "db.example:5432"'], "tcp", "tcp://db.example:5432"),
        (['tcp = "[::1]:6379"', 'send = "PING\\r\\n"', "expect = [\"reply contains 'PONG'\"]"], "tcp",
         "tcp://[::1]:6379"),
        (['tls = "shop.example:443"', 'server_name = "www.shop.example"', 'expect = ["cert.days > 30"]'], "tls",
         "tls://shop.example:443"),
        (['dns = "shop.example"'], "dns", "A shop.example"),
        (['dns = "shop.example"', 'record = "MX"', 'resolver = "9.9.9.9"'], "dns", "MX shop.example at 9.9.9.9"),
        (['dns = "shop.example"', 'resolver = "127.0.0.1:5353"', 'expect = ["ttl <= 300"]'], "dns",
         "A shop.example at 127.0.0.1:5353"),
        (['dns = "shop.example"', 'resolver = "[::1]:53"'], "dns", "A shop.example at [::1]:53"),
        (['dns = "shop.example"', 'resolver = "2620:fe::fe"'], "dns", "A shop.example at 2620:fe::fe"),
        (['command = ["check", "--all", "a b"]', 'expect = ["exit == 0", "output.queue < 5"]'], "command",
         "check --all 'a b'"),
        (['heartbeat = "24h"'], "heartbeat", "gonogo log heartbeat x"),
        (['heartbeat = "24h"', 'grace = "1h"', 'file = "/var/backups/last"', 'expect = ["size > 1000"]'], "heartbeat",
         "the file /var/backups/last"),
        (['promql = "sum(up)"', 'server = "http://prom.example:9090"', 'expect = ["value >= 3"]'], "promql",
         "sum(up) at http://prom.example:9090"),
    ],
)  # fmt: skip
def test_a_probe_of_each_kind(lines: list[str], kind: str, target: str) -> None:
    config = parsed(probe(*lines))
    assert (config.probe[1].kind, config.target(config.probe[1])) == (kind, target)


def test_what_each_kind_takes_for_granted() -> None:
    wants = {
        'url = "/"': ("status < 400",), 'tcp = "a:1"': ("connected == true",), 'tls = "a:1"': ("cert.days > 14",),
        'dns = "a"': ("len(answers) > 0",), 'command = ["a"]': ("exit == 0",), 'heartbeat = "10m"': ("age < 660.000s",),
        'heartbeat = "10m"\ngrace = "1s"\nexpect = ["size > 1"]': ("age < 601.000s", "size > 1"),
    }  # fmt: skip
    for lines, wanted in wants.items():
        assert parsed(probe(lines)).probe[1].wants() == wanted


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        (['url = "/"', 'tcp = "a:1"'], 0, "probe x: a probe asks exactly one thing: write one of url, tcp, tls, dns, "
         "command, heartbeat, promql; here are url and tcp."),
        (['every = "30s"'], 0, "probe x: a probe asks exactly one thing: write one of url, tcp, tls, dns, command, "
         "heartbeat, promql."),
        (['ulr = "/"'], 0, "did you mean “url” by “ulr”?"),
        (['comand = ["a"]'], 0, "did you mean “command” by “comand”?"),
        (['tcp = "a:1"', 'server_name = "x"'], 3, "probe x: server_name: there is no key “server_name” in a probe of "
         "the kind tcp, only in tls."),
        (['url = "/"', 'resolver = "::1"'], 3, "there is no key “resolver” in a probe of the kind http, only in dns."),
        (['tls = "a:443"', 'bearer = "x"'], 3, "in a probe of the kind tls, only in http and promql."),
        (['heartbeat = "1h"', "insecure = true"], 3, "in a probe of the kind heartbeat, only in http."),
        (['dns = "a.b"', 'recrod = "A"'], 3, "probe x: recrod: there is no key “recrod”; did you mean “record”?"),
        (['command = ["a"]', 'foldre = "/"'], 3, "probe x: foldre: there is no key “foldre”; did you mean “folder”?"),
        (['promql = "up"', 'expect = ["value > 1"]'], 0, "probe x: server: is missing"),
        (['promql = "up"', 'server = "http://p"'], 0, "probe x: expect: is missing"),
        (['command = "check --all"'], 2, 'probe x: command: a command is a list of words, not a line for a shell; '
         'write ["check", "--all"].'),
        (["command = []"], 2, "probe x: command: "),
        (['command = ["a", 5]'], 2, "probe x: command, number 2: text in quotes is wanted here"),
        (['tcp = "a"'], 2, "probe x: tcp: this is not a place to connect to; write host:port"),
        (['tcp = "::1:80"'], 2, "probe x: tcp: this is not a place"),
        (['tcp = "http://a:80"'], 2, "probe x: tcp: this is not a place"),
        (['tls = "[::1]:0"'], 2, "probe x: tls: this is not a place"),
        (['tls = "a:65536"'], 2, "probe x: tls: this is not a place"),
        (['tls = "a:443"', 'server_name = "a:443"'], 3, "probe x: server_name: this is not a name"),
        (['dns = "https://a.b/"'], 2, "probe x: dns: this is not a name"),
        (['dns = "a.b"', 'resolver = "one.one"'], 3, "probe x: resolver: a resolver is an address"),
        (['dns = "a.b"', 'resolver = "1.1.1.1:99999"'], 3, "probe x: resolver: a resolver is an address"),
        (['dns = "a.b"', 'record = "ANY"'], 3, "probe x: record: one of these is wanted here: A, AAAA, "),
        (['heartbeat = "often"'], 2, "probe x: heartbeat: “often” is not a duration"),
        (['heartbeat = "0s"'], 2, "probe x: heartbeat: a duration here is longer than nothing"),
        (['tcp = "a:1"', 'expect = ["status == 200"]'], 3, "probe x: expect: there is no fact “status” here; there"),
        (['heartbeat = "1h"', 'expect = ["latency < 1s"]'], 3, "there is no fact “latency” here; there are age, size"),
        (['url = "/"', 'bearer = "a"', 'basic_auth = "b:c"'], 0, "there are basic_auth and bearer; one way to say who"),
        (['url = "/"', 'bearer = "a"', 'headers = { authorization = "b" }'], 0, "bearer and headers.authorization"),
        (['url = "/?key=${env:KEY}"'], 2, "probe x: url: a URL is shown on screens, so that no secret may stand in it"),
        (['url = "https://ann:pw@x.example"'], 2, "probe x: url: no user or password in a URL"),
        (['url = "/"', 'headers = { "X Key" = "a" }'], 3, "probe x: headers: a header's name is one word"),
        (['url = "/"', 'headers = { X-Key = "hunter2\\nX: 1" }'], 3, "the header X-Key has a line break"),
        (['url = "/"', 'bearer = "${envv:TOKEN}"'], 3, "probe x: bearer: there is no reference “${envv:…}”; did"),
        (['url = "/"', 'headers = { X-Key = "${ENV:K}" }'], 3, "probe x: headers: there is no reference “${ENV:…}”;"),
        (['url = "/"', 'body = "${vault:hunter2}"'], 3, "there are ${env:NAME} and ${file:PATH}."),
        (['url = "/"', 'bearer = "${env:}"'], 3, "probe x: bearer: “${env:}” names no variable; write one, such as"),
        (['url = "/"', 'body = "${file: }"'], 3, "probe x: body: “${file:}” names no file; write one, such as"),
        (['url = "/"', 'bearer = "${env:MY TOKEN}"'], 3, "stands the name of a variable, of letters, digits and _"),
        (['url = "/"', 'bearer = "${env: TOKEN}"'], 3, "and no spaces; write one such as ${env:TOKEN}"),
        (['url = "/"', 'bearer = "${env:TOKEN"'], 3, "probe x: bearer: the reference “${env:…” has no end; write"),
        (['url = "/"', 'bearer = "${TOKEN}"'], 3, "“${TOKEN}” would be sent as it stands; write ${env:TOKEN}"),
        (['url = "/"', 'basic_auth = "${env:PASSWORD}"'], 3, "probe x: basic_auth: write a user, a colon and a"),
        (['url = "/"', 'basic_auth = "hunter2"'], 3, "probe x: basic_auth: write a user, a colon and a password"),
        (['tcp = "a:1"', 'send = "AUTH ${evn:PW}"'], 3, "probe x: send: there is no reference “${evn:…}”; did you"),
        (['command = ["curl", "-H", "X: ${env:TOKEN}"]'], 2, "probe x: command: the words of a command stand in"),
        (['command = ["a"]', 'env = { "API TOKEN" = "x" }'], 3, "probe x: env: a variable's name is made of letters"),
        (['command = ["a"]', 'env = { T = "${evn:X}" }'], 3, "probe x: env: there is no reference “${evn:…}”"),
        (['heartbeat = "1h"', 'file = "${env:DIR}/last"'], 3, "probe x: file: no reference is read in `file`, in"),
        (['url = "/"', 'expect = ["body.key == \'${env:KEY}\'"]'], 3, "probe x: expect: no reference is read in"),
        (['url = "/?key=${envv:KEY}"'], 2, "probe x: url: a URL is shown on screens, so that no secret may stand"),
        (['url = "/"', "expect = []"], 3, "probe x: expect: an empty list takes any answer for well; leave it out"),
        (['tcp = "a:1"', "expect = []"], 3, 'such as ["connected == true"].'),
        (['promql = "up"', 'server = "http://p"', "expect = []"], 4, "for well; write what has to hold, such as"),
        (['url = "/"', "[probe.phases.beta]", "expect = []"], 4, "probe x: phases.beta.expect: an empty list takes"),
        (['url = "/"', 'insecure = "yes"'], 3, "probe x: insecure: write true or false here, without quotes."),
        (['url = "/"', 'during = "beta"'], 3, "probe x: during: a list is wanted here"),
        (['url = "/"', "expect = \"status == 200\""], 3, "probe x: expect: a list is wanted here"),
        (['url = "/"', "[probe.phases.beta]", 'evrey = "1s"'], 4, "probe x: phases.beta.evrey: there is no key “evr"),
        (['url = "/"', "[probe.phases.beta]", 'url = "/b"'], 4, "probe x: phases.beta.url: there is no key “url”"),
        (['tcp = "a:1"', 'depends_on = "hmoe"'], 3, "probe x: depends_on: the probe “x” depends on “hmoe”, and there "
         "is no such probe; did you mean “home”?"),
        (['tcp = "a:1"', 'depends_on = ["home", "zzz"]'], 3, "depends on “zzz”, and there is no such probe."),
        (['tcp = "a:1"', 'depends_on = "x"'], 3, "probe x: depends_on: the probe “x” depends on itself."),
        (['tcp = "a:1"', 'was = "home"'], 3, "probe x: was: the probe “x” was “home”, and there still is a probe of "),
        (['tcp = "a:1"', 'environment = "prod"', 'url = "/"'], 0, "here are url and tcp"),
        (['url = "/x"', 'environment = "prod"'], 3, "probe x: environment: the probe “x” is in the environment “prod”"),
    ],
)  # fmt: skip
def test_what_is_bad_is_named_with_its_line(lines: list[str], line: int, words: str) -> None:
    said = refusal(probe(*lines))
    assert said.startswith(f"c:{FIRST + line}: ")
    assert words in said
    assert "hunter2" not in said
    assert "?." not in said


@pytest.mark.parametrize(
    ("more", "line", "words"),
    [
        (probe('url = "/"', 'depends_on = "y"') + '[[probe]]\nname = "y"\nurl = "/"\ndepends_on = "x"\n', 3,
         "probe x: depends_on: the probe “x” depends on itself, over y."),
        (probe('url = "/"', 'was = "z"') + '[[probe]]\nname = "y"\nurl = "/"\nwas = "z"\n', 7,
         "probe y: was: “x” and “y” cannot both have been “z”."),
        ('[[probe]]\nname = "home"\ntcp = "a:1"\n', 1, "probe home: name: two probes are named “home”"),
        ('[watch]\ncanaries = ["1.1.1.1"]\n', 1, "watch.canaries: this is not a place to connect to"),
        ('[rollback]\ncommand = ["a"]\nconfirm_probe = "hme"\n', 2, "rollback.confirm_probe names “hme”"),
        ('[environment.beta]\nurl = "https://b.example"\nbuild = { path = "/v", pick = "version[" }\n', 2,
         "environment.beta.build.pick: this is no JMESPath"),
        ('[environment.beta]\nurl = "https://b.example"\nevery = "100ms"\n', 2, "environment.beta.every: `every` is"),
        ('[environment.beta]\nurl = "https://b.example"\nevery = "2s"\n'
         + probe('url = "/"', 'environment = "beta"', 'timeout = "5s"'), 3,
         "probe x: the probe “x” would wait longer (5 s) than its turn comes again (2 s) as [environment.beta] has it"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_named_with_its_line(more: str, line: int, words: str) -> None:
    said = refusal(more)
    assert said.startswith(f"c:{FIRST + line}: ")
    assert words in said


def test_an_environment_sets_the_pace_of_its_probes_and_a_phase_changes_it() -> None:
    config = parsed(
        '[environment.beta]\nurl = "https://b.example/"\nevery = "10s"\ntimeout = "2s"\ndown_after = "3 of 5"\n'
        + probe('url = "/"', 'environment = "beta"', "[probe.phases.soft]", 'every = "4s"', 'down_after = "1 of 1"')
        + '[[probe]]\nname = "y"\nurl = "/"\nenvironment = "beta"\nevery = "30s"\n'
    )
    _, x, y = config.probe
    assert (config.at(x, None).every, config.at(x, None).timeout, str(config.at(x, None).down_after)) == (
        10, 2, "3 of 5",
    )  # fmt: skip
    assert (config.at(x, "soft").every, str(config.at(x, "soft").down_after)) == (4, "1 of 1")
    assert (config.at(y, None).every, config.at(y, None).timeout) == (30, 2)
    assert config.at(config.probe[0], "soft").every == 30
    assert config.target(x) == "https://b.example/"


def test_an_empty_list_is_no_trap_where_something_is_taken_for_granted() -> None:
    assert parsed(probe('heartbeat = "1m"', "expect = []")).probe[1].wants() == ("age < 66.000s",)


def test_a_body_may_hold_what_is_no_reference() -> None:
    body = "${name} costs $5, ${a.b} and ${1 + 1}"
    assert parsed(probe('url = "/"', 'method = "POST"', f"body = '{body}'")).probe[1].references() == (body,)


@pytest.mark.parametrize(
    ("place", "lines", "phase", "every", "timeout"),
    [
        ("", ['every = "3s"'], None, 3, 3),  # nobody wrote a timeout: it is cut to the pace
        ('every = "2s"\n', [], None, 2, 2),
        ('every = "2s"\n', ['every = "60s"', 'timeout = "9s"'], None, 60, 9),
        ('timeout = "9s"\n', [], None, 30, 9),
        ('timeout = "9s"\n', ['timeout = "1s"'], None, 30, 1),
        ('timeout = "9s"\n', ['every = "4s"'], None, 4, 4),
        ('timeout = "9s"\n', ['every = "4s"', "[probe.phases.soft]", 'timeout = "2s"'], "soft", 4, 2),
        ('timeout = "9s"\n', ['timeout = "8s"', "[probe.phases.soft]", 'every = "5s"'], "soft", 5, 5),
        ('timeout = "9s"\n', ['timeout = "8s"', "[probe.phases.soft]", 'every = "5s"'], None, 30, 8),
    ],
)
def test_of_pace_and_timeout_the_nearer_setting_wins(
    place: str, lines: list[str], phase: str | None, every: float, timeout: float
) -> None:
    environment = f'[environment.beta]\nurl = "https://b.example"\n{place}'
    config = parsed(environment + probe('url = "/"', 'environment = "beta"', *lines))
    found = config.at(config.probe[1], phase)
    assert (found.every, found.timeout) == (every, timeout)


# Differences ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (['every = "30s"'], ['every = "10s"'], "x: every 30 → 10"),
        ([], ['timeout = "3s"'], "x: timeout 5 → 3"),
        ([], ['down_after = "1 of 1"'], "x: down_after 2 of 3 → 1 of 1"),
        ([], ["critical = true"], "x: critical False → True"),
        ([], ['depends_on = "home"'], "x: depends_on nothing → home"),
        ([], ['expect = ["status == 200"]'], "x: expect status < 400 → status == 200"),
        ([], ['headers = { X-Key = "hunter2" }'], "x: headers changed"),
        ([], ['basic_auth = "ann:hunter2"'], "x: basic_auth changed"),
        ([], ['bearer = "hunter2"'], "x: bearer changed"),
        ([], ['body = "hunter2"'], "x: body changed"),
        (
            ['timeout = "3s"'],
            ['timeout = "4s"', 'up_after = "1 of 2"'],
            "x: timeout 3 → 4; x: up_after 2 of 2 → 1 of 2",
        ),
        ([], ["[probe.phases.beta]", 'every = "9s"'], "x: phases changed"),
        ([], ["insecure = true"], "x: insecure: certificate not verified"),
        (["insecure = true"], [], "x: its certificate is verified again"),
    ],
)
def test_a_difference_is_said_without_secrets(before: list[str], after: list[str], said: str) -> None:
    old, new = (parsed(probe('url = "/x"', *lines)) for lines in (before, after))
    assert "; ".join(differences(old, new)) == said
    assert differences(old, old) == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('url = "/a"', 'url = "/b"', ["x: url /a → /b"]),
        ('url = "/a"', 'url = "/a?key=hunter2"', ["x: url changed"]),
        ('url = "/a?key=hunter2"', 'url = "/a"', ["x: url changed"]),
        ('tcp = "a:1"\nsend = "AUTH hunter2"', 'tcp = "a:1"', ["x: send changed"]),
        ('command = ["a", "--key=hunter2"]', 'command = ["a"]', ["x: command changed"]),
        ('dns = "a.b"', 'dns = "a.b"\nrecord = "MX"', ["x: record A → MX"]),
    ],
)
def test_what_may_hold_a_key_is_not_repeated(before: str, after: str, said: list[str]) -> None:
    assert differences(parsed(probe(before)), parsed(probe(after))) == said


def test_probes_that_come_go_and_are_renamed() -> None:
    old = parsed(probe('url = "/x"'))
    assert differences(old, parsed("")) == ["probe x is gone"]
    assert differences(parsed(""), old) == ["probe x is new"]
    lax = parsed(probe('url = "/x"', "insecure = true"))
    assert differences(parsed(""), lax) == ["probe x is new, insecure: certificate not verified"]
    assert insecure(lax) == ["x: insecure: certificate not verified"]
    renamed = parsed('[[probe]]\nname = "y"\nwas = "x"\nurl = "/x"\n')
    assert differences(old, renamed) == ["probe x is named y"]
    other = differences(old, parsed(probe('tcp = "a:1"')))
    assert other == ["x: http → tcp", "x: expect status < 400 → connected == true"]
    assert differences(old, parsed(probe('url = "/x"') + '[watch]\ncanaries = ["a:1"]\n')) == ["[watch] changed"]
    secret = '[[channel]]\nname = "phone"\nwebhook = "https://h.example/hunter2"\n'
    assert differences(old, parsed(probe('url = "/x"') + secret)) == ["[channel] changed"]
