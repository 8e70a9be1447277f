"""Testing the channels: a letter to each, what became of it, and that a person saw it."""

from __future__ import annotations

import time
from collections.abc import Sequence

from gonogo.control.alarms import accepted
from gonogo.control.clock import Ids
from gonogo.control.room import ControlRoom, Done
from gonogo.rules.confirm import ConfirmChannel
from gonogo.rules.letter import Letter, Post
from gonogo.rules.plan import Launch
from gonogo.rules.record import Refusal
from gonogo.store import outbox, watching

PATIENCE_S = 25.0
"""A receiver has 20 s to answer."""


def channels(room: ControlRoom) -> tuple[str, ...]:
    """Return the names of the channels of the accepted config over which alarms go."""
    return tuple(one.name for one in accepted(room.store).channels if one.alarms)


def leave_tests(room: ControlRoom, wanted: Sequence[str] = ()) -> str | Refusal:
    """Leave a test for some channels, or for all; return the event that they are letters of."""
    known = {one.name: one for one in accepted(room.store).channels if one.alarms}
    if not known:
        return Refusal("There is no [[channel]] in the config that the watch goes by; docs/alarms.md says how.")
    for name in wanted:
        if name not in known:
            return Refusal(f"There is no channel “{name}” in the config that the watch goes by; alarms go over: "
                           f"{', '.join(known)}.", True)  # fmt: skip
    if not watching.is_alive(room.store.path):
        return Refusal("No watch is running, and only a watch sends; start it with `gonogo watch`.")
    launch = next(iter(room.store.state().all(Launch)))
    ids, now = Ids(room.clock), room.clock.now()
    event = f"test/{ids.fresh()}"
    letters = [
        Letter(
            id=ids.fresh(), channel=name, event=event, kind="test", title=f"Test of {name}: {launch.name}", at=now,
            text=f"A test of the channel {name}, asked for by {room.actor}. Nothing is wrong. "
            f"Who sees this confirms it: gonogo notify test {name} --seen",
            people=known[name].people,
        )
        for name in (wanted or known)
    ]  # fmt: skip
    with room.store.writing() as db:
        outbox.put(db, letters)
        room.store.bump(["outbox"])
    return event


def fates(room: ControlRoom, event: str, patience_s: float = PATIENCE_S) -> list[Post]:
    """Wait until each letter of an event was tried; return what became of them."""
    deadline = time.monotonic() + patience_s
    while True:
        found = outbox.find(room.store.db, event)
        if all(post.sent_at or post.error for post in found) or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


def say(post: Post) -> str:
    """Say what became of a letter."""
    name = post.letter.channel
    if post.sent_at:
        return f"{name} took it"
    return f"{name} did not take it: {post.error}" if post.error else f"{name} has not answered yet"


def confirm(room: ControlRoom, channel: str) -> Done | Refusal:
    """Keep that a person saw the test of a channel."""
    return room.dispatch(ConfirmChannel(channel=channel, channels=channels(room)))


def retry(room: ControlRoom, channel: str | None) -> int:
    """Let the messages that were given up be tried again, of one channel or of all; return how many."""
    with room.store.writing() as db:
        found = outbox.revive(db, channel, room.clock.now())
        room.store.bump(["outbox"])
    return found


def drop(room: ControlRoom, channel: str | None) -> int:
    """Forget the messages that were given up, of one channel or of all; return how many."""
    with room.store.writing() as db:
        found = outbox.drop(db, channel)
        room.store.bump(["outbox"])
    return found
