"""A theme's colours as the styles that panes name."""

from __future__ import annotations

from functools import cache

from rich.style import Style
from textual.theme import Theme

from gonogo.formats.themes import ThemeFile

_ANSI = {
    "ansi-background": "ansi_black", "ansi-foreground": "ansi_white", "border-blurred": "ansi_black",
    "block-cursor-foreground": "ansi_black", "block-cursor-background": "ansi_white",
    "input-cursor-background": "ansi_black", "input-cursor-foreground": "ansi_bright_white",
    "input-cursor-text-style": "none", "input-selection-background": "ansi_bright_blue",
    "input-selection-foreground": "ansi_black", "screen-selection-background": "ansi_bright_blue",
    "screen-selection-foreground": "ansi_black",
}  # fmt: skip
"""What Textual's own widgets ask of a theme that keeps to the terminal's colours."""


class Palette:
    """Styles by name: a colour's name, with `bold`, or `on-STATE` for a block of that state."""

    def __init__(self, theme: ThemeFile) -> None:
        self.theme = theme
        self.style = cache(self._style)

    def _colour(self, name: str) -> str:
        value: str = getattr(self.theme.colours, name)
        return value.removeprefix("ansi_") if value.startswith("ansi_") else value

    def _style(self, names: str, ground: str = "ground") -> Style:
        words = names.split()
        bold = "bold" in words or "bright" in words
        colour, back = "text", ground
        for word in words:
            if word.startswith("on-"):
                colour, back, bold = "on_state", word.removeprefix("on-"), True
            elif word not in ("bold", "underline"):
                colour = word
        return Style(color=self._colour(colour), bgcolor=self._colour(back), bold=bold, underline="underline" in words)

    def selected(self) -> Style:
        """Return the style of the chosen row of the pane that has the focus."""
        return Style(color=self._colour("on_state"), bgcolor=self._colour("select"))

    def textual(self) -> Theme:
        """Return the theme for Textual's own widgets."""
        colours = self.theme.colours
        return Theme(
            name=self.theme.name, primary=colours.accent, secondary=colours.guard, warning=colours.hold,
            error=colours.nogo, success=colours.go, accent=colours.accent, foreground=colours.text,
            background=colours.ground, surface=colours.ground, panel=colours.panel, dark=self.theme.dark,
            ansi=self.theme.is_ansi,
            variables={
                "ground": colours.ground, "bar": colours.panel, "line": colours.line, "dim": colours.dim,
                "go": colours.go, "hold": colours.hold, "nogo": colours.nogo, "focus": colours.accent,
                "bright": colours.bright, "on-state": colours.on_state, **(_ANSI if self.theme.is_ansi else {}),
            },
        )  # fmt: skip
