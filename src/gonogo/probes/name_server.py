"""A name server as a probe asks it; kept apart, so that dnspython is loaded where a name is probed."""

from __future__ import annotations

from typing import Any

import dns.asyncquery
import dns.message
import dns.nameserver


class NameServer(dns.nameserver.Do53Nameserver):
    """A name server whose answer counts as it is.

    The library passes over what is no answer, and waits for a better one until there is no time left:
    right for whoever needs the name, wrong for whoever wants to know how the server is.
    """

    async def async_query(
        self, request: dns.message.QueryMessage, timeout: float,  # noqa: ASYNC109 - the library's own
        source: str | None, source_port: int,
        max_size: bool, backend: Any, one_rr_per_rrset: bool = False,
        ignore_trailing: bool = False,
    ) -> dns.message.Message:  # fmt: skip
        """Ask over UDP, or over TCP when the answer did not fit."""
        if max_size:
            return await dns.asyncquery.tcp(request, self.address, timeout=timeout, port=self.port, backend=backend)
        return await dns.asyncquery.udp(
            request, self.address, timeout=timeout, port=self.port, backend=backend,
            raise_on_truncation=True, ignore_unexpected=True,
        )  # fmt: skip
