"""What the launch itself knows makes a tile ready or not, and each says on what it rests and how it is renewed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.rules.ground import NOW, at

from gonogo.rules import ready_rows, ready_words
from gonogo.rules.board import ReadyRow
from gonogo.rules.contact import Contact
from gonogo.rules.plan import Readiness, ReadySource, Renewal, RunbookStep, Severity, Template
from gonogo.rules.ready_rows import Known
from gonogo.rules.record import Record, Records
from gonogo.rules.run import Run, pace

BANK = Contact("the bank", phone="+44 1", verified=NOW - timedelta(days=20))
DESK = Contact("the desk", mail="help@shop.example", public=True, verified=NOW - timedelta(days=9))


def target(source: ReadySource, key: str = "it", days: float = 30) -> Readiness:
    """Make a target whose word holds for some days."""
    return Readiness(id="r", key=key, position=1, name=key, text="It is so.", max_age_s=days * 86_400, source=source)


def row(one: Readiness, known: Known | None = None, *records: Record, now: datetime = NOW) -> ReadyRow:
    """Return how it stands."""
    plan = Records((one, *(record for record in records if not isinstance(record, Renewal))))
    ticks = Records(record for record in records if isinstance(record, Renewal))
    return ready_rows.rows(plan, ticks, known or Known(), now)[0]


def template(key: str, body: str, *, sample: bool = False) -> Template:
    """Make a template."""
    return Template(id=key, key=key, name=key, audience="customers", body=body, sample=sample)


def rehearsal(took_s: float, days: float = 3) -> Run:
    """Make a rehearsal of some days ago."""
    began = at(NOW - timedelta(days=days))
    return Run(id=f"{took_s}", kind="dry_run", name="rollback", acts=False, argv=("x",), timeout_s=180, by="ben",
               started_at=began, ended_at=began.after(took_s), outcome="ok", said="was done")  # fmt: skip


# Contacts ---------------------------------------------------------------------------------------


def test_contacts_are_ready_until_the_oldest_has_grown_too_old() -> None:
    found = row(target("contacts"), Known(contacts=(BANK, DESK)))
    assert (found.state, found.said) == ("ready", "2 contacts verified")
    assert found.stale_at == NOW + timedelta(days=10)
    assert ready_words.brief(found, NOW) == "2 contacts verified, 20 d ago"
    later = row(target("contacts"), Known(contacts=(BANK, DESK)), now=NOW + timedelta(days=10))
    assert (later.state, later.said) == ("stale", "verified too long ago: the bank")


def test_a_contact_that_nobody_ever_reached_is_named_whatever_a_person_says() -> None:
    word = Renewal(id="r", at=at(NOW), by="ann", detail="all of them")
    found = row(target("contacts"), Known(contacts=(DESK, Contact("the host", phone="1"))), word)
    assert (found.state, found.said) == ("not_ready", "never verified: the host")


def test_without_a_list_a_person_attests_the_contacts() -> None:
    assert row(target("contacts")).said == "no [[contact]] is listed"
    found = row(target("contacts"), None, Renewal(id="r", at=at(NOW), by="ann", detail="all of them"))
    assert (found.state, found.attested) == ("ready", "ann")


# Templates --------------------------------------------------------------------------------------


def test_a_template_is_ready_when_it_is_yours_can_be_filled_and_was_read() -> None:
    whole = Known(contacts=(DESK,), place="https://shop.example")
    body = "$product: $what, see $url or ask $contact"
    assert row(target("templates"), whole).said == "the plan has no template"
    shipped = row(target("templates"), whole, template("a", body, sample=True), template("b", body))
    assert (shipped.state, shipped.said) == ("not_ready", "1 of 2 are the shipped sample")
    assert shipped.facts[0] == "a: as shipped, and nobody has made it yours"
    unread = row(target("templates"), whole, template("a", body))
    assert (unread.state, unread.said) == ("not_set_up", "nobody has read them through")
    read = row(target("templates"), whole, template("a", body), Renewal(id="r", at=at(NOW), by="ann"))
    assert (read.state, read.attested) == ("ready", "ann")


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (Known(place="https://x"), "nothing fills $contact in 1 of 2"),
        (Known(contacts=(BANK,), place="https://x"), "nothing fills $contact in 1 of 2"),
        (Known(contacts=(DESK,)), "nothing fills $url in 1 of 2"),
    ],
)
def test_a_variable_that_nothing_fills_is_not_ready_though_somebody_read_it(known: Known, said: str) -> None:
    texts = (template("a", "$what: $url $contact"), template("b", "$product"))
    found = row(target("templates"), known, *texts, Renewal(id="r", at=at(NOW), by="ann"))
    assert (found.state, found.said) == ("not_ready", said)


# Rehearsals -------------------------------------------------------------------------------------

BOOK = tuple(
    RunbookStep(id=key, key=key, severity=Severity.CRITICAL, position=1, text=key, due_s=due, command=command)
    for key, due, command in (("decide", 120.0, None), ("act", 300.0, "rollback"))
)


def test_a_rollback_is_ready_by_its_rehearsals_and_says_what_they_took() -> None:
    runs = [rehearsal(95), rehearsal(98)]
    word = Renewal(id="r", at=at(NOW - timedelta(days=3)), by="ben", detail="P50 1:35", measured=True)
    found = row(target("rehearsals", days=14), Known(pace(runs), runs), word, *BOOK)
    assert (found.state, found.attested) == ("ready", "")
    assert found.stale_at == NOW + timedelta(days=11)
    assert found.facts[:2] == (
        "the runbook leaves 3:00 from the decision to its end", "rehearsals: P50 1:35, P90 1:38 of 2 runs",
    )  # fmt: skip


def test_rehearsals_that_take_longer_than_the_runbook_leaves_stand_over_any_word() -> None:
    runs = [rehearsal(200)]
    word = Renewal(id="r", at=at(NOW), by="ann", detail="took 2m")
    found = row(target("rehearsals"), Known(pace(runs), runs), word, *BOOK)
    assert (found.state, found.attested) == ("not_ready", "")
    assert found.said == "took 3:20, rehearsed once, and the runbook leaves 3:00"


# Words ------------------------------------------------------------------------------------------


def test_what_was_attested_says_so_with_its_age() -> None:
    word = Renewal(id="r", at=at(NOW - timedelta(hours=3)), by="ann", detail="TTL 300 s")
    assert ready_words.brief(row(target("person"), None, word), NOW) == "attested 3 h: TTL 300 s"
    assert ready_words.brief(row(target("person"), None, word.model_copy(update={"detail": ""})), NOW) == (
        "attested by ann, 3 h ago"
    )


def test_what_was_seen_says_how_old_the_evidence_is_before_what_was_wanted() -> None:
    made = NOW - timedelta(hours=25)
    word = Renewal(
        id="r", at=at(NOW), by="watch", ok=False, detail="a.dump; wanted age < 24h", measured=True, dated=made
    )
    assert ready_words.marked(row(target("config"), None, word), NOW) == "not ready: a.dump, 1 d old; wanted age < 24h"
    said = ready_words.amiss(row(target("config"), None, word), made + timedelta(hours=31))
    assert said == "a.dump, 31 h old; wanted age < 24h"


@pytest.mark.parametrize(
    ("source", "known", "key", "command"),
    [
        ("person", Known(), "space says that it is ready", 'gonogo ready renew it "what you saw"'),
        ("config", Known(), "[readiness.it] in gonogo.toml", 'gonogo ready renew it "what you saw" --for 12h'),
        (
            "config",
            Known(sources={"it": "the newest of *.dump"}),
            "space lets the watch look now",
            "gonogo ready renew it",
        ),
        ("rehearsals", Known(), "D rehearses it", "gonogo rollback --dry-run"),
        ("alarms", Known(), "space tests the channels", "gonogo notify test"),
        ("templates", Known(), "space opens them", "gonogo ready template"),
        ("contacts", Known(contacts=(BANK,)), "space says who was reached", "gonogo contact NAME"),
        ("watch", Known(), "gonogo watch --install", "gonogo doctor"),
    ],
)
def test_each_says_how_it_is_renewed(source: ReadySource, known: Known, key: str, command: str) -> None:
    how, line = ready_words.renewing(row(target(source), known))
    assert key in how
    assert line == command


def test_a_tile_explains_itself_in_full() -> None:
    began, made = at(NOW - timedelta(hours=2)), NOW - timedelta(hours=4)
    word = Renewal(id="r", at=at(NOW), by="watch", detail="a.dump, 2 kB", measured=True, since=began, dated=made,
                   until=NOW + timedelta(hours=20))  # fmt: skip
    found = row(target("config", "backup"), Known(sources={"backup": "the newest of *.dump"}), word)
    assert list(ready_words.explained(found, NOW, "UTC")) == [
        ("wanted", "It is so."),
        ("now", f"ready since {NOW - timedelta(hours=2):%a %d %b %H:%M}"),
        ("seen", "a.dump, 2 kB, 4 h old"),
        ("looked", "just now, by watch"),
        ("rests on", "the watch looks at the newest of *.dump"),
        ("holds", "for 20 h; a word on it holds for 30 d"),
        ("renew", "space lets the watch look now"),
        ("", "gonogo ready renew backup"),
    ]
