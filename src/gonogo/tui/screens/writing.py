"""What is typed on a screen: one line at the bottom, previewed, kept when it is durable, refused with its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual import events
from textual.screen import Screen

from gonogo.rules import quicklog
from gonogo.rules.completing import completed
from gonogo.rules.door import too_long
from gonogo.rules.record import Intent, Refusal
from gonogo.tui.widgets.line_pane import LinePane
from gonogo.tui.widgets.prompt import LONGEST_PASTE, Preview, Prompt, too_large

if TYPE_CHECKING:
    from gonogo.tui.app import GonogoApp


class WritingScreen(Screen[None], inherit_bindings=False):
    """A screen on which lines are typed, and what they mean is carried out."""

    @property
    def gonogo(self) -> GonogoApp:
        """The app, as what it is."""
        from gonogo.tui.app import GonogoApp

        app = self.app
        assert isinstance(app, GonogoApp)
        return app

    def dispatch(self, intent: Intent, *, quiet: bool = False) -> None:
        """Carry out an intent; what was said, or why not, is shown when it is durable; `quiet`: only why not."""

        def answered(result: Any) -> None:
            if isinstance(result, Refusal):
                self.gonogo.say(result.sentence, bad=True)
            elif not quiet:
                self.gonogo.say(result.said)

        self.gonogo.dispatch(intent, answered)

    def ask(
        self, label: str, submit: Callable[[str], None], preview: Preview | None = None, text: str = "", hint: str = ""
    ) -> None:
        """Ask for one line at the bottom; `hint` says what is wanted where nothing previews it."""
        if hint and preview is None:

            def preview(words: str) -> tuple[str, bool]:
                return hint, True

        self.query_one("#hints").display = False
        self.query_one(Prompt).open(label, submit, preview, text)

    def keep(self, intent: Intent, *, quiet: bool = False) -> None:
        """Carry out what was typed; the line stays open with the reason when it is refused; `quiet`: says no more."""
        self.gonogo.dispatch(intent, lambda result: self.kept(result, quiet=quiet))

    def kept(self, result: Any, *, quiet: bool = False) -> None:
        """Close the line when what was typed is durable, or say on it why not."""
        if isinstance(result, Refusal):
            self.query_one(Prompt).refuse(result.sentence)
            return
        self.query_one(Prompt).close()
        if not quiet:
            self.gonogo.say(result.said)

    def on_paste(self, event: events.Paste) -> None:
        """Offer a paste that hit no line as a note; it runs nothing."""
        if isinstance(self.focused, LinePane) or self.focused is None:
            event.stop()
            if self.gonogo.ports.looks:
                return
            words = " ".join(event.text.split())
            if len(words) > LONGEST_PASTE:
                self.gonogo.say(too_large(words), bad=True)
            else:
                self.log_line("note", words)

    def log_line(self, kind: quicklog.Kind, text: str = "") -> None:
        """Ask for a line to log, with a preview of what it means."""
        board = self.gonogo.board
        assert board is not None
        zone = board.launch.timezone

        def preview(line: str) -> tuple[str, bool]:
            if not line.strip():
                return quicklog.HINTS[kind], True
            found = quicklog.parse(kind, line, self.gonogo.clock.now(), zone)
            if not isinstance(found, Refusal):
                refused = too_long(found.intent)
                return (refused.sentence, False) if refused else (found.preview, True)
            return found.sentence, False

        def submit(line: str) -> None:
            found = quicklog.parse(kind, line, self.gonogo.clock.now(), zone)
            if isinstance(found, Refusal):
                self.query_one(Prompt).refuse(found.sentence)
            else:
                self.keep(found.intent)

        self.ask(kind, submit, preview, text)
        self.query_one(Prompt).complete_with(lambda words: completed(kind, words, self._roster()))

    def _roster(self) -> list[str]:
        board = self.gonogo.board
        return [row.member.name for row in board.lists.people] if board else []

    def do_order(self) -> None:
        """Log an order."""
        self.log_line("order")

    def do_feedback(self) -> None:
        """Log feedback."""
        self.log_line("feedback")

    def do_bug(self) -> None:
        """Log a bug."""
        self.log_line("bug")

    def do_question(self) -> None:
        """Log a question."""
        self.log_line("question")

    def do_deploy(self) -> None:
        """Log a deploy."""
        self.log_line("deploy")

    def do_note(self) -> None:
        """Write a note."""
        self.log_line("note")
