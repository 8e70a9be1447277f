"""The incident screen: the right next thing with its time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from gonogo.rules.board import Board, IncidentRow
from gonogo.rules.clock import Instant
from gonogo.rules.drill import seen
from gonogo.rules.incident import Incident, IncidentStep, current_step, unconfirmed
from gonogo.rules.plan import Severity
from gonogo.rules.record import Records
from gonogo.rules.response import DoStep, GradeIncident, NoteIncident
from gonogo.tui.actions import Action
from gonogo.tui.lines import View
from gonogo.tui.palette import Palette
from gonogo.tui.panes import bars
from gonogo.tui.panes import incident as panes
from gonogo.tui.panes.timeline import timeline
from gonogo.tui.screens.choose import ChooseScreen
from gonogo.tui.screens.declare import SEVERITIES
from gonogo.tui.screens.message_acts import MessageActs
from gonogo.tui.screens.outcome_acts import OutcomeActs
from gonogo.tui.screens.run_acts import RunActs
from gonogo.tui.screens.timeline_acts import TimelineActs
from gonogo.tui.widgets.line_pane import LinePane
from gonogo.tui.widgets.prompt import Prompt

PANES = ("steps", "probes", "timeline")
CLOCKS = ("header", "banner", "steps", "probes")
"""What shows seconds or minutes that run, beside the digits."""
ROOMY, AFTER = 100, 20
HINTS = {
    "tick": 1, "acknowledge": 2, "watch": 2, "stop": 2, "rollback": 3, "messages": 4, "next": 5, "snooze": 6,
    "hand_over": 7, "hotfix": 8, "resolve": 9, "note": 10, "severity": 11, "bug": 12,
}  # fmt: skip
"""The places in the hints; an incident that asks to be resolved has that in front."""


class IncidentScreen(MessageActs, OutcomeActs, TimelineActs, RunActs):
    """Shows one incident, `shown`, or the one in front."""

    where = "incident"
    first = "steps"
    pane_count = 7
    CSS_PATH = "../styles/incident.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (170, "-wide")]

    def __init__(self) -> None:
        super().__init__()
        self._shown: str | None = None
        self._current: str | None = None
        self._played: str | None = None

    def compose(self) -> ComposeResult:
        """Lay out the panes."""
        app = self.gonogo

        def palette() -> Palette:
            return app.palette

        yield LinePane(palette, id="header", bar=True)
        yield LinePane(palette, id="banner", bar=True)
        yield LinePane(palette, "Start within", id="front", focus=False)
        with Horizontal(id="body"):
            yield LinePane(palette, "Steps", id="steps")
            with Vertical(id="right"):
                yield LinePane(palette, "Probes", id="probes")
                yield LinePane(palette, "Timeline", id="timeline", tail=True)
        yield LinePane(palette, id="hints", bar=True)
        yield Prompt()

    def on_mount(self) -> None:
        """Begin at the steps."""
        if self.is_whole:
            self._show_pane(PANES[0])

    def on_line_pane_resized(self, message: LinePane.Resized) -> None:
        """Make rows of the new width."""
        self.call_after_refresh(self.gonogo.redraw)

    def _show_pane(self, name: str) -> None:
        self._pane = name
        for one in PANES:
            self.query_one(f"#{one}").set_class(one == name, "-shown")
        self.set_class(name != PANES[0], "-right")
        self.focus_pane()
        self.call_after_refresh(self.gonogo.redraw)

    def on_descendant_focus(self) -> None:
        """Remember the pane that the mouse has chosen."""
        super().on_descendant_focus()
        if isinstance(self.focused, LinePane) and self.focused.id in PANES:
            self._pane = self.focused.id

    def hinted(self) -> list[Action]:
        """The acts worth a hint, what the moment asks for first; tab says where it leads."""
        row, board = self.row(), self.gonogo.board
        if row is None or board is None:
            return super().hinted()
        calm, step = row.incident.state == "monitoring", current_step(row.steps)
        labels = {"next": PANES[(PANES.index(self._pane) + 1) % len(PANES)]}
        labels |= {"acknowledge": "ack"} if self.size.width < ROOMY else {}
        labels |= {"rollback": "output"} if board.running else {}
        ranks = HINTS | ({"resolve": 1} if calm or step is None else {})
        ranks |= {"hotfix": 3} if step and step.command not in (None, "rollback") else {}
        idle = {"tick"} if step is None else set[str]()
        idle |= {"rollback", "hotfix"} if calm and not board.running else set()
        return [
            replace(one, label=labels.get(one.id, one.label), rank=ranks.get(one.id, one.rank and one.rank + AFTER))
            for one in super().hinted()
            if one.id not in idle
        ]

    # Drawing ------------------------------------------------------------------------------------

    def row(self) -> IncidentRow | None:
        """The incident that is shown, or nothing when none is open."""
        board = self.gonogo.board
        if board is None or not board.incidents:
            return None
        return next((row for row in board.incidents if row.incident.id == self._shown), board.incidents[0])

    def draw(self, board: Board, now: Instant, *, clocks: bool = False) -> None:
        """Draw every pane; without an open incident, go back."""
        row = self.row()
        if row is None:
            if self.is_current:
                self.gonogo.close_screen(self)
                self._show_score(board)
            return
        self._played = row.drill.id if row.drill else None
        actor, looks = self.gonogo.ports.actor, self.gonogo.ports.looks
        front = self.query_one("#front", LinePane)
        view, title = panes.front(board, row, now, max(1, front.content_size.width), looks=looks)
        if front.border_title != Content(title).markup:
            front.border_title = Content(title)
        front.show(view)
        makers: dict[str, Callable[[int], View]] = {
            "header": lambda w: View((bars.header(board, actor, now, w, looks=looks),)),
            "banner": lambda w: View((panes.banner(board, row, now, w, actor, looks=looks),)),
            "steps": lambda w: panes.steps(board, row, now, w, actor, looks=looks),
            "probes": lambda w: panes.probes(board, row, now, w),
            "timeline": lambda w: timeline(board, row, now, w, actor, self.only),
        }
        for name, make in makers.items():
            if clocks and name not in CLOCKS:
                continue
            pane = self.query_one(f"#{name}", LinePane)
            if pane.display and pane.content_size.width > 0:
                pane.show(make(pane.content_size.width))
        if clocks:
            return
        self.draw_hints()
        self._follow(row)

    def _show_score(self, board: Board) -> None:
        """Say what the drill came to that was shown until now."""
        played, self._played = self._played, None
        if any(one.id == played and one.outcome == "scored" for one in board.drills):
            self.do_drills()

    def _follow(self, row: IncidentRow) -> None:
        """Put the cursor on the step that comes next, each time it is another one."""
        step = current_step(row.steps)
        pane = self.query_one("#steps", LinePane)
        if step and step.id != self._current and step.id in pane.keys:
            self._current = step.id
            pane.choose(step.id)

    def incident_shown(self) -> Incident | None:
        """The incident that is shown."""
        row = self.row()
        return row.incident if row else None

    # Acts ---------------------------------------------------------------------------------------

    def do_next(self) -> None:
        """Go to the next pane."""
        self._show_pane(PANES[(PANES.index(self._pane) + 1) % len(PANES)])

    def do_previous(self) -> None:
        """Go to the pane before."""
        self._show_pane(PANES[PANES.index(self._pane) - 1])

    def do_tick(self) -> None:
        """Mark the one step done; what its evidence cannot say, the operator says."""
        row = self.row()
        step = current_step(row.steps) if row else None
        if row is None or step is None:
            self.gonogo.say("Every step is done; V resolves the incident.")
            return
        if not self._wants_words(row, step):
            self.dispatch(DoStep(incident=row.incident.id, step=step.id))
            return
        label, hint = "done", "done outside gonogo: what and when?"
        if not (step.command or step.confirm):
            label, hint = (
                step.key,
                "roll back, hotfix, fix forward or wait, and why"
                if step.key == "decide"
                else "what was done, or why not",
            )
        incident, key = row.incident.id, step.id
        self.ask(label, lambda words: self.keep(DoStep(incident=incident, step=key, note=words)), hint=hint)

    def _wants_words(self, row: IncidentRow, step: IncidentStep) -> bool:
        if step.confirm:
            board, now = self.gonogo.board, self.gonogo.clock.now()
            probes = seen(board.probes if board else (), row.incident, row.drill, row.steps, now)
            return bool(unconfirmed(Records(probes), row.incident))
        return step.command is not None or step.key in ("decide", "tell")

    def do_note(self) -> None:
        """Write a line on the timeline."""
        row = self.row()
        if row:
            incident = row.incident.id
            self.ask(
                "note",
                lambda words: self.keep(NoteIncident(incident=incident, text=words)),
                hint="goes on the timeline",
            )

    def do_severity(self) -> None:
        """Set the severity."""
        row = self.row()
        if row is None:
            return
        incident = row.incident.id

        def chosen(value: str | None) -> None:
            if value:
                self.dispatch(GradeIncident(incident=incident, severity=Severity(value)))

        self.app.push_screen(ChooseScreen("How bad is it? Unsure: the higher.", SEVERITIES), chosen)

    def do_incident(self) -> None:
        """Go to the next open incident, or declare a further one when this is the only one."""
        board = self.gonogo.board
        if board is None or len(board.incidents) < 2:
            self.do_declare()
            return
        ids = [row.incident.id for row in board.incidents]
        row = self.row()
        place = ids.index(row.incident.id) if row else 0
        self._shown = ids[(place + 1) % len(ids)]
        self.gonogo.redraw()

    def do_open(self) -> None:
        """Say the chosen step, or the chosen line of the timeline, in full."""
        if self.open_line(self.pane.cursor):
            return
        row, key, board = self.row(), self.pane.cursor, self.gonogo.board
        step = next((one for one in row.steps if one.id == key), None) if row else None
        if step and board:
            self.gonogo.read("Step", lambda width: panes.explain(board, step, width))
        elif key == "severity":
            self.act("severity")

    def do_back(self) -> None:
        """Go back to the room."""
        self.gonogo.close_screen(self)

    do_cancel = do_back
