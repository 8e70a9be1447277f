"""What every screen can hand on: the handover card, and the postmortem."""

from __future__ import annotations

from typing import Any

from gonogo.rules import handover
from gonogo.rules.board import Board
from gonogo.rules.clock import Instant
from gonogo.rules.incident import Incident
from gonogo.rules.log import LogNote
from gonogo.rules.record import Refusal
from gonogo.rules.response import NoteIncident
from gonogo.tui.lines import Row, Span
from gonogo.tui.panes.gate import wrap
from gonogo.tui.screens.choose import Choice, ChooseScreen
from gonogo.tui.screens.writing import WritingScreen


def card_body(board: Board, now: Instant) -> list[Span]:
    """The handover card as a dialog shows it."""
    body: list[Span] = []
    for about, said in handover.card(board, now):
        first, *rest = wrap(said, 58) or [""]
        body += [(f"{about:<12}{first}", "text"), *((f"{'':<12}{part}", "text") for part in rest)]
    return body


class HandoverActs(WritingScreen, inherit_bindings=False):
    """Acts that hand on what is known."""

    def do_card(self) -> None:
        """Show the card to read out, and log to whom it was handed over."""
        board = self.gonogo.board
        if board is None:
            return
        body = card_body(board, self.gonogo.clock.now())
        front = board.incidents[0].incident.id if board.incidents else None

        def chosen(value: str | None) -> None:
            if value == "hand":
                self.ask("handed to", hand, hint="to whom? it is noted with the time")

        def hand(words: str) -> None:
            said = f"handed over to {words}" if words.strip() else ""
            self.keep(NoteIncident(incident=front, text=said) if front else LogNote(text=said))

        choices = [Choice("q", "back", "back")]
        if not self.gonogo.ports.looks:
            choices.insert(0, Choice("h", "I hand over", "hand", "asks to whom, and notes it"))
        self.app.push_screen(ChooseScreen("Handing over", choices, body=body), chosen)

    def do_postmortem(self) -> None:
        """Write the postmortem of the incident in front, or of the newest, and read it."""
        board = self.gonogo.board
        found: list[Incident] = [row.incident for row in board.incidents] if board else []
        found += list(board.resolved) if board else []
        if not found:
            self.gonogo.say("There was no incident yet.", bad=True)
            return

        def read(room: Any) -> Any:
            from gonogo.control.postmortem import write_postmortem
            from gonogo.formats.errors import FileError

            try:
                return write_postmortem(room, found[0])
            except FileError as error:
                return Refusal(str(error))

        def answered(result: Any) -> None:
            if isinstance(result, Refusal):
                self.gonogo.say(result.sentence, bad=True)
                return
            words, path = result

            def rows(width: int) -> list[Row]:
                lines = (part for line in words.splitlines() for part in (wrap(line, width) or [""]))
                return [Row(((f"It is in {path}; edit it there.", "dim"),)), *(Row(((one, "text"),)) for one in lines)]

            self.gonogo.read("Postmortem", rows)

        self.gonogo.submit(read, answered)
