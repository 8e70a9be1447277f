"""Alarms are ready when a person saw a test of each channel lately, and not by anybody's word alone."""

from __future__ import annotations

import pytest
from tests.conftest import FakeClock, Memory

from gonogo.rules import confirm
from gonogo.rules.confirm import Confirmation, ConfirmChannel
from gonogo.rules.plan import Readiness, Renewal
from gonogo.rules.readiness import RenewReadiness, Seen
from gonogo.rules.record import Changes, Refusal

BOTH = ("phone", "mail")
DAY_S = 86_400.0


@pytest.fixture
def target(memory: Memory) -> Readiness:
    """A target that only tests renew."""
    made = Readiness(id="r", key="alarms", position=9, name="alarms", max_age_s=7 * DAY_S, source="alarms")
    memory.state.apply(Changes("", put=(made,)))
    return made


def renewal(memory: Memory) -> tuple[bool, str]:
    """Return the last word on the target."""
    found = memory.state.get(Renewal, "r")
    assert found is not None
    return found.ok, found.detail


def test_each_channel_must_have_been_seen(memory: Memory, target: Readiness) -> None:
    memory.do(ConfirmChannel(channel="phone", channels=BOTH))
    assert renewal(memory) == (False, "no person has confirmed mail: gonogo notify test")
    memory.clock.advance(hours=2)
    memory.do(ConfirmChannel(channel="mail", channels=BOTH))
    assert renewal(memory) == (True, "a test of 2 channels was seen")


def test_a_channel_that_is_not_there_cannot_be_confirmed(memory: Memory, target: Readiness) -> None:
    refused = memory.do(ConfirmChannel(channel="pager", channels=BOTH))
    assert refused == Refusal("There is no channel “pager” in the config; there are: phone, mail.")
    assert memory.state.all(Confirmation) == []


def test_nobody_says_by_hand_that_alarms_are_ready(memory: Memory, target: Readiness) -> None:
    refused = memory.do(RenewReadiness(readiness="r", detail="sure"))
    assert refused == Refusal("alarms is ready when a person saw a test of each channel: `gonogo notify test`.")
    assert isinstance(memory.do(RenewReadiness(readiness="r", measured=True), "watch"), Changes)


def test_a_confirmation_grows_old_and_no_channel_is_no_alarm(clock: FakeClock) -> None:
    seen = {"phone": Confirmation(id="phone", at=clock.now(), by="ann")}
    clock.advance(days=7)
    fresh = confirm.standing(("phone",), seen, 7 * DAY_S, clock.now())
    assert (fresh.ok, fresh.until) == (True, clock.utc)
    clock.advance(1)
    assert confirm.standing(("phone",), seen, 7 * DAY_S, clock.now()) == Seen(
        False, "phone was confirmed too long ago: gonogo notify test",
    )  # fmt: skip
    assert confirm.standing((), {}, DAY_S, clock.now()).ok is False
