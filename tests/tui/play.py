"""Playing on the screens: an app on a real store, keys in, words out."""

from __future__ import annotations

import asyncio
import functools
import os
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from textual import events
from textual._context import visible_screen_stack
from textual.geometry import Size
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Input, Static

from gonogo.control.room import ControlRoom, Done
from gonogo.formats import themes
from gonogo.rules.clock import Clock
from gonogo.rules.record import Intent, Record
from gonogo.store import watching
from gonogo.store.store import Store
from gonogo.tui.app import GonogoApp
from gonogo.tui.ports import Ports
from gonogo.tui.screens import acting
from gonogo.tui.widgets.line_pane import LinePane
from gonogo.tui.widgets.prompt import Prompt

R = TypeVar("R", bound=Record)
SHIPPED, _ = themes.load(Path("/nonexistent"))
PATIENCE_S = 8.0
LETTERS = {
    "space": " ", "exclamation_mark": "!", "question_mark": "?", "slash": "/", "colon": ":", "enter": "\r",
    "tab": "\t", "escape": "\x1b",
}  # fmt: skip


class Heard(GonogoApp):
    """The app, which remembers what it said."""

    def __init__(self, ports: Ports, clock: Clock) -> None:
        super().__init__(ports, clock)
        self.heard: list[str] = []

    def say(self, words: str, *, bad: bool = False) -> None:
        """Remember it, and say it."""
        self.heard.append(words)
        super().say(words, bad=bad)


class Play:
    """One operator at one screen."""

    def __init__(self, app: Heard, pilot: Pilot[int]) -> None:
        self.app, self.pilot = app, pilot

    async def hop(self, times: int = 3) -> None:
        """Let every widget take the messages that wait for it, and those that come of them."""
        for _ in range(times):
            no_crash(self.app.ports.state)
            await asyncio.sleep(0)
            await self.pilot._wait_for_screen(PATIENCE_S)

    async def until(self, holds: Callable[[], Any], what: str = "it") -> Any:
        """Poll until something holds, while the app goes on."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            await self.hop(1)
            if answer := holds():
                return answer
            if time.monotonic() > deadline:
                raise AssertionError(f"{what} did not happen; said: {self.app.heard[-3:]}\n{self.text()}")
            await asyncio.sleep(0.005)

    async def settle(self) -> None:
        """Wait until the store's thread has done all that it was asked, and the screen stays as it is."""
        for _ in range(2):
            done: list[object] = []
            self.app.submit(lambda room: None, done.append)
            await self.until(lambda done=done: done or self.app._exit, "the store's answer")
            await self.hop()
        before, now = "", self.text()
        deadline = time.monotonic() + PATIENCE_S
        while before != now:
            assert time.monotonic() < deadline, "the screen does not settle"
            await asyncio.sleep(0.02)
            await self.hop()
            before, now = now, self.text()

    async def press(self, *keys: str) -> None:
        """Press keys, each when the one before has been taken."""
        for key in keys:
            name = key if len(key) > 1 or key.isalnum() else _character_to_key(key)
            self.app.post_message(events.Key(name, _letter(name, key)))
            await self.hop()

    async def resize(self, width: int, height: int) -> None:
        """Give the terminal another size."""
        assert self.app._driver
        self.app._driver._size = (width, height)
        self.app.post_message(events.Resize(Size(width, height), Size(width, height)))
        await self.until(lambda: self.app.size == (width, height), "the size")

    async def type(self, words: str) -> None:
        """Put words into the line that is open, as a paste does."""
        await self.until(lambda: self.prompt.is_open, "the line at the bottom")
        before = self.typed
        self.prompt.query_one(Input).insert_text_at_cursor(words)
        await self.until(lambda: self.typed == before + words, f"typing {words!r}")

    async def listening(self) -> None:
        """Wait until keys are heard again after the line has closed."""
        screen = self.app.screen
        assert isinstance(screen, acting.ActingScreen)
        await self.until(lambda: not self.prompt.is_open, "the line's closing")
        await self.hop()
        await self.until(lambda: time.monotonic() >= screen._deaf_until, "hearing keys")

    async def do(self, name: str) -> None:
        """Do an act that has no key, as the palette does."""
        screen = self.app.screen
        assert isinstance(screen, acting.ActingScreen)
        screen.act(name)
        await self.hop()

    async def heard(self, part: str) -> str:
        """Wait until the app has said something with that in it."""
        return await self.until(lambda: next((one for one in self.app.heard if part in one), None), f"saying {part!r}")

    async def sees(self, part: str) -> None:
        """Wait until the screen shows something."""
        await self.until(lambda: part in self.text(), f"showing {part!r}")

    async def choose(self, key: str, pane: str = "checklist") -> None:
        """Put a pane's cursor on a row."""
        self.pane(pane).choose(key)
        assert self.pane(pane).cursor == key

    def pane(self, name: str) -> LinePane:
        """Return a pane of the screen."""
        return self.app.screen.query_one(f"#{name}", LinePane)

    @property
    def prompt(self) -> Prompt:
        """The line at the bottom."""
        return self.app.screen.query_one(Prompt)

    @property
    def typed(self) -> str:
        """What stands in the line at the bottom."""
        return self.prompt.query_one(Input).value

    @property
    def preview(self) -> str:
        """What the line's preview says."""
        return str(self.prompt.query_one("#preview", Static).render())

    @property
    def focus(self) -> str | None:
        """The pane that has the focus."""
        return self.app.focused.id if self.app.focused else None

    def text(self) -> str:
        """Return what the terminal shows, dialogs over the rest, trailing blanks cut."""
        return screen_text(self.app)

    def all(self, kind: type[R]) -> list[R]:
        """Read the database, past the app."""
        return read_all(self.app.ports.state, kind)


