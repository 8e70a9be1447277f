"""The report: what a board and the records behind it say, in the order in which people ask."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from gonogo.rules import plain, report_gate, report_site, report_trade
from gonogo.rules.board import Board
from gonogo.rules.clock import Instant
from gonogo.rules.discreet import Discreet
from gonogo.rules.page import Page, Section, State, reworded
from gonogo.rules.told import Times, Told
from gonogo.rules.verdict import Verdict

STATES: dict[Verdict, State] = {Verdict.GO: "go", Verdict.HOLD: "hold", Verdict.NOGO: "nogo"}


def report(board: Board, told: Told, now: Instant) -> Page:
    """Say everything; without names, no customer and nothing that one of them wrote is in it."""
    times = Times(ZoneInfo(board.launch.timezone), now)
    found = (
        Section("ready", "Are we ready?", tuple(report_gate.verdict(board, times))),
        Section("missing", "What is missing, and by when", tuple(report_gate.missing(board, times))),
        Section("phases", "Phases", tuple(report_gate.phases(board, told, times))),
        Section("trouble", "What broke, and what we did", tuple(report_site.trouble(board, told, times))),
        Section("orders", "Customers and orders this week", tuple(report_trade.trade(board, told, times))),
        Section("uptime", "The site", tuple(report_site.probes(board, told))),
        Section("always", "Always ready", tuple(report_gate.readiness(board, times))),
        Section("decisions", "Who decided what", tuple(report_gate.decisions(board, told, times))),
    )
    demo = " (a demo: nothing of this is real)" if board.launch.demo else ""
    page = Page(
        title=board.launch.name + demo, made=times.made(), verdict=str(board.verdict), state=STATES[board.verdict],
        sentence=plain.verdict(board), sections=tuple(one for one in found if one.blocks), foot=_foot(told),
    )  # fmt: skip
    if told.names:
        return page
    team = {*board.people, *(one.actor for one in told.decided)}
    return reworded(page, Discreet(told.customers, team, told.written).within)


def _foot(told: Told) -> tuple[str, ...]:
    secrets = "No secret is in this report: the launch's file holds none."
    if told.names:
        return ("Customers' names and what they wrote are in this report; think before you pass it on.", secrets)
    return (
        "Customers are left out of this report: their names, what they wrote, notes, and the titles of bugs. In the "
        "team's own words the names that were logged are replaced; a name that never was logged may still stand there. "
        "`gonogo report --names` says everything.",
        secrets,
    )
