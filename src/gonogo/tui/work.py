"""What the app has done for it off the loop, and how it says what came of that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.message import Message
from textual.widgets._toast import Toast

from gonogo.control.link import Link
from gonogo.control.room import ControlRoom
from gonogo.rules.clock import Clock
from gonogo.rules.probe import Probe
from gonogo.rules.record import Intent, Refusal
from gonogo.rules.text import line
from gonogo.tui.panes.probe import SPANS, History
from gonogo.tui.ports import Ports

MOST_TOASTS = 2


class Answered(Message):
    """Something that was asked of the link is answered."""

    def __init__(self, answer: Callable[[Any], None], result: Any) -> None:
        super().__init__()
        self.answer, self.result = answer, result


class Work(App[int]):
    """Hands intents and other work to the link, whose thread has the store; answers come back on the loop."""

    ports: Ports
    clock: Clock
    link: Link

    def _tell(self, message: Message) -> None:
        self.post_message(message)

    def on_answered(self, message: Answered) -> None:
        """Pass an answer on."""
        message.answer(message.result)

    def dispatch(self, intent: Intent, answer: Callable[[Any], None]) -> None:
        """Carry out an intent; `answer` is called on this loop."""
        self.link.dispatch(intent, lambda result: self._tell(Answered(answer, result)))

    def submit(self, work: Callable[[Any], Any], answer: Callable[[Any], None]) -> None:
        """Do other work with the room."""
        self.link.submit(work, lambda result: self._tell(Answered(answer, result)))

    def probe_history(self, probe: Probe, span: str, cells: int, answer: Callable[[Any], None]) -> None:
        """Read what the board does not hold of a probe: its newest checks, and its strip over a span."""
        from gonogo.control.history import read_history

        now = self.clock.now().utc
        seconds = SPANS[span]

        def shown(found: Any) -> None:
            answer(History(span, *found) if isinstance(found, tuple) else found)

        self.submit(lambda room: read_history(room.store, probe, now, seconds, cells), shown)

    def request(self, kind: str, args: dict[str, object] | None = None) -> None:
        """Ask the watch for something."""
        from gonogo.control.requests import ask_watch

        self.submit(lambda room: ask_watch(room, kind, args), lambda words: self.say(f"The watch: {words}."))

    def start_watch(self) -> None:
        """Start a watch, off the loop."""
        self.submit(lambda room: self.ports.start_watch(), lambda words: self.say(str(words)))

    def write_report(self) -> None:
        """Write the report as a page beside the config, without the customers."""
        folder = self.ports.reports or self.ports.state.parent

        def write(room: ControlRoom) -> Any:
            from gonogo.control.report import write_page

            return write_page(room, folder)

        def answered(result: Any) -> None:
            refused = isinstance(result, Refusal)
            self.say(result.sentence if refused else str(result), bad=refused)

        self.submit(write, answered)

    def demo(self, act: str) -> None:
        """Break or mend the demo's shop."""
        if (demo := self.ports.demo) is not None:
            self.submit(lambda room: demo(act), lambda words: self.say(str(words)))

    # Saying --------------------------------------------------------------------------------------

    def say(self, words: str, *, bad: bool = False) -> None:
        """Say something in passing."""
        self.notify(
            line(words, 240), severity="warning" if bad else "information", timeout=6 if bad else 3, markup=False
        )

    def _refresh_notifications(self) -> None:
        """Show the newest few; more would lie over what is worked on."""
        if not self.screen_stack:
            return  # the app is ending
        keep = list(self._notifications)[-MOST_TOASTS:]
        for toast in self.screen.query(Toast):
            if toast._notification not in keep:
                toast._expire()
        for one in list(self._notifications):
            if one not in keep:
                del self._notifications[one]
        super()._refresh_notifications()