def _letter(name: str, key: str) -> str | None:
    if len(key) == 1:
        return key
    return LETTERS.get(name)


def read_all(path: Path, kind: type[R]) -> list[R]:
    """Read all records of a kind from a state file."""
    store = Store(path)
    try:
        return list(store.state().all(kind))
    finally:
        store.close()


def by(path: Path, clock: Clock, actor: str, intent: Intent) -> str:
    """Let somebody else do something with the launch; what was said."""
    store = Store(path)
    try:
        done = ControlRoom(store, clock, actor).dispatch(intent)
    finally:
        store.close()
    assert isinstance(done, Done), done
    return done.said


def said(path: Path, count: int = 50) -> list[str]:
    """Read the journal's newest lines, newest first."""
    from gonogo.store import journal

    store = Store(path)
    try:
        return [f"{entry.actor} {entry.said}" for entry in journal.newest(store.db, count)]
    finally:
        store.close()


def screen_strips(app: GonogoApp) -> list[Strip]:
    """Return the lines that the terminal shows, dialogs over the rest, as the compositor joins them."""
    visible_screen_stack.set(app._background_screens)
    return app.screen._compositor.render_strips()


def screen_text(app: GonogoApp) -> str:
    """Return what the terminal shows, trailing blanks cut."""
    return "\n".join(strip.text.rstrip() for strip in screen_strips(app))


def make_app(path: Path, clock: Clock, actor: str = "ann", **ports: Any) -> Heard:
    """Make an app on a state file."""
    given: dict[str, Any] = {
        "themes": SHIPPED, "theme": themes.DEFAULT, "start_watch": lambda: "a watch is running now",
        "keep_theme": lambda name: None,
    }  # fmt: skip
    return Heard(Ports(path, actor, **(given | ports)), clock)


@asynccontextmanager
async def opened(
    path: Path, clock: Clock, actor: str = "ann", size: tuple[int, int] = (120, 40), **ports: Any
) -> AsyncIterator[Play]:
    """Open the room and wait for its first board; a crash fails the test with its trace."""
    app = make_app(path, clock, actor, **ports)
    async with app.run_test(size=size, notifications=True) as pilot:
        play = Play(app, pilot)
        await play.until(lambda: app.board is not None or app._exit, "the first board")
        try:
            yield play
        finally:
            no_crash(path)
    no_crash(path)


def no_crash(path: Path) -> None:
    """Fail with the trace that the app wrote when it stumbled."""
    crash = path.with_name("crash.log")
    assert not crash.exists(), crash.read_text(encoding="utf-8")


def story(told: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Make a test of an async function."""

    @functools.wraps(told)
    def run(*args: Any, **named: Any) -> None:
        asyncio.run(told(*args, **named))

    return run


@contextmanager
def watch_held(path: Path) -> Any:
    """Hold the lock that a watch holds, so that one seems to live."""
    handle = watching.take_lock(path)
    assert handle is not None
    try:
        yield
    finally:
        os.close(handle)


def hearing(monkeypatch: Any) -> list[float]:
    """Take over the clock that keys are deafened by; return it, to be moved: the first element is now."""
    now = [1000.0]

    class Moved:
        @staticmethod
        def monotonic() -> float:
            return now[0]

    monkeypatch.setattr(acting, "time", Moved)
    return now
