"""A message before it goes out: read, edited in place, copied, sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from gonogo.rules.message import final, variables
from gonogo.rules.text import block
from gonogo.tui.actions import BY_ID, Action

READING: tuple[Action, ...] = (
    replace(BY_ID["open"], label="send", rank=1),
    replace(BY_ID["edit"], label="edit", rank=2),
    replace(BY_ID["messages"], label="copy", rank=3),
    replace(BY_ID["cancel"], rank=4),
    BY_ID["incident"],
)
EDITING: tuple[Action, ...] = (replace(BY_ID["cancel"], label="end editing", rank=1),)
LONGEST = 8000


class Page(TextArea):
    """The message: a key moves about it while it is read, and writes while it is edited."""

    async def _on_paste(self, event: events.Paste) -> None:
        event.text = block(event.text)[: max(0, LONGEST - len(self.text))]

    async def on_key(self, event: events.Key) -> None:
        """Move and delete in the order in which it was typed: a binding would run after the letters behind it."""
        bound = self._bindings.key_to_bindings.get(event.key, ())
        if self.read_only or not bound:
            return
        event.stop()
        event.prevent_default()
        await self.run_action(bound[0].action)


class MessageScreen(ModalScreen[str | None]):
    """Shows a filled message; enter hands over what is to go out, esc leaves it."""

    BINDINGS = [Binding("exclamation_mark", "app.incident_now", show=False)]
    DEFAULT_CSS = """
    MessageScreen { align: center middle; background: $ground 60%; }
    MessageScreen Vertical { width: 92; max-width: 100%; height: 90%; border: round $focus; padding: 0 1; }
    MessageScreen Vertical { background: $ground; }
    MessageScreen Page { height: 1fr; border: none; padding: 0; background: $ground; color: $text; }
    MessageScreen Page:focus { border: none; }
    MessageScreen Static { height: auto; background: $ground; color: $dim; }
    MessageScreen #lacks { color: $hold; }
    """

    def __init__(
        self, title: str, written: str, about: Sequence[str], copied: Callable[[str], None], hint: Callable[[], None]
    ) -> None:
        super().__init__()
        self._title, self._written, self._about, self._copied, self._hint = title, written, about, copied, hint
        self._editing = False

    @property
    def alive(self) -> tuple[Action, ...]:
        """The acts that are alive: while it is edited, only the end of it."""
        return EDITING if self._editing else READING

    def compose(self) -> ComposeResult:
        """Lay out what it is about, the message, and what it lacks."""
        with Vertical() as frame:
            frame.border_title = Content(self._title)
            yield Static(Content("\n".join(self._about)), markup=False)
            page = Page(self._written, read_only=True, show_line_numbers=False, soft_wrap=True, id="page")
            page.cursor_blink = False
            yield page
            yield Static("", id="lacks", markup=False)
            yield Static("", id="foot", markup=False)

    def on_mount(self) -> None:
        """Begin with reading."""
        self.app.clear_notifications()
        self.query_one(Page).focus()
        self._show()

    def _show(self) -> None:
        page = self.query_one(Page)
        left = variables(page.text)
        lacks = f"not filled: {', '.join('$' + name for name in left)}; enter asks for it" if left else ""
        self.query_one("#lacks", Static).update(Content(lacks))
        foot = "enter send   e edit   c copy   esc leave it" if page.read_only else "esc ends editing"
        self.query_one("#foot", Static).update(Content(foot))

    def _edit(self, page: Page, *, on: bool) -> None:
        self._editing, page.read_only = on, not on
        self._show()
        self._hint()

    def on_text_area_changed(self) -> None:
        """Say what is still to be filled."""
        self._show()

    def on_key(self, event: events.Key) -> None:
        """Act by key while it is read; while it is edited only esc acts."""
        page = self.query_one(Page)
        if event.key == "exclamation_mark" and page.read_only:
            return
        event.stop()
        event.prevent_default()
        if self.app.screen is not self:
            return
        if not page.read_only:
            if event.key == "escape":
                self._edit(page, on=False)
            return
        if event.key in ("escape", "q"):
            self.dismiss(None)
        elif event.key == "enter":
            self.dismiss(page.text)
        elif event.key == "e":
            self._edit(page, on=True)
        elif event.key == "c":
            self._copied(final(page.text))
