"""The demo's `gonogo.toml`: a probe of each kind that a shop on one machine has use for."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

WORKER = "worker.beat"
"""The file by which the shop's process says that it lives, also while its port refuses."""
MESSAGES, CHANNEL = "messages.txt", "messages"
"""The file in which the demo's alarms end, and the channel that leads there."""

_CONFIG = """\
# The demo's config: a sample shop on this machine. docs/probes.md says what else a probe can do.
[launch]
id = "riverside-demo"
name = "Riverside Bakery"
timezone = "{zone}"

[environment.production]
url = "{url}"
every = "5s"                     # how its probes are asked, unless they say otherwise
timeout = "2s"

[[probe]]
name = "checkout"
url = "/checkout/health"
every = "3s"
timeout = "2s"
expect = ["status == 200", "latency < 800ms", "body.payments == 'ok'"]
critical = true                  # down: an incident is suspected

[[probe]]
name = "shop"
tcp = "{place}"           # does anybody listen there at all?
every = "3s"
timeout = "2s"

[[probe]]
name = "home"
url = "/"
expect = ["status == 200", "body contains 'Riverside'"]
depends_on = "shop"              # while that one is down, this one is unknown, and blames nobody

[[probe]]
name = "health"
url = "/health"
expect = ["status == 200", {{ any = ["body.db == 'ok'", "body.db == 'replica'"] }}]
depends_on = "shop"

[[probe]]
name = "invoices"
url = "/invoices/health"
timeout = "4s"
expect = ["status == 200", "latency < 800ms"]
depends_on = "shop"
phases = {{ full-launch = {{ every = "4s" }} }}

[[probe]]
name = "admin"
url = "/admin/health"
every = "10s"
down_after = "3 of 3"            # nobody is called for one slow answer
depends_on = "shop"

[[probe]]
name = "worker"
heartbeat = "15s"                # the file is written anew by then, or the process hangs
grace = "15s"
file = {worker}
every = "10s"

[[metric]]
name = "visits"                  # a reading of its own; docs/metrics.md says what a metric can ask
url = "/stats.json"
pick = "visits"
kind = "counter"
every = "5s"
timeout = "2s"

[rollback]                       # R runs it, the launch's id typed; it really mends the shop
command = [{gonogo}, "demo", "mend"]
dry_run = [{gonogo}, "demo", "mend", "--dry-run"]
timeout = "1m"
confirm_probe = "checkout"

[orders]
silence = false                  # nobody really orders here; a real launch suspects an incident when none comes

[[channel]]
name = "messages"                # alarms end in this file; a real launch has a webhook, slack, ntfy or apprise
command = ["tee", "-a", {messages}]
drills = true                    # drills are told here too, and say that they are

[[person]]
name = "mia"
seats = ["product", "support", "comms"]

[[person]]
name = "ben"
seats = ["tech", "data"]

[[contact]]
name = "the help desk"
role = "support"
mail = "help@riverside.example"
public = true                    # customers are given it, as $contact in a message
verified = 2026-11-01

[[contact]]
name = "the bank"
role = "payments"
phone = "+44 20 7946 0000"

[room]
currency = "EUR"
"""


def write(folder: Path, place: Path, url: str, timezone: str) -> Path:
    """Write the config in one folder for a shop that lives in another."""
    config = folder / "gonogo.toml"
    worker = json.dumps(str(place.resolve() / WORKER), ensure_ascii=False)
    gonogo = json.dumps(_gonogo(), ensure_ascii=False)[1:-1]
    messages = json.dumps(str(place.resolve() / MESSAGES), ensure_ascii=False)
    text = _CONFIG.format(
        url=url, place=url.split("://")[-1], zone=timezone, worker=worker, gonogo=gonogo, messages=messages
    )
    config.write_text(text, encoding="utf-8")
    return config


def _gonogo() -> list[str]:
    """Return the words that run this program, as short as they are found from anywhere."""
    beside = Path(sys.executable).with_name("gonogo")
    if not os.access(beside, os.X_OK):
        return [sys.executable, "-P", "-m", "gonogo"]
    found = shutil.which("gonogo")
    return ["gonogo"] if found and Path(found).resolve() == beside.resolve() else [str(beside)]


def set_url(folder: Path, url: str) -> None:
    """Point the config at where the shop is now."""
    config = folder / "gonogo.toml"
    lines = config.read_text(encoding="utf-8").splitlines(keepends=True)
    fresh = [_moved(row, url) for row in lines]
    if fresh != lines:
        config.write_text("".join(fresh), encoding="utf-8")


def _moved(row: str, url: str) -> str:
    """Return a line of the config with the shop's place as it is now; what stands behind it stays."""
    for begin, now in (
        ('url = "http://127', f'url = "{url}"'),
        ('tcp = "127', f'tcp = "{url.split("://")[-1]}"'),
    ):
        if row.startswith(begin):
            return now + row.split('"', 2)[2]
    return row
