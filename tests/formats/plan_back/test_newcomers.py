"""New items stand in the launch's order, each under its parent; what does not go back is counted."""

from __future__ import annotations

from tests.formats.plan_back.test_write_back import DONE, back, edited, plan

from gonogo.rules.plan_doc import ItemDoc

PLAN = b"""\
# Plan

## Phase 1: Alpha

1. **Create it**
   ```bash
   make it
   ```

2. **Try it**
   - [ ] One
     - [ ] inner
   - [ ] Two

3. **Tell**
   1. [ ] Post
"""


def new(text: str, depth: int = 0) -> ItemDoc:
    """Make an item that the file does not have."""
    return ItemDoc(id="new-" + text.replace(" ", "-").lower(), text=text, depth=depth)


def test_items_below_a_heading_without_boxes_stand_in_order_each_under_its_parent() -> None:
    mine = edited(plan(PLAN), "create-it", behind=(new("Alpha"), new("Child", 1), new("Deep", 2), new("Beta")))
    wanted = b"   ```\n   - [ ] Alpha\n     - [ ] Child\n       - [ ] Deep\n   - [ ] Beta\n\n2. **Try it**"
    made = back(PLAN, mine).raw
    assert made == PLAN.replace(b"   ```\n\n2. **Try it**", wanted)
    again = plan(made)
    assert [(one.text, one.depth) for one in again.items[:5]] == [
        ("Create it", 0), ("Alpha", 0), ("Child", 1), ("Deep", 2), ("Beta", 0),
    ]  # fmt: skip


def test_a_first_child_stands_before_its_siblings_and_a_later_one_behind_them() -> None:
    mine = edited(plan(PLAN), "one", behind=(new("First", 1), new("Below", 2)))
    mine = edited(mine, "inner", behind=(new("Last", 1), new("Mate")))
    mine = edited(mine, "post", behind=(new("Under", 1), new("Next")))
    made = back(PLAN, mine).raw
    assert made == PLAN.replace(
        b"     - [ ] inner\n",
        b"     - [ ] First\n       - [ ] Below\n     - [ ] inner\n     - [ ] Last\n   - [ ] Mate\n",
    ).replace(b"1. [ ] Post\n", b"1. [ ] Post\n      1. [ ] Under\n   2. [ ] Next\n")
    assert [(one.text, one.depth) for one in plan(made).items] == [(one.text, one.depth) for one in mine.items]


def test_words_that_stay_keep_their_bold_and_their_code() -> None:
    raw = b"# Plan\n\n- [ ] **Walk** it with `care` now\n- [ ] **Order a** loaf\n\n"
    raw += b"| A | B |\n|-|-|\n| [ ] **Ask** me | x |\n"
    walk, order, ask = (one.id for one in plan(raw).items)
    mine = edited(plan(raw), walk, text="Walk all with care then")
    mine = edited(edited(mine, order, text="Order the loaf"), ask, text="Ask them")
    assert back(raw, mine).raw == raw.replace(b" it with `care` now", b" all with `care` then").replace(
        b"**Order a** loaf", b"Order the loaf"
    ).replace(b"me | x", b"them | x")


def test_what_does_not_go_back_is_said_once_for_each_kind_with_its_count() -> None:
    base = plan(PLAN)
    assert back(PLAN, base).left == ()
    phase = base.phase[0]
    create, attempt, tell = phase.section
    one, inner, two = attempt.item
    rows = (two.model_copy(update={"owner": "ann", "tick": DONE}), one, inner.model_copy(update={"depth": 0}))
    sections = (
        create.model_copy(update={"name": "Build it"}),
        attempt.model_copy(update={"item": rows}),
        tell.model_copy(update={"item": (*tell.item, new("Sing").model_copy(update={"owner": "ben"}))}),
        tell.model_copy(update={"name": "Rest", "item": ()}),
    )
    mine = base.model_copy(update={"phase": (phase.model_copy(update={"section": sections}),)})
    assert back(PLAN, mine).left == (
        "not written back: 1 renamed section",
        "not written back: 1 new section",
        "not written back: 1 moved item",
        "not written back: 2 changed owners",
        "not written back: 1 changed indent",
    )


def test_a_section_that_two_phases_have_is_the_one_of_its_own_phase() -> None:
    raw = b"# Plan\n\n" + b"".join(
        b"## Phase %d: %s\n\n1. **Create it**\n   ```bash\n   make it\n   ```\n\n2. **Try**\n   - [ ] %s\n\n" % row
        for row in ((1, b"Alpha", b"One"), (2, b"Beta", b"Two"))
    )
    base = plan(raw)
    beta = base.phase[1]
    head = beta.section[0]
    filled = head.model_copy(update={"item": (new("Sing"), *head.item)})
    mine = base.model_copy(update={
        "phase": (base.phase[0], beta.model_copy(update={"section": (filled, *beta.section[1:])}))
    })  # fmt: skip
    made = back(raw, mine).raw
    assert made.count(b"Sing") == 1
    assert made.index(b"Sing") > made.index(b"Beta")
