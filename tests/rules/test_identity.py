"""Who answers: what is new is said once, what takes turns is not."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conftest import FakeClock

from gonogo.rules.identity import ADDRESSES, Identity, expiry_s
from gonogo.rules.probe import Check, Outcome


def said(identity: Identity, clock: FakeClock, **facts: Any) -> str:
    """Let a check come in; return what it says."""
    return identity.note(Check("home", clock.now(), Outcome.OK, facts=facts))


def test_the_first_answer_is_no_change(clock: FakeClock) -> None:
    assert said(Identity(), clock, ip="192.0.2.1", cert={"days": 30.0, "serial": "a"}, build="v1") == ""
    assert said(Identity(), clock) == ""


def test_a_pool_that_takes_turns_is_new_once_each(clock: FakeClock) -> None:
    identity = Identity()
    pool = [f"192.0.2.{number}" for number in range(ADDRESSES)]
    first = [said(identity, clock, ip=ip) for ip in pool]
    assert first == ["", *(f"address {ip} is new" for ip in pool[1:])]
    assert [said(identity, clock, ip=ip) for ip in [*pool, *reversed(pool)]] == [""] * 2 * ADDRESSES
    assert said(identity, clock, ip="192.0.2.99") == "address 192.0.2.99 is new"
    assert said(identity, clock, ip=pool[-1]) == f"address {pool[-1]} is new"  # the one that answered longest ago


def test_what_was_stored_is_known_after_a_restart(clock: FakeClock) -> None:
    check = Check("home", clock.now(), Outcome.OK, facts={"cert": {"days": 30.0}})
    identity = Identity.of(["192.0.2.1", "192.0.2.2"], expiry_s(check))
    assert said(identity, clock, ip="192.0.2.1", cert={"days": 30.0}) == ""
    assert said(identity, clock, ip="192.0.2.3", cert={"days": 90.0}) == (
        "address 192.0.2.3 is new; another certificate, until 2027-01-31"
    )


@pytest.mark.parametrize(
    ("cert", "changed"),
    [
        ({"days": 29.0}, False),  # a day has passed
        ({"days": 89.0}, True),
        ({"days": 29.0, "serial": "b"}, True),
        ({"days": 29.0, "serial": "a"}, False),
        ({}, False),
    ],
)
def test_a_certificate_changes_with_its_end_or_its_serial(
    clock: FakeClock, cert: dict[str, Any], changed: bool
) -> None:
    identity = Identity()
    said(identity, clock, cert={"days": 30.0, "serial": "a"})
    clock.advance(days=1)
    assert said(identity, clock, cert=cert).startswith("another certificate") is changed


def test_another_build_is_said_with_the_one_before(clock: FakeClock) -> None:
    identity = Identity()
    found = [said(identity, clock, build=build) for build in ("v1", "v1", "v2\x1b[2J", "v2\x1b[2J")]
    assert found == ["", "", "build v2\ufffd[2J, was v1", ""]
