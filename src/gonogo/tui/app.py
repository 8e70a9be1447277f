"""The app: wires the link, the themes, the actions and the screens, and nothing more."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from textual import events
from textual.app import SystemCommand
from textual.content import Content
from textual.filter import LineFilter
from textual.message import Message
from textual.screen import ModalScreen, Screen

from gonogo.control.link import Link
from gonogo.rules.board import Board
from gonogo.rules.clock import Clock
from gonogo.rules.text import scrub
from gonogo.tui.actions import Where
from gonogo.tui.clean import Clean
from gonogo.tui.help import help_rows
from gonogo.tui.lines import Row
from gonogo.tui.palette import Palette
from gonogo.tui.ports import Ports
from gonogo.tui.screens.acting import ActingScreen
from gonogo.tui.screens.choose import Choice, ChooseScreen
from gonogo.tui.screens.incident import IncidentScreen
from gonogo.tui.screens.lists import ListsScreen
from gonogo.tui.screens.poll import PollScreen
from gonogo.tui.screens.probe import ProbeScreen
from gonogo.tui.screens.read import ReadScreen
from gonogo.tui.screens.room import RoomScreen
from gonogo.tui.signs import Signs
from gonogo.tui.widgets.prompt import Prompt
from gonogo.tui.work import Work

CRASHED = 70
AGES_S = 10
"""Ages are in minutes at the least, so that drawing them this often is enough."""


class BoardChanged(Message):
    """Another board is there."""

    def __init__(self, board: Board) -> None:
        super().__init__()
        self.board = board


class Trouble(Message):
    """The state cannot be read just now."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class Crashed(Message):
    """The link broke in a way that nobody foresaw."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class GonogoApp(Work):
    """The control room's app."""

    TITLE = "gonogo"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    AUTO_FOCUS = ""
    CSS = """
    SearchIcon { display: none; }
    ToastRack { dock: top; align: right top; margin: 2 0 0 0; }
    Toast { background: $panel; padding: 0 1; width: 60; max-width: 100%; }
    """

    def __init__(self, ports: Ports, clock: Clock) -> None:
        super().__init__()
        self.ports = ports
        self.clock = clock
        self.board: Board | None = None
        self.palette = Palette(ports.themes[ports.theme])
        self._clean = Clean()
        self._opening = False
        self.signs = Signs(self._write, os.environ)
        self._seconds = 0
        self.link = Link(
            ports.state,
            ports.actor,
            clock,
            lambda board: self._tell(BoardChanged(board)),
            lambda words: self._tell(Trouble(words)),
            lambda error: self._tell(Crashed(error)),
            looks=ports.looks,
        )
        for theme in ports.themes.values():
            self.register_theme(Palette(theme).textual())
        self.theme = ports.theme

    def _write(self, signs: str) -> None:
        """Write to the terminal itself."""
        if self._driver is not None:
            self._driver.write(signs)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Clean everything that is drawn."""
        return [*super().get_line_filters(), self._clean]

    def on_mount(self) -> None:
        """Open the room and begin to read."""
        self.install_screen(RoomScreen(), "room")
        self.install_screen(IncidentScreen(), "incident")
        self.install_screen(ProbeScreen(), "probe")
        self.install_screen(PollScreen(), "poll")
        self.install_screen(ListsScreen(), "lists")
        self.push_screen("room")
        self.link.start()
        self.set_interval(1, self._tick)
        for notice in self.ports.notices:
            self.say(notice, bad=True)

    def on_unmount(self) -> None:
        """Let go of the store, and of the terminal's title."""
        self.signs.restore()
        self.link.stop()

    # The board ----------------------------------------------------------------------------------

    def on_board_changed(self, message: BoardChanged) -> None:
        """Draw another board."""
        first = self.board is None
        before = self.board.incidents if self.board else ()
        self.board = self._as_told(message.board)
        self.link.taken()
        self.redraw()
        for words in self.signs.announce(before, message.board, self.ports.actor):
            self.say(f"{words}. {'v' if self.ports.looks else '!'} opens it.", bad=True)
        real = [row for row in message.board.incidents if not row.incident.drill]
        if real and any(row.incident.drill for row in before):
            self._leave_for_incident()
        elif message.board.incidents and (first or self._opening):
            self.open_incident()

    def _as_told(self, board: Board) -> Board:
        """Return the board as it is shown here: how to reach people is nothing for somebody who only looks."""
        return replace(board, contacts=(), lists=board.lists.without_contacts()) if self.ports.looks else board

    def on_trouble(self, message: Trouble) -> None:
        """Say that the state cannot be read; without a board there is nothing to show."""
        if self.board is None:
            self.exit(3, message=scrub(f"gonogo: {message.sentence}"))
        else:
            self.say(message.sentence, bad=True)

    def on_crashed(self, message: Crashed) -> None:
        """End, with the trace in the log: a board that no longer changes is worse than none."""
        raise message.error

    def _tick(self) -> None:
        """Derive clocks anew each second, and all ages now and then; what reads the same is not drawn."""
        self._seconds += 1
        self.redraw(clocks=self._seconds % AGES_S != 0)
        for words in self.signs.tick(self.board, self.clock.now()) if self.board else ():
            self.say(words, bad=True)

    def redraw(self, *, clocks: bool = False) -> None:
        """Draw the board on the screen that lies under any dialog; or only what a second changes."""
        if self.board is None:
            return
        for screen in reversed(self.screen_stack):
            if isinstance(screen, ActingScreen):
                if screen.is_whole:
                    screen.draw(self.board, self.clock.now(), clocks=clocks)
                return

    # Showing ------------------------------------------------------------------------------------

    def open_incident(self) -> None:
        """Go to the incident screen, as soon as the board knows of an incident."""
        self._opening = not (self.board and self.board.incidents)
        if not self._opening and not isinstance(self.screen, IncidentScreen):
            self.push_screen("incident")
        self.redraw()

    def _leave_for_incident(self) -> None:
        """Put the incident in front, whatever lies over it: it is real, and what was worked on was not."""
        below = any(isinstance(one, IncidentScreen) for one in self.screen_stack)
        while isinstance(self.screen, ModalScreen) or (below and not isinstance(self.screen, IncidentScreen)):
            self.pop_screen()
        self.open_incident()

    def action_incident_now(self) -> None:
        """Do what ! does on the screen that lies under the dialogs; they are left."""
        while isinstance(self.screen, ModalScreen):
            self.pop_screen()
        if isinstance(self.screen, ActingScreen):
            self.screen.act("incident")

    def close_screen(self, screen: ActingScreen) -> None:
        """Go back from a screen to where it was opened."""
        if self.screen is screen:
            self.pop_screen()
        self.redraw()

    def open_probe(self, name: str) -> None:
        """Go to the probe screen."""
        screen = self.get_screen("probe")
        assert isinstance(screen, ProbeScreen)
        screen.show(name)
        self.push_screen("probe")
        self.redraw()

    def open_lists(self, tab: str = "") -> None:
        """Go to the lists, at a tab."""
        screen = self.get_screen("lists")
        assert isinstance(screen, ListsScreen)
        if not isinstance(self.screen, ListsScreen):
            self.push_screen("lists")
        screen.show_tab(tab or screen.tab)

    def open_poll(self) -> None:
        """Go to the poll of the active phase."""
        if self.board is None or not self.board.poll:
            self.say("There is no poll: the plan has no seats, or no phase is active.", bad=True)
        elif not isinstance(self.screen, PollScreen):
            self.push_screen("poll")
            self.redraw()

    def advance(self) -> None:
        """Go to the room, and show there what an advance would change and the ways on."""
        while isinstance(self.screen, ActingScreen) and not isinstance(self.screen, RoomScreen):
            self.pop_screen()
        self.redraw()
        if isinstance(self.screen, RoomScreen):
            self.screen.act("advance")

    def read(self, title: str, pages: Callable[[int], Sequence[Row]]) -> None:
        """Show a page to read."""
        self.push_screen(ReadScreen(lambda: self.palette, title, pages), lambda result: self.redraw())

    def show_help(self, where: Where) -> None:
        """Show what the keys do."""
        demo = self.ports.demo is not None
        self.read("Help", lambda width: help_rows(where, demo=demo, width=width, looks=self.ports.looks))

    def choose_theme(self) -> None:
        """Choose another theme."""
        names = list(self.ports.themes)
        choices = [
            Choice(str(place), self.ports.themes[name].label or name, name, "now" if name == self.theme else "")
            for place, name in enumerate(names[:9], 1)
        ]

        def chosen(name: str | None) -> None:
            if name:
                self.palette = Palette(self.ports.themes[name])
                self.theme = name
                self.ports.keep_theme(name)

        self.push_screen(ChooseScreen("Which theme?", choices), chosen)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Offer every act of the screen by name."""
        acting = next((one for one in reversed(self.screen_stack) if isinstance(one, ActingScreen)), None)
        for action in acting.acts() if acting else ():
            key = f"  ({action.shown})" if action.shown else ""
            yield SystemCommand(f"{action.label}{key}", action.help, lambda name=action.id, on=acting: on.act(name))

    def leave(self, *, stop_watch: bool) -> None:
        """End, and stop the watch first when asked to."""
        if not stop_watch:
            self.exit(0)
            return
        from gonogo.control.requests import ask_watch

        self.submit(lambda room: ask_watch(room, "stop"), lambda words: self.exit(0))

    def on_key(self, event: events.Key) -> None:
        """Give a dialog or an open line what was typed right behind the key which opened it."""
        if isinstance(self.screen, ChooseScreen):
            self.screen.on_key(event)
            return
        prompt = next(iter(self.screen.query(Prompt)), None)
        if prompt and prompt.is_open and event.character and event.is_printable:
            event.stop()
            event.prevent_default()
            prompt.take_letter(event.character)

    async def action_quit(self) -> None:
        """Leave on ctrl+q as on q; not over a line that is being typed."""
        for screen in self.screen_stack:
            if isinstance(screen, RoomScreen) and not any(one.is_open for one in self.screen.query(Prompt)):
                screen.leave()

    def action_help_quit(self) -> None:
        """Do not let ctrl+c end a room that is open for days; q does."""
        self.say("q leaves the room.")

    def _handle_exception(self, error: Exception) -> None:
        """Keep local variables, which may hold secrets, off the terminal: write the trace to a file."""
        import traceback

        if self._exit:  # ended while it was being laid out: what Textual raises then is no crash
            return
        path = self.ports.state.with_name("crash.log")
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as log:
                log.write("".join(traceback.format_exception(error)))
            words = f"gonogo stumbled ({type(error).__name__}); details: {path}. What was said to be done is kept."
        except OSError:
            words = f"gonogo stumbled ({type(error).__name__}). What was said to be done is kept."
        self._return_code = CRASHED
        self.panic(Content(words))
