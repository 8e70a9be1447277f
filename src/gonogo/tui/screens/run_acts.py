"""The acts that run a command: roll back, hotfix, dry run, the command of a step."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from gonogo.rules.record import Refusal
from gonogo.tui.actions import Action
from gonogo.tui.panes import run as panes
from gonogo.tui.screens.acting import ActingScreen
from gonogo.tui.screens.choose import Choice, ChooseScreen
from gonogo.tui.screens.run import RunScreen
from gonogo.tui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from gonogo.control.room import ControlRoom
    from gonogo.control.runs import Prepared
    from gonogo.rules.run import Run

RUNS = ("rollback", "hotfix", "dry_run")


class RunActs(ActingScreen):
    """Sets commands off, each confirmed on the line at the bottom, and shows them at work."""

    def chosen_incident(self) -> str | None:
        """The incident that a command is run for."""
        incident = self.incident_shown()
        return incident.id if incident else None

    def hinted(self) -> list[Action]:
        """The acts worth a hint; commands only in an incident, and those that are set up."""
        board = self.gonogo.board
        known = board.commands if board and board.incidents else {}
        return [one for one in super().hinted() if one.id not in RUNS or one.id in known]

    def do_rollback(self) -> None:
        """Roll back, or look at what runs."""
        self._set_off("rollback", "roll back")

    def do_hotfix(self) -> None:
        """Ship the hotfix, or run the command of the step that comes next."""
        named = self._step_command()
        board = self.gonogo.board
        if named is None or (board and "hotfix" not in board.commands):
            self._set_off(named or "hotfix", named or "hotfix")
            return
        choices = (Choice("x", "the hotfix", "hotfix"), Choice("s", f"the step's command, {named}", named))
        self.app.push_screen(
            ChooseScreen("Which command?", choices), lambda name: self._set_off(name, name) if name else None
        )

    def do_dry_run(self) -> None:
        """Rehearse the rollback without changing the site."""
        self._set_off("rollback", "dry run", dry=True)

    def _step_command(self) -> str | None:
        """The command of the step that comes next, where it has one of its own name."""
        board, shown = self.gonogo.board, self.chosen_incident()
        row = next((one for one in board.incidents if one.incident.id == shown), None) if board else None
        step = next((one for one in row.steps if one.done_at is None), None) if row else None
        return step.command if step and step.command not in (None, "rollback", "hotfix") else None

    def _set_off(self, name: str, label: str, *, dry: bool = False) -> None:
        """Ask for the confirmation at once, so that what is typed next is no key; then find out what would run."""
        board = self.gonogo.board
        if board and board.running and (board.running.acts or dry):
            self.show_run(board.running)
            return
        found: list[Prepared] = []
        incident, config = self.chosen_incident(), self.gonogo.ports.config

        def read(room: ControlRoom) -> Prepared | Refusal:
            from gonogo.control import runs

            return runs.prepare(room, config, name, dry=dry, incident=incident)

        def prepared(answer: Any) -> None:
            prompt = self.query_one(Prompt)
            if isinstance(answer, Refusal):
                prompt.close()
                self.gonogo.say(answer.sentence, bad=True)
            else:
                found.append(answer)
                prompt.renew()

        def preview(typed: str) -> tuple[str, bool]:
            return (self._confirm(found[0]), True) if found else ("looking up the command …", True)

        def submit(typed: str) -> None:
            if found:
                self._begin(found[0], typed)

        self.ask(label, submit, preview)
        self.gonogo.submit(read, prepared)

    def _confirm(self, found: Prepared) -> str:
        board = self.gonogo.board
        assert board is not None
        asked = panes.Asked(
            shlex.join(found.argv), found.folder, found.config.timeout, found.launch, found.acts,
            found.name == "rollback",
        )  # fmt: skip
        return panes.confirm(board, asked, self.chosen_incident(), self.gonogo.clock.now())

    def _begin(self, found: Prepared, typed: str) -> None:
        def begin(room: ControlRoom) -> Run | Refusal:
            from gonogo.control import runs

            return runs.begin(room, found, typed)

        def begun(answer: Any) -> None:
            if isinstance(answer, Refusal):
                self.query_one(Prompt).refuse(answer.sentence)
                return
            self.query_one(Prompt).close()
            self.show_run(answer)

        self.gonogo.submit(begin, begun)

    def show_run(self, run: Run) -> None:
        """Show a command at work, or how it ended."""

        def left(stop: bool | None) -> None:
            self.gonogo.redraw()
            if stop:
                self._ask_stop(run)

        self.app.push_screen(RunScreen(self.gonogo, run), left)

    def do_stop(self) -> None:
        """Stop the command that runs."""
        board = self.gonogo.board
        if board is None or board.running is None:
            self.gonogo.say("No command runs.", bad=True)
        else:
            self._ask_stop(board.running)

    def _ask_stop(self, run: Run) -> None:
        board = self.gonogo.board
        assert board is not None

        def submit(typed: str) -> None:
            def stop(room: ControlRoom) -> str | Refusal:
                from gonogo.control import runs

                return runs.stop(room, run, typed)

            self.gonogo.submit(stop, stopped)

        def stopped(answer: Any) -> None:
            if isinstance(answer, Refusal):
                self.query_one(Prompt).refuse(answer.sentence)
                return
            self.query_one(Prompt).close()
            self.show_run(run)

        said = panes.stopping(run, board.launch.key)
        self.ask("stop", submit, lambda typed: (said, True))
