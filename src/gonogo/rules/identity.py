"""Who answers: the address, its certificate, its build; and what of it is not as it was."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from gonogo.rules import text
from gonogo.rules.probe import Check

ADDRESSES = 8
"""An address is new when it is none of so many that answered last: a name with a pool behind it takes turns."""
_SAME_S = 3600
"""An expiry is computed from the days that are left, so it wanders a little."""


@dataclass(slots=True)
class Identity:
    """What answered before: addresses, oldest first, the certificate's end and serial, the build."""

    addresses: deque[str] = field(default_factory=lambda: deque(maxlen=ADDRESSES))
    expires_s: int | None = None
    serial: str = ""
    build: str = ""

    @classmethod
    def of(cls, addresses: Iterable[str], expires_s: int | None) -> Identity:
        """Take up what was stored of the last checks."""
        return cls(deque(addresses, maxlen=ADDRESSES), expires_s)

    def note(self, check: Check) -> str:
        """Take a check in; return in a few words what changed, or nothing."""
        facts = check.facts
        found = [self._address(facts.get("ip"))] if facts.get("ip") else []
        if isinstance(cert := facts.get("cert"), dict):
            found.append(self._certificate(cert, expiry_s(check)))
        if (build := facts.get("build")) is not None:
            found.append(self._build(text.line(str(build), 60)))
        return "; ".join(filter(None, found))

    def _address(self, ip: Any) -> str:
        address = str(ip)
        if self.addresses and self.addresses[-1] == address:
            return ""
        known, first = address in self.addresses, not self.addresses
        if known:
            self.addresses.remove(address)
        self.addresses.append(address)
        return "" if known or first else f"address {address} is new"

    def _certificate(self, cert: dict[str, Any], expires_s: int | None) -> str:
        serial = str(cert.get("serial") or "")
        before, was = self.expires_s, self.serial
        if expires_s is not None:
            self.expires_s = expires_s
        self.serial = serial or was
        moved = before is not None and expires_s is not None and abs(expires_s - before) > _SAME_S
        if not moved and not (serial and was and serial != was):
            return ""
        until = f", until {datetime.fromtimestamp(expires_s, UTC):%Y-%m-%d}" if expires_s is not None else ""
        return f"another certificate{until}"

    def _build(self, build: str) -> str:
        was, self.build = self.build, build
        return f"build {build}, was {was}" if was and was != build else ""


def expiry_s(check: Check) -> int | None:
    """Return when the first certificate of the chain ends, in seconds UTC."""
    cert = check.facts.get("cert")
    days = cert.get("days") if isinstance(cert, dict) else None
    return None if days is None else round(check.at.utc.timestamp() + float(days) * 86_400)
