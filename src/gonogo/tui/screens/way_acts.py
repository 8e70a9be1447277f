"""The acts on the launch itself: advance, hold, waive, step back, and what the gate demands."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from gonogo.rules import target
from gonogo.rules.advance import AbandonLaunch, AdvancePhase, OverrideGate, StepBack
from gonogo.rules.board import Board
from gonogo.rules.criterion import Judged
from gonogo.rules.hold import HoldLaunch, ResumeLaunch
from gonogo.rules.record import Intent, Refusal
from gonogo.rules.target import SetTarget
from gonogo.rules.until import HINT, until
from gonogo.rules.waiver import EndWaiver, ExcuseCriterion, WaiveCriterion
from gonogo.tui.panes import way
from gonogo.tui.screens.acting import ActingScreen
from gonogo.tui.screens.choose import Choice, ChooseScreen
from gonogo.tui.widgets.prompt import Prompt

_SURE = re.compile(r"(?:^|[\s,]+)(\d{1,3}(?:\.\d+)?)%\s*(?:sure)?\s*$")


def _ahead(board: Board) -> str:
    """Say when the gate can be GO, as far as that has a date."""
    ahead = board.gate.outlook
    return f"; GO {ahead.brief}" if ahead and ahead.at else ""


class WayActs(ActingScreen):
    """Acts on the launch, and on the criterion that is chosen."""

    def chosen_criterion(self) -> Judged | None:
        """The criterion under the cursor."""
        return None

    # Advance ------------------------------------------------------------------------------------

    def do_advance(self) -> None:
        """Show what stands in the way and what would change, then offer the ways on."""
        from gonogo.control.way import outlook

        def answered(found: Any) -> None:
            if isinstance(found, Refusal):
                self.gonogo.say(found.sentence, bad=True)
            elif self.gonogo.board and self.gonogo.board.active:
                self._offer(self.gonogo.board, found.in_the_way, found.changes)
            else:
                self.gonogo.say("No phase is active; there is nothing to advance.", bad=True)

        self.gonogo.submit(outlook, answered)

    def _offer(self, board: Board, in_the_way: tuple[str, ...], changes: tuple[str, ...]) -> None:
        active = board.active
        assert active is not None
        name = active.phase.name
        choices = [] if in_the_way else [Choice("y", f"pass {name}", "pass", "the retro is asked for next")]
        if board.poll and any(row.standing != "go" for row in board.poll):
            choices.append(Choice("p", "go to the poll", "poll", "each seat answers, with its evidence"))
        if board.hold is None:
            choices.append(Choice("h", "wait", "hold", f"hold the launch until a time{_ahead(board)}"))
        if in_the_way:
            waivable = any(not one.passes for one in board.gate.criteria)
            choices += [Choice("w", "waive a criterion", "waive", "choose it in the gate")] if waivable else []
            choices.append(Choice("o", "override", "override", f"type {active.phase.key} and a reason; shown for ever"))
        acts = {"pass": lambda: self._retro(AdvancePhase), "poll": self.do_poll, "hold": self.do_hold,
                "waive": self._choose_in_gate, "override": self._override}  # fmt: skip

        def chosen(value: str | None) -> None:
            if value:
                acts[value]()

        body = way.prospect(in_the_way, changes)
        self.app.push_screen(ChooseScreen(f"Advance from {name}?", choices, body=body), chosen)

    def _choose_in_gate(self) -> None:
        self.gonogo.say("Choose the criterion, then W waives it.")
        self.act("pane_2")

    def _retro(self, make: Callable[..., Intent], **given: str) -> None:
        """Ask what the phase taught, then carry it out and mark the moment."""
        board = self.gonogo.board

        def submit(words: str) -> None:
            def answered(result: Any) -> None:
                if isinstance(result, Refusal):
                    self.query_one(Prompt).refuse(result.sentence)
                    return
                self.query_one(Prompt).close()
                if board is not None:
                    self.gonogo.read("Passed", lambda width: way.passed(board, words, result.said, width))

            self.gonogo.dispatch(make(retro=words, **given), answered)

        hint = "what held, what broke, what you would do otherwise: it is carried into the next phase; empty: nothing"
        self.ask("what did this phase teach?", submit, hint=hint)

    def _override(self) -> None:
        board = self.gonogo.board
        active = board.active if board else None
        if active is None:
            return
        key = active.phase.key

        def typed(words: str) -> None:
            if words.strip() != key:
                self.query_one(Prompt).refuse(f"To confirm, type the phase's id: {key}; esc leaves it.")
                return
            self.ask("why?", reasoned, hint="the reason is shown for ever")

        def reasoned(reason: str) -> None:
            if not reason.strip():
                self.query_one(Prompt).refuse("An override needs a reason; it is shown for ever.")
                return
            self._retro(OverrideGate, typed=key, reason=reason)

        self.ask("override", typed, hint=f"past a gate that is {board.verdict if board else ''}: type {key}")

    def do_step_back(self) -> None:
        """Leave the phase, back to the one before."""
        self.ask("step back", lambda words: self.keep(StepBack(reason=words)), hint="what sends the launch back?")

    def do_abandon(self) -> None:
        """Give the launch up."""
        board = self.gonogo.board
        assert board is not None
        key = board.launch.key

        def submit(words: str) -> None:
            typed, _, reason = words.strip().partition(" ")
            self.keep(AbandonLaunch(typed=typed, reason=reason))

        self.ask("give the launch up", submit, hint=f"type {key}, then why; nothing brings it back")

    # Hold ---------------------------------------------------------------------------------------

    def do_hold(self) -> None:
        """Hold the launch with a reason and an end, or end the hold."""
        board = self.gonogo.board
        assert board is not None
        if board.hold is not None:
            held = board.hold
            choices = (Choice("y", "resume", "resume", "what expired meanwhile asks for you again"),)

            def chosen(value: str | None) -> None:
                if value:
                    self.dispatch(ResumeLaunch())

            self.app.push_screen(ChooseScreen(f"Held by {held.by}: {held.reason}. Resume?", choices), chosen)
            return
        self._ended("hold", "reason @ its end: the bank is closed @4h", HoldLaunch, required=True)

    def _ended(self, label: str, hint: str, make: Callable[..., Intent], *, required: bool, **given: str) -> None:
        """Ask for a reason and an end, `reason @end`."""
        board = self.gonogo.board
        assert board is not None
        zone = board.launch.timezone

        def read(words: str) -> Intent | Refusal:
            reason, at, mark = words.rpartition("@")
            if not at:
                if required:
                    return Refusal(f"It needs an end: write the reason, then @ and {HINT.removeprefix('write ')}.")
                return make(reason=words, until=None, **given)
            end = until(mark, self.gonogo.clock.now().utc, zone)
            return end if isinstance(end, Refusal) else make(reason=reason, until=end, **given)

        def preview(words: str) -> tuple[str, bool]:
            if not words.strip():
                return hint, True
            found = read(words)
            return (found.sentence, False) if isinstance(found, Refusal) else (way.until_words(found, zone), True)

        def submit(words: str) -> None:
            found = read(words)
            if isinstance(found, Refusal):
                self.query_one(Prompt).refuse(found.sentence)
            else:
                self.keep(found)

        self.ask(label, submit, preview)

    # Criteria -----------------------------------------------------------------------------------

    def do_waive(self) -> None:
        """Let the chosen criterion pass, say that it does not apply, or demand it again."""
        judged = self.chosen_criterion()
        if judged is None:
            self.gonogo.say("Choose a criterion in the gate first (2).", bad=True)
            return
        one = judged.criterion
        choices: tuple[Choice, ...]
        if judged.waiver is not None:
            choices = (Choice("y", "demand it again", "end"),)
        else:
            choices = (
                Choice("w", "waive it", "waive", "it is let pass, with your name, a reason and an end"),
                Choice("n", "not applicable", "excuse", "it does not apply to this launch"),
            )

        def chosen(value: str | None) -> None:
            if value == "end":
                self.dispatch(EndWaiver(criterion=one.id))
            elif value == "waive":
                hint = "why it may pass; its end if you like: the fair is on Friday @2d"
                self._ended(f"waive {one.name}", hint, WaiveCriterion, required=False, criterion=one.id)
            elif value == "excuse":
                self.ask(f"{one.name} does not apply", lambda words: self.keep(
                    ExcuseCriterion(criterion=one.id, reason=words)), hint="why not?")  # fmt: skip

        self.app.push_screen(ChooseScreen(f"{judged.reason}", choices), chosen)

    def demand(self, judged: Judged) -> None:
        """Set what the gate demands of a criterion."""
        one = judged.criterion

        def submit(words: str) -> None:
            sure = _SURE.search(words) if "," in words or "sure" in words else None
            number = words[: sure.start()].strip(" ,") if sure else words.strip()
            self.keep(SetTarget(criterion=one.id, target=number, confidence=float(sure[1]) / 100 if sure else None))

        asked = f"{one.ask} " if one.ask and one.set_by is None else ""
        hint = f"{asked}now {target.said(one)}; write the number, and how sure if you like: 700ms, 80% sure"
        self.ask(f"demand of {one.name}", submit, hint=hint)
