"""Opening the room: with a terminal the screen, without one the board once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from gonogo.cli import context as c
from gonogo.cli import places

if TYPE_CHECKING:
    from gonogo.formats.themes import ThemeFile

OFFER = """There is no gonogo.toml here or above. What to do:

  gonogo init --url https://your.site   start from the bundled plan, with your site's probes
  gonogo plan import PLAN.md            start from your own Markdown plan, as it is
  gonogo init --from LAUNCH             start from a past launch's plan, runbooks, templates, contacts and rulings
  gonogo demo                           try it on a sample shop that you can break
  gonogo --config FILE                  open a launch that lies elsewhere
"""


def open_room(context: click.Context) -> None:
    """Open the control room of this folder's launch."""
    found = c.place(context)
    if found.state is None:
        click.echo(OFFER)
        context.exit(c.GO if not is_terminal() else c.USAGE)
    if not is_terminal():
        from gonogo.cli.status import print_board

        with c.room(context) as room:
            print_board(room, found.config)
        return
    context.exit(show(found.state, found.config, found.actor))


def is_terminal() -> bool:
    """Whether there is a terminal to draw on and to read from."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def show(
    state: Path,
    config: Path | None,
    actor: str,
    demo: Callable[[str], str] | None = None,
    *,
    looks: bool = False,
) -> int:
    """Open the screen, to act or only to look; return the exit code."""
    os.environ.setdefault("TEXTUAL_FPS", "120")  # Textual reads it when it is imported
    if config:
        config = config.resolve()
    if not state.exists():
        raise c.Failed(f"There is no launch at {state}; `gonogo init` creates one.", c.REFUSED)
    themes, notices = _themes()
    from gonogo.control.clock import SystemClock
    from gonogo.control.home import elsewhere
    from gonogo.control.spawn import start_watch
    from gonogo.formats.themes import DEFAULT
    from gonogo.rules import words
    from gonogo.store import watching
    from gonogo.tui.app import CRASHED, GonogoApp
    from gonogo.tui.ports import Ports

    wanted = _kept_theme()
    if wanted not in themes:
        notices += (f"There is no theme “{wanted}”; {DEFAULT} is shown.",) if wanted else ()
        wanted = DEFAULT
    if not looks and not watching.is_alive(state) and (away := elsewhere(state, config)):
        notices += (f"{words.sentence(away)}. Start it there, or here with `gonogo watch --here`.",)
    ports = Ports(
        state=state, actor=actor, themes=themes, theme=wanted, start_watch=lambda: start_watch(state, config),
        keep_theme=_keep_theme, config=config, demo=demo, notices=notices,
        looks=looks, reports=config.parent if config else None,
    )  # fmt: skip
    app = GonogoApp(ports, SystemClock())
    _on_signals(app.exit)
    if not looks:
        threading.Thread(target=start_watch, args=(state, config), daemon=True).start()
    code = app.run()
    if code is None and not app.return_code:
        # Every way out gives a code; without one, Textual lost the terminal (such as by broken mouse bytes).
        raise c.Failed("The terminal's input broke and ended the room; open it again, nothing is lost.", CRASHED)
    return app.return_code or 0 if code is None else code


def _themes() -> tuple[dict[str, ThemeFile], tuple[str, ...]]:
    from gonogo.formats.themes import DEFAULT, load
    from gonogo.rules.words import some

    themes, failures = load(places.config_folder() / "themes")
    if DEFAULT not in themes:
        raise c.Failed("The themes that gonogo ships are missing; install it again.")
    if len(failures) < 2:
        return themes, tuple(f"A theme was skipped: {words}" for words in failures)
    names = some([words.partition(": ")[0].rpartition("/")[2] for words in failures])
    return themes, (f"{len(failures)} themes were skipped: {names}. `gonogo doctor` says why.",)


def _theme_file() -> Path:
    return places.config_folder() / "theme"


def _kept_theme() -> str:
    try:
        return _theme_file().read_text(encoding="utf-8").strip()[:40]
    except (OSError, UnicodeDecodeError):
        return ""


def _keep_theme(name: str) -> None:
    try:
        _theme_file().parent.mkdir(parents=True, exist_ok=True)
        _theme_file().write_text(name + "\n", encoding="utf-8")
    except OSError:
        pass  # the choice is a comfort, not worth a word


def _on_signals(leave: Callable[[int], None]) -> None:
    """End cleanly: a lost connection at once, as the terminal is gone; a polite request with the screen restored."""

    def hung_up(number: int, frame: FrameType | None) -> None:
        os._exit(129)  # the loop may be stuck in a write; what was done is on disk

    def asked(number: int, frame: FrameType | None) -> None:
        watchdog = threading.Timer(3, os._exit, (143,))
        watchdog.daemon = True
        watchdog.start()
        leave(143)

    signal.signal(signal.SIGHUP, hung_up)
    signal.signal(signal.SIGTERM, asked)
