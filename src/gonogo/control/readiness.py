"""What the watch can see of readiness by itself: files, a command, an answer over HTTP, the TTL of a DNS record."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

import humanize

from gonogo.control.metrics import picked
from gonogo.control.questions import Questions
from gonogo.probes.blocking import Workers
from gonogo.probes.schedule import Tick
from gonogo.rules import condition, expectation, text, words
from gonogo.rules.clock import Clock
from gonogo.rules.condition import Answer
from gonogo.rules.config import Config
from gonogo.rules.facts import Body
from gonogo.rules.measured import Unfit
from gonogo.rules.numbers import number
from gonogo.rules.probe import Outcome
from gonogo.rules.readiness import Seen
from gonogo.rules.ready_config import ReadinessConfig

AHEAD = timedelta(minutes=5)
"""A date that lies further ahead is a clock or a zone that is wrong, and would stay young for long."""
_FAR_MS = Decimal(10) ** 12
_files: Workers[Seen] = Workers("files", 4)


@dataclass(slots=True)
class Sources:
    """The sources of a config, and what is remembered of them between two looks."""

    config: Config
    questions: Questions
    clock: Clock
    folder: str | None = None
    _ttls: dict[str, tuple[datetime, float]] = field(default_factory=dict)

    async def look(self, name: str) -> Seen:
        """Look at one source once, within its deadline; never raises but to cancel."""
        source = self.config.readiness[name]
        if source.path is not None:
            return await self._files(name, source)
        check = await self.questions.check(name, Tick(0, 0))
        if check.outcome in (Outcome.UNKNOWN, Outcome.FAILED):
            return Seen(None, check.detail or str(check.failure or "no answer"))
        now, facts = self.clock.now().utc, dict(check.facts)
        if source.dns is not None:
            facts["ttl"] = self._longest(name, facts.get("ttl"), now)
        seen = judged(source, facts, now)
        return Seen(seen.ok, text.line(self.questions.hide(seen.detail), 200), seen.dated, seen.until)

    async def _files(self, name: str, source: ReadinessConfig) -> Seen:
        import asyncio

        try:
            async with asyncio.timeout(source.timeout):
                return await _files.do(
                    f"{self.folder}/{source.path}", lambda: files_seen(source, self.folder, self.clock.now().utc)
                )
        except TimeoutError:
            return Seen(None, f"the disk did not answer in {source.timeout:g} s")
        except (OSError, ValueError) as error:
            return Seen(None, text.line(f"{source.path} cannot be looked at: {error}", 200))

    def _longest(self, name: str, ttl: object, now: datetime) -> object:
        """Return the longest TTL that a cache may still hold: a resolver says what is left of it, not what it was."""
        if not isinstance(ttl, int):
            return ttl
        ends, longest = self._ttls.get(name, (now, 0.0))
        if now >= ends or ttl >= longest:
            ends, longest = now + timedelta(seconds=ttl), float(ttl)
            self._ttls[name] = ends, longest
        return int(longest)


def sources_of(config: Config, clock: Clock, folder: str | None) -> Sources:
    """Return the sources of a config: those that are asked over the network are asked as probes are."""
    asking = tuple(probe for name, one in config.readiness.items() if (probe := one.asks(name)))
    return Sources(
        config, Questions(config.model_copy(update={"probe": asking}), None, lambda name: None, clock, folder), clock,
        folder,
    )  # fmt: skip


# Files ------------------------------------------------------------------------------------------


def files_seen(source: ReadinessConfig, folder: str | None, now: datetime) -> Seen:
    """Look at the newest file of a pattern; paths are those of the config's own folder, wherever this process runs."""
    pattern = source.path or ""
    home = folder or os.path.expanduser("~")
    found = []
    for name in glob.glob(os.path.join(glob.escape(home), os.path.expanduser(pattern))):
        try:
            about = os.stat(name)
        except OSError:
            continue
        found.append((about.st_mtime, about.st_size, name))
    if not found:
        return _nothing(pattern, home)
    mtime, size, name = max(found)
    dated = datetime.fromtimestamp(mtime, UTC)
    facts = {"age": Decimal(str((now - dated).total_seconds())), "size": size}
    return _held(source, facts, f"{Path(name).name}, {humanize.naturalsize(size)}", dated, now)


def _nothing(pattern: str, home: str) -> Seen:
    """Say why nothing matches: no such file is known to be missing; a folder that cannot be read tells nothing."""
    plain = takewhile(lambda part: not glob.has_magic(part), Path(os.path.expanduser(pattern)).parent.parts)
    place = Path(home, *plain)
    if place.is_dir() and not os.access(place, os.R_OK | os.X_OK):
        return Seen(None, text.line(f"{place} cannot be read by this account", 200))
    if not place.exists():
        return Seen(False, text.line(f"nothing matches {pattern}: {place} is not there", 200))
    return Seen(False, text.line(f"nothing matches {pattern}", 200))


