"""From a probe in the config to the question that is asked, its secrets resolved and its conditions read."""

from __future__ import annotations

import asyncio
import base64
import importlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from gonogo.formats.config import SHORTEST_SECRET, SecretMissing, forms, resolve, secrets_in
from gonogo.probes import certificate
from gonogo.probes.asking import DETAIL, Question, Unmeasurable, ask
from gonogo.probes.command import CommandQuestion
from gonogo.probes.dns import DnsQuestion
from gonogo.probes.heartbeat import HeartbeatQuestion
from gonogo.probes.http import HttpQuestion, warm
from gonogo.probes.promql import PromqlQuestion
from gonogo.probes.schedule import Tick
from gonogo.probes.tcp import TcpQuestion
from gonogo.probes.tls import TlsQuestion
from gonogo.rules import expectation, text
from gonogo.rules.clock import Clock, Instant, elapsed
from gonogo.rules.config import Config
from gonogo.rules.config_values import split_place
from gonogo.rules.expectation import Expectation
from gonogo.rules.probe import Check, Failure, Outcome
from gonogo.rules.probe_config import (
    CommandProbe,
    DnsProbe,
    HeartbeatProbe,
    HttpProbe,
    ProbeConfig,
    PromqlProbe,
    TcpProbe,
    TlsProbe,
)

DNS_PORT = 53
_WITH_CA = (HttpProbe, TlsProbe, PromqlProbe)


