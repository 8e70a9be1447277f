"""The checklist of 5,000 items: how soon a key shows that moves, turns a page, or filters as it is typed."""

from __future__ import annotations

from random import Random
from statistics import median

import measures as m
from figures import Figure
from stage import Launch, Stage

from gonogo.formats.themes import DEFAULT
from gonogo.formats.themes import load as load_themes
from gonogo.rules.plan import Item, Phase, Section
from gonogo.store import rows
from gonogo.store.store import Store

ITEMS, SECTIONS, PRESSES, SETTLE_S, GOAL_MS = 5000, 25, 150, 4.0, 50
HOW = f"""\
Checklist: {ITEMS:,} items in {SECTIONS} sections, a watch running, a pty; {PRESSES} keys of each sort at odd moments.
  A move: to the highlight on another line. A page: to the first rows of it. A letter of the filter: to its count."""
_DOWN, _UP, _BACK = b"\x1b[6~", b"\x1b[5~", b"\x7f"


def take(stage: Stage) -> list[Figure]:
    """Take the figures on one launch."""
    launch = stage.launch("checklist", every="1h")
    _fill(launch)
    launch.start_watch()
    select = load_themes(launch.config.parent)[0][DEFAULT].colours.select
    with m.Program(launch.argv, stage.environ(), launch.config.parent, ("Soft Launch", "step")).open() as app:
        app.shows(("Soft Launch", "step"))
        app.drain(SETTLE_S)
        app.send(b"3" + _DOWN * 3)
        app.drain(1.0)
        moved = m.keys(app, select, PRESSES)
        turned, typed = _pages(app), _filter(app)
    launch.stop_watch()
    found = (("a move", moved.p99, moved.p50), ("a page", *_both(turned)), ("a letter of the filter", *_both(typed)))
    return [
        Figure(f"checklist of {ITEMS:,}, {name}: p99 (p50)", f"{p99:.1f} ms ({p50:.1f})", goal=f"< {GOAL_MS} ms",
               good=p99 < GOAL_MS)
        for name, p99, p50 in found
    ]  # fmt: skip


def _fill(launch: Launch) -> None:
    store = Store(launch.state)
    phase = next(one for one in store.state().all(Phase) if one.state == "active")
    with store.writing() as db:
        for group in range(SECTIONS):
            section = Section(id=f"s{group:03}", phase=phase.id, position=100 + group, name=f"Group {group}")
            rows.put(db, "section", rows.encode(section))
            for place in range(group, ITEMS, SECTIONS):
                item = Item(id=f"i{place:05}", key=f"step-{place:05}", phase=phase.id, section=section.id,
                            position=place, text=f"step {place:05} of a very long list, worded at some length",
                            owner=("anna", "ben", None)[place % 3])  # fmt: skip
                rows.put(db, "item", rows.encode(item))
        store.bump(["plan"])
    store.close()


def _pages(app: m.PtyApp) -> list[float]:
    random, taken = Random(5), list[float]()
    for number in range(PRESSES):
        app.drain(random.uniform(0.05, 0.13))
        taken.append(_until(app, _UP if number % 4 == 3 else _DOWN, "step"))
    return taken


def _filter(app: m.PtyApp) -> list[float]:
    """Type filters letter by letter, and take them back."""
    random, taken, words = Random(6), list[float](), ("open step 012", "@anna 33", "worded 49", "step 4 @be")
    app.send(b"/")
    app.drain(0.5)
    while len(taken) < PRESSES:
        for word in words:
            steps = [word[:end] for end in range(1, len(word) + 1)]
            for now, key in [*zip(steps, word, strict=True), *((one, "") for one in reversed(steps[:-1]))]:
                app.drain(random.uniform(0.05, 0.13))
                sent = key.encode() or _BACK
                if now.endswith(" ") or (not key and word[len(now)] == " "):
                    app.send(sent)  # a blank asks for nothing else
                else:
                    taken.append(_until(app, sent, f"/{now}   "))
            app.send(_BACK)
            app.drain(0.3)
    app.send(b"\x1b")
    return taken


def _until(app: m.PtyApp, key: bytes, mark: str) -> float:
    app.seen.clear()
    began = app.send(key)
    return 1000 * (app.shows((mark,)) + app.began - began)


def _both(taken: list[float]) -> tuple[float, float]:
    taken = sorted(taken)
    return taken[min(len(taken) - 1, int(len(taken) * 0.99))], median(taken)
