"""Customers are left out of a text, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.rules.discreet import Discreet

NAMES = ("Zebulon Quagmire", "anna", "phone", "May", "Al", "corner shop", "42")


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("Zebulon Quagmire called", "customer 1 called"),
        ("zebulon called, QUAGMIRE did not", "customer 1 called, customer 1 did not"),
        ("anna's invoice is blank", "customer 2's invoice is blank"),
        ("annabel is no customer, nor is Hannah", "annabel is no customer, nor is Hannah"),
        ("walk through an order on a phone", "walk through an order on a phone"),
        ("the shop at the corner", "the shop at the corner"),
        ("Fri 6 May 19:31, and May waits", "Fri 6 May 19:31, and customer 3 waits"),
        ("ask Al about all of it", "ask customer 4 about all of it"),
        ("42 of 42 orders", "42 of 42 orders"),
        ("write to zeb@shop.example, or +60 12-345 6789", "write to (address), or (number)"),
        ("call 012 345 6789 or (03) 8888 1234 or 555-123-4567", "call (number) or (number) or (number)"),
        ("until 2026-11-27 11:00, 1,234,567 of them", "until 2026-11-27 11:00, 1,234,567 of them"),
    ],
)
def test_a_customer_becomes_a_number(said: str, wanted: str) -> None:
    assert Discreet(NAMES)(said) == wanted


def test_who_is_in_the_team_keeps_a_name() -> None:
    say = Discreet(("mia", "Mia Customer"), team=("mia",))
    assert say("mia voted go; Customer waits") == "mia voted go; Customer waits"
    assert say("Mia Customer") == "customer 1"


def test_without_customers_nothing_changes() -> None:
    assert Discreet(())("14 of 20 orders") == "14 of 20 orders"


def test_an_ordinary_word_is_a_name_only_where_the_team_wrote() -> None:
    """A customer called Will, home or launch takes no word from the program or from the plan."""
    say = Discreet(("will", "home", "launch", "Bea Long"), written=("ask will about home", "will"))
    for said in ("Soft launch will begin", "home is down", "Full launch: home will be asked"):
        assert say.within(said) == said
    assert say.within("held the launch: ask will about home") == "held the launch: ask customer 1 about customer 2"
    assert say.within("Ask will about home; it will pass") == "Ask customer 1 about customer 2; it will pass"
    assert say.within("voted go for tech: will") == "voted go for tech: customer 1"
    assert say.within("Ring Bea Long, at bea@shop.example") == "Ring customer 4, at (address)"


def test_what_was_cut_short_is_still_what_was_written() -> None:
    say = Discreet(("will",), written=("so that everybody can see it well enough, will comes by",))
    cut = say.within("held: so that everybody can see it well enough, will c…")
    assert cut == "held: so that everybody can see it well enough, customer 1 c…"


@given(st.text(alphabet="abcdeİıſKßÄä-'.", min_size=2, max_size=12))
def test_a_known_name_is_never_said(name: str) -> None:
    assert Discreet((name,))(f"x {name} x") in ("x customer 1 x", "x a customer x")
