"""The lists screen by keys: tabs, next states, corrections, links, and what is asked for in a line."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.tui.ground import ANN, Story
from tests.tui.play import Play, by, opened, story

from gonogo.rules import log
from gonogo.rules.bug import Bug
from gonogo.rules.logged import Logged
from gonogo.rules.plan import Severity
from gonogo.rules.reply import Faq, Reply
from gonogo.rules.roster import Member
from gonogo.store.store import Store
from gonogo.tui.panes.lists import TABS
from gonogo.tui.screens.lists import ListsScreen


@pytest.fixture
def told(state_path: Path, clock: FakeClock) -> Path:
    """A launch in which something of each kind was logged."""
    made = Story(state_path, clock)
    for intent in (
        log.LogOrder(value=42, customer="anna"), log.LogOrder(value=7, customer="bert", ok=False),
        log.LogFeedback(rating=1, who="bert", text="late"), log.LogBug(severity=Severity.HIGH, title="invoice blank"),
        log.LogQuestion(text="where is my invoice #invoice"), log.LogNote(text="+ quick replies"),
    ):  # fmt: skip
        clock.advance(seconds=1)
        made.do(ANN, intent)
    made.store.close()
    return state_path


async def at(play: Play, tab: str) -> None:
    """Go to a tab of the lists."""
    await play.press("s")
    await play.until(lambda: isinstance(play.app.screen, ListsScreen), "the lists")
    for _ in range(TABS.index(tab)):
        await play.press("tab")
    await play.until(lambda: getattr(play.app.screen, "tab", "") == tab, tab)
    await play.settle()


def rows(path: Path, name: str) -> Logged:
    """Return what was logged under a name."""
    from gonogo.control import shelf

    store = Store(path)
    try:
        found = store.state().get(Logged, shelf.target(store, name) or "")
        assert found is not None
        return found
    finally:
        store.close()


@story
async def test_each_tab_shows_its_rows_and_where_nothing_is_which_key_adds_it(told: Path, clock: FakeClock) -> None:
    async with opened(told, clock) as play:
        for tab, words in (
            ("orders", "42.00  anna"), ("feedback", "late  unanswered"), ("bugs", "invoice blank"),
            ("questions", "unanswered for"), ("people", "nobody is on the roster yet: a adds"),
            ("faq", "the FAQ is empty"), ("lessons", "+ quick replies"),
        ):  # fmt: skip
            await at(play, tab)
            await play.until(lambda said=words: said in play.text(), words)  # type: ignore[misc]
            await play.press("q")
            await play.until(lambda: not isinstance(play.app.screen, ListsScreen), "the room")
            play.app.get_screen("lists").show_tab("orders")  # type: ignore[attr-defined]
            await play.settle()


@story
async def test_space_takes_a_bug_on_and_u_takes_it_back(told: Path, clock: FakeClock) -> None:
    async with opened(told, clock) as play:
        await at(play, "bugs")
        for state in ("fixing", "fixed", "verified"):
            await play.press("space")
            await play.until(lambda word=state: f"{word} " in play.text().splitlines()[2], state)  # type: ignore[misc]
        await play.press("u")
        await play.until(lambda: [one.state for one in play.all(Bug)] == ["fixed"], "undo")
        await play.settle()


@story
async def test_e_corrects_in_the_line_that_would_be_typed(told: Path, clock: FakeClock) -> None:
    async with opened(told, clock) as play:
        await at(play, "orders")
        await play.until(lambda: "anna" in play.text(), "orders")
        await play.press("j", "e")
        await play.until(lambda: "42 anna" in play.text(), "the line")
        await play.press("ctrl+u")
        await play.type("43.50 anna b")
        await play.press("enter")
        await play.until(lambda: "43.50" in play.text(), "the correction")
        await play.settle()
    assert (str(rows(told, "order:1").value), rows(told, "order:1").who) == ("43.50", "anna b")


@story
async def test_x_links_and_d_voids_and_restores(told: Path, clock: FakeClock) -> None:
    async with opened(told, clock) as play:
        await at(play, "orders")
        await play.until(lambda: "anna" in play.text(), "orders")
        await play.press("j", "x")
        await play.type("bug:9")
        await play.press("enter")
        await play.until(lambda: "such as bug:3" in play.text(), "a refusal")
        await play.press("ctrl+u")
        await play.type("bug:1")
        await play.press("enter")
        await play.until(lambda: "bug:1  order:1" in play.text(), "the link")
        await play.listening()
        await play.press("d")
        await play.type("counted twice")
        await play.press("enter")
        await play.until(lambda: "void" in play.text() and "counted twice" in play.text(), "void")
        await play.listening()
        await play.press("d")
        await play.until(lambda: not rows(told, "order:1").voided, "restored")
        await play.settle()


@story
async def test_a_question_is_answered_and_goes_into_the_faq(told: Path, clock: FakeClock) -> None:
    async with opened(told, clock) as play:
        await at(play, "questions")
        await play.press("space")
        await play.type("in your mail")
        await play.press("enter")
        await play.until(lambda: "answered after" in play.text(), "the answer")
        await play.listening()
        await play.do("promote")
        await play.type("It is in the mail.")
        await play.press("enter")
        await play.until(lambda: play.all(Faq), "the FAQ")
        assert [one.text for one in play.all(Reply)] == ["in your mail"]
        await play.settle()


@story
async def test_somebody_is_added_invited_and_briefed(told: Path, clock: FakeClock) -> None:
    async with opened(told, clock) as play:
        await at(play, "people")
        await play.press("a")
        await play.type("anna, friend, a@b")
        await play.press("enter")
        await play.until(lambda: "ordered" in play.text() and "0 of 8 invited" in play.text(), "anna")
        await play.listening()
        for word in ("invited", "briefed"):
            await play.press("space")
            await play.until(lambda said=word: f"{said} " in play.text().splitlines()[2], word)  # type: ignore[misc]
        (anna,) = play.all(Member)
        assert (anna.relation, anna.contact) == ("friend", "a@b")
        await play.settle()


@story
async def test_enter_says_it_in_full(told: Path, clock: FakeClock) -> None:
    async with opened(told, clock) as play:
        await at(play, "bugs")
        await play.press("enter")
        await play.until(lambda: "logged by ann" in play.text(), "the page")
        assert "open, nobody has begun" in play.text()
        assert "to be fixed by" in play.text()
        await play.settle()


@story
async def test_what_waits_for_an_answer_is_due_and_its_key_opens_the_list(told: Path, clock: FakeClock) -> None:
    by(told, clock, "bo", log.LogQuestion(text="where is my invoice?", at=clock.now().after(-30 * 86_400)))
    async with opened(told, clock) as play:
        await play.sees("answer question 2: where")
        await play.press("full_stop")
        await play.until(lambda: getattr(play.app.screen, "tab", "") == "questions", "the questions")
        await play.settle()
