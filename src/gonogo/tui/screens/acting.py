"""What both screens share: keys to acts, prompts, answers, and the hints."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gonogo.rules import quicklog
from gonogo.rules.board import Board
from gonogo.rules.clock import Instant
from gonogo.rules.plan import Severity
from gonogo.rules.record import Refusal
from gonogo.rules.response import AcknowledgeIncident, DeclareIncident
from gonogo.rules.undo import Redo, Undo
from gonogo.tui import times
from gonogo.tui.actions import BY_ID, Action, Where, on
from gonogo.tui.lines import View
from gonogo.tui.panes import bars
from gonogo.tui.screens.alarm_acts import AlarmActs
from gonogo.tui.screens.declare import DeclareScreen
from gonogo.tui.screens.drill_acts import DrillActs
from gonogo.tui.screens.handover_acts import HandoverActs
from gonogo.tui.widgets.line_pane import LinePane
from gonogo.tui.widgets.prompt import Prompt

if TYPE_CHECKING:
    pass

DEAF_S = 0.3
"""How long keys are ignored after a line of text closed: what was still being typed is no command."""


class ActingScreen(AlarmActs, HandoverActs, DrillActs, inherit_bindings=False):
    """A screen whose keys come from the table of actions; the act `x` is its method `do_x`."""

    where: Where = "room"
    pane_count = 0
    first = ""
    """The pane that has the focus at first."""

    def __init__(self) -> None:
        super().__init__()
        self._pane = self.first
        self._deaf_until = 0.0
        self._places: list[tuple[int, int, str]] = []
        for action in on(self.where, demo=True, looks=self.gonogo.ports.looks):
            for key in filter(None, action.keys.split(",")):
                self._bindings.bind(key, f"act('{action.id}')", action.label, show=False, priority=False)

    @property
    def is_whole(self) -> bool:
        """Whether every pane is there: not while the screen is laid out or taken down."""
        return len(self.query(LinePane)) == self.pane_count

    # Acts ---------------------------------------------------------------------------------------

    def acts(self) -> list[Action]:
        """The acts of this screen that can be done now."""
        board = self.gonogo.board
        unheard = any(row.incident.acked_by is None for row in board.incidents) if board else False
        found = on(self.where, demo=self.gonogo.ports.demo is not None, looks=self.gonogo.ports.looks)
        watched = board is not None and board.watch.running and not board.watch.stalled
        wrong = board is not None and board.watch.config_error is not None
        calm = board is None or not board.incidents
        idle = {"acknowledge": not unheard, "watch": watched, "config": not wrong, "see_incident": calm}
        idle |= {"end_drill": board is None or not any(row.incident.drill for row in board.incidents)}
        idle |= dict.fromkeys(("snooze", "hand_over"), calm) | {"stop": board is None or board.running is None}
        return [one for one in found if hasattr(self, f"do_{one.id}") and not idle.get(one.id)]

    def hinted(self) -> list[Action]:
        """The acts that are worth a hint now; who may act goes to an incident with !."""
        return [one for one in self.acts() if one.id != "see_incident" or self.gonogo.ports.looks]

    def action_act(self, name: str) -> None:
        """Do an act by its id, unless something was just being typed."""
        if time.monotonic() >= self._deaf_until:
            self.act(name)

    def act(self, name: str) -> None:
        """Do an act by its id; none is done over a line that is being typed."""
        action = BY_ID[name]
        if (
            self.query_one(Prompt).is_open
            or (action.demo and self.gonogo.ports.demo is None)
            or (self.gonogo.ports.looks and not action.looks)
            or self.gonogo.board is None
        ):
            return
        handler: Callable[[], None] | None = getattr(self, f"do_{name}", None)
        if handler:
            handler()

    # Typing -------------------------------------------------------------------------------------

    def on_prompt_closed(self) -> None:
        """Give the keys back, after a moment."""
        self._deaf_until = time.monotonic() + DEAF_S
        self.query_one("#hints").display = True
        self.focus_pane()

    @property
    def pane(self) -> LinePane:
        """The pane that has the focus, or had it before something was typed."""
        return self.query_one(f"#{self._pane}", LinePane)

    def focus_pane(self) -> None:
        """Focus the pane that had the focus."""
        self.pane.focus()

    def on_descendant_focus(self) -> None:
        """Keep the focus on the line while something is typed, whatever was clicked."""
        prompt = self.query_one(Prompt)
        if prompt.is_open and isinstance(self.focused, LinePane):
            prompt.take_focus()

    # Acts that all screens have -----------------------------------------------------------------

    def do_up(self) -> None:
        """Move up."""
        self.pane.move(-1)

    def do_down(self) -> None:
        """Move down."""
        self.pane.move(1)

    def do_page_up(self) -> None:
        """Move up a page."""
        self.pane.turn(-1)

    def do_page_down(self) -> None:
        """Move down a page."""
        self.pane.turn(1)

    def do_undo(self) -> None:
        """Take back the newest change."""
        self.dispatch(Undo())

    def do_redo(self) -> None:
        """Do again what was taken back."""
        self.dispatch(Redo())

    def do_palette(self) -> None:
        """Open the command palette."""
        self.app.action_command_palette()

    def do_help(self) -> None:
        """Show what the keys do."""
        self.gonogo.show_help(self.where)

    def do_theme(self) -> None:
        """Choose a theme."""
        self.gonogo.choose_theme()

    def do_watch(self) -> None:
        """Start a watch."""
        self.gonogo.start_watch()

    def do_check(self) -> None:
        """Ask all probes now."""
        self.gonogo.request("check")

    def do_config(self) -> None:
        """Read in full what is wrong with the config."""
        board = self.gonogo.board
        if board and board.watch.config_error:
            self.gonogo.read("Config", lambda width: bars.config_error(board, width))
        else:
            self.gonogo.say("The watch has nothing to say against gonogo.toml.")

    def do_report(self) -> None:
        """Write the report as a page."""
        self.gonogo.write_report()

    def do_demo_break(self) -> None:
        """Break the demo's shop."""
        self.gonogo.demo("break")

    def do_demo_mend(self) -> None:
        """Mend the demo's shop."""
        self.gonogo.demo("mend")

    def do_poll(self) -> None:
        """Go to the poll."""
        self.gonogo.open_poll()

    def do_acknowledge(self) -> None:
        """Say: I have it."""
        board = self.gonogo.board
        if board is None or not board.incidents:
            self.gonogo.say("There is no incident to acknowledge.", bad=True)
            return
        self.dispatch(AcknowledgeIncident(incident=board.incidents[0].incident.id))

    def do_incident(self) -> None:
        """Go to the open incident, or declare one."""
        board = self.gonogo.board
        if board and board.incidents:
            self.gonogo.open_incident()
        else:
            self.do_declare()

    def do_declare(self) -> None:
        """Declare an incident: the instant is taken now, the severity within ten seconds."""
        board = self.gonogo.board
        assert board is not None
        pressed, zone, another = self.gonogo.clock.now(), board.launch.timezone, bool(board.incidents)

        def read(words: str) -> tuple[Instant, str] | Refusal:
            found = quicklog.when(words.strip().removeprefix("@"), pressed, zone)
            return found if isinstance(found, Refusal) else (found, times.clock(found.utc, zone, pressed.utc))

        def chosen(value: str | None) -> None:
            if value is None:
                self.gonogo.say("Discarded; nothing was declared.")
            else:
                self._declare(Severity(value), pressed, dialog.since, another=another)

        dialog = DeclareScreen(f"{pressed.utc.astimezone(times.zone(zone)):%H:%M:%S}", read)
        self.app.push_screen(dialog, chosen)

    def _declare(self, severity: Severity, pressed: Instant, since: Instant | None, *, another: bool) -> None:
        def read(room: Any) -> Any:
            from gonogo.control.desk import last_change

            change = last_change(room.store, since or pressed)
            return room.dispatch(
                DeclareIncident(
                    severity=severity, since=since, pressed=pressed, looked=True, last_change=change, another=another
                )
            )

        def answered(result: Any) -> None:
            if isinstance(result, Refusal):
                self.gonogo.say(result.sentence, bad=True)
                return
            self.gonogo.say(result.said)
            self.gonogo.open_incident()

        self.gonogo.submit(read, answered)

    # Drawing ------------------------------------------------------------------------------------

    def draw_hints(self) -> None:
        """Draw the keys that act now."""
        pane = self.query_one("#hints", LinePane)
        above = self.app.screen
        alive = self.hinted() if above is self else list(getattr(above, "alive", ()))
        if self.gonogo.ports.looks:
            alive = [one for one in alive if one.looks]
        row, self._places = bars.hints(alive, pane.size.width or self.size.width)
        pane.show(View((row,)))

    def on_screen_suspend(self) -> None:
        """Hint only what the dialog above can do."""
        self._hint_anew()

    def on_screen_resume(self) -> None:
        """Hint again what can be done here."""
        self._hint_anew()

    def on_line_pane_moved(self) -> None:
        """Hint what can be done with the row that is chosen now."""
        self._hint_anew()

    def _hint_anew(self) -> None:
        if self.is_whole and self.gonogo.board:
            self.draw_hints()

    def on_line_pane_pressed(self, message: LinePane.Pressed) -> None:
        """Do what a hint under the mouse says; the strip opens the incident."""
        message.stop()
        if message.pane.id == "strip":
            self.act("see_incident" if self.gonogo.ports.looks else "incident")
        if message.pane.id != "hints":
            return
        for start, end, name in self._places:
            if start <= message.column < end:
                self.act(name)

    def draw(self, board: Board, now: Instant, *, clocks: bool = False) -> None:
        """Draw the board as it is now; each screen draws its own panes."""
