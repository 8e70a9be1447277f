"""The checklist as an outliner: marks, cut and paste, in and out, folds, properties, and what is shown of it."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gonogo.control.room import ControlRoom
from gonogo.rules.board import Board, ItemRow
from gonogo.rules.clock import Instant
from gonogo.rules.item import SignItem, TickItem, UntickItem, by_hand
from gonogo.rules.outline import DuplicateItems, IndentItems, PlaceItems, RemoveItems
from gonogo.rules.plan import Section
from gonogo.rules.record import Intent, Record, Records
from gonogo.rules.section import ConfirmSection
from gonogo.tui.actions import BY_ID, Action
from gonogo.tui.lines import View, shortened
from gonogo.tui.panes import checklist
from gonogo.tui.screens.checklist_acts import ChecklistActs
from gonogo.tui.widgets.line_pane import LinePane
from gonogo.tui.widgets.prompt import Prompt

_WITH_MARKS = ("tick", "cut", "indent", "outdent", "remove", "mark")
LONG = 1000
"""From so many lines on, what is drawn of them is kept out of the garbage collector's way."""
TYPING_MOST = 100
FILTER_HINT = "words of the text, @owner, due, open; enter keeps it, esc shows all"


class OutlineActs(ChecklistActs):
    """What is marked, cut, folded and asked for is the screen's own; nothing is written until it is put somewhere."""

    def __init__(self) -> None:
        super().__init__()
        self._phase: str | None = None
        """The phase whose checklist is shown in place of the active one's."""
        self._marked: dict[str, None] = {}
        self._cut: tuple[str, ...] = ()
        self._folded: set[str] = set()
        self._unfolded: set[str] = set()
        self._wanted = self._wanted_before = ""
        self._drawn: dict[str, checklist.Drawn] = {}
        self._ahead = ("", "")
        self._seen_log: object = None
        self._kept: object = None
        self._looked_at: object = None
        self._filtering = False

    def look(self, height: int) -> checklist.Look:
        """How the checklist is looked at now."""
        self._forget_gone()
        return checklist.Look(
            self.gonogo.ports.actor, self._phase, self._moving, self.query_one("#checklist", LinePane).cursor, height,
            frozenset(self._unfolded), frozenset(self._folded), frozenset(self._marked), frozenset(self._cut),
            self._wanted, TYPING_MOST if self._filtering else None, self._drawn,
        )  # fmt: skip

    def _forget_gone(self) -> None:
        """Let go of what somebody has removed meanwhile."""
        board = self.gonogo.board
        if board is self._looked_at:
            return
        self._looked_at = board
        there = {row.item.id for one in board.phases for row in one.rows} if board else set()
        self._marked = {key: None for key in self._marked if key in there}
        self._cut = tuple(key for key in self._cut if key in there)
        for key in [key for key in self._drawn if key not in there]:
            del self._drawn[key]

    def redraw_checklist(self) -> None:
        """Draw the checklist alone: the other panes say the same as before."""
        board, pane = self.gonogo.board, self.query_one("#checklist", LinePane)
        size = pane.content_size
        if board is not None and size.width > 0:
            pane.show(self.checklist_view(board, self.gonogo.clock.now(), size.width, max(1, size.height)))

    def checklist_view(self, board: Board, now: Instant, width: int, height: int) -> View:
        """The checklist as it is looked at; where there is no journal, its border names what undo would take back."""
        view = checklist.view(board, now, width, self.look(height))
        self._keep_for_good(board)
        words = self.undo_words() if self.has_class("-narrow") else ""
        room = width - len(view.summary) - 6
        return replace(view, summary=f"{shortened(words, room)}   {view.summary}") if words and room > 24 else view

    def _keep_for_good(self, board: Board) -> None:
        """Let thousands of lines not be looked through for garbage while one scrolls: that took 100 ms each time."""
        shown = checklist.shown_phase(board, self._phase)
        if shown is None or shown.sections is self._kept or sum(len(one.rows) for one in shown.sections) < LONG:
            return
        self._kept = shown.sections
        gc.freeze()

    # What is chosen -----------------------------------------------------------------------------

    def chosen_section(self) -> Section | None:
        """The section whose heading is under the cursor, or that the chosen item is in."""
        board, key = self.gonogo.board, self.pane.cursor or ""
        if board is None or self._pane != "checklist":
            return None
        for one in (section for phase in board.phases for section in phase.sections):
            if key == f"section:{one.section.id}" or any(key == f"item:{row.item.id}" for row in one.rows):
                return one.section
        return None

    def on_heading(self) -> Section | None:
        """The section whose heading itself is under the cursor."""
        return self.chosen_section() if (self.pane.cursor or "").startswith("section:") else None

    def _several(self, act: Callable[[tuple[str, ...]], None]) -> None:
        """Act on what is marked, or on the item under the cursor."""
        row = self.chosen_item()
        chosen = tuple(self._marked) or ((row.item.id,) if row else ())
        if chosen:
            act(chosen)
        else:
            self.gonogo.say("Choose an item of the checklist first (3).", bad=True)

    def done(self, intent: Intent, after: Callable[[], None] | None = None) -> None:
        """Carry out an intent on several items; the marks go when it was done."""

        def answered(result: Any) -> None:
            if hasattr(result, "sentence"):
                self.gonogo.say(result.sentence, bad=True)
                return
            self.gonogo.say(result.said)
            if after:
                after()
                self.gonogo.redraw()

        self.gonogo.dispatch(intent, answered)

    # Marks --------------------------------------------------------------------------------------

    def do_mark(self) -> None:
        """Mark the item, or take the mark off."""
        row = self.chosen_item()
        if row is None or self._pane != "checklist":
            self.gonogo.say("Choose an item of the checklist first (3).", bad=True)
            return
        if self._marked.pop(row.item.id, 0) == 0:
            self._marked[row.item.id] = None
        self._marks_changed()

    def do_mark_up(self) -> None:
        """Mark upwards."""
        self._mark_on(-1)

    def do_mark_down(self) -> None:
        """Mark downwards."""
        self._mark_on(1)

    def _mark_on(self, by: int) -> None:
        if self._pane != "checklist":
            self.pane.move(by)
            return
        for step in (0, by):
            if step:
                self.pane.move(step)
            if (row := self.chosen_item()) is not None:
                self._marked[row.item.id] = None
        self._marks_changed()

    def _marks_changed(self) -> None:
        self.redraw_checklist()
        self.draw_hints()

    def outlining(self) -> list[Action] | None:
        """The acts worth a hint while items are marked or cut."""
        if self._pane != "checklist":
            return None
        ends = [replace(BY_ID["cancel"], rank=9), BY_ID["help"], BY_ID["incident"]]
        if self._cut:
            return [replace(BY_ID["put"], label=f"put {len(self._cut)} here", rank=1), *ends]
        if self._marked:
            marked = [replace(BY_ID[name], rank=place) for place, name in enumerate(_WITH_MARKS, 1)]
            return [*marked, *ends]
        return None

    def drop(self) -> bool:
        """Leave what is under way, the newest first: a cut, marks, what is asked for; whether there was any."""
        if self._cut:
            self._cut = ()
        elif self._marked:
            self._marked = {}
        elif self._wanted:
            self._wanted = ""
        else:
            return False
        self.gonogo.redraw()
        return True

    @property
    def is_outlining(self) -> bool:
        """Whether something is cut, marked or asked for."""
        return bool(self._cut or self._marked or self._wanted)

    # Cut and paste, in and out --------------------------------------------------------------------

    def do_cut(self) -> None:
        """Take items up, to put them elsewhere; nothing is written until then."""

        def cut(chosen: tuple[str, ...]) -> None:
            self._cut, self._marked = chosen, {}
            self.gonogo.say("Go to another place, section or phase: ctrl+v puts them there, esc leaves them.")
            self.gonogo.redraw()

        self._several(cut)

    def do_put(self) -> None:
        """Put what was cut behind the chosen item, or at the end of the chosen section."""
        section, row = self.chosen_section(), self.chosen_item()
        if not self._cut:
            self.gonogo.say("Nothing was cut; ctrl+x takes items up.", bad=True)
        elif section is None:
            self.gonogo.say("Choose a place in the checklist first (3).", bad=True)
        else:
            after = row.item.id if row else None

            def put() -> None:
                self._cut = ()

            self.done(PlaceItems(items=self._cut, section=section.id, after=after), put)

    def do_indent(self) -> None:
        """Move items in, under the one above."""
        self._several(lambda chosen: self.done(IndentItems(items=chosen, by=1)))

    def do_outdent(self) -> None:
        """Move items out."""
        self._several(lambda chosen: self.done(IndentItems(items=chosen, by=-1)))

    def do_duplicate(self) -> None:
        """Add the same items again."""
        self._several(lambda chosen: self.done(DuplicateItems(items=chosen), self._marked.clear))

    def remove_marked(self) -> bool:
        """Remove what is marked with what stands under it; whether anything is."""
        if not self._marked:
            return False
        self.done(RemoveItems(items=tuple(self._marked)), self._marked.clear)
        return True

    # Ticks --------------------------------------------------------------------------------------

    def do_tick(self) -> None:
        """Tick, untick, sign, confirm a section, or say that something is ready."""
        section = self.on_heading()
        if section is not None and section.mode == "do-confirm":
            self.dispatch(ConfirmSection(section=section.id))
        elif self._marked and self._pane == "checklist":
            board = self.gonogo.board
            rows = {row.item.id: row for one in board.phases for row in one.rows} if board else {}
            for key in self._marked:
                if key in rows and not rows[key].state.settled:
                    self.dispatch(TickItem(item=key))
        else:
            super().do_tick()

    def toggle(self, row: ItemRow) -> None:
        """Tick an item; where that is not plain, ask why first, and a second person signs."""
        item, tick = row.item, row.tick
        if row.state.standing == "to_sign" and tick is not None:
            mine = tick.by == self.gonogo.ports.actor
            self.dispatch(UntickItem(item=item.id) if mine else SignItem(item=item.id))
            return
        why = (
            None
            if tick is not None and tick.state == "done" and item.kind == "task"
            else by_hand(self._near(row), item)
        )
        if why is None or row.state.settled:
            super().toggle(row)
            return
        label = "what you saw" if item.done_when else "why now"
        self.ask(label, lambda words: self.keep(TickItem(item=item.id, note=words)), hint=f"{why}.")

    def _near(self, row: ItemRow) -> Records:
        """What the rules look at of an item's section."""
        board, found = self.gonogo.board, list[Record]()
        for one in (section for phase in board.phases for section in phase.sections) if board else ():
            if one.section.id == row.item.section:
                found = [one.section, *(mate.item for mate in one.rows), *(mate.tick for mate in one.rows if mate.tick)]
        return Records(found)

    # What is shown ------------------------------------------------------------------------------

    def fold(self, section: str) -> None:
        """Fold a section, or open it."""
        board = self.gonogo.board
        mine = [row.item.id for one in board.phases for part in one.sections for row in part.rows
                if part.section.id == section] if board else []  # fmt: skip
        keys = set(self.pane.keys)
        is_open = any(f"item:{one}" in keys for one in mine)
        (self._folded if is_open else self._unfolded).add(section)
        (self._unfolded if is_open else self._folded).discard(section)
        self.gonogo.redraw()

    def filter(self) -> None:
        """Show only some items, as it is typed."""
        self._wanted_before = ""

        def preview(words: str) -> tuple[str, bool]:
            if words.strip() != self._wanted:
                self._wanted = words.strip()
                self.redraw_checklist()
            return FILTER_HINT, True

        def submit(words: str) -> None:
            self._wanted_before = words.strip()
            self.query_one(Prompt).close()

        self._filtering = True
        self.ask("show", submit, preview, text=self._wanted)

    def on_prompt_closed(self) -> None:
        """Show all again when the line was left and not kept."""
        super().on_prompt_closed()
        if self._filtering:
            self._filtering, self._wanted = False, self._wanted_before
            self.gonogo.redraw()

    # What undo would take -------------------------------------------------------------------------

    def look_ahead(self, board: Board) -> None:
        """Read what the next undo is about, when something has happened."""
        newest = board.log[0] if board.log else None
        if newest is self._seen_log:
            return
        self._seen_log = newest

        def read(room: ControlRoom) -> tuple[str, str]:
            from gonogo.control.history import ahead

            return ahead(room.store, room.actor)

        def answered(found: Any) -> None:
            if isinstance(found, tuple) and found != self._ahead:
                self._ahead = found
                self.gonogo.redraw()

        self.gonogo.submit(read, answered)

    def undo_words(self) -> str:
        """Name what undo would take back."""
        said = "" if self.gonogo.ports.looks else self._ahead[0]
        return f"u takes back: {shortened(said, 60)}" if said else ""
