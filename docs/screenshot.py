"""`make screenshot`: docs/room.svg and docs/incident.svg, drawn by the program itself at a fixed moment."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from gonogo.control.desk import Desk
from gonogo.control.observer import Observer
from gonogo.control.room import ControlRoom, Done
from gonogo.demo import seed
from gonogo.formats.config import read_config
from gonogo.formats.themes import DEFAULT, load
from gonogo.rules.clock import Instant
from gonogo.rules.incident import Incident
from gonogo.rules.log import LogDeploy
from gonogo.rules.probe import Check, Failure, Outcome
from gonogo.rules.record import Fact, Intent
from gonogo.rules.response import AcknowledgeIncident, DoStep, NoteIncident
from gonogo.store import watching
from gonogo.tui.app import GonogoApp
from gonogo.tui.ports import Ports

HERE = Path(__file__).resolve().parent
# The pictures say `gonogo`, and not where this machine keeps it.
os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
MOMENT = datetime(2026, 11, 24, 21, 4, 12, tzinfo=UTC)
SIZE = (120, 40)
CELL = (12.2, 24.4)
"""How wide and high the picture draws a character."""
FRAME = re.compile(r'<text class="([^"]+)" x="([\d.]+)" y="([\d.]+)"[^>]*>((?:&#160;)*[│─](?:&#160;|[│─])*)</text>')
FONTS = '"Fira Code", "JetBrains Mono", "DejaVu Sans Mono", Menlo, Consolas, "Liberation Mono", monospace'
LATENCIES = {
    "checkout": 19.4, "shop": 0.4, "home": 12.2, "health": 6.1, "invoices": 15.3, "admin": 8.6, "worker": 0.0,
}  # fmt: skip
SLOW_MS = 1412.0


class StillClock:
    """A clock that stands at a moment until it is moved on."""

    def __init__(self, utc: datetime = MOMENT) -> None:
        self._now = Instant(utc, "still", 90_000_000_000)

    def now(self) -> Instant:
        """Return the moment."""
        return self._now

    def go(self, seconds: float) -> None:
        """Move on."""
        self._now = self._now.after(seconds)


class Scene:
    """The demo's launch with a watch whose checks we write ourselves, through the watch's own desk."""

    def __init__(self, folder: Path, clock: StillClock) -> None:
        self.clock, self.folder = clock, folder
        seed.SystemClock = lambda: clock  # type: ignore[assignment,misc]
        text, self.config = read_config(seed.seed(folder, "http://127.0.0.1:8080"))
        self._lock = watching.take_lock(self.state)
        self.desk = Desk(self.state, clock)
        self.observer: Observer = self.desk.observer()
        self.desk.accept(text, self.config, self.observer, {})
        self._you = ControlRoom(self.desk.store, clock, "you", self.desk.ids)

    @property
    def state(self) -> Path:
        """Where the launch lies."""
        return self.folder / "state.db"

    def close(self) -> None:
        """Let go of the launch."""
        self.desk.store.close()
        if self._lock is not None:
            os.close(self._lock)

    def ask(self, slow: str = "", broken: Mapping[str, str] | None = None) -> None:
        """Let every probe be asked once; one is slow, some fail."""
        facts: list[Fact] = []
        turned: list[str] = []
        for name, latency in LATENCIES.items():
            check = Check(name, self.clock.now(), Outcome.OK, latency / 1000)
            if broken and name in broken:
                check = Check(name, check.at, Outcome.FAILED, 0.021, Failure.HTTP_STATUS, broken[name])
            elif name == slow:
                words = f"slow: {SLOW_MS:.0f} ms, wanted latency < 800ms"
                check = Check(name, check.at, Outcome.SLOW, SLOW_MS / 1000, None, words)
            turn = self.observer.take(check)
            if turn and turn.turned:
                turned.append(name)
                said = f"{name} is {turn.health}: {check.detail}"
                data = {"text": said, "probe": name, "health": turn.health}
                facts.append(Fact(id=self.desk.ids.fresh(), kind="health", at=check.at, actor="watch", data=data))
        self.desk.write(self.observer.drain(self.clock.now()), facts, turned)
        self.desk.latch()

    def do(self, intent: Intent, actor: str = "you") -> None:
        """Act as a person."""
        room = self._you if actor == "you" else ControlRoom(self.desk.store, self.clock, actor, self.desk.ids)
        done = room.dispatch(intent)
        if not isinstance(done, Done):
            raise SystemExit(f"screenshot: {done.sentence}")

    def break_checkout(self) -> None:
        """Let a bad build out, and go through the first two minutes of what follows."""
        self.clock.go(20)
        self.do(LogDeploy(build="v1.8.3", source="shop", key="v1.8.3"), "shop")
        for _ in range(12):
            self.clock.go(60)
            self.ask()
        wrong = {"checkout": "status 502, wanted status == 200"}
        for seconds in (15, 5, 5):
            self.clock.go(seconds)
            self.ask(broken=wrong)
        incident = self.desk.store.state().all(Incident)[0].id
        self.clock.go(21)
        self.do(AcknowledgeIncident(incident=incident))
        self.clock.go(29)
        self.do(NoteIncident(incident=incident, text="v1.8.3 went out at 21:04"))
        self.clock.go(44)
        self.do(DoStep(incident=incident, step="decide", note="roll back: it began 12 min after v1.8.3"))
        for _ in range(3):
            self.clock.go(24)
            self.ask(slow="invoices", broken=wrong)


@contextmanager
def scene() -> Iterator[Scene]:
    """Seed a scene in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        made = Scene(Path(folder), StillClock())
        try:
            yield made
        finally:
            made.close()


