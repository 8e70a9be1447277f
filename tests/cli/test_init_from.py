"""`gonogo init --from LAUNCH`: what a past launch hands on, and what it never does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.ground import gonogo, ok, records, refused

from gonogo.rules.plan import Item, RunbookStep, Template, Tick
from gonogo.rules.poll import Vote
from gonogo.rules.ruling import Ruling

PEOPLE = """
[[person]]
name = "Ann"
seats = ["tech"]
logins = ["ann"]

[[contact]]
name = "Hosting"
phone = "+351 1"
verified = 2026-01-01
"""


@pytest.fixture
def past(folder: Path) -> Path:
    """A launch that was lived in: ticked, reworded, ruled on, with an incident and its action; its state."""
    config = '[launch]\nid = "old"\nname = "Old"\n\n[environment.production]\nurl = "https://shop.example"\n'
    (folder / "gonogo.toml").write_text(config + PEOPLE, encoding="utf-8")
    ok(gonogo("init", "--start", "today"))
    ok(gonogo("item", "tick", "user-flows"))
    ok(gonogo("item", "tick", "admin", "--note", "found two bugs"))
    ok(gonogo("item", "edit", "invoices", "Read an invoice of our own"))
    findings = json.loads(gonogo("plan", "lint", "--json").stdout)["findings"]
    ok(gonogo("plan", "lint", "--leave", findings[0]["key"], "as we want it"))
    ok(gonogo("incident", "declare", "shop is down"))
    ok(gonogo("incident", "resolve", "--told", "not needed because night", "--reason", "seen"))
    ok(gonogo("incident", "review", "--action", "high alert on failed payments"))
    return folder.parent / "states" / "old.db"


def test_the_next_launch_begins_with_the_plan_and_the_rulings_and_with_nothing_that_was_lived(
    folder: Path, past: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = folder / "next"
    there.mkdir()
    monkeypatch.chdir(there)
    (there / "gonogo.toml").write_text(
        '[launch]\nid = "new"\nname = "New"\n\n[environment.production]\nurl = "https://shop.example"\n',
        encoding="utf-8",
    )
    said = ok(gonogo("init", "--from", "old", "--start", "today"))
    assert "4 phases" in said
    assert "1 ruling; nothing is ticked." in said
    assert "Still to do after it (1):\n  alert on failed payments (bug:1, of incident 1)" in said
    assert "Ticked without a word, so they caught nothing (1):\n  Walk through every user flow" in said
    path = past.with_name("new.db")
    assert [one.text for one in records(path, Item)] == [one.text for one in records(past, Item)]
    assert len(records(path, RunbookStep)) == len(records(past, RunbookStep))
    assert [one.body for one in records(path, Template)] == [one.body for one in records(past, Template)]
    assert [one.words for one in records(path, Ruling)] == ["as we want it"]
    assert not records(path, Tick)
    assert not records(path, Vote)


def test_people_and_contacts_stand_in_a_config_that_is_new_and_are_to_be_reached_anew(past: Path) -> None:
    from gonogo.control.past import read_past
    from gonogo.store import watching
    from gonogo.store.store import Store

    store = Store(past)
    text = (past.parent.parent / "repo" / "gonogo.toml").read_text(encoding="utf-8")
    with store.writing() as db:
        db.execute("INSERT INTO config (at, digest, text, face) VALUES ('', '', ?, '{}')", [text])
    assert watching.accepted_config(store.db) == text
    store.close()
    people = read_past(past).people
    assert 'logins = ["ann"]' in people
    assert 'phone = "+351 1"' in people
    assert "verified" not in people
    assert "[launch]" not in people


def test_a_launch_that_is_not_there_and_a_file_that_is_none_are_refused(folder: Path, past: Path) -> None:
    refused(gonogo("init", "--from", "nope"), 2, "There is no launch “nope”; `gonogo launches` lists those")
    (folder / "other.db").write_text("nothing of ours", encoding="utf-8")
    assert gonogo("init", "--from", "other.db", "--url", "http://127.0.0.1:1").exit_code == 3
