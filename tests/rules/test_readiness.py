"""Readiness decays: what a person attests holds for a while, what is seen holds as long as its evidence is young."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.conftest import FakeClock, Memory

from gonogo.rules import readiness
from gonogo.rules.plan import Readiness, Renewal
from gonogo.rules.readiness import RenewReadiness, Seen, standing, took_s
from gonogo.rules.record import Changes, Refusal


@pytest.fixture
def backup(memory: Memory) -> Readiness:
    """The tiny plan's one target: a day old at most."""
    return memory.state.all(Readiness)[0]


def last(memory: Memory, target: Readiness) -> Renewal:
    """Return the last word on a target."""
    found = memory.state.get(Renewal, target.id)
    assert found is not None
    return found


def state(memory: Memory, target: Readiness) -> str:
    """Return where a target stands now."""
    return standing(target, memory.state.get(Renewal, target.id), memory.clock.utc)[0]


def see(memory: Memory, target: Readiness, seen: Seen) -> bool:
    """Let the watch see something, as far as the word before gives way; return whether it did."""
    if not readiness.yields(target, memory.state.get(Renewal, target.id), seen, memory.clock.utc):
        return False
    amiss = "" if seen.ok is not None else seen.detail
    memory.do(
        RenewReadiness(readiness=target.id, ok=bool(seen.ok), detail=seen.detail, measured=True, dated=seen.dated,
                       until=seen.until, amiss=amiss), "watch",
    )  # fmt: skip
    return True


def young(at: datetime) -> Seen:
    """A backup of this moment."""
    return Seen(True, "shop.dump, 3 MB", at, at + timedelta(hours=24))


def test_what_a_person_attests_holds_for_as_long_as_they_say(memory: Memory, backup: Readiness) -> None:
    done = memory.do(RenewReadiness(readiness=backup.id, detail="in the console", for_s=6 * 3600))
    assert isinstance(done, Changes)
    assert done.said == "attested backup: ready for 6 h, in the console"
    memory.clock.advance(hours=5, minutes=59)
    assert state(memory, backup) == "ready"
    memory.clock.advance(minutes=1)
    assert state(memory, backup) == "stale"


def test_nobody_attests_for_longer_than_such_a_word_holds(memory: Memory, backup: Readiness) -> None:
    refused = memory.do(RenewReadiness(readiness=backup.id, for_s=2 * 86_400))
    assert refused == Refusal("A word on backup holds for 1 d at most; say a span up to that.", misused=True)


def test_a_backup_ages_from_its_own_time_and_not_from_when_it_was_looked_at(memory: Memory, backup: Readiness) -> None:
    made = memory.clock.utc - timedelta(hours=20)
    see(memory, backup, young(made))
    memory.clock.advance(hours=3, minutes=59)
    assert state(memory, backup) == "ready"
    memory.clock.advance(minutes=1)
    assert state(memory, backup) == "stale"


def test_what_the_watch_sees_to_be_false_cannot_be_attested_away(memory: Memory, backup: Readiness) -> None:
    see(memory, backup, Seen(False, "nothing matches shop-*.dump"))
    refused = memory.do(RenewReadiness(readiness=backup.id, detail="it is fine"))
    assert refused == Refusal("The watch sees for itself that backup is not ready: nothing matches shop-*.dump.")
    memory.clock.advance(readiness.LATELY.total_seconds())  # it does not look there any more
    assert isinstance(memory.do(RenewReadiness(readiness=backup.id, detail="it is fine")), Changes)


def test_an_attestation_stands_while_the_watch_cannot_see_and_no_longer(memory: Memory, backup: Readiness) -> None:
    blind = Seen(None, "it took more than 10 s")
    assert see(memory, backup, blind)
    assert state(memory, backup) == "not_ready"
    memory.do(RenewReadiness(readiness=backup.id, detail="in the console", for_s=3600))
    assert not see(memory, backup, blind)
    assert state(memory, backup) == "ready"
    memory.clock.advance(hours=1)
    assert see(memory, backup, blind)
    assert state(memory, backup) == "not_ready"


def test_what_is_seen_takes_over_from_what_was_attested(memory: Memory, backup: Readiness) -> None:
    memory.do(RenewReadiness(readiness=backup.id, detail="in the console"))
    assert see(memory, backup, Seen(False, "nothing matches shop-*.dump"))
    assert state(memory, backup) == "not_ready"


def test_a_file_that_a_person_found_broken_is_not_ready_until_there_is_a_newer_one(
    memory: Memory, backup: Readiness
) -> None:
    made = memory.clock.utc
    see(memory, backup, young(made))
    memory.clock.advance(hours=1)
    memory.do(RenewReadiness(readiness=backup.id, ok=False, detail="it cannot be restored"))
    assert not see(memory, backup, young(made))
    assert state(memory, backup) == "not_ready"
    memory.clock.advance(hours=1)
    assert see(memory, backup, young(memory.clock.utc))
    assert state(memory, backup) == "ready"


def test_since_when_it_is_so_outlives_the_looks(memory: Memory, backup: Readiness) -> None:
    first = memory.clock.utc
    for _ in range(3):
        see(memory, backup, young(memory.clock.utc))
        memory.clock.advance(hours=1)
    assert last(memory, backup).since.utc == first  # type: ignore[union-attr]
    see(memory, backup, Seen(False, "gone"))
    assert last(memory, backup).since.utc == memory.clock.utc  # type: ignore[union-attr]
    see(memory, backup, young(memory.clock.utc))
    memory.clock.advance(days=2)
    see(memory, backup, young(memory.clock.utc))  # it had gone stale between
    assert last(memory, backup).since.utc == memory.clock.utc  # type: ignore[union-attr]


def test_a_rollback_by_hand_is_attested_with_how_long_it_took(memory: Memory, clock: FakeClock) -> None:
    target = Readiness(id="r", key="rollback", position=9, name="rollback", max_age_s=86_400, source="rehearsals")
    memory.state.apply(Changes("", put=(target,)))
    refused = memory.do(RenewReadiness(readiness="r", detail="works"))
    assert refused == Refusal("Rehearse it with D, or say how long it took by hand: “took 3m10s”.", misused=True)
    memory.do(RenewReadiness(readiness="r", detail="by git revert, took 2m50s"))
    assert state(memory, target) == "ready"
    memory.do(RenewReadiness(readiness="r", detail="took 3:01"))
    assert state(memory, target) == "not_ready"
    assert last(memory, target).detail == "took 3:01, and the runbook leaves 3:00"


@pytest.mark.parametrize(
    ("words", "took"),
    [("took 3m10s", 190), ("it took 2 m", 120), ("took 4:05", 245), ("fast", None), ("took long", None)],
)
def test_how_long_it_took_is_read_as_people_say_it(words: str, took: float | None) -> None:
    assert took_s(words) == took


def test_how_much_the_watch_sleeps_is_nobodys_word(memory: Memory) -> None:
    target = Readiness(id="w", key="watch", position=9, name="watch", max_age_s=86_400, source="watch")
    memory.state.apply(Changes("", put=(target,)))
    refused = memory.do(RenewReadiness(readiness="w", detail="never"))
    assert isinstance(refused, Refusal)
    assert "nobody's word makes it so" in refused.sentence
