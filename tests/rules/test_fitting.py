"""A config fits its launch: it has the launch's id, and names phases that the plan has."""

from __future__ import annotations

from typing import Any

import pytest
from tests.rules.test_config import LAUNCH, config

from gonogo.rules.fitting import Frame, misfit

FRAME = Frame("shop", ("internal-testing", "soft-launch"))


@pytest.mark.parametrize(
    ("probe", "loc", "words"),
    [
        ({"during": ["soft-launch", "soft-lanch"]}, ("probe", 0, "during", 1),
         "there is no phase “soft-lanch”; did you mean “soft-launch”?"),
        ({"phases": {"softlaunch": {"every": "9s"}}}, ("probe", 0, "phases", "softlaunch"),
         "there is no phase “softlaunch”; did you mean “soft-launch”?"),
        ({"during": ["beta"]}, ("probe", 0, "during", 0),
         "there is no phase “beta”; the plan has internal-testing, soft-launch"),
    ],
)  # fmt: skip
def test_a_phase_that_the_plan_has_not_is_found(probe: dict[str, Any], loc: tuple[int | str, ...], words: str) -> None:
    found = misfit(config(probe=[{"name": "home", "url": "/", **probe}]), FRAME)
    assert found is not None
    assert (found.loc, str(found)) == (loc, words)


def test_what_fits_or_what_nobody_knows_is_let_be() -> None:
    fits = config(probe=[{"name": "home", "url": "/", "during": ["soft-launch"], "phases": {"soft-launch": {}}}])
    assert misfit(fits, FRAME) is None
    strange = config(probe=[{"name": "home", "url": "/", "during": ["beta"]}])
    assert misfit(strange, Frame()) is None


def test_another_id_is_another_launch() -> None:
    found = misfit(config(launch={**LAUNCH, "id": "other"}), FRAME)
    assert found is not None
    assert found.loc == ("launch", "id")
    assert "stays “shop”" in str(found)
