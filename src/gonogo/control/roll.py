"""Taking over a config: a row for each probe that it names, kept through renames, pauses and phases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from gonogo.control.observer import Observer
from gonogo.formats.config import parse_config
from gonogo.formats.errors import FileError
from gonogo.rules import text, words
from gonogo.rules.clock import Instant
from gonogo.rules.config import Config
from gonogo.rules.config_difference import differences, insecure
from gonogo.rules.pause import Pause
from gonogo.rules.probe import Probe
from gonogo.rules.probe_config import ProbeConfig
from gonogo.store import rows, series
from gonogo.store.store import Store

LONGEST = 400


def difference(before: str | None, config: Config) -> str:
    """Say how a config differs from the text of the one before it."""
    try:
        old = parse_config(before, "the last accepted config") if before else None
    except FileError:  # accepted by another version
        old = None
    counts = [words.count(len(config.probe), "probe")]
    counts += [words.count(len(config.metric), "metric")] if config.metric else []
    said = differences(old, config) if old else [", ".join(counts), *insecure(config)]
    return text.line(f"took over gonogo.toml: {'; '.join(said) or 'only its wording'}", LONGEST)


class Roll:
    """The probes of a config in a phase, held against the rows that are there."""

    def __init__(self, store: Store, config: Config, phase: str | None, now: Instant, fresh: Callable[[], str]) -> None:
        self._db, self._config, self._phase, self._now, self._fresh = store.db, config, phase, now, fresh
        self._known = {probe.name: probe for probe in rows.read_all(store.db, Probe)}

    def call(self, observer: Observer, pauses: Mapping[str, Pause]) -> None:
        """Write a row for each probe and let it be observed; those that are gone keep their history."""
        known = self._known
        for wanted in self._config.probe:
            probe = self._row(wanted, pauses.get(wanted.name))
            rows.put(self._db, "probe", rows.encode(probe))
            self._keep(observer, probe, wanted)
            if wanted.was and wanted.was != wanted.name and known.get(wanted.was, probe).id == probe.id:
                known.pop(wanted.was, None)
                observer.forget([wanted.was])
            known[probe.name] = probe
        gone = set(known) - {probe.name for probe in self._config.probe}
        for name in gone:
            away = known[name].model_copy(update={"gone": True, "counts": False, "health": "paused"})
            rows.put(self._db, "probe", rows.encode(away))
        observer.forget(gone)

    def _row(self, wanted: ProbeConfig, pause: Pause | None) -> Probe:
        changed = self._config.at(wanted, self._phase)
        facts = {
            "name": wanted.name, "kind": wanted.kind, "target": self._config.target(wanted),
            "environment": wanted.environment, "every_s": changed.every, "down_after": str(changed.down_after),
            "critical": changed.critical, "counts": wanted.during_phase(self._phase) and pause is None, "gone": False,
            "insecure": getattr(wanted, "insecure", False),
        }  # fmt: skip
        old = self._known.get(wanted.name) or self._known.get(wanted.was or "")
        if old is None:
            number = max((probe.number for probe in self._known.values()), default=0) + 1
            health = "unknown" if facts["counts"] else "paused"
            begun = {"awaited_since": self._now, "health": health}
            return Probe.model_validate({"id": self._fresh(), "number": number, **begun, **facts})
        if not facts["counts"]:
            facts["health"] = "paused"
        elif old.health == "paused":
            facts["health"] = "unknown"
        same = (old.kind, old.target) == (facts["kind"], facts["target"])
        if old.awaited_since is None or not same or (facts["counts"] and not old.counts):
            facts["awaited_since"] = self._now
        return old.model_copy(update=facts)

    def _keep(self, observer: Observer, probe: Probe, wanted: ProbeConfig) -> None:
        fresh = probe.name not in observer.names()
        identity = series.identity(self._db, probe.number) if fresh else None
        observer.keep(
            probe, self._config.at(wanted, self._phase), self._times(probe), at=self._now, identity=identity
        )  # fmt: skip

    def _times(self, probe: Probe) -> list[Instant]:
        """Return the instants of a probe's recent marks; those of before this start count by the wall clock."""
        found = series.tail(self._db, probe.number, len(probe.recent))
        return [Instant(datetime.fromtimestamp(row.at_ms / 1000, UTC), "before", 0) for row in found]
