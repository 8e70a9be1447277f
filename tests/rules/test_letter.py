"""Letters and posts: a storm becomes a digest, a retry is the same post, and what is late says so."""

from __future__ import annotations

from dataclasses import replace

from tests.conftest import FakeClock

from gonogo.rules.letter import GAP_S, MOST, STORM, URGENT_GAP_S, Letter, Parcel, parcels


def letters(clock: FakeClock, count: int, channel: str = "phone") -> list[Letter]:
    """Write some letters to one channel."""
    return [
        Letter(f"{channel}-{n}", channel, f"event {n}", "due", f"Step {n}", f"Do {n}.", clock.now())
        for n in range(count)
    ]


def sizes(found: list[Parcel]) -> list[int]:
    """Return how many letters are in each post."""
    return [len(one.letters) for one in found]


def test_a_few_go_one_by_one(clock: FakeClock) -> None:
    found = parcels(letters(clock, STORM), {})
    assert sizes(found) == [1] * STORM
    assert [one.key for one in found] == [f"phone-{n}" for n in range(STORM)]


def test_a_storm_is_joined_and_another_channel_is_not(clock: FakeClock) -> None:
    found = parcels([*letters(clock, STORM + 1), *letters(clock, 1, "mail")], {})
    assert sizes(found) == [STORM + 1, 1]
    said = found[0].text(clock.now())
    assert said.startswith(f"{STORM + 1} messages in one:\n\nDo 0.")
    assert found[0].title == f"Step {STORM} (and {STORM} messages more)"


def test_after_a_storm_the_next_waits_for_the_gap(clock: FakeClock) -> None:
    posts = {"phone": [50.0, 40.0, 30.0, 20.0, GAP_S - 1]}
    assert parcels(letters(clock, 3), posts) == []
    posts["phone"][-1] = GAP_S
    assert sizes(parcels(letters(clock, 3), posts)) == [3]
    assert sizes(parcels(letters(clock, 3), {"phone": [61.0] * 9})) == [1, 1, 1]
    assert sizes(parcels(letters(clock, MOST + 9), {})) == [MOST]


def test_what_wakes_people_hardly_waits_in_a_storm(clock: FakeClock) -> None:
    posts = {"phone": [50.0, 40.0, 30.0, 20.0, URGENT_GAP_S]}
    calm = letters(clock, 1)
    urgent = [replace(one, urgency=5) for one in letters(clock, 2)]
    assert parcels(calm, posts) == []
    assert sizes(parcels([*calm, *urgent], posts)) == [3]
    posts["phone"][-1] = URGENT_GAP_S - 0.5
    assert parcels(urgent, posts) == []


def test_a_retry_is_the_same_post(clock: FakeClock) -> None:
    """What has come since goes into another one: a receiver that tells repeats by the key would lose it."""
    old = [replace(one, parcel="phone-0") for one in letters(clock, 2)]
    fresh = replace(letters(clock, 1)[0], id="later")
    found = parcels([*old, fresh], {"phone": [1.0] * 9})
    assert [(one.key, len(one.letters)) for one in found] == [("phone-0", 2)]
    found = parcels([*old, fresh], {})
    assert [(one.key, len(one.letters)) for one in found] == [("phone-0", 2), ("later", 1)]


def test_what_is_late_says_so(clock: FakeClock) -> None:
    (one,) = parcels(letters(clock, 1), {})
    assert one.text(clock.advance(59)) == "Do 0."
    assert one.text(clock.advance(minutes=70)) == "Late by 1 h 10 min: Do 0."
    assert one.text(clock.step_wall(-3600)).startswith("Late by 1 h 10 min: ")


def test_what_a_person_wrote_goes_alone_and_as_it_was_written(clock: FakeClock) -> None:
    written = replace(letters(clock, 1)[0], id="written", kind="message", text="We are on it.")
    found = parcels([*letters(clock, STORM + 1), written], {"phone": [1.0] * 9})
    assert [one.key for one in found] == ["written"]
    assert found[0].text(clock.advance(minutes=70)) == "We are on it."
