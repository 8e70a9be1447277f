"""Names to addresses: the system's resolver on threads of our own, one lookup per host in flight.

A lookup that hangs cannot be ended, so it holds its thread until the system gives up. The threads
are bounded and nobody else uses them, and whoever asks for the same host meanwhile joins the lookup.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass
from functools import lru_cache

from gonogo.probes.asking import Failed
from gonogo.rules.probe import Failure

MOST_THREADS = 64
_UNKNOWN_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


@dataclass(frozen=True, slots=True)
class Address:
    """Where to connect: what a socket needs, and the address as text."""

    family: int
    to: tuple[str | int, ...]

    @property
    def ip(self) -> str:
        """The address alone."""
        return str(self.to[0])


class _Lookups:
    """A pool of daemon threads that grows as lookups hang, up to a bound."""

    def __init__(self, most: int = MOST_THREADS) -> None:
        self._most = most
        self._waiting: deque[tuple[str, Future[list[Address]]]] = deque()
        self._flying: dict[str, Future[list[Address]]] = {}
        self._some = threading.Condition()
        self._threads = self._idle = 0

    def find(self, host: str) -> Future[list[Address]]:
        """Look a host up, or join the lookup that is under way."""
        with self._some:
            if (flying := self._flying.get(host)) is not None:
                return flying
            found = self._flying[host] = Future()
            self._waiting.append((host, found))
            if len(self._waiting) > self._idle and self._threads < self._most:
                self._threads += 1
                threading.Thread(target=self._work, name="lookup", daemon=True).start()
            self._some.notify()
        return found

    def _work(self) -> None:
        while True:
            with self._some:
                self._idle += 1
                while not self._waiting:
                    self._some.wait()
                self._idle -= 1
                host, found = self._waiting.popleft()
            try:
                answer, error = _ask_system(host), None
            except (OSError, UnicodeError) as trouble:
                answer, error = [], trouble
            with self._some:
                del self._flying[host]
            if error is None:
                found.set_result(answer)
            else:
                found.set_exception(error)


_lookups = _Lookups()


def _ask_system(host: str) -> list[Address]:
    found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)
    known = (socket.AF_INET, socket.AF_INET6)
    return list(
        dict.fromkeys(Address(family, tuple(map(_part, to))) for family, _, _, _, to in found if family in known)
    )


def _part(value: object) -> str | int:
    return value if isinstance(value, int) else str(value)


async def addresses(host: str, port: int) -> list[Address]:
    """Return where a host can be reached, IPv6 and IPv4 in turns; Failed when its name leads nowhere."""
    if (literal := _literal(host, port)) is not None:
        return [literal]
    try:
        # Shielded: a check that gives up must not take the lookup from those who joined it.
        found = await asyncio.shield(asyncio.wrap_future(_lookups.find(host)))
    except socket.gaierror as error:
        if error.errno in _UNKNOWN_NAME:
            raise Failed(Failure.DNS_NXDOMAIN, "the name does not resolve") from error
        raise Failed(Failure.DNS_TIMEOUT, "the name server does not answer") from error
    except (OSError, UnicodeError) as error:
        raise Failed(Failure.DNS_NXDOMAIN, "this is no name that can be looked up") from error
    return [Address(one.family, (one.to[0], port, *one.to[2:])) for one in _in_turns(found)]


@lru_cache(maxsize=4096)
def _literal(host: str, port: int) -> Address | None:
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return None
    if ip.version == 6:
        return Address(socket.AF_INET6, (str(ip), port, 0, 0))
    return Address(socket.AF_INET, (str(ip), port))


def _in_turns(found: list[Address]) -> list[Address]:
    """Alternate the families, beginning with the one that the system prefers."""
    first = found[0].family if found else socket.AF_INET
    mine = deque(one for one in found if one.family == first)
    others = deque(one for one in found if one.family != first)
    turns: list[Address] = []
    while mine or others:
        turns += [row.popleft() for row in (mine, others) if row]
    return turns
