"""How an incident ends, by key: resolved as what, and back when it is not over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gonogo.rules import outcome
from gonogo.rules.drill import seen
from gonogo.rules.outcome import ReopenIncident, ResolveIncident
from gonogo.rules.record import Records
from gonogo.rules.words import some
from gonogo.tui.screens.choose import Choice, ChooseScreen
from gonogo.tui.screens.drill_acts import DrillActs
from gonogo.tui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from gonogo.rules.board import IncidentRow

KEYS = "123456789"


class OutcomeActs(DrillActs, inherit_bindings=False):
    """Acts that end an incident, and take that back."""

    def row(self) -> IncidentRow | None:
        """The incident that is shown."""
        raise NotImplementedError

    def do_resolve(self) -> None:
        """Resolve the incident: how it ended, then what the rule still asks for."""
        row = self.row()
        if row is None:
            return
        if row.incident.drill:
            self._resolve_drill(row)
            return
        choices = (
            Choice("f", "fixed", "fixed", "it was real, and it is over"),
            Choice("a", "false alarm", "false_alarm", "nothing was wrong; asks why"),
            Choice("d", "duplicate", "duplicate", "another incident has it; asks which"),
        )

        def chosen(value: str | None) -> None:
            if value == "fixed":
                self._resolve_fixed(row)
            elif value == "duplicate":
                self._resolve_duplicate(row)
            elif value:
                one = row.incident.id
                self.ask(
                    "why", lambda words: self.keep(ResolveIncident(incident=one, outcome="false_alarm", reason=words))
                )

        self.app.push_screen(ChooseScreen("How did it end?", choices), chosen)

    def _resolve_drill(self, row: IncidentRow) -> None:
        choices = (
            Choice("d", "done", "done", "it is scored against its ladder"),
            Choice("e", "end it early", "early", "asks why; it is not scored"),
        )

        def chosen(value: str | None) -> None:
            if value == "done":
                self._resolve_fixed(row)
            elif value:
                self.do_end_drill()

        self.app.push_screen(ChooseScreen("How does the drill end?", choices), chosen)

    def _resolve_duplicate(self, row: IncidentRow) -> None:
        board = self.gonogo.board
        assert board is not None
        recent = [one for one in board.resolved if one.outcome != "duplicate" and not one.drill]
        others = [one.incident for one in board.incidents if one.incident.id != row.incident.id] + recent
        if not others:
            self.gonogo.say("There is no other incident that could have it.", bad=True)
            return
        choices = [
            Choice(key, f"incident {one.label}", str(one.label), f"{one.severity}, {one.state}: {one.title}")
            for key, one in zip(KEYS, others, strict=False)
        ]

        def chosen(label: str | None) -> None:
            if label:
                ending = ResolveIncident(incident=row.incident.id, outcome="duplicate", duplicate_of=int(label))
                self.dispatch(ending)

        self.app.push_screen(ChooseScreen("Which incident has it?", choices), chosen)

    def _resolve_fixed(self, row: IncidentRow) -> None:
        board = self.gonogo.board
        probes = board.probes if board else ()
        shown = seen(probes, row.incident, row.drill, row.steps, self.gonogo.clock.now())
        state = Records((*shown, *row.steps, *(board.runs if board else ())))
        short, incident = outcome.confirmed(state, row.incident), row.incident.id

        def ask_told(reason: str) -> None:
            if not outcome.wants_telling(state, row.incident):
                self.dispatch(ResolveIncident(incident=incident, reason=reason), quiet=row.incident.drill)
                return
            hint = "customers told when and how? or: not needed because ..."
            self.ask(
                "told",
                lambda words: self.keep(
                    ResolveIncident(incident=incident, reason=reason, told=words), quiet=row.incident.drill
                ),
                hint=hint,
            )

        if not short:
            ask_told("")
            return
        missing = some(short)

        def reasoned(words: str) -> None:
            if not words.strip():
                self.query_one(Prompt).refuse(f"a reason is wanted: {missing}")
                return
            self.query_one(Prompt).close()
            self.call_after_refresh(ask_told, words)

        self.ask("because", reasoned, hint=f"{missing}; why is it resolved all the same?")

    def do_reopen(self) -> None:
        """Say that it is not over: the incident that is shown, as long as it is monitored."""
        row = self.row()
        if row is None:
            return
        incident = row.incident.id
        self.ask(
            "not over",
            lambda words: self.keep(ReopenIncident(incident=incident, reason=words)),
            hint="what is still wrong?",
        )
