"""The acts on who is told: snooze, hand over, test the channels, try messages again."""

from __future__ import annotations

from typing import Any

from gonogo.rules import words
from gonogo.rules.board import Board
from gonogo.rules.call import HandOverIncident, SnoozeIncident
from gonogo.rules.duration import seconds
from gonogo.rules.incident import Incident
from gonogo.rules.record import Refusal
from gonogo.tui.screens.choose import Choice, ChooseScreen
from gonogo.tui.screens.handover_acts import card_body
from gonogo.tui.screens.writing import WritingScreen
from gonogo.tui.widgets.prompt import Prompt

SNOOZE = "10m"
ALL = "\x00all"


class AlarmActs(WritingScreen, inherit_bindings=False):
    """Acts on the incident that is shown, or in front, and on the channels."""

    def incident_shown(self) -> Incident | None:
        """The incident that an act is for."""
        board: Board | None = self.gonogo.board
        return board.incidents[0].incident if board and board.incidents else None

    def do_snooze(self) -> None:
        """Let the incident be quiet for a while."""
        incident = self.incident_shown()
        if incident is None:
            self.gonogo.say("There is no incident to snooze.", bad=True)
            return

        def submit(said: str) -> None:
            try:
                for_s = seconds(said.strip() or SNOOZE)
            except ValueError as error:
                self.query_one(Prompt).refuse(f"{error}")
                return
            self.keep(SnoozeIncident(incident=incident.id, for_s=for_s))

        self.ask("snooze", submit, hint=f"quiet for how long, such as 20m; enter: {SNOOZE}")

    def do_hand_over(self) -> None:
        """Give the incident to another contact; the next one is the first answer."""
        incident, board = self.incident_shown(), self.gonogo.board
        if incident is None or board is None:
            self.gonogo.say("There is no incident to hand over.", bad=True)
            return

        def ask(upcoming: Any) -> None:
            names = [name for name in dict.fromkeys((upcoming, *board.people)) if name and name != incident.acked_by]
            if not names:
                self.gonogo.say("There is nobody to hand it to; [[person]] in gonogo.toml names people.", bad=True)
                return
            choices = [
                Choice(str(place), name, name, "the next contact" if name == upcoming else "")
                for place, name in enumerate(names[:9], 1)
            ]
            body = card_body(board, self.gonogo.clock.now())
            asks = "Who has it from now on? They are told at once; read this out."
            self.app.push_screen(ChooseScreen(asks, choices, body=body), chosen)

        def chosen(name: str | None) -> None:
            if name:
                self.dispatch(HandOverIncident(incident=incident.id, to=name))

        def read(room: Any) -> str:
            from gonogo.control.alarms import next_contact

            return next_contact(room.store, incident.id)

        self.gonogo.submit(read, ask)

    def do_notify(self) -> None:
        """Send a test through every channel, and ask which of them a person saw."""

        def leave(room: Any) -> Any:
            from gonogo.control.notify import channels, leave_tests

            left = leave_tests(room)
            return left if isinstance(left, Refusal) else channels(room)

        def ask(found: Any) -> None:
            if isinstance(found, Refusal):
                self.gonogo.say(found.sentence, bad=True)
                return
            choices = [Choice(str(place), name, name) for place, name in enumerate(found[:8], 1)]
            choices += [Choice("a", "all of them", ALL)] if len(found) > 1 else []
            self.app.push_screen(
                ChooseScreen("A test is on its way. On which did a person see it?", choices),
                lambda name: self._seen_on(found if name == ALL else (name,) if name else ()),
            )

        self.gonogo.submit(leave, ask)

    def _seen_on(self, names: tuple[str, ...]) -> None:
        if not names:
            self.gonogo.say("Nothing is confirmed; `gonogo notify test CHANNEL --seen` does it later.")
            return

        def keep(room: Any) -> Any:
            from gonogo.control.notify import confirm

            return [confirm(room, name) for name in names][-1]

        def answered(result: Any) -> None:
            self.gonogo.say(result.sentence if isinstance(result, Refusal) else f"Seen: {words.some(names)}.")

        self.gonogo.submit(keep, answered)

    def do_retry(self) -> None:
        """Try again the messages that were given up."""

        def again(room: Any) -> int:
            from gonogo.control.notify import retry

            return retry(room, None)

        def answered(found: Any) -> None:
            said = f"{words.count(found, 'message')} will be tried again." if found else "No message was given up."
            self.gonogo.say(said)

        self.gonogo.submit(again, answered)
