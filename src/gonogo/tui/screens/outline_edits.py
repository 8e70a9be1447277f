"""Editing the plan in place: items, what they are besides their text, and sections."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal, cast

from gonogo.control.room import ControlRoom
from gonogo.rules import properties
from gonogo.rules.board import ItemRow
from gonogo.rules.item import EditItem, MoveItem, RemoveItem
from gonogo.rules.outline import SplitItem
from gonogo.rules.plan import Item, Launch, Mode, Phase, Section
from gonogo.rules.properties import SetItem
from gonogo.rules.record import Act, Intent, Records, Refusal
from gonogo.rules.section import AddSection, MoveSection, RemoveSection, RenameSection, SetMode
from gonogo.tui.panes.checklist import shown_phase
from gonogo.tui.screens.choose import Choice, ChooseScreen
from gonogo.tui.screens.outline_paste import OutlinePaste

SPLIT = "//"


class OutlineEdits(OutlinePaste):
    """Edits what the cursor is on; who was slower is shown what the other has written, and loses nothing."""

    def _from(self, kind: type[Item] | type[Section], key: str, intent: Callable[[Any], Intent]) -> Callable[[], None]:
        """Return what carries out an edit of a row as it was seen last; refused, the row as it is now is seen."""
        seen: list[Any] = [None]

        def read(room: ControlRoom) -> tuple[Any, Any]:
            return room.dispatch(intent(seen[0])), room.store.state().get(kind, key)

        def answered(found: Any) -> None:
            result, seen[0] = found if isinstance(found, tuple) else (found, seen[0])
            if isinstance(result, Refusal) and result.outrun:
                result = replace(
                    result, sentence=f"{result.sentence.rstrip('.')}; enter again puts yours in its place."
                )
            self.kept(result)

        def act(first: Any = None) -> None:
            seen[0] = seen[0] or first
            self.gonogo.submit(read, answered)

        return act

    # Items --------------------------------------------------------------------------------------

    def do_edit(self) -> None:
        """Reword the item, or rename the section."""
        if (section := self.on_heading()) is not None:
            self._rename(section)
            return

        def edit(row: ItemRow) -> None:
            item, typed = row.item, [row.item.text]
            act = self._from(Item, item.id, lambda now: EditItem(item=item.id, text=typed[0], was=(now or item).text))

            def submit(words: str) -> None:
                typed[0] = words
                act()

            self.ask("edit", submit, text=item.text)

        self._with_item(edit)

    def do_split(self) -> None:
        """Make several items of one."""

        def split(row: ItemRow) -> None:
            item, typed = row.item, [row.item.text]

            def parts() -> tuple[str, ...]:
                return tuple(part for one in typed[0].split(SPLIT) if (part := one.strip()))

            def preview(words: str) -> tuple[str, bool]:
                typed[0] = words
                found = parts()
                return (f"{len(found)} items: " + " | ".join(found), True) if len(found) > 1 else (
                    f"put {SPLIT} where it splits", False
                )  # fmt: skip

            act = self._from(Item, item.id, lambda now: SplitItem(item=item.id, texts=parts(), was=(now or item).text))

            def submit(words: str) -> None:
                typed[0] = words
                act()

            self.ask("split", submit, preview, text=item.text)

        self._with_item(split)

    def do_properties(self) -> None:
        """Set what the item is besides its text, in one line."""

        def ask(row: ItemRow) -> None:
            board = self.gonogo.board
            assert board is not None
            item, zone = row.item, board.launch.timezone
            metrics = tuple(one.name for one in board.metrics)
            typed: list[dict[str, str]] = [{}]
            first = properties.line_of(item, zone)

            def meant(line: str) -> dict[str, str] | Refusal:
                return properties.meant(first, line)

            def intent(now: Any) -> SetItem:
                was = {name: properties.written(now or item, name, zone) for name in typed[0]}
                return SetItem(item=item.id, values=typed[0], was=was, metrics=metrics)

            def preview(line: str) -> tuple[str, bool]:
                if line.strip() == first:
                    return properties.HINT, True
                found = meant(line)
                if isinstance(found, Refusal):
                    return found.sentence, False
                typed[0] = found
                return self._would(item, board.launch, SetItem(item=item.id, values=found, metrics=metrics))

            act = self._from(Item, item.id, intent)

            def submit(line: str) -> None:
                found = meant(line)
                if isinstance(found, Refusal):
                    self.kept(found)
                    return
                typed[0] = found
                act()

            self.ask("properties", submit, preview, text=first + " " if first else "")

        self._with_item(ask)

    def _would(self, item: Item, launch: Launch, intent: SetItem) -> tuple[str, bool]:
        """Say what would be set, by the rule itself."""
        act = Act(self.gonogo.ports.actor, self.gonogo.clock.now(), lambda: "")
        found = properties.decide(Records([launch, item]), intent, act)
        return (found.sentence, False) if isinstance(found, Refusal) else (found.said, True)

    def do_remove(self) -> None:
        """Remove what is marked, the item, or an empty section."""
        if (section := self.on_heading()) is not None and not self._marked:
            self.dispatch(RemoveSection(section=section.id))
        elif not self.remove_marked():
            self._with_item(lambda row: self.dispatch(RemoveItem(item=row.item.id)))

    def do_move(self) -> None:
        """Move the item or the section with the arrows, until enter."""
        section = self.on_heading()
        if section is None:
            self._with_item(lambda row: self._begin_moving(row.item.id))
        else:
            self._begin_moving(section.id)

    def _begin_moving(self, key: str) -> None:
        self._moving = None if self._moving else key
        if self._moving:
            self.gonogo.say("Up and down move it, enter ends.")
        self.gonogo.redraw()

    def move_it(self, by: Literal[-1, 1]) -> None:
        """Move what is being moved by one place."""
        assert self._moving is not None
        board = self.gonogo.board
        sections = {one.section.id for phase in board.phases for one in phase.sections} if board else set()
        intent = MoveSection(section=self._moving, by=by) if self._moving in sections else None
        self.dispatch(intent or MoveItem(item=self._moving, by=by), quiet=True)

    # Sections -----------------------------------------------------------------------------------

    def _rename(self, section: Section) -> None:
        typed = [section.name]
        act = self._from(
            Section, section.id,
            lambda now: RenameSection(section=section.id, name=typed[0], was=(now or section).name),
        )  # fmt: skip

        def submit(words: str) -> None:
            typed[0] = words
            act()

        self.ask("rename", submit, text=section.name)

    def do_new_section(self) -> None:
        """Add a section behind the chosen one."""
        board = self.gonogo.board
        shown = shown_phase(board, self._phase) if board else None
        phase: Phase | None = shown.phase if shown else board.phases[0].phase if board and board.phases else None
        if phase is None:
            self.gonogo.say("There is no phase that a section could be added to.", bad=True)
            return
        section = self.chosen_section()
        after, key = section.id if section else None, phase.id
        self.ask(
            "new section", lambda words: self.keep(AddSection(phase=key, name=words, after=after)),
            hint=f"its name; it goes behind “{section.name}”" if section else "its name",
        )  # fmt: skip

    def _with_section(self, act: Callable[[Section], None]) -> None:
        section = self.chosen_section()
        if section is None:
            self.gonogo.say("Choose a section of the checklist first (3).", bad=True)
        else:
            act(section)

    def do_section_mode(self) -> None:
        """Say how the section's items are done."""

        def ask(section: Section) -> None:
            choices = (
                Choice("r", "read, do: one after the other", "read-do", "another one first wants a reason"),
                Choice("c", "do, confirm: any order, then confirmed", "do-confirm", "space on the heading confirms"),
                Choice("f", "freely", "", "as they come"),
            )

            def chosen(value: str | None) -> None:
                if value is not None:
                    self.dispatch(SetMode(section=section.id, mode=cast("Mode", value) if value else None))

            self.app.push_screen(ChooseScreen(f"How is “{section.name}” done?", choices), chosen)

        self._with_section(ask)

    def do_remove_section(self) -> None:
        """Remove the section with its items."""

        def ask(section: Section) -> None:
            choices = (
                Choice("y", "remove it with its items and their ticks", "yes", "u brings them back"),
                Choice("k", "keep it", "", ""),
            )

            def chosen(value: str | None) -> None:
                if value:
                    self.dispatch(RemoveSection(section=section.id, with_items=True))

            self.app.push_screen(ChooseScreen(f"Remove “{section.name}”?", choices), chosen)

        self._with_section(ask)
