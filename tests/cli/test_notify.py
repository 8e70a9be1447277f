"""`gonogo notify`: a test through each channel, a person's word that it arrived, and the messages that did not."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.ground import data, gonogo, ok, refused
from tests.conftest import FakeClock

from gonogo.control import notify
from gonogo.formats.config import parse_config
from gonogo.rules.config_face import face_of
from gonogo.rules.letter import Letter
from gonogo.store import outbox, watching
from gonogo.store.store import Store

CONFIG = '[launch]\nid = "tiny"\nname = "Tiny"\n[[channel]]\nname = "phone"\ncommand = ["true"]\n'


@pytest.fixture
def store(tiny_launch: Path, clock: FakeClock) -> Store:
    """The launch's store, with a config that has a channel accepted."""
    made = Store(tiny_launch)
    with made.writing() as db:
        face = face_of(parse_config(CONFIG, "a config")).model_dump_json()
        watching.accept_config(db, CONFIG, clock.now(), face)
    return made


def test_without_a_channel_or_a_watch_it_says_what_is_missing(tiny_launch: Path, clock: FakeClock) -> None:
    refused(gonogo("notify", "test", at=clock), 1, "There is no [[channel]] in the config")


def test_only_a_watch_sends(store: Store, clock: FakeClock) -> None:
    refused(gonogo("notify", "test", "pager", at=clock), 2, "There is no channel “pager”", "alarms go over: phone")
    refused(gonogo("notify", "test", at=clock), 1, "No watch is running")
    assert ok(gonogo("notify", "list", at=clock)) == "No message yet.\n"


def test_a_test_is_left_and_its_end_is_said(
    store: Store, tiny_launch: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A watch of another process would send it; here it is played."""
    monkeypatch.setattr(watching, "is_alive", lambda path: True)

    def arrived(room: object, event: str) -> list[outbox.Post]:
        with store.writing() as db:
            for parcel in outbox.claim(db, clock.now()):
                outbox.sent(db, parcel, clock.now())
        return outbox.find(store.db, event)

    monkeypatch.setattr(notify, "fates", arrived)
    said = ok(gonogo("notify", "test", at=clock))
    assert said.splitlines() == ["phone took it", "Seen by a person? gonogo notify test phone --seen"]
    (row,) = data(gonogo("notify", "list", "--json", at=clock))
    assert (row["kind"], row["state"], row["channel"], row["tries"]) == ("test", "sent", "phone", 1)
    assert ok(gonogo("notify", "test", "--seen", at=clock)) == "saw the test of phone arrive\n"
    refused(gonogo("notify", "test", "pager", "--seen", at=clock), 2, "There is no channel “pager”")


def test_what_was_given_up_is_listed_tried_again_or_dropped(store: Store, clock: FakeClock) -> None:
    assert ok(gonogo("notify", "retry", at=clock)) == "No message was given up.\n"
    letter = Letter("1", "phone", "e", "opened", "Tiny: it is down", "It is down.", clock.now())
    with store.writing() as db:
        outbox.put(db, [letter])
        (parcel,) = outbox.claim(db, clock.now())
        outbox.failed(db, parcel, "it is \x1b[31mgone", clock.now(), final=True)
    line = ok(gonogo("notify", "list", at=clock))
    assert "dead" in line
    assert "\x1b" not in line
    assert ok(gonogo("notify", "retry", "phone", at=clock)) == "1 message will be tried again\n"
    with store.writing() as db:
        outbox.failed(db, outbox.claim(db, clock.now())[0], "gone", clock.now(), final=True)
    assert ok(gonogo("notify", "drop", at=clock)) == "1 message forgotten\n"


def test_customers_are_sent_no_test(store: Store, clock: FakeClock) -> None:
    mail = CONFIG + '[[channel]]\nname = "mail"\ncommand = ["true"]\nalarms = false\n'
    with store.writing() as db:
        watching.accept_config(db, mail, clock.now(), face_of(parse_config(mail, "a config")).model_dump_json())
    refused(gonogo("notify", "test", "mail", at=clock), 2, "There is no channel “mail”", "alarms go over: phone")
    refused(gonogo("notify", "test", "mail", "--seen", at=clock), 2, "There is no channel “mail”")
