"""One look at the probes: bounded, each asked once, and whose fault a failure is."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest
from tests.conftest import FakeClock

from gonogo.control.look import Look
from gonogo.control.standing import Standing
from gonogo.formats.config import parse_config
from gonogo.probes.schedule import Tick
from gonogo.rules.probe import Check, Failure, Outcome

HEAD = '[launch]\nid = "a"\nname = "A"\n'


def probe(name: str, host: str = "a.example", more: str = "") -> str:
    return f'[[probe]]\nname = "{name}"\nurl = "https://{host}/"\n{more}\n'


class Site:
    """Stands in for the network: counts who is asked at the same time, and lets some fail."""

    def __init__(self, clock: FakeClock, failing: dict[str, Failure] | None = None) -> None:
        self.clock, self.failing = clock, failing or {}
        self.now, self.most, self.asked = Counter[str](), Counter[str](), Counter[str]()

    async def check(self, name: str, tick: Tick) -> Check:
        self.asked[name] += 1
        for key in (name[0], "all"):
            self.now[key] += 1
            self.most[key] = max(self.most[key], self.now[key])
        for _ in range(20):
            await asyncio.sleep(0)
        for key in (name[0], "all"):
            self.now[key] -= 1
        failure = self.failing.get(name)
        return Check(name, self.clock.now(), Outcome.FAILED if failure else Outcome.OK, None, failure)


@pytest.fixture
def looking(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Look at a config's probes, of which some fail."""

    def looked(text: str, failing: dict[str, Failure] | None = None, names: list[str] | None = None) -> Any:
        config = parse_config(HEAD + text, "c")
        look, site = Look(config, Standing(), clock, "/"), Site(clock, failing)

        async def nothing() -> None:
            """Load nothing."""

        monkeypatch.setattr(look._questions, "check", site.check)
        monkeypatch.setattr(look._questions, "prepare", nothing)
        return asyncio.run(look.checks(names or [one.name for one in config.probe])), site

    return looked


def test_no_more_are_asked_at_once_than_the_config_allows(looking: Any) -> None:
    text = "[watch]\nconcurrency = 5\nper_host = 3\n"
    text += "".join(probe(f"{host}-{number}", f"{host}.example") for host in "xyz" for number in range(8))
    checks, site = looking(text)
    assert [check.probe for check in checks] == [f"{host}-{number}" for host in "xyz" for number in range(8)]
    assert site.most["all"] == 5
    assert max(site.most[host] for host in "xyz") == 3
    assert set(site.asked.values()) == {1}


FAMILY = probe("gate") + probe("shop", more='depends_on = "gate"') + probe("till", more='depends_on = "shop"')


def test_a_child_of_a_parent_that_fails_is_unknown_and_says_so(looking: Any) -> None:
    down = dict.fromkeys(("gate", "shop", "till"), Failure.REFUSED)
    (gate, shop, till), site = looking(FAMILY, down)
    assert (gate.outcome, gate.failure) == (Outcome.FAILED, Failure.REFUSED)
    for child in (shop, till):
        assert (child.outcome, child.failure) == (Outcome.UNKNOWN, Failure.PARENT_DOWN)
    assert shop.detail == "gate, on which it depends, does not answer"
    assert set(site.asked.values()) == {1}


def test_a_parent_that_is_not_named_is_asked_all_the_same(looking: Any) -> None:
    (till,), site = looking(FAMILY, {"gate": Failure.REFUSED, "till": Failure.REFUSED}, ["till"])
    assert till.detail == "gate, on which it depends, does not answer"
    assert site.asked == {"till": 1, "shop": 1, "gate": 1}


def test_a_child_whose_parents_answer_fails_itself(looking: Any) -> None:
    _, _, till = looking(FAMILY, {"till": Failure.REFUSED})[0]
    assert (till.outcome, till.failure) == (Outcome.FAILED, Failure.REFUSED)
