"""Alarms over a store: letters in the transaction of what happened, deadlines that ring once, to the right people."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tests.conftest import FakeClock

from gonogo.control import outbox as outboxes
from gonogo.control.alarms import Alarms, next_contact
from gonogo.control.clock import Ids
from gonogo.control.desk import Desk
from gonogo.control.room import ControlRoom, Done
from gonogo.control.sender import Answer
from gonogo.formats.config import parse_config
from gonogo.rules.call import HandOverIncident
from gonogo.rules.config_face import face_of
from gonogo.rules.incident import Incident
from gonogo.rules.log import LogOrder
from gonogo.rules.message import SendMessage
from gonogo.rules.outcome import ResolveIncident
from gonogo.rules.plan import Severity
from gonogo.rules.record import Intent, Refusal
from gonogo.rules.response import (
    AcknowledgeIncident,
    DeclareIncident,
    GradeIncident,
    RecoverIncident,
    RelapseIncident,
    SuspectIncident,
)
from gonogo.store import evidence, outbox, watching
from gonogo.store.errors import Busy, Superseded

TEAM = """
[launch]
id = "tiny"
name = "Tiny"
[[person]]
name = "ann"
[[person]]
name = "ben"
[[person]]
name = "cyd"
[[channel]]
name = "team"
slack = "https://chat.example"
[[channel]]
name = "ann-phone"
ntfy = "https://ntfy.example/ann"
people = ["ann"]
[[channel]]
name = "ben-phone"
ntfy = "https://ntfy.example/ben"
people = ["ben"]
when = ["critical"]
"""


class Bells:
    """A launch with a team, its alarms, and ways to look at what was told to whom."""

    def __init__(self, room: ControlRoom, clock: FakeClock) -> None:
        self.room, self.clock, self.store = room, clock, room.store
        self.alarms = Alarms(room.store, clock, Ids(clock))
        self.accept(TEAM)
        self._seen = 0

    def accept(self, text: str) -> None:
        """Make a config the accepted one."""
        with self.store.writing() as db:
            watching.accept_config(
                db, text, self.clock.now(), face_of(parse_config(text, "a config")).model_dump_json()
            )
            self.store.bump(["watch"])

    def do(self, intent: Intent) -> Incident:
        """Do something; return the newest incident."""
        assert isinstance(self.room.dispatch(intent), Done)
        return self.incident

    def suspect(self) -> Incident:
        """Let the watch suspect an incident."""
        return self.do(SuspectIncident(probe="checkout", why="status 502", onset=self.clock.now()))

    @property
    def incident(self) -> Incident:
        """The newest incident."""
        return max(self.store.state().all(Incident), key=lambda one: one.label)

    def told(self) -> list[tuple[str, str]]:
        """Return what was left since this was asked last: (kind, channel)."""
        found = [post.letter for post in reversed(outbox.newest(self.store.db, 1000))]
        fresh, self._seen = found[self._seen :], len(found)
        return [(letter.kind, letter.channel) for letter in fresh]

    def after(self, seconds: float) -> list[tuple[str, str]]:
        """Let time pass and ring; return what was left."""
        self.clock.advance(seconds)
        self.alarms.ring()
        return self.told()

    def facts(self, kind: str) -> list[str]:
        """Return the lines of a kind of fact."""
        return [fact.text for fact in evidence.read(self.store.db, [kind])]


@pytest.fixture
def bells(room: ControlRoom, clock: FakeClock) -> Bells:
    """Ann's launch, with a team."""
    return Bells(room, clock)


def test_the_team_and_the_first_contact_are_told_at_once(bells: Bells) -> None:
    bells.suspect()
    assert bells.told() == [("opened", "team"), ("opened", "ann-phone")]


def test_orders_that_failed_are_named_in_the_first_word(bells: Bells) -> None:
    for ok in (True, False, False):
        bells.room.dispatch(LogOrder(ok=ok))
    bells.suspect()
    assert "2 of 3 orders failed." in outbox.newest(bells.store.db, 1)[0].letter.text


def test_a_probe_that_joins_is_one_message_more_and_a_storm_of_them_one_post(
    bells: Bells, posting: tuple[Desk, outboxes.Desk]
) -> None:
    _, out = posting
    bells.suspect()
    bells.told()
    for parcel in out.claim():
        out.posted(parcel, Answer())
    bells.do(SuspectIncident(probe="invoices", why="status 500", onset=bells.clock.now()))
    assert bells.told() == [("joined", "team"), ("joined", "ann-phone")]
    again = SuspectIncident(probe="invoices", why="status 500", onset=bells.clock.now())
    assert isinstance(bells.room.dispatch(again), Refusal)
    for number in range(7):
        bells.do(SuspectIncident(probe=f"page-{number}", why="status 500", onset=bells.clock.now()))
    assert len(bells.told()) == 14
    (team, ann) = out.claim()
    assert team.title == "Joined: page-6 joined incident 1: status 500. Tiny: checkout down (and 7 messages more)"
    assert len(ann.letters) == 8


