"""The system clock, and fresh ids."""

from __future__ import annotations

import os
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

from gonogo.rules.clock import Clock, Instant

_BOOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()[:13]
    except OSError:
        # Without a boot id, two processes must not compare boot clocks of different boots:
        # the boot's own wall time, to the minute, tells boots apart.
        return f"{int((time.time() - time.clock_gettime(_BOOT)) / 60)}"


class SystemClock:
    """This machine's clocks."""

    def __init__(self) -> None:
        self._boot_id = _boot_id()

    def now(self) -> Instant:
        """Return this moment."""
        return Instant(datetime.now(UTC), self._boot_id, time.clock_gettime_ns(_BOOT) // 1000)


class Ids:
    """UUIDv7s of a clock: they sort by time, and never repeat within a process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def fresh(self) -> str:
        """Return a new id; its 12 bits after the milliseconds count on within one."""
        stamp = int(self._clock.now().utc.timestamp() * 1000) << 12
        self._last = max(self._last + 1, stamp)
        stamp_ms, counter = self._last >> 12, self._last & 0xFFF
        rand = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
        return str(uuid.UUID(int=stamp_ms << 80 | 0x7 << 76 | counter << 64 | 0b10 << 62 | rand))
