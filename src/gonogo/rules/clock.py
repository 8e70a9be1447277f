"""Instants that survive reboots and clock steps, and the protocol of the one clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment as the wall clock and the boot clock saw it.

    The boot clock counts microseconds since this boot, suspend included, and no
    clock step moves it; it compares only with instants of the same boot.
    """

    utc: datetime
    boot_id: str
    boot_us: int

    def __post_init__(self) -> None:
        if self.utc.tzinfo is not UTC:
            raise ValueError("an instant is aware UTC")

    def encode(self) -> str:
        """Return the stored form, which sorts by UTC: `2026-11-23T01:04:35.123456Z boot 12345`."""
        return f"{self.utc.isoformat(timespec='microseconds')[:-6]}Z {self.boot_id} {self.boot_us}"

    @classmethod
    def decode(cls, text: str) -> Instant:
        """Read the stored form; ValueError when it is not one."""
        stamp, boot_id, boot_us = text.split(" ")
        utc = datetime.fromisoformat(stamp)
        return cls(utc if utc.tzinfo is UTC else utc.astimezone(UTC), boot_id, int(boot_us))

    def after(self, seconds: float) -> Instant:
        """Return the instant so many seconds later on both clocks."""
        return Instant(self.utc + timedelta(seconds=seconds), self.boot_id, self.boot_us + int(seconds * 1e6))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else cls.decode(value),
            serialization=core_schema.plain_serializer_function_ser_schema(cls.encode),
        )


@dataclass(frozen=True, slots=True)
class Elapsed:
    """How long ago, and whether the boot clock says so (`exact`) or only the wall clock."""

    seconds: float
    exact: bool


def elapsed(since: Instant, now: Instant) -> Elapsed:
    """Measure on the boot clock while both instants are of one boot, else on the wall clock."""
    if since.boot_id == now.boot_id:
        return Elapsed((now.boot_us - since.boot_us) / 1e6, exact=True)
    return Elapsed((now.utc - since.utc).total_seconds(), exact=False)


class Clock(Protocol):
    """The only source of time; everything that needs the time is given one."""

    def now(self) -> Instant:
        """Return this moment."""
        ...