def test_a_promised_word_to_customers_rings_like_a_step(bells: Bells) -> None:
    one = bells.do(DeclareIncident(title="Slow", severity=Severity.CRITICAL))
    bells.after(60)
    due = bells.clock.now().after(300)
    words = {"audience": "customers", "how": "by mail", "text": "We are on it."}
    bells.do(SendMessage(incident=one.id, next_update=due, **words))
    bells.after(269)
    bells.told()

    def of_it(seconds: float) -> list[str]:
        bells.after(seconds)
        return [fact for fact in bells.facts("deadline") if "as promised" in fact]

    assert of_it(1) == ["due in 30 s: Tell customers how it stands, as promised"]
    assert of_it(30)[1:] == ["due now: Tell customers how it stands, as promised"]
    letter = outbox.newest(bells.store.db, 1)[0].letter
    assert letter.title == "Due now: Tell customers how it stands, as promised. Tiny: Slow"
    assert of_it(60)[2:] == ["overdue: Tell customers how it stands, as promised"]
    bells.do(SendMessage(incident=one.id, next_update=bells.clock.now().after(600), **words))
    assert len(of_it(569)) == 3
    assert of_it(1)[3:] == ["due in 30 s: Tell customers how it stands, as promised"]


def test_then_the_next_and_the_next(bells: Bells) -> None:
    bells.suspect()
    bells.told()
    assert [one for one in bells.after(180) if one[0] == "unheard"] == [("unheard", "team"), ("unheard", "ben-phone")]
    assert [one for one in bells.after(180) if one[0] == "unheard"] == [("unheard", "team"), ("unheard", "ann-phone")]
    bells.do(AcknowledgeIncident(incident=bells.incident.id))
    bells.told()
    assert [one for one in bells.after(180) if one[0] == "unheard"] == []


def test_a_deadline_rings_once_and_stands_on_the_timeline(bells: Bells) -> None:
    bells.suspect()
    bells.told()
    assert bells.after(90) == [("soon", "team"), ("soon", "ann-phone")]
    assert bells.after(0) == []
    assert Alarms(bells.store, bells.clock, Ids(bells.clock)).ring()[0] is False  # a watch after this one
    assert bells.facts("deadline") == ["due in 30 s: Decide"]


def test_a_watch_that_was_gone_rings_late_and_in_order(bells: Bells) -> None:
    bells.suspect()
    bells.do(AcknowledgeIncident(incident=bells.incident.id))
    bells.told()
    bells.clock.reboot(400)
    bells.alarms = Alarms(bells.store, bells.clock, Ids(bells.clock))
    assert [kind for kind, channel in bells.after(0) if channel == "team"] == ["ungraded", "overdue", "overdue"]
    assert bells.facts("deadline")[-1] == "overdue: Roll back, 40 s late"
    assert "passed untold: due now: Roll back" in bells.facts("deadline")


def test_it_says_when_to_come_back(bells: Bells) -> None:
    assert bells.alarms.ring() == (False, None)
    bells.suspect()
    assert bells.alarms.ring() == (False, 90)
    bells.clock.advance(89)
    assert bells.alarms.ring() == (False, 1)
    bells.clock.advance(1)
    assert bells.alarms.ring() == (True, 30)


def test_relapse_recovery_and_resolution_are_told(bells: Bells) -> None:
    one = bells.suspect()
    bells.do(RecoverIncident(incident=one.id))
    bells.do(RelapseIncident(incident=one.id, probe="checkout"))
    bells.do(ResolveIncident(incident=one.id, outcome="false_alarm", reason="a test"))
    assert [kind for kind, channel in bells.told() if channel == "team"] == [
        "opened", "recovered", "relapsed", "resolved",
    ]  # fmt: skip


def test_one_that_gets_worse_is_told_to_those_who_hear_of_that_only(bells: Bells) -> None:
    one = bells.do(DeclareIncident(title="Slow", severity=Severity.LOW))
    bells.do(HandOverIncident(incident=one.id, to="ben"))
    assert [channel for _, channel in bells.told()] == ["team", "ann-phone", "team"]
    bells.do(GradeIncident(incident=one.id, severity=Severity.CRITICAL))
    assert bells.told() == [("raised", "team"), ("raised", "ben-phone")]
    bells.do(GradeIncident(incident=one.id, severity=Severity.LOW))
    assert bells.told() == []


