"""What a number really proves, in a plain sentence, and the formula behind it in words.

A bound is rounded against us: what could fail up, what is up down.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gonogo.rules import confidence, forecast, tails, words
from gonogo.rules.confidence import LEVELS

_SURE = 0.95
_UNITS = {"hour": 3600, "day": 86_400, "week": 604_800}
_HIDDEN = (0.31, 0.1)
"""How many people a problem strikes that usability tests are asked to find: the usual one, and a rarer one."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What the evidence proves, and how that is computed."""

    says: str
    how: str


def orders(clean: int, failed: int = 0, share: float = 0.95, demanded: float = 0.9) -> Proof:
    """Say what so many clean and failed orders prove about all orders to come."""
    how = (
        "The share of all orders that succeed, if each has the same chance and nothing was known before: "
        f"Beta({clean + 1:,}, {failed + 1:,})."
    )
    if clean + failed == 0:
        return Proof("No orders yet: nothing is proved.", how)
    seen = f"{clean:,} clean order{'' if clean == 1 else 's'}" + (f" and {failed:,} failed" if failed else "")
    bound = at_most(_quantile(lambda x: tails.beta(x, 1 - x, failed + 1, clean + 1)[0], 1.0))
    wanted = f"{typed(demanded)} sure of {typed(share)}"
    needed = forecast.clean_needed(share, demanded, failed)
    if needed is None:
        more = f"no number of orders makes {wanted}"
    elif clean >= needed:
        more = f"enough for {wanted}"
    else:
        more = f"{needed + failed:,} in all, no more failed, for {wanted}" if failed else f"{needed:,} for {wanted}"
    return Proof(f"{seen}: at most {bound} could fail ({typed(_SURE)} sure); {more}.", how)


def uptime(up_h: float, down_h: float, target: float, demanded: float, window_h: float | None = None) -> Proof:
    """Say what so many watched hours prove about the uptime."""
    how = (
        "The share of time that the site is up; each watched hour adds its part up and its part down: "
        f"Beta({up_h + 1:.4g}, {down_h + 1:.4g}). Time that nobody watched counts neither way."
    )
    if up_h + down_h <= 0:
        return Proof("Nobody has watched yet: nothing is proved.", how)
    down = f"{words.span(down_h * 3600)} of it down" if down_h * 3600 >= 1 else "nothing down"
    least = at_least(_quantile(lambda x: tails.beta(x, 1 - x, up_h + 1, down_h + 1)[0], 1.0, 1 - _SURE))
    wanted = f"{typed(demanded)} sure of {typed(target)}"
    needed = forecast.hours_needed(target, demanded, up_h, down_h, window_h)
    if needed is None:
        more = f"{'a window of ' + words.span(window_h * 3600) if window_h else 'no time'} cannot make {wanted}"
    else:
        more = f"{words.span(needed * 3600)} more without a fault for {wanted}" if needed else f"enough for {wanted}"
    sure = likely(confidence.beta_above(target, up_h, down_h))
    return Proof(
        f"{words.span((up_h + down_h) * 3600)} watched, {down}: up at least {least} of the time "
        f"({typed(_SURE)} sure); {sure}, that it is {typed(target)} or more; {more}.",
        how,
    )


def rate(events: int, exposure: float, noun: str, unit: str, target: float, demanded: float) -> Proof:
    """Say what so many events in so many hours, days or weeks prove about their rate."""
    how = f"Events that come by chance at a steady rate: Gamma({events + 0.5:g}, {_amount(exposure, unit)})."
    if exposure <= 0:
        return Proof("Nobody has watched yet: nothing is proved.", how)
    far = (events + 20 + 20 * math.sqrt(events + 1)) / exposure
    most = _rounded_up(_quantile(lambda x: tails.gamma(x * exposure, events + 0.5)[0], far))
    seen = words.count(events, noun) if events else f"no {words.count(0, noun).split(' ', 1)[1]}"
    sure = likely(confidence.rate_below(target, events, exposure))
    needed = forecast.exposure_needed(target, demanded, events, exposure)
    if needed == 0:
        more = f"enough for {typed(demanded)} sure"
    elif needed is None:
        more = "no time makes it sure"
    else:
        more = f"{words.span(needed * _UNITS[unit])} more without one for {typed(demanded)} sure"
        more += "" if events else "; none seen is not yet proof"
    return Proof(
        f"{words.sentence(seen)} in {_amount(exposure, unit)}: at most {most} a {unit} ({typed(_SURE)} sure); "
        f"{sure}, that it is under {target:g}; {more}.",
        how,
    )


