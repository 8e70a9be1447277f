"""Metrics asked of real servers and commands, and of a running watch whose config changes under it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import FakeClock, until
from tests.control.running import PROBE, Stage
from tests.probes.hostile import nobody, says, serving
from tests.probes.server import Site
from tests.probes.test_promql import vector

from gonogo.control.metrics import Metrics
from gonogo.formats.config import parse_config
from gonogo.probes.schedule import Tick
from gonogo.rules.measured import Sample
from gonogo.rules.plan import Criterion
from gonogo.rules.reading import Reading
from gonogo.store import rows, samples

LAUNCH = '[launch]\nid = "shop"\nname = "Shop"\n'
ORDERS = """
[[metric]]
name = "orders.successful"
url = "/stats"
pick = "orders.completed"
kind = "counter"
every = "1s"
timeout = "900ms"
"""


def stats(completed: object, **more: object) -> bytes:
    """Say what the shop counts."""
    return json.dumps({"orders": {"completed": completed}, **more}).encode()


# One turn -------------------------------------------------------------------------------------


def asked(tables: str, url: str = "http://127.0.0.1:1") -> Sample:
    """Ask the one metric of a config once."""
    head = (
        f'[launch]\nid = "shop"\nname = "Shop"\n[environment.production]\nurl = "{url}"\n[[metric]]\nname = "queue"\n'
    )
    return asyncio.run(_asked(f"{head}timeout = '3s'\n{tables}"))


async def _asked(text: str) -> Sample:
    metrics = Metrics(FakeClock())
    await metrics.go_by(parse_config(text, "gonogo.toml"))
    (job,) = metrics.jobs()
    await metrics.ask(job.name, Tick(0, 0))
    ((name, sample),) = metrics.drain()
    assert name == "queue"
    return sample


@pytest.mark.parametrize(
    ("body", "tables", "value", "error"),
    [
        (stats(12), 'pick = "orders.completed"\nkind = "gauge"', 12.0, ""),
        (b"12\n", 'kind = "gauge"', 12.0, ""),
        (stats("12"), 'pick = "orders.completed"\nkind = "counter"', 12.0, ""),
        (stats(1, list=[1, 2, 3]), 'pick = "length(list)"\nkind = "gauge"', 3.0, ""),
        (stats("abc"), 'pick = "orders.completed"\nkind = "gauge"', None,
         "orders.completed is “abc”, and a number is wanted"),
        (stats(3), 'pick = "orders.gone"\nkind = "gauge"', None, "orders.gone is nothing, and a number is wanted"),
        (b"<html>", 'pick = "orders.completed"\nkind = "gauge"', None, "the answer is not JSON"),
        (b"NaN", 'kind = "gauge"', None, "the answer is “NaN”, and a number is wanted"),
        (b"", 'pick = "a"\nkind = "gauge"', None, "status 502, wanted status < 300"),
        (b'{"stars": {"mean": 4.6, "n": 8}}', 'pick = "stars.mean"\nsamples = "stars.n"\nkind = "rating"', 4.6, ""),
        (b'{"stars": {"mean": 0, "n": 0}}', 'pick = "stars.mean"\nsamples = "stars.n"\nkind = "rating"', None, ""),
        (b'{"stars": {"mean": 4, "n": -1}}', 'pick = "stars.mean"\nsamples = "stars.n"\nkind = "rating"', None,
         "stars.n is no count of ratings"),
    ],
)  # fmt: skip
def test_a_page_is_asked(body: bytes, tables: str, value: float | None, error: str) -> None:
    with Site() as site:
        site.stats = body
        sample = asked(f'url = "/stats"\n{tables}', site.url)
    assert (sample.value, sample.error) == (value, error)
    assert sample.of in (None, 8, 0)


def test_what_a_source_says_back_of_a_secret_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "hunter2-hunter2")
    with Site() as site:
        key = 'headers = { X-Key = "${env:SHOP_TOKEN}" }'
        sample = asked(f'url = "/ok"\n{key}\npick = "headers.\\"x-key\\""\nkind = "gauge"', site.url)
        assert site.asked[0].headers["x-key"] == "hunter2-hunter2"
    assert "hunter2" not in sample.error
    assert "is “•••”, and a number is wanted" in sample.error


def test_a_secret_that_is_not_set_is_named() -> None:
    monkeypatched = asked('url = "/stats"\nbearer = "${env:GONOGO_NOT_SET}"\nkind = "gauge"')
    assert "${env:GONOGO_NOT_SET} is not set" in monkeypatched.error


def test_nobody_answers() -> None:
    with nobody() as port:
        assert asked('url = "/"\nkind = "gauge"', f"http://127.0.0.1:{port}").error == "the connection was refused"


@pytest.mark.parametrize(
    ("code", "tables", "value", "error"),
    [
        ("print(42)", "", 42.0, ""),
        ("print('{\"left\": 3.5}')", 'pick = "left"', 3.5, ""),
        ("print('all well')", "", None, "the answer is “all well”, and a number is wanted"),
        ("raise SystemExit(3)", "", None, "wanted exit == 0, saw 3"),
        ("print('x' * 100_000)", "", None, "it says more than 65536 bytes"),
    ],
)
def test_a_command_is_run(code: str, tables: str, value: float | None, error: str) -> None:
    argv = json.dumps([sys.executable, "-c", code])
    sample = asked(f'command = {argv}\nfolder = {json.dumps(os.getcwd())}\n{tables}\nkind = "gauge"')
    assert (sample.value, sample.error) == (value, error)


@pytest.mark.parametrize(
    ("answer", "value", "error"),
    [
        (vector("17"), 17.0, ""),
        (vector("NaN"), None, "the query gives a value that is no number"),
        (vector(), None, "wanted series == 1, saw 0"),
        (vector("1", "2"), None, "wanted series == 1, saw 2"),
    ],
)
def test_a_prometheus_is_asked(answer: bytes, value: float | None, error: str) -> None:
    async def once() -> Sample:
        async with serving(says(answer)) as port:
            head = f'{LAUNCH}[[metric]]\nname = "queue"\nkind = "gauge"\n'
            return await _asked(f'{head}query = "sum(queue)"\nurl = "http://127.0.0.1:{port}"\n')

    sample = asyncio.run(once())
    assert (sample.value, sample.error) == (value, error)


# A running watch ------------------------------------------------------------------------------


@pytest.fixture
def stage(tmp_path: Path, tiny: Any, site: Site, brisk: None) -> Any:
    """A begun launch whose shop counts its orders, asked each second."""
    site.stats = stats(5)
    made = Stage(tmp_path, tiny, site)
    made.write(PROBE + ORDERS)
    yield made
    made.close()


def metric(stage: Stage, name: str = "orders.successful") -> Reading | None:
    """Return what the board says of a metric."""
    return next((one for one in stage.board().metrics if one.name == name), None)


def said(stage: Stage, value: float | None, name: str = "orders.successful") -> bool:
    """Whether a metric says that."""
    one = metric(stage, name)
    return one is not None and one.value == value and not one.error


def test_a_metric_is_asked_its_errors_are_told_and_its_resets_seen(stage: Stage) -> None:
    def script() -> None:
        until(lambda: said(stage, 0), what="a first sample")
        stage.site.stats = stats(25)
        until(lambda: said(stage, 20), what="a rise")
        stage.site.stats = b""
        until(lambda: (one := metric(stage)) and "status 502" in one.error, what="an error")
        one = metric(stage)
        assert one is not None
        assert (one.value, one.source, one.max_age_s) == (20, f"127.0.0.1:{stage.site.port}/stats", 3)
        stage.site.stats = stats(2)
        until(lambda: said(stage, 22), what="a rise after a reset")
        one = metric(stage)
        assert one is not None
        assert "reset at " in one.detail

    assert stage.play(script) == "stopped"


def test_the_gate_reads_it_and_never_passes_on_an_error(stage: Stage) -> None:
    found = Criterion(
        id="018f-x", key="sold", phase=stage.board().phases[0].phase.id, position=9, name="sold",
        require="orders.successful >= 10",
    )  # fmt: skip
    with stage.room.store.writing() as db:
        rows.put(db, "criterion", rows.encode(found))
        stage.room.store.bump(["plan"])

    def outcome() -> str:
        return next(one.outcome for one in stage.board().gate.criteria if one.criterion.key == "sold")

    def script() -> None:
        until(lambda: said(stage, 0), what="a first sample")
        assert outcome() == "collecting"
        stage.site.stats = stats(40)
        until(lambda: outcome() == "met", what="enough")
        stage.site.stats = b"<html>"
        until(lambda: outcome() == "unmeasurable", what="an error")
        stage.site.stats = stats(41)
        until(lambda: outcome() == "met", what="an answer again")

    assert stage.play(script) == "stopped"


def test_metrics_come_change_and_go_and_the_others_miss_nothing(stage: Stage) -> None:
    carts = ORDERS.replace("orders.successful", "carts.left").replace("orders.completed", "carts")
    carts = carts.replace("counter", "gauge")
    stage.site.stats = stats(5, carts=3)

    def script() -> None:
        until(lambda: said(stage, 0), what="a first sample")
        stage.site.stats = stats(9, carts=3)
        until(lambda: said(stage, 4), what="a rise")
        stage.write(PROBE + ORDERS + carts)
        until(lambda: said(stage, 3, "carts.left"), what="a new metric")
        stage.write(PROBE + ORDERS + carts.replace('"carts.left"', '"carts.open"\nwas = "carts.left"'))
        until(lambda: metric(stage, "carts.open"), what="a rename")
        assert metric(stage, "carts.left") is None
        stage.write(PROBE + ORDERS.replace("orders.completed", "other") + "[[metric]]\nnonsense")
        until(stage.error, what="an error")
        stage.site.stats = stats(9, other=500)
        stage.write(PROBE + ORDERS.replace("orders.completed", "other"))
        until(lambda: metric(stage, "carts.open") is None, what="its end")
        kept = stage.room.store.db
        until(lambda: any(one.value == 500 for one in samples.read_after(kept)[1][1]), what="its answer")
        assert said(stage, 4)
        stage.site.stats = stats(9, other=501)
        until(lambda: said(stage, 5), what="a rise, and no jump")

    assert stage.play(script) == "stopped"
    told = [fact["text"].removeprefix("took over gonogo.toml: ") for fact in stage.facts("config")]
    assert told == [
        "1 probe, 1 metric", "metric carts.left is new", "metric carts.left is named carts.open",
        "metric carts.open is gone; orders.successful: pick orders.completed → other",
    ]  # fmt: skip
