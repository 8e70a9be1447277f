"""A list that is pasted into the checklist: it is offered as items, and runs nothing."""

from __future__ import annotations

from textual import events

from gonogo.rules import pasted
from gonogo.rules.outline import PasteItems
from gonogo.tui.lines import shortened
from gonogo.tui.screens.choose import Choice, ChooseScreen
from gonogo.tui.screens.outline_acts import OutlineActs
from gonogo.tui.widgets.line_pane import LinePane
from gonogo.tui.widgets.prompt import Prompt


class OutlinePaste(OutlineActs):
    """Takes lists over."""

    def on_paste(self, event: events.Paste) -> None:
        """Offer a list that is pasted into the checklist as items; it runs nothing."""
        looks = self.gonogo.ports.looks
        if self._pane != "checklist" or looks or not isinstance(self.focused, LinePane):
            super().on_paste(event)
        elif pasted.looks_like_a_list(event.text) and self.chosen_section() is not None:
            event.stop()
            event.prevent_default()
            self._offer_items(event.text)
        else:
            super().on_paste(event)

    def do_add(self) -> None:
        """Add an item; a list that is pasted into the line is offered as items."""
        super().do_add()
        if (prompt := self.query_one(Prompt)).is_open:
            prompt.take_with(self._take_list)

    def _take_list(self, words: str) -> bool:
        if len(pasted.lines(words)) < 2 or not pasted.looks_like_a_list(words) or self.chosen_section() is None:
            return False
        self.query_one(Prompt).close()
        self._offer_items(words)
        return True

    def _offer_items(self, words: str) -> None:
        section, row = self.chosen_section(), self.chosen_item()
        assert section is not None
        found = pasted.read(words) if len(words) <= pasted.LONGEST else None
        if not isinstance(found, list):
            self.gonogo.say(
                found.sentence if found else f"A paste of {len(words):,} characters is too large.", bad=True
            )
            return
        first = "; ".join(one.text for one in found[:3])
        where = f"below “{shortened(row.item.text)}”" if row else f"at the end of “{shortened(section.name)}”"
        choices = (
            Choice("i", f"{len(found)} items {where}", "items", shortened(first, 60)),
            Choice("n", "one note", "note", "its lines joined"),
        )

        def chosen(value: str | None) -> None:
            if value == "items":
                after = row.item.id if row else None
                self.done(PasteItems(section=section.id, text=words, after=after))
            elif value == "note":
                self.log_line("note", " ".join(words.split()))

        self.app.push_screen(ChooseScreen("A list was pasted. What is it to be?", choices), chosen)
