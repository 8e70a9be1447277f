"""The stacks of undo and redo: held against a plain model."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gonogo.rules.undo import Step, stacks

moves = st.lists(st.sampled_from(["do", "do", "do", "fixed", "undo", "undo", "redo"]), max_size=40)


def history(wishes: list[str]) -> tuple[list[Step], list[int], list[int]]:
    """Act out wishes as a text editor would; return the entries and the model's two stacks."""
    entries: list[Step] = []
    undo: list[int] = []
    redo: list[int] = []
    for seq, wish in enumerate(wishes, 1):
        if wish in ("do", "fixed"):
            entries.append(Step(seq, "do", wish == "do"))
            redo = []
            undo += [seq] if wish == "do" else []
        elif wish == "undo" and undo:
            entries.append(Step(seq, "undo", False, undo[-1]))
            redo.append(undo.pop())
        elif wish == "redo" and redo:
            entries.append(Step(seq, "redo", False, redo[-1]))
            undo.append(redo.pop())
    return entries, undo, redo


@given(moves)
def test_the_fold_agrees_with_an_editor(wishes: list[str]) -> None:
    entries, undo, redo = history(wishes)
    assert stacks(entries) == (undo, redo)


@given(moves)
def test_no_change_is_on_both_stacks_or_twice_on_one(wishes: list[str]) -> None:
    undo, redo = stacks(history(wishes)[0])
    assert len({*undo, *redo}) == len(undo) + len(redo)


@given(moves)
def test_undoing_everything_and_redoing_it_is_where_one_was(wishes: list[str]) -> None:
    entries, undo, redo = history(wishes)
    back = [Step(1000 + place, "undo", False, seq) for place, seq in enumerate(reversed(undo))]
    again = [Step(2000 + place, "redo", False, seq) for place, seq in enumerate(undo)]
    assert stacks([*entries, *back]) == ([], redo + undo[::-1])
    assert stacks([*entries, *back, *again]) == (undo, redo)


def test_a_change_that_cannot_be_undone_still_ends_redo() -> None:
    entries = [Step(1, "do", True), Step(2, "undo", False, 1), Step(3, "do", False)]
    assert stacks(entries) == ([], [])


def test_an_undo_of_what_is_not_there_is_passed_over() -> None:
    assert stacks([Step(1, "undo", False, 77), Step(2, "redo", False, 77)]) == ([], [])
