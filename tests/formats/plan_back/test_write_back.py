"""A team's own file is brought up to date, and every line that gonogo does not own stays as it was to the byte."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.formats.encoding import read_text
from gonogo.formats.errors import FileError
from gonogo.formats.plan_back import Back, write_back
from gonogo.formats.plan_file import PlanFile
from gonogo.formats.plan_md import read_markdown
from gonogo.rules.back import wanted
from gonogo.rules.draft_plan import plan_of
from gonogo.rules.merge_plan import Import, as_here
from gonogo.rules.plan_doc import PlanDoc
from gonogo.rules.plan_kept import TickDoc
from gonogo.rules.record import Refusal


def read(raw: bytes) -> PlanFile:
    """Read the bytes of a Markdown plan."""
    text = read_text(raw, "plan.md")
    return PlanFile(Path("plan.md"), "markdown", text, read_markdown(text.lines))


def edited(plan: PlanDoc, key: str, *, gone: bool = False, behind: tuple[Any, ...] = (), **update: Any) -> PlanDoc:
    """Change one item of a plan, take it out, or put others behind it."""
    return plan.model_copy(update={"phase": tuple(
        phase.model_copy(update={"section": tuple(
            section.model_copy(update={"item": tuple(
                row for one in section.item
                for row in ([*([] if gone else [one.model_copy(update=update)]), *behind] if one.id == key else [one])
            )}) for section in phase.section
        )}) for phase in plan.phase
    )})  # fmt: skip


def back(raw: bytes, mine: PlanDoc, repair: bool = False) -> Back:
    """Write a plan back to the file that it was read from."""
    found = read(raw)
    drafted = plan_of(found.draft)
    theirs = as_here(drafted.plan, mine, Import(drafted.plan))
    want = wanted(drafted.plan, mine, theirs, (), "plan.md")
    assert not isinstance(want, Refusal), want
    return write_back(found, raw, want, drafted.items, repair=repair)


def plan(raw: bytes) -> PlanDoc:
    """Return the plan of a file."""
    return plan_of(read(raw).draft).plan


DONE = TickDoc()
FILE = (
    "# Plan\r\n\r\n## Phase 1: Alpha  \r\n\r\nSome *prose*.\t\r\n"
    "* [ ] ✅ **Walk** it \r\n  - a detail\r\n  * [ ] inner\r\n1. [X] Pay\r\n2. [ ] Ask\r\n\r\n"
    "| Task | Owner | Status |\r\n|---|---|---|\r\n| [ ] Post it | Ann | |\r\n\r\nThe end"
)


def test_marks_and_words_change_in_their_lines_and_in_nothing_else() -> None:
    raw = b"\xef\xbb\xbf" + FILE.encode()
    mine = edited(edited(edited(plan(raw), "walk-it", tick=DONE), "pay", tick=None), "post-it", text="Post | all")
    made = back(raw, mine).raw.decode()
    assert made == "\ufeff" + FILE.replace("* [ ] ✅ **Walk**", "* [X] ✅ **Walk**").replace(
        "[X] Pay", "[ ] Pay"
    ).replace("Post it", "Post \\| all")


def test_new_items_stand_behind_their_neighbour_in_its_form_and_what_is_gone_goes_with_its_details() -> None:
    raw = FILE.encode()
    one = plan(raw).items[0]
    fresh = [one.model_copy(update={"id": f"n-{number}", "text": words, "tick": tick, "depth": 0})
             for number, (words, tick) in enumerate((("Call", None), ("Sing", DONE), ("Cry", None)))]  # fmt: skip
    mine = edited(plan(raw), "ask", behind=(fresh[0],))
    mine = edited(edited(mine, "post-it", behind=(fresh[1],)), "walk-it", gone=True)
    assert back(raw, mine).raw.decode() == FILE.replace("* [ ] ✅ **Walk** it \r\n  - a detail\r\n", "").replace(
        "2. [ ] Ask\r\n", "2. [ ] Ask\r\n3. [ ] Call\r\n"
    ).replace("| [ ] Post it | Ann | |\r\n", "| [ ] Post it | Ann | |\r\n| [X] Sing |     | |\r\n")
    mine = edited(plan(raw), "walk-it", behind=(fresh[2],))
    assert "  * [ ] inner\r\n* [ ] Cry\r\n1. [X] Pay" in back(raw, mine).raw.decode()


def test_what_was_not_imported_yet_is_refused_in_a_sentence() -> None:
    raw = FILE.encode()
    base = plan(raw)
    for changed, said in (("[ ] Ask", "[ ] Ask\r\n3. [ ] Cook a meal"), ("[ ] Ask", "[x] Ask"), ("Pay", "Paying")):
        other = plan(FILE.replace(changed, said).encode())
        theirs = as_here(base, base, Import(other))
        refused = wanted(base, base, theirs, (), "plan.md")
        assert isinstance(refused, Refusal)
        assert refused.sentence.startswith("plan.md says what was not imported yet: “")


def test_a_damaged_file_stays_damaged_to_the_byte_until_it_is_to_be_repaired() -> None:
    whole = "# Plan\n\n- [ ] Café – one\n- [ ] plain\n- [ ] naïve “two”\n"
    raw = whole.encode().decode("mac_roman").encode()
    mine = edited(plan(raw), "cafe-one", text="Café – three")
    made = back(raw, mine).raw
    assert made == whole.replace("one", "three").encode().decode("mac_roman").encode()
    assert back(raw, mine, repair=True).raw == whole.replace("one", "three").encode()


def test_a_file_in_windows_1252_keeps_to_it_and_says_so_when_it_cannot() -> None:
    raw = "# Plan\n\n- [ ] Café\n- [ ] plain\n".encode("cp1252")
    assert back(raw, edited(plan(raw), "plain", text="naïve")).raw == raw.replace(b"plain", b"na\xefve")
    with pytest.raises(FileError, match="which has no “☕”; say --repair"):
        back(raw, edited(plan(raw), "plain", text="a ☕"))


_ends = st.sampled_from(["\n", "\r\n"])
_words = st.sampled_from(["Walk it", "**Order** a loaf", "Read `the log` daily", "Ask (if planned)", "a_b <c>", "Büro"])
_box = st.tuples(
    st.sampled_from(["- ", "* ", "1. ", "  - ", "    * "]), st.sampled_from(["[ ] ", "[x] ", "[X] "]), _words,
    st.sampled_from(["", " ", "  ", "\t"]),
).map("".join)  # fmt: skip
_prose = st.sampled_from(["", "  ", "Some prose.", "<!-- a comment -->", "## Part", "### Success criteria", "- a point",
                          "    indented", "> quoted",
                          "| a | b |", "|---|---|", "| [ ] row | ann |", "---", "```", "Ãœ"])  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_lines_that_are_not_owned_stay_identical(data: st.DataObject) -> None:
    rows = data.draw(st.lists(_box | _prose, min_size=1, max_size=14))
    raw = "".join(f"{row}{data.draw(_ends)}" for row in ["# Plan", "", "- [ ] First of all", *rows]).encode()
    raw = (b"\xef\xbb\xbf" if data.draw(st.booleans()) else b"") + raw
    drafted = plan_of(read(raw).draft)
    mine, touched = drafted.plan, set[int]()
    for key, item in drafted.items.items():
        act = data.draw(st.sampled_from(["leave", "leave", "tick", "untick", "reword", "remove"]))
        lines = range(item.origin.first, item.origin.last + 1)
        if act == "remove":
            mine = edited(mine, key, gone=True)
            touched.update(range(item.origin.first, len(rows) + 4))  # its details go with it
        elif act != "leave" and item.mark:
            update = {"tick": {"tick": DONE}, "untick": {"tick": None}, "reword": {"text": "Quite another"}}[act]
            mine = edited(mine, key, **update)
            touched.update(lines)
    made = back(raw, mine)
    assert back(raw, drafted.plan).raw == raw
    before = re.split(rb"(?<=\n)", raw)
    after = iter(re.split(rb"(?<=\n)", made.raw))
    untouched = [line for number, line in enumerate(before, 1) if number not in touched]
    assert all(line in after for line in untouched)  # each of them, in their order


def test_an_item_of_a_section_that_the_file_does_not_have_stands_behind_the_one_before() -> None:
    raw = b"# Plan\n\n## Phase 1: Alpha\n\n### Try\n\n- [ ] Walk\n  - [ ] inner\n\n## Phase 2: Beta\n\n- [ ] Post\n"
    base = plan(raw)
    fresh = base.items[0].model_copy(update={"id": "n", "text": "Sing", "depth": 0})
    alpha = base.phase[0]
    other = alpha.section[0].model_copy(update={"name": "Judged by a person", "item": (fresh,)})
    mine = base.model_copy(
        update={"phase": (alpha.model_copy(update={"section": (*alpha.section, other)}), base.phase[1])}
    )
    assert back(raw, mine).raw == raw.replace(b"inner\n", b"inner\n- [ ] Sing\n")
