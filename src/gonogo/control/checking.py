"""One check of one probe: its secrets, its question, its answer."""

from __future__ import annotations

from gonogo.formats.config import SecretMissing, resolve
from gonogo.probes import http
from gonogo.probes.asking import ask
from gonogo.probes.schedule import Tick
from gonogo.rules import condition
from gonogo.rules.clock import Clock
from gonogo.rules.config import Config, ProbeConfig
from gonogo.rules.probe import Check, Failure, Outcome


async def check_probe(config: Config, probe: ProbeConfig, phase: str | None, clock: Clock, tick: Tick) -> Check:
    """Ask one probe once; what cannot even be asked is unknown, with the reason."""
    wanted = probe.at(phase)
    try:
        headers = {name: resolve(value) for name, value in wanted.headers.items()}
    except SecretMissing as error:
        return Check(probe.name, clock.now(), Outcome.UNKNOWN, None, Failure.INTERNAL, str(error), tick.late_s)
    question = http.HttpQuestion(
        config.target(wanted), wanted.method, headers, deadline_s=wanted.timeout, body_limit=wanted.body_limit,
        redirects=wanted.redirects, expect=tuple(condition.parse(one) for one in wanted.expect),
    )  # fmt: skip
    reply = await ask(question)
    return Check(
        probe.name, clock.now(), reply.outcome, reply.latency_s, reply.failure, reply.detail, tick.late_s,
        tick.missed, reply.facts, reply.phases,
    )  # fmt: skip
