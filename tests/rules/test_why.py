"""What a number really proves: DESIGN's sentences, from the criterion that is judged."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.rules.ground import DAY_S, NOW, criterion, evidence, fact, probe, windows

from gonogo.rules import criterion as criteria
from gonogo.rules.reading import Evidence
from gonogo.rules.why import proof_of

HOUR = timedelta(hours=1)


def orders(number: int, **more: object) -> tuple:
    return tuple(fact("order", HOUR * (place + 1), **{"ok": True, **more}) for place in range(number))


@pytest.mark.parametrize(
    ("require", "given", "more", "says"),
    [
        ("orders.clean >= 20 over phase", evidence(orders(20)), {},
         "20 clean orders: at most 14% could fail (95% sure); 44 for 90% sure of 95%."),
        ("orders.success >= 90%", evidence(orders(20)), {"confidence": 0.8}, "20 clean orders: at most 14% could fail"),
        ("feedback.mean > 4 over phase", evidence(tuple(fact("feedback", HOUR * n, rating=r)
                                                        for n, r in enumerate((5, 5, 4, 5, 4), 1))),
         {"min_samples": 5}, "5 ratings, mean 4.60, from 4 to 5: likely, 85%, that the mean of all is above 4"),
        ("criticals.per_week < 1", evidence(()), {"per_s": 7 * DAY_S}, "No criticals in 1 week: at most 2 a week"),
        ("uptime >= 99%", evidence((), (probe(windows=windows()),)), {}, "14 d watched, nothing down"),
        ("orders.customers >= 5 over phase", evidence(orders(1, customer="anna")), {}, "1 user meets a problem"),
        ("orders.growth > 1", evidence((*orders(8), *(fact("order", HOUR * 24 * 9, ok=True, n=n) for n in range(4)))),
         {}, "8 orders against 4 before"),
    ],
)  # fmt: skip
def test_what_a_number_proves(require: str, given: Evidence, more: dict[str, float], says: str) -> None:
    found = proof_of(criteria.judge(criterion(require, **more), given, NOW))
    assert found is not None
    assert found.says.startswith(says)
    assert found.how


@pytest.mark.parametrize("require", ["p95 < 800ms over 24h", "bugs.critical == 0", "checklist.share >= 100%"])
def test_a_number_that_proves_nothing_but_itself_has_no_proof(require: str) -> None:
    assert proof_of(criteria.judge(criterion(require), evidence(), NOW)) is None
