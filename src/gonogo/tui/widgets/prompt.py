"""The one line at the bottom where something is typed, with a preview of what it means."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, Static

Preview = Callable[[str], tuple[str, bool]]
"""Says what a line means, and whether it can be submitted."""
Submit = Callable[[str], None]
LONGEST_PASTE = 20_000
"""A larger paste would hold the screen up; what a rule takes is less."""


Complete = Callable[[str], str | None]
"""Returns a line completed, or nothing."""


Take = Callable[[str], bool]
"""Takes a paste over, if it is more than a line."""


class Completing(Suggester):
    """Suggests, dim behind what is typed, how it may go on."""

    def __init__(self, complete: Complete) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        """Return the whole line as it would be."""
        return self._complete(value)


class Line(Input):
    """An input that takes the whole of a paste, its lines joined with spaces; tab takes what is suggested."""

    def _on_paste(self, event: events.Paste) -> None:
        if not self.value.strip() and self.query_ancestor(Prompt).takes(event.text):
            event.stop()
            event.prevent_default()
            return
        event.text = " ".join(event.text.split())  # Input itself takes the first line, which is all of it now
        if len(event.text) > LONGEST_PASTE:
            event.stop()
            event.prevent_default()
            self.query_ancestor(Prompt).refuse(too_large(event.text))


def too_large(paste: str) -> str:
    """Say that a paste is no line that a person wrote."""
    return f"A paste of {len(paste):,} characters is too large for a line; nothing of it was taken."


class Prompt(Vertical):
    """Hidden until asked; enter submits, esc leaves. It lies over the rows at the bottom."""

    DEFAULT_CSS = """
    Prompt { layer: over; dock: bottom; height: auto; background: $bar; }
    Prompt #preview { width: 1fr; height: auto; max-height: 8; color: $dim; background: $bar; padding: 0 1; }
    Prompt #preview.-bad { color: $hold; }
    Prompt Horizontal { height: 1; }
    Prompt #label { width: auto; max-width: 40%; color: $focus; text-style: bold; background: $bar; padding: 0 1; }
    Prompt Input { width: 1fr; height: 1; border: none; padding: 0; background: $bar; color: $bright; }
    Prompt Input:focus { border: none; background: $bar; }
    """

    class Closed(Message):
        """Typing has ended."""

    def compose(self) -> ComposeResult:
        """Make the preview, and under it the label and the line."""
        self._said = ""
        self._take: Take | None = None
        self.display = False
        yield Static("", id="preview", markup=False)
        with Horizontal():
            yield Static("", id="label", markup=False)
            line = Line(id="line", select_on_focus=False)
            line.cursor_blink = False
            yield line

    def open(self, label: str, submit: Submit, preview: Preview | None = None, text: str = "") -> None:
        """Ask for a line."""
        self._submit, self._preview = submit, preview
        self.query_one("#label", Static).update(Content(label))
        line = self.query_one(Input)
        line.suggester = None
        self._take = None
        line.value = text
        line.cursor_position = len(text)
        self._show(text)
        self.display = True
        # At once, not on the next turn: what is typed right behind the key belongs to the line.
        self.screen.set_focus(line)

    def complete_with(self, complete: Complete) -> None:
        """Suggest how the line goes on; tab takes it."""
        self.query_one(Input).suggester = Completing(complete)

    def take_with(self, take: Take) -> None:
        """Let a paste into the empty line be taken as more than a line."""
        self._take = take

    def takes(self, paste: str) -> bool:
        """Whether a paste was taken as more than a line."""
        return self._take is not None and self._take(paste)

    @property
    def is_open(self) -> bool:
        """Whether something is being typed."""
        return self.display

    def take_letter(self, letter: str) -> None:
        """Take a letter that was on its way to a pane when the line opened: it was meant for the line."""
        self.query_one(Input).insert_text_at_cursor(letter)

    def take_focus(self) -> None:
        """Put the focus back on the line."""
        self.screen.set_focus(self.query_one(Input))

    def refuse(self, sentence: str) -> None:
        """Say why the line cannot be taken; what was typed stays."""
        self._say(sentence, good=False)

    def renew(self) -> None:
        """Say anew what the line means, when more is known."""
        if self.is_open:
            self._show(self.query_one(Input).value)

    def close(self) -> None:
        """Hide the line."""
        self.display = False
        self.post_message(self.Closed())

    def _show(self, value: str) -> None:
        words, good = self._preview(value) if self._preview else ("enter keeps, esc leaves", True)
        self._say(words, good=good)

    def _say(self, words: str, *, good: bool) -> None:
        shown = self.query_one("#preview", Static)
        shown.set_class(not good, "-bad")
        if words != self._said:  # saying it anew would lay out the whole screen
            self._said = words
            shown.update(Content(words))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Preview what is typed."""
        event.stop()
        if self.is_open:
            self._show(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand the line over; whoever asked closes the prompt or refuses."""
        event.stop()
        self._submit(event.value)

    def on_key(self, event: events.Key) -> None:
        """Leave on esc, take a suggestion on tab; no other key of the screen acts while something is typed."""
        if event.key == "escape":
            event.stop()
            event.prevent_default()
            self.close()
        elif event.key == "tab":
            event.stop()
            event.prevent_default()
            line = self.query_one(Input)
            line.action_end()
            line.action_cursor_right()
