"""DNS checks: what a name server answers, asked with dnspython."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gonogo.probes.asking import Failed, Trace, Unmeasurable
from gonogo.rules import text
from gonogo.rules.expectation import NOTHING, Expectation
from gonogo.rules.probe import Failure

MOST_ANSWERS = 50


@dataclass(frozen=True, slots=True)
class DnsQuestion:
    """A name and a kind of record; `resolver` is the (address, port) to ask, else the system's."""

    name: str
    record: str = "A"
    resolver: tuple[str, int] | None = None
    deadline_s: float = 5.0
    expect: Expectation = NOTHING

    async def facts(self, trace: Trace) -> dict[str, Any]:
        """Ask the name server; no such name and no such record are answers too."""
        import dns.exception
        import dns.resolver

        trace.stage = "dns"
        resolver = self._resolver()
        try:
            answer = await resolver.resolve(self.name, self.record, lifetime=self.deadline_s, search=False)
        except dns.resolver.NXDOMAIN:
            return _facts(trace, "NXDOMAIN", self._asked(resolver))
        except dns.resolver.NoAnswer:
            return _facts(trace, "NOERROR", self._asked(resolver))
        except dns.resolver.NoNameservers as error:
            return _facts(trace, _refusal(error.kwargs.get("errors", ())), self._asked(resolver))
        except dns.exception.Timeout as error:
            raise Failed(Failure.DNS_TIMEOUT, "the name server did not answer") from error
        except dns.exception.DNSException as error:
            raise Unmeasurable(f"{self.name} cannot be asked for: {type(error).__name__}") from error
        found = sorted(text.line(_said(one), 200) for one in answer)[:MOST_ANSWERS]
        return _facts(trace, "NOERROR", str(answer.nameserver), found, answer.rrset.ttl if answer.rrset else None)

    def _resolver(self) -> Any:
        import dns.asyncresolver
        import dns.resolver

        from gonogo.probes.name_server import NameServer

        try:
            resolver = dns.asyncresolver.Resolver(configure=self.resolver is None)
        except (OSError, dns.resolver.NoResolverConfiguration) as error:
            raise Unmeasurable("this machine names no name server; write `resolver`") from error
        places = [self.resolver] if self.resolver else [(str(one), 53) for one in resolver.nameservers]
        resolver.nameservers = [NameServer(*one) for one in places]
        resolver.timeout = min(resolver.timeout, self.deadline_s)
        return resolver

    def _asked(self, resolver: Any) -> str:
        return next((one.address for one in resolver.nameservers), "")


def _said(record: Any) -> str:
    """Say a record; the texts of a TXT are one, however they were cut, and their quotes are not part of them."""
    if (strings := getattr(record, "strings", None)) is not None:
        return b"".join(strings).decode("utf-8", "replace")
    return str(record).rstrip(".")


def _refusal(errors: Any) -> str:
    """Return the code with which the last name server refused; raise what went wrong where none did."""
    import dns.exception
    import dns.rcode

    trouble: Exception | None = None
    for *_, why, answer in reversed(errors):
        if answer is not None and isinstance(why, str):
            return dns.rcode.to_text(answer.rcode())
        trouble = trouble or (why if isinstance(why, Exception) else None)
    if isinstance(trouble, OSError | EOFError):
        raise trouble
    if isinstance(trouble, dns.exception.DNSException):
        raise Failed(Failure.PROTOCOL, "the name server's answer is no DNS") from trouble
    raise Failed(Failure.DNS_TIMEOUT, "no name server can be asked") from trouble


def _facts(
    trace: Trace, rcode: str, asked: str, answers: list[str] | None = None, ttl: int | None = None
) -> dict[str, Any]:
    trace.leave()
    trace.ip = asked or None
    return {"rcode": rcode, "answers": answers or [], "ttl": ttl}
