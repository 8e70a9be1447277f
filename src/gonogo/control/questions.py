"""From a probe in the config to the question that is asked, its secrets resolved and its conditions read."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from gonogo.formats.config import SecretMissing, resolve
from gonogo.probes.asking import EXCERPT, Question, ask
from gonogo.probes.command import CommandQuestion
from gonogo.probes.dns import DnsQuestion
from gonogo.probes.heartbeat import HeartbeatQuestion
from gonogo.probes.http import HttpQuestion
from gonogo.probes.promql import PromqlQuestion
from gonogo.probes.schedule import Tick
from gonogo.probes.tcp import TcpQuestion
from gonogo.probes.tls import TlsQuestion
from gonogo.rules import condition, text
from gonogo.rules.clock import Clock, Instant, elapsed
from gonogo.rules.config import Config
from gonogo.rules.probe import Check, Failure, Outcome
from gonogo.rules.probe_config import (
    CommandProbe,
    DnsProbe,
    HeartbeatProbe,
    HttpProbe,
    ProbeBase,
    ProbeConfig,
    PromqlProbe,
    TcpProbe,
    TlsProbe,
    split_place,
)

DNS_PORT = 53


class Questions:
    """The questions of a config in a phase; each is made once, unless a secret or a heartbeat is in it."""

    def __init__(self, config: Config, phase: str | None, beats: Callable[[str], Instant | None], clock: Clock) -> None:
        self._config, self.phase, self._beats, self._clock = config, phase, beats, clock
        self.probes: Mapping[str, ProbeConfig] = {one.name: config.at(one, phase) for one in config.probe}
        self._made: dict[str, Question] = {}

    async def check(self, name: str, tick: Tick) -> Check:
        """Ask one probe once; what cannot even be asked is unknown, with the reason."""
        probe = self.probes[name]
        try:
            question = self._made.get(name) or self._make(probe)
        except SecretMissing as error:
            return self._unasked(name, tick, str(error))
        except Exception as error:  # noqa: BLE001 - whatever a secret does to it, the turn must be accounted for
            return self._unasked(name, tick, f"it cannot be asked as it is written: {type(error).__name__}")
        reply = await ask(question)
        return Check(
            name, self._clock.now(), reply.outcome, reply.latency_s, reply.failure, reply.detail, tick.late_s,
            tick.missed, reply.facts, reply.phases,
        )  # fmt: skip

    def _unasked(self, name: str, tick: Tick, why: str) -> Check:
        words = text.line(why, EXCERPT)
        now = self._clock.now()
        return Check(name, now, Outcome.UNKNOWN, None, Failure.INTERNAL, words, tick.late_s, tick.missed)

    def _make(self, probe: ProbeConfig) -> Question:
        question = self._question(probe)
        if not isinstance(probe, HeartbeatProbe) and not any("${" in words for words in probe.references()):
            self._made[probe.name] = question
        return question

    def _question(self, probe: ProbeConfig) -> Question:
        deadline_s, expect = probe.timeout, _conditions(probe)
        match probe:
            case HttpProbe():
                return _http(probe, self._config.target(probe), expect)
            case TcpProbe(tcp=place, send=send):
                host, port = split_place(place)
                say = None if send is None else resolve(send).encode()
                hears = any(one.reading == "reply" for one in expect)
                return TcpQuestion(host, port, say, hears, deadline_s, expect)
            case TlsProbe(tls=place):
                return TlsQuestion(*split_place(place), probe.server_name, probe.ca, deadline_s, expect)
            case DnsProbe(resolver=resolver):
                at = None if resolver is None else _resolver(resolver)
                return DnsQuestion(probe.dns, probe.record, at, deadline_s, expect)
            case CommandProbe():
                return CommandQuestion(probe.command, os.path.expanduser(probe.folder or "~"), {}, deadline_s, expect)
            case HeartbeatProbe():
                beat = self._beats(probe.name)
                age_s = None if beat is None else max(0.0, elapsed(beat, self._clock.now()).seconds)
                file = os.path.expanduser(probe.file) if probe.file else None
                return HeartbeatQuestion(probe.name, age_s, file, deadline_s, expect)
            case PromqlProbe():
                headers = _headers(probe.headers, probe.bearer)
                return PromqlQuestion(probe.server, probe.promql, headers, probe.ca, deadline_s, expect)


def _conditions(probe: ProbeBase) -> tuple[condition.Condition, ...]:
    return tuple(condition.parse(one) for one in probe.wants())


def _http(probe: HttpProbe, url: str, expect: tuple[condition.Condition, ...]) -> HttpQuestion:
    user, _, password = resolve(probe.basic_auth).partition(":") if probe.basic_auth else ("", "", "")
    return HttpQuestion(
        url, probe.method, _headers(probe.headers, probe.bearer), resolve(probe.body).encode() if probe.body else None,
        (user, password) if probe.basic_auth else None, probe.timeout, probe.body_limit, probe.redirects, probe.ca,
        probe.insecure, expect,
    )  # fmt: skip


def _headers(headers: Mapping[str, str], bearer: str | None) -> dict[str, str]:
    found = {name: resolve(value) for name, value in headers.items()}
    return found if bearer is None else found | {"Authorization": f"Bearer {resolve(bearer)}"}


def _resolver(words: str) -> tuple[str, int]:
    try:
        return split_place(words)
    except ValueError:
        return words, DNS_PORT