def test_the_next_contact_is_the_one_after_whoever_has_it(bells: Bells) -> None:
    one = bells.suspect()
    assert next_contact(bells.store, one.id) == "ben"
    bells.do(AcknowledgeIncident(incident=one.id))
    assert next_contact(bells.store, one.id) == "ben"
    bells.do(HandOverIncident(incident=one.id, to="ben"))
    assert next_contact(bells.store, one.id) == "ann"
    bells.accept('[launch]\nid = "tiny"\nname = "Tiny"\n')
    assert next_contact(bells.store, one.id) == ""
    assert isinstance(bells.room.dispatch(HandOverIncident(incident=one.id, to="")), Refusal)


def test_without_any_channel_the_deadline_still_stands_on_the_timeline(bells: Bells) -> None:
    bells.accept('[launch]\nid = "tiny"\nname = "Tiny"\n')
    bells.suspect()
    assert bells.after(92) == []
    assert bells.facts("deadline") == ["due in 30 s: Decide"]


def test_a_step_done_meanwhile_elsewhere_does_not_ring(bells: Bells) -> None:
    """The rings are derived again inside the transaction that writes them."""
    one = bells.suspect()
    bells.alarms.ring()
    bells.clock.advance(95)
    bells.do(ResolveIncident(incident=one.id, outcome="false_alarm", reason="a test"))
    bells.alarms.ring()
    assert bells.facts("deadline") == []


@pytest.fixture
def posting(room: ControlRoom) -> Iterator[tuple[Desk, outboxes.Desk]]:
    """The watch's desk, with that of its outbox."""
    made = Desk(room.store.path, room.clock)
    yield made, outboxes.Desk(made.store, made.clock, made.ids)
    made.store.close()


def test_how_it_went_stands_on_the_timeline(bells: Bells, posting: tuple[Desk, outboxes.Desk]) -> None:
    _, out = posting
    bells.suspect()
    team, ann = out.claim()
    out.posted(ann, Answer())
    out.posted(team, Answer("refused: the connection was refused"))
    bells.clock.advance(2)
    (again,) = out.claim()
    out.posted(again, Answer("gone", final=True))
    assert bells.facts("alarm") == [
        "told ann-phone (ann): Tiny: checkout down",
        "could not tell team: refused: the connection was refused",
        "could not tell team, gave up: gone",
    ]


def test_a_receiver_that_is_down_for_an_hour_gets_it_then_once_and_late(
    bells: Bells, posting: tuple[Desk, outboxes.Desk]
) -> None:
    bells.accept(TEAM.split("[[channel]]")[0] + '[[channel]]\nname = "team"\nslack = "https://chat.example"\n')
    _, out = posting
    bells.suspect()
    keys, spent = set(), 0
    while spent < 3600:
        for parcel in out.claim():
            keys.add(parcel.key)
            out.posted(parcel, Answer("refused: the connection was refused"))
        bells.clock.advance(10)
        spent += 10
    bells.clock.advance(600)
    (parcel,) = out.claim()
    assert keys == {parcel.key}
    assert parcel.text(bells.clock.now()).startswith("Late by 1 h 10 min: Tiny: checkout down.")
    out.posted(parcel, Answer())
    assert out.claim() == []
    assert len(bells.facts("alarm")) == 2  # the first failure and the end of it, and not each try


def test_of_two_watches_only_one_sends(bells: Bells, posting: tuple[Desk, outboxes.Desk]) -> None:
    _, first = posting
    bells.suspect()
    later = Desk(bells.store.path, bells.clock)
    with pytest.raises(Superseded):
        first.claim()
    assert len(outboxes.Desk(later.store, later.clock, later.ids).claim()) == 2
    later.store.close()


def test_while_the_disk_is_full_nothing_rings_and_then_it_rings_late(
    bells: Bells, monkeypatch: pytest.MonkeyPatch
) -> None:
    bells.suspect()
    bells.told()
    real: Callable[..., int] = outbox.put

    def full(*_: object) -> int:
        raise Busy("the disk is full")

    monkeypatch.setattr(outbox, "put", full)
    bells.clock.advance(90)
    with pytest.raises(Busy):
        bells.alarms.ring()
    assert bells.facts("deadline") == []
    monkeypatch.setattr(outbox, "put", real)
    assert bells.after(10) == [("soon", "team"), ("soon", "ann-phone")]
    assert bells.facts("deadline") == ["due in 30 s: Decide, 10 s late"]
