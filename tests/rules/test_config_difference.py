"""What a change of the config says, and what it never says."""

from __future__ import annotations

from typing import Any

import pytest

from gonogo.rules.config import Config
from gonogo.rules.config_difference import differences

HOME = {"name": "home", "url": "https://shop.example/", "every": "30s"}


def config(*probes: dict[str, Any], **more: Any) -> Config:
    """Make a config."""
    return Config.model_validate({"launch": {"id": "shop", "name": "Shop"}, "probe": list(probes), **more})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, []),
        ({"every": "15s"}, ["home: every 30 → 15"]),
        ({"critical": True}, ["home: critical False → True"]),
        ({"down_after": "3 of 5"}, ["home: down_after 2 of 3 → 3 of 5"]),
        ({"expect": ["status == 200", "latency < 1s"]}, ["home: expect status < 400 → status == 200, latency < 1s"]),
        ({"bearer": "${env:HUNTER2}"}, ["home: bearer changed"]),
        ({"headers": {"X-Key": "hunter2"}}, ["home: headers changed"]),
        ({"name": "front", "was": "home"}, ["probe home is named front"]),
        ({"name": "front"}, ["probe home is gone", "probe front is new"]),
    ],
)
def test_a_probe_that_changed(change: dict[str, Any], said: list[str]) -> None:
    assert differences(config(HOME), config({**HOME, **change})) == said


def test_a_kind_that_changed_and_other_tables() -> None:
    before = config(HOME)
    after = config({"name": "home", "tcp": "shop.example:443"}, watch={"per_host": 2})
    said = differences(before, after)
    assert "home: http → tcp" in said
    assert said[-1] == "[watch] changed"
