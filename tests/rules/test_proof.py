"""What a number proves: the sentences, their bounds against scipy, and roundings that never flatter."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gonogo.rules import proof, words


@pytest.mark.parametrize(
    ("clean", "failed", "says"),
    [
        (20, 0, "20 clean orders: at most 14% could fail (95% sure); 44 for 90% sure of 95%."),
        (1, 0, "1 clean order: at most 78% could fail (95% sure); 44 for 90% sure of 95%."),
        (44, 0, "44 clean orders: at most 6.5% could fail (95% sure); enough for 90% sure of 95%."),
        (19, 1, "19 clean orders and 1 failed: at most 21% could fail (95% sure); "
                "76 in all, no more failed, for 90% sure of 95%."),
        (0, 0, "No orders yet: nothing is proved."),
    ],
)  # fmt: skip
def test_orders(clean: int, failed: int, says: str) -> None:
    assert proof.orders(clean, failed).says == says


def test_the_formula_is_said_in_words() -> None:
    assert proof.orders(20).how == (
        "The share of all orders that succeed, if each has the same chance and nothing was known before: Beta(21, 1)."
    )
    assert proof.rate(7, 7, "bug", "day", 2, 0.8).how.endswith("at a steady rate: Gamma(7.5, 7 days).")
    assert proof.growth(20, 25, 0.9).how.endswith("Beta(26, 21) above one half.")


def test_uptime() -> None:
    assert proof.uptime(168, 0, 0.99, 0.8, 168).says == (
        "7 d watched, nothing down: up at least 98.2% of the time (95% sure); "
        "likely, 82%, that it is 99% or more; enough for 80% sure of 99%."
    )
    assert "4 d 23 h more without a fault for 80% sure of 99%" in proof.uptime(40, 0, 0.99, 0.8, 168).says
    assert "a window of 7 d cannot make 90% sure of 99%" in proof.uptime(168, 0, 0.99, 0.9, 168).says
    assert ", 30 min of it down: " in proof.uptime(167.5, 0.5, 0.9995, 0.8).says
    assert "80% sure of 99.95%" in proof.uptime(167.5, 0.5, 0.9995, 0.8).says
    assert proof.uptime(0, 0, 0.99, 0.8).says == "Nobody has watched yet: nothing is proved."


def test_rates() -> None:
    assert proof.rate(7, 7, "bug", "day", 2, 0.8).says == (
        "7 bugs in 7 days: at most 1.8 a day (95% sure); very likely, 98%, that it is under 2; enough for 80% sure."
    )
    assert "open, 59%, that it is under 2; 1 d 5 h more without one" in proof.rate(13, 7, "bug", "day", 2, 0.8).says
    assert proof.rate(0, 0, "bug", "day", 2, 0.8).says == "Nobody has watched yet: nothing is proved."


def test_an_absence_is_not_yet_proof() -> None:
    assert proof.rate(0, 1, "critical", "week", 1, 0.9).says == (
        "No criticals in 1 week: at most 2 a week (95% sure); likely, 84%, that it is under 1; "
        "2 d 11 h more without one for 90% sure; none seen is not yet proof."
    )


def test_ratings() -> None:
    assert proof.rating((0, 0, 0, 2, 3), 4, 0.9).says == (
        "5 ratings, mean 4.60, from 4 to 5: likely, 85%, that the mean of all is above 4; 1 more 5 for 90% sure."
    )
    assert proof.rating((0, 0, 0, 0, 5), 4, 0.8).says.startswith("5 ratings, mean 5.00, all 5: very likely, 94%")
    assert "no number of 5s makes 80% sure" in proof.rating((0, 0, 0, 0, 5), 5, 0.8).says
    assert proof.rating((0, 0, 0, 0, 0), 4, 0.8).says == "No ratings yet: nothing is proved."


def test_growth_users_and_arrivals() -> None:
    assert (
        proof.growth(20, 25, 0.9).says == "25 orders against 20 before: likely, 77%, that they grow; 30 for 90% sure."
    )
    assert proof.growth(0, 0, 0.9).says == "No orders in either window: nothing is proved."
    assert proof.users(5).says == (
        "5 users meet a problem that strikes 31% of people with 84%, and one that strikes 10% with 41%."
    )
    assert proof.users(0).says == "No users yet: nothing is proved."
    assert proof.arrivals(6, 14, 14 / 4.3 * 86_400, 172_800).says == "6 more at 4.3 a day: 81% within 2 d."
    assert proof.arrivals(6, 0, 604_800, 604_800).says == "6 more with none in 7 d: 0.5% within 7 d."
    assert proof.arrivals(0, 20, 9, 9).says == "Reached."


@given(st.integers(0, 10**8), st.integers(0, 10**4))
def test_the_bound_of_orders_is_scipys_rounded_against_us(clean: int, failed: int) -> None:
    says = proof.orders(clean, failed).says
    if found := re.search(r"at most ([\d.]+)%", says):
        bound = 100 * stats.beta.ppf(0.95, failed + 1, clean + 1)
        gap = min(bound, 100 - bound)
        assert bound * (1 - 1e-9) <= float(found[1]) <= bound + max(1.0 if gap > 10 else gap / 10, 2e-9) * 1.001


@given(st.integers(0, 10**6), st.floats(0.01, 1000))
def test_the_bound_of_a_rate_is_scipys_rounded_against_us(events: int, exposure: float) -> None:
    found = re.search(r"at most ([\d.,]+) a day", proof.rate(events, exposure, "bug", "day", 2, 0.8).says)
    assert found is not None
    bound = stats.gamma.ppf(0.95, events + 0.5, scale=1 / exposure)
    assert bound * (1 - 1e-6) <= float(found[1].replace(",", "")) <= bound * 1.11


@given(st.floats(1e-7, 1 - 1e-7))
def test_bounds_never_flatter_and_never_reach_the_end(share: float) -> None:
    most, least = float(proof.at_most(share)[:-1]), float(proof.at_least(share)[:-1])
    assert 0 < least <= share * 100 + 1e-6
    assert share * 100 - 1e-6 <= most < 100
    assert proof.at_least(1.0) == "100%"
    assert proof.at_most(0.0) == "0%"


@given(st.floats(0, 1))
def test_a_probability_is_never_none_or_all(value: float) -> None:
    assert words.probability(value) not in ("0%", "100%", "0.0%", "100.0%")


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(0.84, "84%"), (0.995, "99.5%"), (0.99, "99%"), (1.0, "over 99.9%"), (0.9999, "over 99.9%"), (0.0, "under 0.1%"),
     (0.004, "0.4%"), (0.9902, "99%")],
)  # fmt: skip
def test_probabilities(value: float, wanted: str) -> None:
    assert words.probability(value) == wanted


def test_the_word_fits_the_number_beside_it() -> None:
    assert proof.likely(0.3377) == "open, 34%"
    assert proof.likely(0.8999) == "very likely, 90%"