async def draw(state: Path, clock: StillClock) -> str:
    """Open the room without a terminal, wait until it stands still, and return what it shows."""
    themes, _ = load(HERE / "no-themes-of-their-own")
    ports = Ports(
        state=state, actor="you", themes=themes, theme=DEFAULT, start_watch=str, keep_theme=lambda name: None,
        demo=lambda act: "",
    )  # fmt: skip
    app = GonogoApp(ports, clock)
    async with app.run_test(size=SIZE) as pilot:
        before = ""
        while app.board is None or (shown := app.export_screenshot(title="gonogo")) != before:
            before = "" if app.board is None else shown
            await pilot.pause(0.4)
        return shown


def offline(svg: str) -> str:
    """Take out what a reader would have to fetch, and keep the spaces and a font that every machine has."""
    svg = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font-family: Fira Code, monospace", f"font-family: {FONTS}", svg)
    svg = svg.replace("font-family: arial", "font-family: sans-serif")
    svg = FRAME.sub(_drawn, svg)
    svg = svg.replace("<svg ", '<svg xml:space="preserve" ', 1)
    if re.search(r"https?://(?!www\.w3\.org|www\.textualize\.io)", svg):
        raise SystemExit("screenshot: the picture still refers to a place on the net")
    return "\n".join(row.rstrip() for row in svg.splitlines()) + "\n"


def _drawn(found: re.Match[str]) -> str:
    """Draw straight frames as lines: in most fonts their glyphs are lower or narrower than a cell, and leave gaps."""
    style, left, base, marks = found[1], float(found[2]), float(found[3]), found[4].replace("&#160;", " ")
    width, height = CELL
    top, shapes = base - 0.77 * height, ""
    for run in re.finditer("─+|│", marks):
        x, y, wide, high = left + run.start() * width, top + height / 2 - 0.75, len(run[0]) * width, 1.5
        if run[0] == "│":
            x, y, wide, high = x + width / 2 - 0.75, top, 1.5, height
        shapes += f'<rect class="{style}" x="{x:.2f}" y="{y:.2f}" width="{wide:.2f}" height="{high}"/>'
    return shapes


def main() -> None:
    """Draw both."""
    with scene() as made:
        for _ in range(3):
            made.ask(slow="invoices")
            made.clock.go(5)
        save("room", made)
    with scene() as made:
        made.break_checkout()
        save("incident", made)


def save(name: str, made: Scene) -> None:
    """Draw a scene into its file."""
    path = HERE / f"{name}.svg"
    path.write_text(offline(asyncio.run(draw(made.state, made.clock))), encoding="utf-8")
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
