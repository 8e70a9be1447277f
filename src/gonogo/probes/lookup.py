"""Names to addresses: the system's resolver on threads of our own, one lookup per host in flight."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
from collections import deque
from dataclasses import dataclass
from functools import lru_cache

from gonogo.probes.asking import OURS, Failed
from gonogo.probes.blocking import Workers
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


_lookups: Workers[list[Address]] = Workers("lookup", MOST_THREADS)


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
        found = await _lookups.do(host, lambda: _ask_system(host))
    except socket.gaierror as error:
        _blame_ourselves(error)
        if error.errno in _UNKNOWN_NAME:
            raise Failed(Failure.DNS_NXDOMAIN, "the name does not resolve") from error
        raise Failed(Failure.DNS_TIMEOUT, "the name server does not answer") from error
    except (UnicodeError, ValueError) as error:
        raise Failed(Failure.DNS_NXDOMAIN, "this is no name that can be looked up") from error
    return [Address(one.family, (one.to[0], port, *one.to[2:])) for one in _in_turns(found)]


def _blame_ourselves(error: OSError) -> None:
    """Raise the error of this machine that is behind a lookup's, which calls any trouble one of the name."""
    if error.errno == socket.EAI_MEMORY:
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM)) from error
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as ours:
        if ours.errno in OURS:
            raise ours from error


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