class Questions:
    """The questions of a config in a phase; each is made once, unless a secret or a heartbeat is in it."""

    def __init__(
        self, config: Config, phase: str | None, beats: Callable[[str], Instant | None], clock: Clock,
        folder: str | None = None, awaited: Callable[[str], Instant | None] = lambda name: None,
    ) -> None:  # fmt: skip
        """Make questions of a config; paths in it are those of its own `folder`, wherever this process runs.

        `beats` tells when a heartbeat came last, `awaited` since when one is waited for.
        """
        home = folder or os.path.expanduser("~")
        self._config, self.phase, self._clock = config, phase, clock
        self._beats, self._awaited = beats, awaited
        self.probes: Mapping[str, ProbeConfig] = {
            one.name: _placed(config.at(one, phase), home) for one in config.probe
        }
        self._made: dict[str, Question] = {}
        self._secrets: set[str] = set()
        self._files: dict[str, tuple[Instant, float]] = {}
        """How old a heartbeat's file was at an instant: it may be gone since."""

    async def prepare(self) -> None:
        """Load what these probes need once, aside: while this loop loads code or certificates, no answer is heard."""
        await warm()
        if any(isinstance(one, DnsProbe) for one in self.probes.values()):
            await asyncio.to_thread(importlib.import_module, "dns.asyncresolver")
        wanted = {
            (one.ca, getattr(one, "insecure", False)) for one in self.probes.values() if isinstance(one, _WITH_CA)
        }
        for authority, insecure in wanted:
            with suppress(Unmeasurable):  # each probe that needs it says so
                await asyncio.to_thread(certificate.context, authority, insecure=insecure)

    async def check(self, name: str, tick: Tick) -> Check:
        """Ask one probe once; what cannot even be asked is unknown, with the reason."""
        probe, began = self.probes[name], self._clock.now()
        try:
            question = self._made.get(name) or self._make(probe)
        except SecretMissing as error:
            return self._unasked(name, tick, str(error))
        except Exception as error:  # noqa: BLE001 - whatever a secret does to it, the turn must be accounted for
            return self._unasked(name, tick, f"it cannot be asked as it is written: {type(error).__name__}")
        reply = await ask(question)
        if isinstance(probe, HeartbeatProbe) and probe.file and "age" in reply.facts:
            self._files[name] = began, float(reply.facts["age"])
        return Check(
            name, began, reply.outcome, reply.latency_s, reply.failure, self.hide(reply.detail), tick.late_s,
            tick.missed, reply.facts, reply.phases, excerpt=self.hide(reply.excerpt),
        )  # fmt: skip

    def hide(self, words: str) -> str:
        """Return what a site said without our secrets in it; some sites say back what they were told."""
        for secret in self._secrets:
            words = words.replace(secret, "•••")
            for kept in range(len(secret) - 1, SHORTEST_SECRET - 1, -1) if "…" in words else ():
                words = words.replace(secret[:kept] + "…", "•••…")  # what was cut in the middle of it
        return words

    def _unasked(self, name: str, tick: Tick, why: str) -> Check:
        words = text.line(why, DETAIL)
        now = self._clock.now()
        return Check(name, now, Outcome.UNKNOWN, None, Failure.INTERNAL, words, tick.late_s, tick.missed)

    def _make(self, probe: ProbeConfig) -> Question:
        question = self._question(probe)
        secrets = [secret for words in probe.references() for secret in secrets_in(words)]
        proofs = list(_proofs(probe))
        self._secrets.update(form for secret in (*secrets, *proofs) for form in forms(secret))
        if not secrets and not isinstance(probe, HeartbeatProbe):
            self._made[probe.name] = question
        return question

    def _ago(self, at: Instant | None) -> float | None:
        return None if at is None else max(0.0, elapsed(at, self._clock.now()).seconds)

    def _awaited_s(self, name: str) -> float | None:
        """Say for how long a sign of life has been waited for: since the last one, or since it was first wanted."""
        awaited_s, seen = self._ago(self._awaited(name)), self._files.get(name)
        if awaited_s is None or seen is None:
            return awaited_s
        return min(awaited_s, seen[1] + (self._ago(seen[0]) or 0.0))

    def _question(self, probe: ProbeConfig) -> Question:
        deadline_s, expect = probe.timeout, expectation.parse(probe.wants())
        match probe:
            case HttpProbe():
                return _http(probe, self._config.target(probe), expect)
            case TcpProbe(tcp=place, send=send):
                host, port = split_place(place)
                say = None if send is None else resolve(send).encode()
                hears = any(one.reading == "reply" for one in expect.conditions)
                return TcpQuestion(host, port, say, hears, deadline_s, expect)
            case TlsProbe(tls=place):
                return TlsQuestion(*split_place(place), probe.server_name, probe.ca, deadline_s, expect)
            case DnsProbe(resolver=resolver):
                at = None if resolver is None else _resolver(resolver)
                return DnsQuestion(probe.dns, probe.record, at, deadline_s, expect)
            case CommandProbe():
                variables = {name: resolve(words) for name, words in probe.env.items()}
                return CommandQuestion(
                    probe.command, os.path.expanduser(probe.folder or "~"), variables, deadline_s, expect
                )
            case HeartbeatProbe():
                age_s = self._ago(self._beats(probe.name))
                file = os.path.expanduser(probe.file) if probe.file else None
                return HeartbeatQuestion(
                    probe.name, age_s, file, deadline_s, expect, self._awaited_s(probe.name), probe.borne
                )
            case PromqlProbe():
                headers = _headers(probe.headers, probe.bearer)
                return PromqlQuestion(probe.server, probe.promql, headers, probe.ca, deadline_s, expect)


def _placed(probe: ProbeConfig, folder: str) -> ProbeConfig:
    """Return a probe whose paths lead from a folder."""
    paths = {name: getattr(probe, name, None) for name in ("ca", "file", "folder")}
    return probe.model_copy(
        update={name: os.path.join(folder, os.path.expanduser(path)) for name, path in paths.items() if path}
    )


def _proofs(probe: ProbeConfig) -> Iterator[str]:
    """Yield what proves who asks, as it goes over the line; somebody may have written it out."""
    for proof in (getattr(probe, "bearer", None), getattr(probe, "basic_auth", None)):
        if proof and len(said := resolve(proof)) >= SHORTEST_SECRET:
            yield said
    if isinstance(probe, HttpProbe) and probe.basic_auth:
        whole = resolve(probe.basic_auth)
        yield base64.b64encode(whole.encode()).decode()
        if len(password := whole.partition(":")[2]) >= SHORTEST_SECRET:
            yield password


def _http(probe: HttpProbe, url: str, expect: Expectation) -> HttpQuestion:
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
