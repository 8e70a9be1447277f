"""`[readiness.NAME]`: one place to look at, what has to hold of it, and one sentence for what cannot be."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from gonogo.rules.condition import ConditionError
from gonogo.rules.placed import PlacedError
from gonogo.rules.probe_config import CommandProbe, DnsProbe, HttpProbe
from gonogo.rules.ready_config import ReadinessConfig, meant


@pytest.mark.parametrize(
    ("source", "kind", "wants", "asks", "pace"),
    [
        ({"path": "*.dump"}, "path", ("age < 24h", "size > 0"), None, 60),
        ({"command": ["newest"]}, "command", ("exit == 0",), CommandProbe, 300),
        ({"url": "https://old.example/"}, "url", ("status < 400",), HttpProbe, 300),
        ({"url": "/d", "header": "Last-Modified"}, "url", ("status < 400", "age < 24h"), HttpProbe, 300),
        ({"dns": "shop.example"}, "dns", ("ttl <= 5m",), DnsProbe, 300),
        ({"dns": "shop.example", "expect": ["ttl < 1m"], "every": "1h"}, "dns", ("ttl < 1m",), DnsProbe, 3600),
    ],
)
def test_each_kind_takes_something_for_granted(
    source: dict[str, Any], kind: str, wants: tuple[str, ...], asks: type | None, pace: float
) -> None:
    found = ReadinessConfig.model_validate(source)
    assert (found.kind, found.wants, found.pace) == (kind, wants, pace)
    probe = found.asks("it")
    assert probe is None if asks is None else isinstance(probe, asks)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({}, "readiness is seen in one place: write one of path, command, url, dns"),
        ({"path": "a", "url": "/b"}, "here are path and url"),
        ({"path": "a", "header": "Date"}, "`header` belongs to `url`, and there is none here"),
        ({"dns": "a.example", "pick": "x"}, "`pick` belongs to `url or command`"),
        (
            {"command": "newest backup"},
            'a command is a list of words, not a line for a shell; write ["newest", "backup"]',
        ),
        ({"url": "ftp://x"}, "this is not a URL"),
        ({"path": "a", "every": "100ms"}, "`every` is at least 1s"),
        ({"url": "/d", "header": "Date", "pick": "at"}, "one place in which the date stands is enough"),
        ({"path": "a", "expect": ["ttl < 5m"]}, "ttl"),
        ({"path": "a", "expect": ["age == 'old'"]}, "“age” is a number"),
        ({"path": "a", "expect": ["age < 24 parsecs"]}, "parsecs"),
        ({"paht": "a"}, "paht"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(source: dict[str, Any], said: str) -> None:
    with pytest.raises((ValidationError, PlacedError, ConditionError, ValueError)) as refused:
        ReadinessConfig.model_validate(source)
    assert said in str(refused.value)


def test_a_target_that_the_plan_does_not_have_is_named_with_the_one_that_is_meant() -> None:
    assert meant("bakcup", ("backup", "dns")) == (
        "there is no readiness target “bakcup” to be seen to; did you mean “backup”?"
    )
    assert meant("zzz", ("backup", "dns")).endswith("the plan has backup, dns")
