"""Signs that reach beyond the screen: the terminal's title, its bell, and a notification on the desktop.

Not every terminal does these. The title (OSC 0) is shown by nearly all, and put back at the end by those that keep a
stack of titles; the others are left with an empty one. OSC 9 is shown by iTerm2, kitty, WezTerm, foot, Ghostty and
Windows Terminal, and by tmux only with `allow-passthrough`; elsewhere nothing is seen of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gonogo.rules import deadline
from gonogo.rules.board import Board, IncidentRow
from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.deadline import Deadline
from gonogo.rules.drill import ousts
from gonogo.rules.duration import countdown
from gonogo.rules.incident import Incident, current_step, step_clock
from gonogo.rules.letter import Kind
from gonogo.rules.text import line

_KEEP, _RESTORE = "\x1b[22;0t", "\x1b]0;\x07\x1b[23;0t"
_SAID: dict[Kind, str] = {
    "soon": "Due in 30 s: ", "due": "Due now: ", "overdue": "Overdue: ", "unheard": "Not acknowledged: ",
    "awake": "The snooze is over: ",
}  # fmt: skip


def title(board: Board, now: Instant) -> str:
    """Say what is broken, with the clock; or how the launch stands."""
    if not board.incidents:
        phase = f"{board.active.phase.name} " if board.active else ""
        return line(f"{board.launch.name}: {phase}{board.verdict}", 120)
    row = board.incidents[0]
    one, step = row.incident, current_step(row.steps)
    about = elapsed(one.detected_at, now)
    head = f"{'DRILL ' if one.drill else ''}! {one.label} T+{'' if about.exact else '≈'}{countdown(about.seconds)}"
    if step is None or step.due_s is None or one.state == "monitoring":
        return line(f"{head} {one.state} {one.title}", 120)
    clock = step_clock(one, step, now)
    left = f"LATE {countdown(clock.late_s)}" if clock.late else f"START WITHIN {countdown(clock.start_in_s)}"
    return line(f"{head} {left} {step.text}", 120)


def come(
    rows: Sequence[IncidentRow], contacts: int, before: Instant, now: Instant
) -> list[tuple[IncidentRow, Deadline]]:
    """Return what has come due in the room between two moments, whether a watch lives or not."""
    found = []
    for row in rows:
        since, until = (elapsed(row.incident.detected_at, at).seconds for at in (before, now))
        found += [
            (row, one)
            for one in deadline.deadlines(row.incident, row.steps, row.call, contacts)
            if one.kind in _SAID and since < one.at_s <= until
        ]
    return found


@dataclass(slots=True)
class Signs:
    """Writes the signs that are wanted to the terminal, each only when it says something new."""

    write: Callable[[str], None]
    environ: Mapping[str, str]
    quiet: Sequence[str] = ()
    """The signs that the config switches off."""
    _title: str = field(default="", init=False)
    _at: Instant | None = field(default=None, init=False)

    def tick(self, board: Board, now: Instant) -> list[str]:
        """Show the title of this moment, and ring for what has come due since the last; return what that is."""
        self.quiet = board.calling.quiet
        self.show_title(title(board, now))
        before, self._at = self._at, now
        found = come(board.incidents, len(board.calling.chain), before, now) if before else []
        said = [f"{_SAID[one.kind]}{one.step.text if one.step else row.incident.title}" for row, one in found]
        if said:
            self.ring("; ".join(said))
        return said

    def announce(self, before: Sequence[IncidentRow], board: Board, actor: str) -> list[str]:
        """Ring once for an incident that is new; return what it is."""
        known = {row.incident.id for row in before}
        new = [row.incident for row in board.incidents if row.incident.id not in known]
        said = [
            f"{self._kind(one, board)} {one.label}, {one.severity}: {one.title}"
            for one in new if one.acked_by != actor and not (one.drill and one.opened_by == actor)
        ]  # fmt: skip
        for words in said:
            self.ring(words)
        return said

    @staticmethod
    def _kind(one: Incident, board: Board) -> str:
        return "DRILL" if one.drill else "NO DRILL: this is real. Incident" if ousts(one, board.drills) else "Incident"

    def show_title(self, words: str) -> None:
        """Set the terminal's title; the one before is kept for the end."""
        if "title" in self.quiet:
            self.restore()
        elif words != self._title:
            keep = "" if self._title else _KEEP
            self._title = words
            self.write(f"{keep}\x1b]0;{line(words, 200)}\x07")

    def restore(self) -> None:
        """Put the title back that was there before."""
        if self._title:
            self._title = ""
            self.write(_RESTORE)

    def ring(self, words: str) -> None:
        """Ring the bell, and ask for a notification on the desktop."""
        if "bell" not in self.quiet:
            self.write("\x07")
        if "notification" not in self.quiet:
            said = f"\x1b]9;{line(words, 200)}\x07"
            self.write(f"\x1bPtmux;\x1b{said}\x1b\\" if self.environ.get("TMUX") else said)
