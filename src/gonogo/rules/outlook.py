"""When a criterion that does not pass can pass, and how likely by the end of its phase; or why there is no date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gonogo.rules import forecast, words
from gonogo.rules.case import DAY_S, HOUR_S, Case, Outcome, exposure_lack_s, unit_s


@dataclass(frozen=True, slots=True)
class Outlook:
    """When it can pass; without `at` there is no date, and `said` says why."""

    at: datetime | None
    said: str
    chance: float | None = None
    """Of a count: the probability that its target is reached by the phase's planned end."""
    by_hand: bool = False
    """Whether people make it pass, whose time is theirs."""
    brief: str = ""
    """The same in a few words, where there is little room: `about Fri 11:01`."""


def look_ahead(case: Case, outcome: Outcome) -> Outlook | None:
    """Return when a criterion can pass; nothing for one that passes."""
    if outcome in ("met", "waived", "not_applicable"):
        return None
    if outcome in ("stale", "unmeasurable"):
        return Outlook(None, "no date: nobody knows when its source answers again")
    reading = case.reading
    if outcome == "collecting" and (lack := case.one.min_samples - reading.samples) > 0:
        return _arrives(case, lack, reading.samples)
    if outcome == "collecting" and (lack_s := exposure_lack_s(case)) > 0:
        return _watching(case, lack_s)
    if reading.value is None:
        return Outlook(None, "no date: nothing was seen yet")
    if case.growing and reading.nature == "count":
        lack = int((case.target or 0) - (reading.value or 0)) + (case.parsed.op == ">")
        return _arrives(case, lack, int(reading.value or 0))
    return _by_nature(case)


def _by_nature(case: Case) -> Outlook:
    match case.reading.nature:
        case "progress":
            return Outlook(None, "no date of its own: it is done when you tick it", by_hand=True)
        case "open_count":
            return Outlook(None, "no date of its own: it passes when the last of them is settled", by_hand=True)
        case "rating":
            return _rating(case)
        case "rate" | "tally":
            return _rate(case)
        case "share" if case.reading.name == "uptime":
            return _uptime(case)
        case "proportion":
            return _proportion(case)
        case _:
            return Outlook(None, "no date: it passes when the number turns")


def _arrives(case: Case, lack: int, events: int) -> Outlook:
    """A count comes at the rate of the past, as far as that is known."""
    begun = case.reading.since
    exposure_s = (case.minute - begun).total_seconds() if begun else 0.0
    if exposure_s < DAY_S:
        return Outlook(None, "no date: it takes a day to tell a pace")
    left_s = (case.closes - case.minute).total_seconds() if case.closes else None
    chance = None if left_s is None else forecast.chance(lack, events, exposure_s, max(0.0, left_s))
    found = forecast.arrival(lack, events, exposure_s, case.minute)
    if found is None:
        return Outlook(None, "no date: none has come yet" if not events else "no date: it would take years", chance)
    by = f"; {_share(chance)} by {_when(case, case.closes)}" if chance is not None and case.closes else ""
    brief = f"about {_when(case, found.about)}"
    return Outlook(found.about, found.says(case.timezone) + by, chance, brief=brief)


def _watching(case: Case, lack_s: float) -> Outlook:
    at = case.minute + timedelta(seconds=lack_s)
    earliest = f"at the earliest {_when(case, at)}"
    return Outlook(at, f"{earliest}, if it is watched without a gap", brief=earliest)


def _uptime(case: Case) -> Outlook:
    reading, target, asked = case.reading, case.target or 0.0, case.one.confidence
    hours = reading.exposure_s / HOUR_S
    up, down = hours * (reading.value or 0.0), hours * (1 - (reading.value or 0.0))
    window = case.parsed.over / HOUR_S if isinstance(case.parsed.over, float) else None
    if asked is None:
        more = max(0.0, down / (1 - target) - hours) if target < 1 else None
        more = window if more is not None and window is not None and hours + more > window else more
    else:
        more = forecast.hours_needed(target, asked, up, down, window)
    if more is None:
        return Outlook(None, "no date: no time without a failure would prove that much")
    at = case.minute + timedelta(hours=more)
    when = _when(case, at)
    return Outlook(at, f"{when}, if nothing goes down until then", brief=f"{when}, if nothing goes down")


def _rate(case: Case) -> Outlook:
    reading, unit = case.reading, unit_s(case.reading.name)
    if reading.nature == "tally" and case.fails and reading.unsettled:
        return Outlook(None, "no date of its own: it passes when what is open is settled, and a week old", by_hand=True)
    if reading.nature == "tally" and case.fails and case.target is not None:
        leaves = forecast.passes_again(reading.instants, unit, case.target, case.minute)
        if leaves is None:
            return Outlook(None, "no date: it passes when those of today are a week old")
        return Outlook(leaves.at, f"again {_when(case, leaves.at)}, when that of {_when(case, leaves.event)} is past")
    if case.target is None:
        return Outlook(None, "no date: it passes when the number turns")
    more = forecast.exposure_needed(case.target, case.one.confidence or 0.5, reading.samples, reading.exposure_s / unit)
    if more is None:
        return Outlook(None, "no date: no time would prove that little")
    at = case.minute + timedelta(seconds=more * unit)
    return Outlook(at, f"{_when(case, at)}, if no further one comes")


def _rating(case: Case) -> Outlook:
    levels = case.reading.levels
    more = forecast.fives_needed(case.target or 0.0, levels, case.one.confidence) if levels else None
    if more is None:
        return Outlook(None, "no date: it passes when better ratings come")
    found = _arrives(case, max(1, more), case.reading.samples)
    return replace(found, said=f"{words.count(max(1, more), 'more 5')} would do; {found.said}", chance=None)


def _proportion(case: Case) -> Outlook:
    reading = case.reading
    bad = reading.samples - round((reading.value or 0.0) * reading.samples)
    whole = forecast.clean_needed(case.target or 0.0, case.one.confidence or 0.5, bad)
    if whole is None:
        return Outlook(None, "no date: no number of clean ones would prove that much")
    lack = max(1, whole - (reading.samples - bad))
    found = _arrives(case, lack, reading.samples)
    return replace(found, said=f"{lack} more clean ones would do; {found.said}", chance=None)


def _when(case: Case, at: datetime | None) -> str:
    if at is None:
        return "then"
    local, away = at.astimezone(ZoneInfo(case.timezone)), abs(at - case.minute)
    return f"{local:%a %H:%M}" if away < timedelta(days=6) else f"{local:%a} {local.day} {local:%b}"


def _share(value: float) -> str:
    return "over 99%" if value > 0.99 else "under 1%" if value < 0.01 else f"{value:.0%}"


# The gate's -----------------------------------------------------------------------------------


def latest(blockers: list[tuple[str, Outlook]], by_hand: str) -> Outlook:
    """Return the forecast of a gate: the latest of its blockers, named; or which of them has no date.

    `by_hand` is what people have to do, whose time is theirs.
    """
    once = f"; also wanted: {by_hand}" if by_hand else ""
    undated = [(name, one) for name, one in blockers if one.at is None]
    if undated:
        name, one = undated[0]
        return Outlook(None, f"{name}: {one.said}", brief=f"{name}: {one.said}")
    if not blockers:
        said = f"as soon as this is done: {by_hand}" if by_hand else ""
        return Outlook(None, said, brief=said)
    name, last = max(blockers, key=lambda pair: pair[1].at.timestamp() if pair[1].at else 0.0)
    brief = f"{last.brief or last.said} ({name}){once}"
    return Outlook(last.at, f"{name}: {last.said}{once}", last.chance, brief=brief)
