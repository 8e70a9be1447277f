"""What a report tells beside the board: what was logged, decided, seen and broken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gonogo.rules.board import IncidentRow
from gonogo.rules.clock import Instant
from gonogo.rules.logged import Noted
from gonogo.rules.window import Window

DAYS = 28
"""How many days a chart goes back."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One line of the journal: who did what, and the name of the intent."""

    at: Instant
    actor: str
    intent: str
    said: str


@dataclass(frozen=True, slots=True)
class Counted:
    """The orders as a metric counts them: these seven days, the seven before, and on each day of the charts."""

    name: str
    """What they are called: orders, or clean orders."""
    source: str
    this: float
    last: float
    days: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What was read for a report; with `names`, customers and what they said are in it."""

    noted: tuple[Noted, ...] = ()
    """What was logged in the days of the charts, oldest first."""
    notes: tuple[Noted, ...] = ()
    """What somebody wrote down in those days, where names are asked for."""
    bugs: tuple[Noted, ...] = ()
    """Every bug that was logged."""
    decided: tuple[Decided, ...] = ()
    """What was decided, oldest first."""
    incidents: tuple[IncidentRow, ...] = ()
    """Every incident, the newest first."""
    days: tuple[date, ...] = ()
    """The days of the charts in the launch's time zone, today the last."""
    seen: Mapping[str, tuple[Window, ...]] = field(default_factory=dict)
    """What was seen of a probe on each of those days, by its name."""
    counted: Counted | None = None
    """The orders, where a metric counts them."""
    customers: tuple[str, ...] = ()
    """Every name by which a customer was logged, the first one first."""
    written: tuple[str, ...] = ()
    """What the team wrote, where customers are left out: reasons, notes, titles, items."""
    names: bool = False


@dataclass(frozen=True, slots=True)
class Times:
    """Instants as the report writes them, in the launch's time zone."""

    zone: ZoneInfo
    now: Instant

    def stamp(self, at: datetime) -> str:
        """Say an instant: `Fri 6 Nov 19:31`; of another year, with the year."""
        local = at.astimezone(self.zone)
        year = f" {local.year}" if local.year != self.now.utc.astimezone(self.zone).year else ""
        return f"{local:%a} {local.day} {local:%b}{year} {local:%H:%M}"

    def made(self) -> str:
        """Say when the report was made."""
        local = self.now.utc.astimezone(self.zone)
        return f"{local:%A} {local.day} {local:%B %Y, %H:%M} {local:%Z}"

    def midnight(self, day: date) -> datetime:
        """Return when a day begins there."""
        return datetime(day.year, day.month, day.day, tzinfo=self.zone)


def last_days(opens: datetime, now: datetime, timezone: str) -> tuple[date, ...]:
    """Return the days of the charts: since the launch began, so many at the most, today the last."""
    zone = ZoneInfo(timezone)
    today = now.astimezone(zone).date()
    count = min(DAYS, max(1, (today - opens.astimezone(zone).date()).days + 1))
    return tuple(today - timedelta(days=back) for back in reversed(range(count)))


def day_name(day: date) -> str:
    """Say a day: `6 Nov`."""
    return f"{day.day} {day:%b}"
