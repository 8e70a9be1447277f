"""The acts on one probe: ask it now, pause it, open maintenance."""

from __future__ import annotations

from collections.abc import Callable

from gonogo.rules.duration import seconds
from gonogo.rules.pause import MaintainProbe, PauseProbe, ResumeProbe
from gonogo.rules.probe import Probe
from gonogo.tui.screens.acting import ActingScreen
from gonogo.tui.widgets.prompt import Prompt


class ProbeActs(ActingScreen):
    """Acts on the probe that is chosen or shown."""

    def chosen_probe(self) -> Probe | None:
        """The probe that an act is for."""
        return None

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

            def submit(words: str) -> None:
                span, _, why = words.strip().partition(" ")
                try:
                    for_s = seconds(span)
                except ValueError:
                    self.query_one(Prompt).refuse(hint)
                    return
                self.keep(intent(probe.name, for_s, why))

            self.ask(f"{label} {probe.name}", submit, hint=hint)

        self._with_probe(ask)
