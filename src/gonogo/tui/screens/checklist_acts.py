"""The acts on the checklist and on what must always be ready."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from gonogo.control.room import ControlRoom, Done
from gonogo.rules.board import ItemRow
from gonogo.rules.item import AddItem, BreakGuard, ExcuseItem, TickItem, UntickItem
from gonogo.rules.ordering import in_section
from gonogo.rules.plan import Item
from gonogo.rules.record import Refusal
from gonogo.tui.screens.ready_acts import ReadyActs


class ChecklistActs(ReadyActs):
    """Acts on the chosen row of the pane that has the focus; `_moving` is the item that the arrows move."""

    first = "checklist"

    def __init__(self) -> None:
        super().__init__()
        self._moving: str | None = None

    def do_up(self) -> None:
        """Move up, or move the item up."""
        self._vertical(-1)

    def do_down(self) -> None:
        """Move down, or move the item down."""
        self._vertical(1)

    def _vertical(self, by: int) -> None:
        if self._moving:
            self.move_it(-1 if by < 0 else 1)
        else:
            self.pane.move(by)

    def move_it(self, by: Literal[-1, 1]) -> None:
        """Move what is being moved by one place."""
        raise NotImplementedError

    def _end_moving(self) -> None:
        self._moving = None
        self.gonogo.redraw()

    # What is chosen -----------------------------------------------------------------------------

    def chosen_item(self) -> ItemRow | None:
        """The item under the cursor, of the checklist or of the Today list."""
        key, board = self.pane.cursor or "", self.gonogo.board
        if not key.startswith("item:") or board is None:
            return None
        return next((row for one in board.phases for row in one.rows if row.item.id == key[5:]), None)

    def _with_item(self, act: Callable[[ItemRow], None]) -> None:
        row = self.chosen_item()
        if row is None:
            self.gonogo.say("Choose an item of the checklist first (3).", bad=True)
        else:
            act(row)

    def do_tick(self) -> None:
        """Tick, untick, affirm, or say that something is ready."""
        if self._pane == "ready" and self.pane.cursor:
            self.renew(self.pane.cursor)
            return
        if self._pane in ("phases", "gate", "probes"):
            self.gonogo.say("Space ticks items (3) and renews what is ready (5).", bad=True)
            return
        self._with_item(self.toggle)

    def toggle(self, row: ItemRow) -> None:
        """Tick an item, or take its tick back."""
        item = row.item
        settled = row.state.settled or row.state.standing == "broken"
        if settled and (item.kind == "task" or (row.tick and row.tick.state != "done")):
            self.dispatch(UntickItem(item=item.id))
        else:
            self.dispatch(TickItem(item=item.id))

    def do_add(self) -> None:
        """Add an item below the chosen one."""
        key, row = self.pane.cursor or "", self.chosen_item()
        section = row.item.section if row else key[8:] if key.startswith("section:") else None
        if section is None:
            self.gonogo.say("Choose a place in the checklist first (3).", bad=True)
            return
        after = row.item.id if row else None

        def submit(words: str) -> None:
            def add(room: ControlRoom) -> tuple[Done | Refusal, str]:
                result = room.dispatch(AddItem(section=section, text=words, after=after))
                mates = in_section(room.store.state().all(Item), section) if row is None else []
                return result, mates[-1].id if mates else ""

            self.gonogo.submit(add, added)

        def added(found: Any) -> None:
            result, last = found if isinstance(found, tuple) else (found, "")
            self.kept(result)
            if last and not isinstance(result, Refusal):
                self.go_to(f"item:{last}")

        self.ask("add", submit)

    def go_to(self, key: str) -> None:
        """Put the cursor on a row as soon as it is drawn."""
        raise NotImplementedError

    def do_excuse(self) -> None:
        """Set the item not applicable."""

        def excuse(row: ItemRow) -> None:
            self.ask("why not applicable", lambda words: self.keep(ExcuseItem(item=row.item.id, reason=words)))

        self._with_item(excuse)

    def do_break_guard(self) -> None:
        """Say that the guard no longer holds."""

        def broken(row: ItemRow) -> None:
            self.ask("what broke it", lambda words: self.keep(BreakGuard(item=row.item.id, reason=words)))

        self._with_item(broken)
