"""The widget that most of the screen is made of: lines, of which only the changed ones are drawn again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from gonogo.tui.lines import BLANK, Row, View
from gonogo.tui.palette import Palette


class LinePane(Widget):
    """A pane of rows with a cursor over those that have a key."""

    DEFAULT_CSS = """
    LinePane { height: 1fr; border: round $line; padding: 0 1; background: $ground; color: $foreground; }
    LinePane { border-title-color: $focus; border-subtitle-color: $dim; }
    LinePane:focus { border: round $focus; }
    LinePane.-bar { border: none; padding: 0; height: 1; background: $bar; }
    """

    class Chosen(Message):
        """The row under the cursor was clicked twice, or the mouse chose it."""

        def __init__(self, pane: LinePane, key: str) -> None:
            super().__init__()
            self.pane, self.key = pane, key

    class Moved(Message):
        """The cursor stands on another row."""

    class Resized(Message):
        """The pane has another width, so its rows must be made again."""

        def __init__(self, pane: LinePane) -> None:
            super().__init__()
            self.pane = pane

    class Pressed(Message):
        """A bar was clicked at a column."""

        def __init__(self, pane: LinePane, column: int) -> None:
            super().__init__()
            self.pane, self.column = pane, column

    def __init__(
        self,
        palette: Callable[[], Palette],
        title: str = "",
        *,
        id: str,
        bar: bool = False,
        focus: bool = True,
        tail: bool = False,
    ) -> None:
        super().__init__(id=id, classes="-bar" if bar else "")
        self._palette = palette
        self._bar = bar
        self.can_focus = focus and not bar
        if title:
            self.border_title = Content(title)
        self._rows: tuple[Row, ...] = ()
        self._places: dict[str, tuple[int, int]] = {}
        """By key, the first and the last of the rows that share it."""
        self._keys: list[str] = []
        self._cursor: str | None = None
        self._top = 0
        self._tail = self._at_end = tail
        """Whether the end is what matters, and whether it is in sight: then it stays so as rows come."""
        self._strips: dict[tuple[Row, bool, int, str], Strip] = {}
        self._summary = ""

    # What is shown ------------------------------------------------------------------------------

    def show(self, view: View) -> None:
        """Show another view; only the lines that differ are drawn."""
        before, self._rows = self._rows, view.rows
        if before is not view.rows:
            self._index()
        if view.summary != self._summary:
            self._summary = view.summary
            self.border_subtitle = Content(view.summary)  # a str would be read as markup
        if len(view.rows) != len(before) and self.styles.auto_dimensions:
            self.refresh(layout=True)
        keys = self.keys
        if keys and self._at_end:
            self._cursor = keys[-1]
        elif keys and self._cursor not in self._places:
            self._cursor = self._nearest(before, keys)
        self._keep_in_sight()
        height = self.size.height
        for y in range(height):
            at = self._top + y
            old = before[at] if at < len(before) else BLANK
            new = view.rows[at] if at < len(view.rows) else BLANK
            if old != new:
                self._draw(y)
        if len(self._strips) > 4 * max(1, height):
            self._strips.clear()

    def _index(self) -> None:
        """Note which rows have which key: thousands of rows are not looked through at each key."""
        self._places = {}
        for at, row in enumerate(self._rows):
            if row.key:
                self._places[row.key] = (self._places.get(row.key, (at, at))[0], at)
        self._keys = list(self._places)

    def _draw(self, y: int) -> None:
        if 0 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def _nearest(self, before: Sequence[Row], keys: Sequence[str]) -> str:
        old = [row.key for row in before if row.key]
        if self._cursor in old:
            place = old.index(self._cursor)
            for key in (*old[place + 1 :], *reversed(old[:place])):
                if key in self._places:
                    return key
        return keys[0]

    # The cursor ---------------------------------------------------------------------------------

    @property
    def keys(self) -> list[str]:
        """The keys of the rows that can be chosen, in order; several rows may share one."""
        return self._keys

    @property
    def cursor(self) -> str | None:
        """The key of the chosen row."""
        return self._cursor if self._cursor in self._places else None

    @property
    def palette(self) -> Palette:
        """The palette of the theme that is shown."""
        return self._palette()

    def text_of(self, key: str) -> str:
        """Return what the rows of a key say."""
        return " ".join(row.text for row in self._rows if row.key == key)

    def choose(self, key: str) -> None:
        """Put the cursor on a row."""
        if key == self._cursor or key not in self._places:
            return
        before, self._cursor = self._cursor, key
        self._at_end = self._tail and key == self.keys[-1]
        self.post_message(self.Moved())
        if self._keep_in_sight():
            self.refresh()
        else:
            for one in (before, key):
                first, last = self._places.get(one or "", (0, -1))
                for at in range(first, last + 1):
                    self._draw(at - self._top)

    def move(self, by: int) -> None:
        """Move the cursor, or scroll a pane without one."""
        keys = self.keys
        if not keys:
            self._scroll(by)
            return
        place = keys.index(self._cursor) if self._cursor in self._places else 0
        self.choose(keys[max(0, min(len(keys) - 1, place + by))])

    def turn(self, by: int) -> None:
        """Move by pages; where the end is what matters, the rows move and the cursor goes along."""
        page = by * max(1, self.size.height - 1)
        if not self._tail:
            self.move(page)
            return
        self._scroll(page)
        seen = [row.key for row in self._rows[self._top + 1 : self._top + self.size.height] if row.key]
        if seen:
            self._cursor = seen[-1] if by > 0 else seen[0]
            self.refresh()

    def _scroll(self, by: int) -> None:
        end = len(self._rows) - self.size.height
        top = max(0, min(self._top + by, end))
        self._at_end = self._tail and top >= end
        if top != self._top:
            self._top = top
            self.refresh()

    def _keep_in_sight(self) -> bool:
        """Scroll so that the chosen row is visible; return whether that moved anything."""
        height, before = self.size.height, self._top
        if height <= 0:
            return False
        if self._cursor in self._places:
            first, last = self._places[self._cursor]
            if first < self._top + 1:
                self._top = max(0, first - 1)
            elif last >= self._top + height:
                self._top = last - height + 1
        end = len(self._rows) - height
        self._top = max(0, end if self._at_end else min(self._top, end))
        if before != self._top:
            self.refresh()
        return before != self._top

    # Drawing ------------------------------------------------------------------------------------

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Take all the width there is."""
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Be as high as the rows, where the height is automatic."""
        return max(1, len(self._rows))

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        at = self._top + y
        row = self._rows[at] if at < len(self._rows) else BLANK
        chosen = self.has_focus and row.key is not None and row.key == self._cursor
        palette = self._palette()
        place = (row, chosen, self.size.width, palette.theme.name)
        if place not in self._strips:
            self._strips[place] = self._strip(row, chosen, palette)
        return self._strips[place]

    def _strip(self, row: Row, chosen: bool, palette: Palette) -> Strip:
        ground = "panel" if self._bar else "ground"
        if chosen:
            style = palette.selected()
            segments = [Segment(row.text, style)]
        else:
            style = palette.style("text", ground)
            segments = [Segment(text, palette.style(name, ground)) for text, name in row.spans]
        return Strip(segments).adjust_cell_length(self.size.width, style)

    def on_resize(self, event: events.Resize) -> None:
        """Ask for rows of the new width."""
        self._strips.clear()
        self._keep_in_sight()
        self.post_message(self.Resized(self))

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Choose the row under the mouse."""
        if self._bar:
            self.post_message(self.Pressed(self, event.x))
            return
        at = self._top + event.y - (1 if self.border_title else 0)
        row = self._rows[at] if 0 <= at < len(self._rows) else BLANK
        if row.key:
            again = row.key == self._cursor and self.has_focus
            self.choose(row.key)
            if again and event.chain == 2:
                self.post_message(self.Chosen(self, row.key))

    def on_mouse_scroll_down(self) -> None:
        """Move down."""
        self.move(1)

    def on_mouse_scroll_up(self) -> None:
        """Move up."""
        self.move(-1)
