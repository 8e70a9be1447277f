"""Reading what a report needs beside the board, and making the report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from gonogo.control.reader import BoardReader
from gonogo.control.room import ControlRoom
from gonogo.control.timeline import timeline
from gonogo.formats.errors import FileError
from gonogo.formats.report_file import write_report
from gonogo.formats.report_html import as_html
from gonogo.rules.board import Board, IncidentRow
from gonogo.rules.catalogue import CALLED
from gonogo.rules.incident import Incident, IncidentStep
from gonogo.rules.logbook import SUCCESSFUL
from gonogo.rules.logged import Noted
from gonogo.rules.measured import rose
from gonogo.rules.page import Page
from gonogo.rules.plan import Launch
from gonogo.rules.record import Refusal
from gonogo.rules.report import report
from gonogo.rules.report_gate import KINDS
from gonogo.rules.report_site import CHARTED
from gonogo.rules.text import tidy
from gonogo.rules.told import Counted, Decided, Times, Told, last_days
from gonogo.rules.uptime import Tally
from gonogo.rules.window import HOUR_S, Window, say
from gonogo.store import evidence, journal, logged, rollups, rows
from gonogo.store.store import Store

WRITTEN = ("reason", "note", "retro", "told", "detail", "said", "title", "text")
"""Where an act keeps what was written freely."""


def read_report(room: ControlRoom, *, names: bool = False) -> Page:
    """Make the report of this moment; without `names`, customers are left out of it."""
    now = room.clock.now()
    reader = BoardReader(room.store, room.clock)
    board = reader.board()
    times = Times(ZoneInfo(board.launch.timezone), now)
    days = last_days(board.launch.opens, now.utc, board.launch.timezone)
    with room.store.reading() as db:
        first = min(times.midnight(days[0]), now.utc - timedelta(days=14))
        told = Told(
            noted=tuple(logged.noted(db, first)),
            notes=_notes(room.store, first) if names else (),
            bugs=tuple(logged.noted(db, board.launch.opens, "bug")),
            decided=tuple(
                Decided(one.at, one.actor, intent, one.said) for intent, one in journal.of_intents(db, KINDS)
            ),
            incidents=_incidents(room, board),
            days=days,
            counted=_counted(reader, days, times),
            seen=_seen(room.store, board, days, times),
            customers=(*evidence.customers(db), *logged.customers(db)),
            written=() if names else tuple(map(tidy, journal.written(db, WRITTEN))),
            names=names,
        )
    return report(board, told, now)


def write_page(room: ControlRoom, folder: Path) -> str | Refusal:
    """Write the report as a page in a folder, without the customers; return where, or why not."""
    page = read_report(room)
    launch = next(iter(room.store.state().all(Launch)))
    path = folder / f"{launch.key}-report.html"
    try:
        write_report(path, as_html(page))
    except FileError as error:
        return Refusal(str(error))
    return f"wrote the report: {path}"


def _incidents(room: ControlRoom, board: Board) -> tuple[IncidentRow, ...]:
    """Return every incident, the newest first; those that are open as the board has them."""
    known = {row.incident.id: row for row in board.incidents}
    db = room.store.db
    steps = rows.read_all(db, IncidentStep)
    found = []
    for one in sorted(rows.read_all(db, Incident), key=lambda one: one.label, reverse=True):
        mine = sorted((step for step in steps if step.incident == one.id), key=lambda step: (step.position, step.id))
        found.append(known.get(one.id) or IncidentRow(one, tuple(mine), timeline(room.store, one)))
    return tuple(found)


def _notes(store: Store, first: datetime) -> tuple[Noted, ...]:
    return tuple(Noted("note", one.at, text=one.text) for one in evidence.read_since(store.db, ["note"], first))


def _seen(store: Store, board: Board, days: tuple[date, ...], times: Times) -> dict[str, tuple[Window, ...]]:
    """Add up each day of the probes that have charts, from the hours that begin in it."""
    wanted = sorted(board.probes, key=lambda one: not one.critical)[:CHARTED]
    opens = board.launch.opens.timestamp()
    return {one.name: tuple(_windows(store, one.number, days, times, opens)) for one in wanted}


def _counted(reader: BoardReader, days: tuple[date, ...], times: Times) -> Counted | None:
    """Count the orders as a metric does, and what is logged beside it where the config says so."""
    named = ("orders.successful", "orders.clean")
    meter = next((reader.meters[name] for name in named if name in reader.meters), None)
    if meter is None or meter.kind not in ("counter", "count"):
        return None
    now = times.now.utc

    def many(start: datetime, end: datetime) -> float | None:
        found = rose(meter, start, min(end, now))
        logged = reader.book.count(start, end - timedelta(microseconds=1), *SUCCESSFUL) if meter.adds else 0
        return found + logged if found is not None else logged or None

    begins = [times.midnight(day) for day in (*days, days[-1] + timedelta(days=1))]
    week = timedelta(days=7)
    source = f"{meter.source} and the log" if meter.adds else meter.source
    each = tuple(many(*span) for span in pairwise(begins))
    return Counted(CALLED[meter.name], source, many(now - week, now) or 0, many(now - 2 * week, now - week) or 0, each)


def _windows(store: Store, number: int, days: tuple[date, ...], times: Times, opens: float) -> Iterable[Window]:
    begins = [times.midnight(day) for day in (*days, days[-1] + timedelta(days=1))]
    first, last = int(begins[0].timestamp()), int(begins[-1].timestamp())
    sums = {day: Tally() for day in days}
    for start, tally in rollups.of_probe(store.db, number, "h", first, last):
        sums[datetime.fromtimestamp(max(start, first), UTC).astimezone(times.zone).date()].add(tally)
    for day, begin, end in zip(days, begins, begins[1:], strict=False):
        span_s = min(end.timestamp(), times.now.utc.timestamp()) - max(begin.timestamp(), opens)
        yield say(sums[day], max(HOUR_S, span_s))
