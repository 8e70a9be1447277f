"""TLS checks: does the handshake do, and until when does the whole chain hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gonogo.probes import certificate
from gonogo.probes.asking import Trace
from gonogo.probes.connection import connect
from gonogo.rules.expectation import NOTHING, Expectation


@dataclass(frozen=True, slots=True)
class TlsQuestion:
    """A place to shake hands with; `server_name` where the certificate is for another name than the place."""

    host: str
    port: int
    server_name: str | None = None
    authority: str | None = None
    deadline_s: float = 5.0
    expect: Expectation = NOTHING

    async def facts(self, trace: Trace) -> dict[str, Any]:
        """Shake hands, and look."""
        trust = certificate.context(self.authority)
        line = await connect(self.host, self.port, trace, trust, name=self.server_name)
        try:
            await line.finish()
            version = line.tls.version() if line.tls else None
            return {"connected": True, "cert": certificate.read(line.tls), "protocol": version}
        finally:
            line.close()
