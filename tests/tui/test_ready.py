"""Pane 5: enter says on what a tile rests, and space renews each in the way that makes it so."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.tui.play import opened, read_all, story

from gonogo.rules.plan import Readiness, Renewal, Template
from gonogo.tui.screens.ready_acts import attesting


@pytest.mark.parametrize(
    ("typed", "detail", "ok", "for_s"),
    [
        ("3.1 MB", "3.1 MB", True, None),
        ("seen in the console for 12h", "seen in the console", True, 43_200),
        ("for 1d", "", True, 86_400),
        ("restored for the bank", "restored for the bank", True, None),
        ("not since Monday", "not since Monday", False, None),
        ("not", "not", False, None),
        ("nothing is amiss", "nothing is amiss", True, None),
    ],
)
def test_what_is_typed_says_how_long_it_holds_or_that_it_is_not_ready(
    typed: str, detail: str, ok: bool, for_s: float | None
) -> None:
    found = attesting("r", typed)
    assert (found.detail, found.ok, found.for_s) == (detail, ok, for_s)


@story
async def test_enter_explains_a_tile(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.press("5")
        await play.choose("rollback", "ready")
        await play.press("enter")
        await play.sees("attested  by ann")
        await play.sees("gonogo rollback --dry-run")


@story
async def test_an_attestation_for_a_while_is_previewed_kept_and_shown(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.press("5")
        await play.choose("backup", "ready")
        await play.press("space")
        await play.type("in the console for 6h")
        assert "attested for 6 h" in play.preview
        await play.press("enter")
        await play.heard("attested backup: ready for 6 h, in the console")
        await play.sees("✓ backup     attested now: in the con")
        target = next(one.id for one in read_all(shop, Readiness) if one.key == "backup")
        word = next(one for one in read_all(shop, Renewal) if one.id == target)
        assert (word.measured, word.until is not None) == (False, True)


def sourced(shop: Path, key: str, source: str) -> None:
    """Let a target be renewed in another way."""
    from gonogo.store import rows
    from gonogo.store.store import Store

    store = Store(shop)
    with store.writing() as db:
        for one in rows.read_all(db, Readiness):
            if one.key == key:
                rows.put(db, "readiness", rows.encode(one.model_copy(update={"source": source})))
        store.bump(["plan"])
    store.close()


@story
async def test_space_on_the_templates_opens_them_and_reading_makes_them_yours(shop: Path, clock: FakeClock) -> None:
    from gonogo.store import rows
    from gonogo.store.store import Store

    sourced(shop, "dns", "templates")
    store = Store(shop)
    with store.writing() as db:
        one = Template(id="t", key="notice", name="Notice", audience="customers", body="Hello, $what", sample=True)
        rows.put(db, "template", rows.encode(one))
        store.bump(["plan"])
    store.close()
    async with opened(shop, clock) as play:
        await play.press("5")
        await play.choose("dns", "ready")
        await play.press("space")
        await play.sees("Read which template?")
        await play.sees("as shipped")
        await play.press("1")
        await play.sees("this is ours")
        await play.press("enter")
        await play.heard("read the template")
    assert not any(one.sample for one in read_all(shop, Template))


@story
async def test_space_on_the_watch_says_that_nobodys_word_renews_it(shop: Path, clock: FakeClock) -> None:
    sourced(shop, "dns", "watch")
    async with opened(shop, clock) as play:
        await play.press("5")
        await play.choose("dns", "ready")
        await play.press("space")
        await play.heard("Nobody's word renews it")
