"""Signs beyond the screen: the title with the clock, put back at the end; the bell and a notification."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.tui.ground import ANN
from tests.tui.play import by, opened, read_all, story

from gonogo.formats.config import parse_config
from gonogo.rules.config_face import face_of
from gonogo.rules.confirm import Confirmation
from gonogo.rules.incident import Incident
from gonogo.rules.letter import Letter
from gonogo.rules.response import AcknowledgeIncident, SuspectIncident
from gonogo.store import outbox, watching
from gonogo.store.store import Store
from gonogo.tui.signs import Signs


class Terminal:
    """What was written to a terminal."""

    def __init__(self, **environ: str) -> None:
        self.written: list[str] = []
        self.signs = Signs(self.written.append, environ)


def test_a_title_is_written_when_it_is_new_and_put_back_at_the_end() -> None:
    terminal = Terminal()
    for words in ("one", "one", "two"):
        terminal.signs.show_title(words)
    terminal.signs.restore()
    terminal.signs.restore()
    assert terminal.written == [
        "\x1b[22;0t\x1b]0;one\x07", "\x1b]0;two\x07", "\x1b]0;\x07\x1b[23;0t",
    ]  # fmt: skip


def test_nothing_in_a_title_steers_the_terminal() -> None:
    terminal = Terminal()
    terminal.signs.show_title("a\x07\x1b[2Jb\x9c")
    terminal.signs.ring("c\x1b\\d")
    assert "".join(terminal.written).count("\x1b") == 3
    assert "\x9c" not in "".join(terminal.written)


def test_a_ring_is_a_bell_and_a_notification_and_tmux_is_asked_to_pass_it_on() -> None:
    plain, tmux = Terminal(), Terminal(TMUX="/tmp/tmux")
    plain.signs.ring("down")
    tmux.signs.ring("down")
    assert plain.written == ["\x07", "\x1b]9;down\x07"]
    assert tmux.written == ["\x07", "\x1bPtmux;\x1b\x1b]9;down\x07\x1b\\"]


@pytest.mark.parametrize(
    ("quiet", "written"),
    [("bell", ["\x1b[22;0t\x1b]0;down\x07", "\x1b]9;down\x07"]),
     ("notification", ["\x1b[22;0t\x1b]0;down\x07", "\x07"]),
     ("title", ["\x07", "\x1b]9;down\x07"])],
)  # fmt: skip
def test_each_sign_can_be_switched_off(quiet: str, written: list[str]) -> None:
    terminal = Terminal()
    terminal.signs.quiet = (quiet,)
    terminal.signs.show_title("down")
    terminal.signs.ring("down")
    assert terminal.written == written


@story
async def test_the_room_rings_for_what_comes_due_once_and_the_title_counts(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock, ANN) as ann:
        written: list[str] = []
        app = ann.app
        app.signs.write = written.append
        app._tick()
        assert "Riverside Bakery: Soft Launch" in app.signs._title
        by(shop, clock, "watch", SuspectIncident(probe="checkout", why="status 502", onset=clock.now()))
        await ann.heard("Incident 1, critical: checkout down. ! opens it.")
        (one,) = read_all(shop, Incident)
        by(shop, clock, ANN, AcknowledgeIncident(incident=one.id))
        await ann.sees("you acknowledged incident 1")
        assert written.count("\x07") == 1
        app._tick()
        assert "! 1 T+0:00 START WITHIN 2:00 Roll back, or not?" in "".join(written)
        clock.advance(91)
        app._tick()
        assert app.heard[-1] == "Due in 30 s: Roll back, or not?"
        assert "START WITHIN 0:29" in "".join(written)
        app._tick()
        assert written.count("\x07") == 2
        clock.advance(40)
        app._tick()
        assert "LATE 0:11" in "".join(written)
        assert app.heard[-1] == "Due now: Roll back, or not?"
    assert written[-1] == "\x1b]0;\x07\x1b[23;0t"


@story
async def test_the_incident_is_snoozed_and_handed_over_by_key(shop: Path, clock: FakeClock) -> None:
    by(shop, clock, "watch", SuspectIncident(probe="checkout", why="status 502", onset=clock.now()))
    accept(shop, clock, TEAM)
    async with opened(shop, clock, ANN) as ann:
        await ann.sees("NOT ACKNOWLEDGED: y")
        await ann.press("z")
        await ann.type("x")
        await ann.press("enter")
        await ann.until(lambda: "is not a duration" in ann.preview, "the refusal")
        await ann.press("backspace")
        await ann.type("20m")
        await ann.press("enter")
        await ann.heard("snoozed incident 1 for 20 min")
        await ann.sees("quiet until 19:51")
        await ann.listening()
        await ann.press("O")
        await ann.sees("Who has it from now on?")
        await ann.sees("read this out")
        await ann.sees("nobody has acknowledged it")
        await ann.press("1")
        await ann.heard("handed incident 1 to bo")
        await ann.sees("bo-phone (bo) … on its way")
        await ann.sees("NOBODY IS TOLD YET")


@story
async def test_a_test_of_the_alarms_is_confirmed_by_key(shop: Path, clock: FakeClock) -> None:
    accept(shop, clock, TEAM)
    async with opened(shop, clock, ANN) as ann:
        await ann.do("notify")
        await ann.sees("On which did a person see it?")
        await ann.press("a")
        await ann.heard("Seen: team, bo-phone.")
    assert sorted(one.id for one in read_all(shop, Confirmation)) == ["bo-phone", "team"]


@story
async def test_messages_that_never_arrived_are_said_and_tried_again(shop: Path, clock: FakeClock) -> None:
    store = Store(shop)
    letter = Letter("1", "pager", "e", "opened", "down", "It is down.", clock.now())
    with store.writing() as db:
        outbox.put(db, [letter])
        outbox.failed(db, outbox.claim(db, clock.now())[0], "gone", clock.now(), final=True)
        store.bump(["outbox"])
    store.close()
    async with opened(shop, clock, ANN) as ann:
        await ann.sees("1 message never arrived through pager")
        await ann.do("retry")
        await ann.heard("1 message will be tried again.")


TEAM = """
[launch]
id = "bakery"
name = "Riverside Bakery"
[[person]]
name = "ann"
[[person]]
name = "bo"
[[channel]]
name = "team"
command = ["true"]
[[channel]]
name = "bo-phone"
command = ["true"]
people = ["bo"]
"""


def accept(path: Path, clock: FakeClock, text: str) -> None:
    """Make a config the accepted one."""
    store = Store(path)
    with store.writing() as db:
        watching.accept_config(db, text, clock.now(), face_of(parse_config(text, "a config")).model_dump_json())
        store.bump(["watch"])
    store.close()
