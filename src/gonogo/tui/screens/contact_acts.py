"""Whom to call, and who was reached just now."""

from __future__ import annotations

from typing import Any

from gonogo.rules import contact
from gonogo.rules.contact import Contact, ReachContact
from gonogo.rules.record import Refusal
from gonogo.tui.screens.choose import Choice, ChooseScreen
from gonogo.tui.screens.writing import WritingScreen

KEYS = "123456789"


class ContactActs(WritingScreen, inherit_bindings=False):
    """Acts on the list of contacts, and handing words to the terminal."""

    def copy(self, words: str) -> None:
        """Hand the words to the terminal, which alone knows whether it takes them."""
        self.app.copy_to_clipboard(words)
        self.gonogo.say("Sent to your terminal's clipboard, if it takes it. Nothing is recorded: enter does.")

    def whom_to_call(self) -> None:
        """Show whom to call; a key says that they were reached just now."""

        def read(room: Any) -> Any:
            from gonogo.control.post import contacts_of

            return contacts_of(room)

        self.gonogo.submit(read, self.call)

    def call(self, found: Any) -> None:
        """Show some contacts; a key says that one was reached."""
        if isinstance(found, Refusal) or not found:
            self.gonogo.say("No contact is listed; [[contact]] in gonogo.toml lists them.", bad=True)
            return
        now = self.gonogo.clock.now().utc
        listed: list[tuple[str, Contact]] = list(zip(KEYS, found, strict=False))
        choices = [
            Choice(key, f"{one.name}, {one.role}: {one.place}", one.name, contact.aged(one, now)) for key, one in listed
        ]

        def chosen(name: str | None) -> None:
            if name:
                self.dispatch(ReachContact(name=name))

        self.app.push_screen(ChooseScreen("Whom did you reach just now?", choices), chosen)
