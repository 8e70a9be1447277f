"""Envelopes: what each way is sent, and what its receiver may ask back."""

from __future__ import annotations

import json
from datetime import timedelta
from email.header import decode_header

import pytest
from tests.conftest import START, FakeClock

from gonogo.rules import envelope
from gonogo.rules.letter import Kind, Letter, Parcel


def parcel(clock: FakeClock, title: str = "Shop: checkout down", kind: Kind = "opened") -> Parcel:
    """Make a post of one letter."""
    letter = Letter("letter-1", "phone", "e", kind, title, "It <is> down & out.", clock.now(), ("ann",), 5, "critical")
    return Parcel("letter-1", (letter,))


def test_a_webhook_gets_json_and_a_key(clock: FakeClock) -> None:
    made = envelope.webhook(parcel(clock), clock.now())
    assert json.loads(made.content) == {
        "text": "It <is> down & out.", "title": "Shop: checkout down", "kind": "opened", "severity": "critical",
        "people": ["ann"], "key": "letter-1",
    }  # fmt: skip
    assert made.headers["Idempotency-Key"] == "letter-1"


def test_slack_reads_no_markup_out_of_it(clock: FakeClock) -> None:
    made = envelope.slack(parcel(clock, "<!channel> down"), clock.now())
    assert json.loads(made.content) == {"text": "*&lt;!channel&gt; down*\nIt &lt;is&gt; down &amp; out."}


def test_ntfy_has_it_in_headers(clock: FakeClock) -> None:
    made = envelope.ntfy(parcel(clock), clock.now(), "tk_1")
    assert made.content == b"It <is> down & out."
    assert made.headers["Title"] == "Shop: checkout down"
    assert (made.headers["Priority"], made.headers["Tags"]) == ("5", "rotating_light,critical")
    assert made.headers["Authorization"] == "Bearer tk_1"
    assert envelope.ntfy(parcel(clock, kind="resolved"), clock.now(), None).headers["Tags"].startswith("white_check")


def test_a_title_that_is_not_ascii_goes_as_mail_has_it(clock: FakeClock) -> None:
    title = envelope.ntfy(parcel(clock, "Bäckerei: “Kasse” 🔥"), clock.now(), None).headers["Title"]
    assert title.isascii()
    assert "\n" not in title
    ((raw, charset),) = decode_header(title)
    assert raw.decode(charset or "ascii") == "Bäckerei: “Kasse” 🔥"


@pytest.mark.parametrize(
    ("words", "wait"),
    [("120", 120), (" 7 ", 7), ("0", 0), ("-5", None), ("soon", None), ("", None), ("9" * 400, 999_999_999),
     ((START + timedelta(seconds=90)).strftime("%a, %d %b %Y %H:%M:%S GMT"), 90),
     ("Mon, 01 Jan 2001 00:00:00 GMT", 0), ("Mon, 99 Jan 2001 00:00:00 GMT", None)],
)  # fmt: skip
def test_how_long_to_wait_is_read_or_left(words: str, wait: float | None) -> None:
    assert envelope.wait_s(words, START) == wait
