"""Metrics in the config: what is accepted, and what is refused with what would be right."""

from __future__ import annotations

from typing import Any

import pytest
from tests.rules.test_config import config, refused

from gonogo.rules import catalogue
from gonogo.rules.metric_config import MetricConfig
from gonogo.rules.plan_doc import CriterionDoc
from gonogo.rules.probe_config import CommandProbe, HttpProbe, PromqlProbe

ORDERS = {"name": "orders.successful", "url": "/stats.json", "pick": "orders.completed", "kind": "counter"}


def metric(**more: Any) -> MetricConfig:
    """Read one metric."""
    return config(metric=[{**ORDERS, **more}]).metric[0]


def test_a_metric_says_little_and_asks_as_a_probe_would() -> None:
    one = metric(headers={"Authorization": "Bearer ${env:SHOP_TOKEN}"})
    assert (one.every, one.timeout, one.adds, one.scale) == (60, 5, False, "")
    asked = one.asks()
    assert isinstance(asked, HttpProbe)
    assert config(metric=[ORDERS]).target(asked) == "https://shop.example/stats.json"
    assert asked.references()[0] == "Bearer ${env:SHOP_TOKEN}"
    command = config(metric=[{"name": "carts.left", "command": ["carts", "--left"], "kind": "gauge"}]).metric[0]
    assert isinstance(command.asks(), CommandProbe)
    query = {"name": "queue", "query": "sum(queue)", "url": "http://prom.example:9090", "kind": "gauge"}
    assert isinstance(config(metric=[query]).metric[0].asks(), PromqlProbe)


def test_every_reading_of_ours_has_a_nature() -> None:
    assert set(catalogue.NATURES) == catalogue.READINGS


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"url": None}, "a metric asks one thing"),
        ({"command": ["x"]}, "a metric asks one thing"),
        ({"kind": "text"}, "a gate compares numbers"),
        ({"kind": "gauge"}, "is made of a counter or a count, not of a gauge"),
        ({"unit": "s"}, "wants no unit here"),
        ({"name": "p95", "kind": "gauge"}, "wants unit = .ms. or unit = .s. here"),
        ({"name": "uptime", "kind": "gauge", "unit": "ms"}, "wants unit = .%. or unit = .share. here"),
        ({"name": "checklist.share", "kind": "gauge"}, "is what the checklist says"),
        ({"name": "feedback.mean"}, "is made of a rating"),
        ({"name": "latency", "kind": "gauge"}, "is what probes call a fact of theirs"),
        ({"name": "orders.succesful"}, "is nearly “orders.successful”; write that, or a name that nobody takes for it"),
        ({"name": "feedback.cuont"}, "is nearly “feedback.count”"),
        ({"name": "Orders"}, "pattern"),
        ({"name": "a." + "b" * 40}, "at most 40"),
        ({"name": "shop.sold", "unit": "s"}, "a counter has no unit; only a gauge has"),
        ({"name": "orders.clean", "adds": True}, "`adds` counts the log beside a counter or a count of orders.succ"),
        ({"every": "500ms"}, "at least 1s"),
        ({"every": "4s"}, "`timeout` is not longer than `every`"),
        ({"samples": "orders.n"}, "only a rating picked out of JSON has it"),
        ({"folder": "/x"}, "`folder` belongs to `command`"),
        ({"query": "up"}, "this is not a URL"),
        ({"query": "up", "url": "http://p.example"}, "leave out `pick`"),
        ({"bearer": "${env:A}", "headers": {"authorization": "x"}}, "one way to say who asks is enough"),
        ({"environment": "beta"}, "is in the environment “beta”, which is not there"),
        ({"url": "https://shop.example/?k=${env:KEY}"}, "no secret may stand in it"),
        ({"was": "orders.successful.old", "pikc": "x"}, "Extra inputs"),
    ],
)
def test_what_cannot_be_is_refused(more: dict[str, Any], words: str) -> None:
    table = {name: value for name, value in {**ORDERS, **more}.items() if value is not None}
    refused(words, metric=[table])


def test_two_of_one_name_are_refused() -> None:
    refused("two metrics are named “orders.successful”", metric=[ORDERS, ORDERS])
    renamed = {**ORDERS, "name": "orders.failed", "was": "orders.successful"}
    refused("there still is a metric of that name", metric=[ORDERS, renamed])


@pytest.mark.parametrize(
    ("require", "why"),
    [
        ("carts.left <= 10", None),
        ("pay.p95 < 800ms over 24h", None),
        ("pay.ok >= 99%", None),
        ("carts.lefd <= 10", "there is no reading “carts.lefd”; is carts.left meant"),
        ("orders.claen >= 20", "there is no reading “orders.claen”; is orders.clean meant"),
        ("carts.left <= 10%", "the unit does not fit what \\[\\[metric\\]\\] says of “carts.left”"),
        ("pay.ok >= 99ms", "the unit does not fit"),
    ],
)
def test_a_criterion_may_demand_something_of_a_metric(require: str, why: str | None) -> None:
    gauges = {"carts.left": "", "pay.p95": "ms", "pay.ok": "%"}
    found = config(metric=[{"name": n, "command": ["x"], "kind": "gauge", "unit": u} for n, u in gauges.items()])
    doc = {"id": "c", "name": "it", "require": require}
    if why is None:
        assert CriterionDoc.model_validate(doc, context={"metrics": found.units()}).require == require
        with pytest.raises(ValueError, match="there is no reading"):
            CriterionDoc.model_validate(doc)
    else:
        with pytest.raises(ValueError, match=why):
            CriterionDoc.model_validate(doc, context={"metrics": found.units()})