# Answers ----------------------------------------------------------------------------------------


def judged(source: ReadinessConfig, facts: dict[str, Any], now: datetime) -> Seen:
    """Hold what was answered against what is wanted, with the date or the version that stands in it."""
    dated, trouble, version = None, "", ""
    try:
        if source.is_dated:
            dated = date_of(_raw(source, facts))
            facts["age"] = Decimal(str((now - dated).total_seconds()))
        elif source.pick is not None or source.command is not None:
            version = _first_line(_raw(source, facts))
            facts["version"] = version
    except Unfit as error:
        trouble = str(error)
    seen = _held(source, facts, _detail(source, facts, version), dated, now)
    if trouble and (seen.ok is not False):
        return Seen(None, trouble)
    return seen


def _raw(source: ReadinessConfig, facts: Mapping[str, Any]) -> object:
    """Return what stands where the date or the version is looked for; Unfit says that nothing does."""
    if source.url is not None and source.pick is None:
        header = source.header or "Last-Modified"
        if (found := facts.get("headers", {}).get(header.lower())) is None:
            raise Unfit(f"the answer has no header {header}")
        return found
    body = facts["output" if source.command is not None else "body"]
    if source.pick is None:
        return body.text if isinstance(body, Body) else body
    if (value := picked(source.pick, body)) is None:
        raise Unfit(f"there is no {source.pick} in the answer")
    return value


def _first_line(value: object) -> str:
    return text.line(next((row for row in str(value).splitlines() if row.strip()), "").strip(), 60)


def date_of(value: object) -> datetime:
    """Read a date as programs write it: ISO 8601 with its zone, an HTTP date, seconds since 1970; else Unfit."""
    said = _first_line(value)
    amount = number(said)
    if amount is not None and amount >= Decimal(10) ** 8:
        try:
            return datetime.fromtimestamp(float(amount / 1000 if amount >= _FAR_MS else amount), UTC)
        except (ValueError, OverflowError, OSError):
            raise Unfit(f"“{said}” is no date") from None
    found = _iso(said) or _http_date(said)
    if found is None:
        raise Unfit(f"“{said}” is no date; write one such as 2026-11-25T04:00:00Z" if said else "the answer is empty")
    if found.tzinfo is None:
        raise Unfit(f"“{said}” names no time zone; write Z or an offset behind it")
    return found.astimezone(UTC)


def _iso(said: str) -> datetime | None:
    plain = re.sub(r"(\.\d{6})\d+", r"\1", re.sub(r"\s+(?=[+-]\d\d:?\d\d$|Z$|UTC$)", "", said)).replace("UTC", "Z")
    try:
        return datetime.fromisoformat(plain)
    except ValueError:
        return None


def _http_date(said: str) -> datetime | None:
    try:
        return parsedate_to_datetime(said)
    except (ValueError, TypeError):
        return None


def _detail(source: ReadinessConfig, facts: Mapping[str, Any], version: str) -> str:
    if source.dns is not None:
        ttl = facts.get("ttl")
        return f"TTL {ttl} s" if isinstance(ttl, int) else "no such record"
    if version:
        return f"{version} answers" if source.url is not None else version
    if source.url is not None:
        return f"status {facts.get('status')}"
    return f"exit {facts.get('exit')}"


def _held(
    source: ReadinessConfig, facts: Mapping[str, Any], detail: str, dated: datetime | None, now: datetime
) -> Seen:
    """Hold facts against what is wanted; until then it holds, as far as a date decides it."""
    if dated is not None and dated - now > AHEAD:
        return Seen(None, f"{detail}; its date lies {words.span((dated - now).total_seconds())} ahead")
    if dated is not None and "age" in facts and facts["age"] < 0:
        facts = {**facts, "age": Decimal(0)}
    found = expectation.evaluate(expectation.parse(source.wants), facts)
    if found.answer is not Answer.PASS:
        amiss = found.decisive[0]
        wanted = f"wanted {amiss.condition.text}"
        saw = "" if amiss.condition.reading in ("age", "ttl") else amiss.saw
        said = f"{detail}; {wanted}" + (f", saw {saw}" if saw else "")
        return Seen(False if found.answer is Answer.FAIL else None, text.line(said, 200), dated)
    return Seen(True, text.line(detail, 200), dated, None if dated is None else _until(source, dated))


def _until(source: ReadinessConfig, dated: datetime) -> datetime | None:
    """Return when the evidence will be too old, where its age is what is asked for."""
    ends = []
    for one in source.wants:
        read = condition.parse(one)
        most = condition.number(read.right.value) if read.reading == "age" and read.op in ("<", "<=") else None
        if most is not None:
            ends.append(dated + timedelta(seconds=float(most)))
    return min(ends, default=None)
