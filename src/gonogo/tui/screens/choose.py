"""A small dialog: a question, and answers by key. Esc answers nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from gonogo.tui.actions import BY_ID, Action
from gonogo.tui.lines import Span

_FRAME = 9
"""How many rows the dialog takes beside its answers and what is to be read: the frame, the question, the foot."""
LEAVE: Action = replace(BY_ID["cancel"], rank=1)


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer: its key, what it says, and what it returns."""

    key: str
    label: str
    value: str
    help: str = ""


class ChooseScreen(ModalScreen[str | None]):
    """Asks for one of a few answers; enter gives the first. With `limit_s`, time gives the first too.

    ! leaves it for an incident.
    """

    BINDINGS = [Binding("exclamation_mark", "app.incident_now", show=False)]
    alive: tuple[Action, ...] = (LEAVE, BY_ID["incident"])
    """The acts that are alive beside the answers."""

    DEFAULT_CSS = """
    ChooseScreen { align: center middle; background: $ground 60%; }
    ChooseScreen Vertical { width: 78; max-width: 96%; height: auto; padding: 1 2; }
    ChooseScreen Vertical { border: round $focus; background: $ground; }
    ChooseScreen Static { height: auto; background: $ground; }
    ChooseScreen #body { height: auto; border: none; padding: 0; scrollbar-size-vertical: 1; background: $ground; }
    """

    def __init__(
        self, question: str, choices: Sequence[Choice], *, limit_s: int = 0, limit_words: str = "",
        body: Sequence[Span] = (),
    ) -> None:  # fmt: skip
        super().__init__()
        self._question, self._choices, self._body = question, choices, body
        self._left, self._limit_words = limit_s, limit_words

    def compose(self) -> ComposeResult:
        """Show the question and the answers."""
        with Vertical():
            yield Static(Content(self._question), markup=False)
            yield from self._above()
            yield Static("", markup=False)
            for choice in self._choices:
                words = f"  {choice.help}" if choice.help else ""
                yield Static(
                    Content.assemble((f"{choice.key:>7} ", "bold $focus"), choice.label, (words, "$dim")), markup=False
                )
            yield Static("", markup=False)
            yield Static(self._foot(), id="foot", markup=False)

    def _above(self) -> ComposeResult:
        """Show what is to be read first; what has no room is scrolled to."""
        if not self._body:
            return
        lines = [Content.styled(words, f"${style}" if style else "") for words, style in self._body]
        with VerticalScroll(id="body", can_focus=False):
            yield Static(Content("\n").join(lines), markup=False)

    def on_resize(self) -> None:
        """Leave room for the answers, whatever there is to read."""
        for body in self.query("#body"):
            body.styles.max_height = max(3, self.size.height - len(self._choices) - _FRAME)

    def _foot(self) -> Content:
        timed = f"in {self._left} s {self._limit_words}; " if self._left else ""
        return Content.styled(f"{timed}esc leaves it", "$dim")

    def on_mount(self) -> None:
        """Count down, where there is a limit; what was said in passing gives way."""
        self.app.clear_notifications()
        if self._left:
            self.set_interval(1, self._count)

    def _count(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self.dismiss(self._choices[0].value)
            return
        self.query_one("#foot", Static).update(self._foot())

    def _scroll(self, key: str) -> bool:
        by = {"down": 1, "up": -1, "pagedown": 8, "pageup": -8}.get(key)
        for body in self.query("#body") if by else ():
            body.scroll_relative(y=by, animate=False)
        return by is not None

    def on_key(self, event: events.Key) -> None:
        """Answer by key."""
        if event.key == "exclamation_mark" and BY_ID["incident"] in self.alive:
            return
        event.stop()
        event.prevent_default()
        if self.app.screen is not self:  # answered already: a second press answers nothing else
            return
        if event.key == "escape":
            self.dismiss(None)
            return
        if self._scroll(event.key):
            return
        for choice in self._choices:
            if event.character == choice.key or event.key == choice.key:
                self.dismiss(choice.value)
                return
        if event.key == "enter":
            self.dismiss(self._choices[0].value)
