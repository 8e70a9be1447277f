"""The acts on one probe: ask it now, pause it, open maintenance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta

from gonogo.rules import words
from gonogo.rules.duration import seconds
from gonogo.rules.pause import MaintainProbe, PauseProbe, ResumeProbe
from gonogo.rules.probe import Probe
from gonogo.tui import times
from gonogo.tui.actions import Action
from gonogo.tui.screens.acting import ActingScreen
from gonogo.tui.widgets.prompt import Prompt


class ProbeActs(ActingScreen):
    """Acts on the probe that is chosen or shown."""

    def chosen_probe(self) -> Probe | None:
        """The probe that an act is for."""
        return None

    def hinted(self) -> list[Action]:
        """The acts that are worth a hint now; one on a probe that is left alone ends that."""
        probe, board = self.chosen_probe(), self.gonogo.board
        pause = board.pauses.get(probe.name) if board and probe else None
        found = super().hinted()
        if pause is None:
            return found
        ends = "ask it again" if pause.kind == "pause" else "end maintenance"
        return [replace(one, label=ends) if one.id == "pause" else one for one in found if one.id != "maintain"]

    def _with_probe(self, act: Callable[[Probe], None]) -> None:
        probe = self.chosen_probe()
        if probe is None:
            self.gonogo.say("Choose a probe first (4).", bad=True)
        else:
            act(probe)

    def do_check_probe(self) -> None:
        """Ask the probe now."""
        self._with_probe(lambda probe: self.gonogo.request("check", {"probes": [probe.name]}))

    def do_pause(self) -> None:
        """Pause the probe with an end and a reason; a paused one counts again."""
        hint = "how long, and why: 2h the provider moves the database"
        self._leave_alone("pause", hint, lambda name, for_s, why: PauseProbe(probe=name, for_s=for_s, reason=why))

    def do_maintain(self) -> None:
        """Open maintenance for some time: it is asked, and counts for nothing."""
        hint = "how long it counts for nothing: 30m, and why if you like"
        self._leave_alone(
            "maintenance", hint,
            lambda name, for_s, why: MaintainProbe(probe=name, for_s=for_s, reason=why or "maintenance"),
        )  # fmt: skip

    def _leave_alone(
        self, label: str, hint: str, intent: Callable[[str, float, str], PauseProbe | MaintainProbe]
    ) -> None:
        def ask(probe: Probe) -> None:
            board = self.gonogo.board
            if board and probe.name in board.pauses:
                self.dispatch(ResumeProbe(probe=probe.name))
                return

            def read(line: str) -> tuple[str, bool]:
                """Say until when, and why; or what is wrong with the duration."""
                span, _, why = line.strip().partition(" ")
                try:
                    end = self.gonogo.clock.now().utc + timedelta(seconds=seconds(span))
                except ValueError as wrong:
                    return (f"{words.sentence(str(wrong))}.", False) if span else (hint, True)
                zone = times.zone(board.launch.timezone) if board else UTC
                return f"until {end.astimezone(zone):%a %H:%M}{': ' if why else ''}{why.strip()}", True

            def submit(line: str) -> None:
                said, good = read(line)
                span, _, why = line.strip().partition(" ")
                if good and span:
                    self.keep(intent(probe.name, seconds(span), why))
                else:
                    self.query_one(Prompt).refuse(said)

            self.ask(f"{label} {probe.name}", submit, read)

        self._with_probe(ask)
