"""The first `gonogo.toml`: written for a person to read and to go on with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StarterProbe:
    """A probe for the file: live with what it expects, or commented out with the reason."""

    name: str
    path: str
    expect: tuple[str, ...]
    critical: bool
    why: str
    live: bool


@dataclass(frozen=True, slots=True)
class Starter:
    """The answers that a first config is made of; what was skipped is empty."""

    key: str
    name: str
    timezone: str
    url: str
    probes: Sequence[StarterProbe]
    build: tuple[str, str] | None = None
    people: Sequence[tuple[str, Sequence[str]]] = ()
    watch_host: str = ""
    alarm: str = ""
    orders: str = ""


def quote(text: str) -> str:
    """Write a TOML string."""
    return json.dumps(text, ensure_ascii=False)


def write(answers: Starter) -> str:
    """Write the config with its comments."""
    parts = [
        _head(answers), _environments(answers), *(_probe(one) for one in answers.probes), _orders(answers),
        _people(answers), _watch(answers), _alarm(answers), _TAIL,
    ]  # fmt: skip
    return "\n".join(part for part in parts if part)


def _head(answers: Starter) -> str:
    return f"""\
# How gonogo observes this launch. What must be true (phases, checklist, gates) lives in its state.
# A change here is live within seconds; a mistake leaves the last good version running.

[launch]
id = {quote(answers.key)}            # the short name; one types it to confirm what is dangerous
name = {quote(answers.name)}
timezone = {quote(answers.timezone)}
"""


def _environments(answers: Starter) -> str:
    build = ""
    if answers.build:
        path, pick = (quote(one) for one in answers.build)
        build = f"build = {{ path = {path}, pick = {pick} }}    # a new build is logged as a deploy\n"
    return f"""\
[environment.production]
url = {quote(answers.url)}
{build}
# [environment.staging]          # the first phase runs there; a probe names it with environment = "staging"
# url = "https://staging.your.site"
"""


def _probe(probe: StarterProbe) -> str:
    mark = "" if probe.live else "# "
    expect = ", ".join(quote(one) for one in probe.expect)
    lines = [
        "[[probe]]",
        f"name = {quote(probe.name)}",
        f"url = {quote(probe.path)}",
        'every = "30s"',
        'timeout = "5s"',
        f"expect = [{expect}]",
        *(["critical = true             # down: an incident is suspected at once"] if probe.critical else []),
    ]
    return "\n".join([f"# {probe.why}", *(mark + line for line in lines), ""])


def _orders(answers: Starter) -> str:
    if answers.orders == "feed":
        return "# Orders come by feed: let the shop call `gonogo log order 42 anna --key ORDER-ID` for each.\n"
    return "# Orders are logged by hand: o in the room, or `gonogo log order 42 anna`.\n"


def _people(answers: Starter) -> str:
    if not answers.people:
        return """\
# [[person]]                     # who acts; seats are the hats of the go/no-go poll
# name = "you"
# seats = ["product", "tech", "data", "support", "comms"]
# logins = ["your-login"]
"""
    return "\n".join(
        f"[[person]]\nname = {quote(name)}\nseats = [{', '.join(quote(seat) for seat in seats)}]\n"
        for name, seats in answers.people
    )


def _watch(answers: Starter) -> str:
    if answers.watch_host:
        return f"[watch]\nhost = {quote(answers.watch_host)}      # where it lives; nobody else starts one\n"
    return (
        '# [watch]\n# host = "server-1"              # a machine that does not sleep; a laptop leaves gaps in uptime\n'
    )


def _alarm(answers: Starter) -> str:
    mark, hook = ("", answers.alarm) if answers.alarm else ("# ", "${env:TEAM_WEBHOOK}")
    note = (
        "# Who is told of incidents: webhook, slack, ntfy, command or apprise; docs/alarms.md says more.\n"
        "# Then `gonogo notify test`: alarms are ready when a person saw one arrive."
    )
    return f'{note}\n{mark}[[channel]]\n{mark}name = "team"\n{mark}webhook = {quote(hook)}\n'


_TAIL = """\
# [[contact]]                    # where may customers write or call? It fills $contact; a message asks until it is here
# name = "the help desk"
# mail = "help@your.site"        # or phone = "+44 20 7946 0000"
# public = true                  # customers are given it

# [[metric]]                     # a number that the shop knows itself; docs/metrics.md says more
# name = "orders.clean"          # takes over from the log; the bundled gate demands 20 of them: orders that no bug
# url = "/stats.json"            # touched. All that came in are orders.successful, which no bundled gate demands
# pick = "orders.completed"
# kind = "counter"

# [readiness.backup]             # the newest file decides; a command, a url's header or a person can; docs/readiness.md
# path = "/var/backups/shop-*.dump"
# expect = ["age < 24h"]

# [readiness.rollback-target]    # the version before this one still answers, and says which it is
# url = "https://previous.your.site/health"
# pick = "version"

# [readiness.dns]                # a change is taken back within five minutes
# dns = "your.site"

# [rollback]                     # R runs it: words, not a line for a shell; docs/commands.md says more
# command = ["vercel", "rollback", "--yes"]
# timeout = "3m"                 # then its processes are ended, and status is asked
# status = ["vercel", "rollback", "status"]
# dry_run = ["vercel", "ls"]     # D: a rehearsal that changes nothing
# env = { VERCEL_TOKEN = "${env:VERCEL_TOKEN}" }
# confirm_probe = "home"
"""