def rating(counts: Sequence[int], target: float, demanded: float) -> Proof:
    """Say what so many ratings of 1, 2, 3, 4 and 5 prove about what all customers would give."""
    number = sum(counts)
    how = (
        "Five levels, each of which begins as 0.2 of a rating, and each rating adds one (Dirichlet): "
        f"the chance that the mean of all who could rate is above {target:g}."
    )
    if number == 0:
        return Proof("No ratings yet: nothing is proved.", how)
    given = [level for level, count in zip(LEVELS, counts, strict=True) if count]
    mean = sum(level * count for level, count in zip(LEVELS, counts, strict=True)) / number
    spread = f"all {given[0]}" if len(given) == 1 else f"from {given[0]} to {given[-1]}"
    sure = likely(confidence.rating_above(target, counts))
    needed = forecast.fives_needed(target, counts, demanded)
    wanted = f"{typed(demanded)} sure"
    if needed is None:
        more = f"no number of 5s makes {wanted}"
    else:
        more = f"{needed:,} more {'5' if needed == 1 else '5s'} for {wanted}" if needed else f"enough for {wanted}"
    return Proof(
        f"{words.count(number, 'rating')}, mean {mean:.2f}, {spread}: {sure}, that the mean of all is above "
        f"{target:g}; {more}.",
        how,
    )


def growth(before: int, now: int, demanded: float, noun: str = "order") -> Proof:
    """Say what two equal windows, such as weeks, prove about growth."""
    how = (
        f"Were nothing growing, each of the {before + now:,} would as likely lie in either window: "
        f"Beta({now + 1}, {before + 1}) above one half."
    )
    if before + now == 0:
        return Proof(f"No {noun}s in either window: nothing is proved.", how)
    sure = likely(confidence.growth(before, now))
    needed = forecast.growth_needed(before, demanded)
    wanted = f"{typed(demanded)} sure"
    if needed is None:
        more = f"no number makes {wanted}"
    else:
        more = f"enough for {wanted}" if now >= needed else f"{needed:,} for {wanted}"
    return Proof(f"{words.count(now, noun)} against {before:,} before: {sure}, that they grow; {more}.", how)


def users(people: int) -> Proof:
    """Say which problems so many different users would have met."""
    how = "Each person meets a problem by chance, and apart from the others: 1 − (1 − p)^n."
    if people == 0:
        return Proof("No users yet: nothing is proved.", how)
    usual, rare = (words.probability(1 - (1 - part) ** people) for part in _HIDDEN)
    return Proof(
        f"{words.count(people, 'user')} {'meets' if people == 1 else 'meet'} a problem that strikes "
        f"{typed(_HIDDEN[0])} of people with {usual}, and one that strikes {typed(_HIDDEN[1])} "
        f"with {rare}.",
        how,
    )


def arrivals(needed: int, events: int, exposure_s: float, left_s: float) -> Proof:
    """Say the chance that a count is reached in the time that is left."""
    days = exposure_s / 86_400
    how = (
        f"They come by chance at a steady rate, Gamma({events + 0.5:g}, {_amount(days, 'day')}), "
        "so the number by a date is negative binomial."
    )
    found = forecast.chance(needed, events, exposure_s, left_s)
    if needed <= 0:
        return Proof("Reached.", how)
    if found is None:
        return Proof("Nobody has watched yet: no chance can be given.", how)
    pace = f"at {events / days:.2g} a day" if events else f"with none in {words.span(exposure_s)}"
    return Proof(f"{needed:,} more {pace}: {words.probability(found)} within {words.span(left_s)}.", how)


# Numbers ---------------------------------------------------------------------------------------


def likely(probability: float) -> str:
    """Say how sure, as a word and a number: `likely, 82%`."""
    return f"{confidence.word(round(probability, 2))}, {words.probability(probability)}"


def typed(share: float) -> str:
    """Say a share that somebody chose, with all its digits: `99.95%`."""
    return f"{round(share * 100, 9):.12g}%"


def at_most(share: float) -> str:
    """Say a bound above a share, rounded up: `14%`; never 100% unless it is all."""
    return f"{_percents(share, math.ceil):.10g}%"


def at_least(share: float) -> str:
    """Say a bound below a share, rounded down: `98.2%`; never 0% unless it is nothing."""
    return f"{_percents(share, math.floor):.10g}%"


def _percents(share: float, towards: Callable[[float], int]) -> float:
    """Round to whole percents, and near 0 and 100 to the two digits that tell it from them."""
    gap = min(share, 1 - share) * 100
    if gap <= 0:
        return share * 100
    fine = 10.0 ** min(9, max(0, 1 - math.floor(math.log10(gap))))
    found = towards(round(share * 100 * fine, 6)) / fine
    return min(max(found, 1 / fine), 100 - 1 / fine)


def _rounded_up(value: float) -> str:
    """Round up to two digits."""
    fine = 10.0 ** (1 - math.floor(math.log10(value)))
    return f"{math.ceil(round(value * fine, 6)) / fine:,.10g}"


def _amount(number: float, unit: str) -> str:
    said = f"{number:.2g}" if number < 10 else f"{number:,.0f}"
    return f"{said} {unit}" if said == "1" else f"{said} {unit}s"


def _quantile(below: Callable[[float], float], far: float, probability: float = _SURE) -> float:
    return tails.crossing(lambda x: below(x) - probability, 0.0, far)
