"""Samples on disk: what is kept, what comes twice, and what becomes of old hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.conftest import START

from gonogo.rules.measured import Sample, Series
from gonogo.store import samples
from gonogo.store.samples import MetricRow
from gonogo.store.store import Store

HOUR, DAY = 3_600_000, 86_400_000
BEGIN = int(START.timestamp() * 1000)
ROW = MetricRow(1, "orders.successful", "counter", "shop.example/stats.json", 60.0, adds=True, question="q")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store that knows one metric."""
    made = Store(tmp_path / "state.db", create=True)
    with made.writing() as db:
        samples.keep(db, [ROW])
    yield made
    made.close()


def put(store: Store, *found: Sample, name: str = ROW.name) -> int:
    """Append samples."""
    with store.writing() as db:
        return samples.append(db, [(name, one) for one in found])


def everything(store: Store) -> list[Sample]:
    """Read all samples."""
    return samples.read_after(store.db)[1].get(1, [])


def prune(store: Store, days: float, kept: tuple[tuple[int, int], ...] = ()) -> bool:
    """Prune as of so many days after the start."""
    with store.writing() as db:
        return samples.prune(db, int((START + timedelta(days=days)).timestamp()), kept)


def test_what_is_written_is_read_back(store: Store) -> None:
    assert samples.metrics(store.db) == [ROW]
    found = [
        Sample(BEGIN, 12.0),
        Sample(BEGIN + 1, 4.5, 8),
        Sample(BEGIN + 2, error="refused"),
        Sample(BEGIN + 3, None, 0),
    ]
    assert put(store, *found) == 4
    assert everything(store) == found


def test_a_sample_counts_once_and_one_of_no_metric_not_at_all(store: Store) -> None:
    assert put(store, Sample(BEGIN, 12.0)) == 1
    assert put(store, Sample(BEGIN, 13.0), Sample(BEGIN, 12.0)) == 0
    assert put(store, Sample(BEGIN, 1.0), name="renamed.away") == 0
    assert everything(store) == [Sample(BEGIN, 12.0)]


def test_only_what_is_new_is_read_again(store: Store) -> None:
    put(store, Sample(BEGIN + HOUR, 12.0))
    seq, _ = samples.read_after(store.db)
    assert samples.read_after(store.db, seq) == (seq, {})
    put(store, Sample(BEGIN, 3.0))  # late
    assert samples.read_after(store.db, seq) == (seq + 1, {1: [Sample(BEGIN, 3.0)]})


def test_a_cold_board_reads_from_the_tape_what_lies_in_the_table(store: Store) -> None:
    """Also what came late or twice, what says nothing, and what is left when an old hour was folded."""
    late = [Sample(BEGIN + HOUR + 5, None, 0), Sample(BEGIN + HOUR + 2, 4.5, 8), Sample(BEGIN + HOUR + 5, 1.0)]
    put(store, Sample(BEGIN, 3.0), Sample(BEGIN + 1, 4.0), *late, Sample(BEGIN + HOUR + 9, error="refused"))
    with store.writing() as db:
        samples.begin_anew(db, 1, BEGIN + HOUR)
    for days in (1.0, 7.05):
        prune(store, days)
        last, odd, plain = samples.read_all(store.db)
        one = Series("gauge", 60.0, odd[1])
        one.load(plain[1])
        whole = Series("gauge", 60.0, everything(store))
        assert [one.sample(place) for place in range(len(one))] == [whole.sample(place) for place in range(len(whole))]
        assert last == samples.read_after(store.db)[0]
        assert len(plain[1].at_ms) == (4 if days == 1.0 else 2)
    prune(store, samples.HOURLY_DAYS + 2, ((0, BEGIN),))
    assert samples.read_all(store.db)[2] == {}


def test_old_hours_are_folded_and_no_rise_or_reset_is_lost(store: Store) -> None:
    values = [10, 20, 5, 8, 9, 2, 4]  # rises 10, 5, 3, 1, 2, 2, and falls twice
    found = [Sample(BEGIN + n * HOUR // 3, float(value)) for n, value in enumerate(values)]
    put(store, *found, Sample(BEGIN + 1, error="refused"))
    before = Series("counter", 1200.0, found).over(START, START + timedelta(hours=3))
    assert not prune(store, 7)
    assert len(everything(store)) == 8  # a week is kept as it is
    assert not prune(store, 7.2)
    kept = everything(store)
    assert [one.at_ms for one in kept] == [found[2].at_ms, found[5].at_ms, found[6].at_ms]
    after = Series("counter", 1200.0, kept).over(START, START + timedelta(hours=3))
    assert (after.moved, before.moved) == (8, 23)  # the first hour's rises lie before the first sample that is left
    assert (kept[0].moved, kept[0].resets, kept[1].resets) == (15, 1, 1)
    assert not prune(store, 7.2)
    assert everything(store) == kept


def test_the_hour_in_which_a_phase_began_stays_as_it_is(store: Store) -> None:
    found = [Sample(BEGIN + n * HOUR // 3, float(n)) for n in range(6)]
    put(store, *found)
    second = BEGIN // 1000
    assert not prune(store, 8, ((second, second + 3600),))
    assert [one.at_ms for one in everything(store)] == [one.at_ms for one in (*found[:3], found[5])]


def test_what_is_asked_anew_stays_a_border_when_it_is_old(store: Store) -> None:
    put(store, Sample(BEGIN, 3.0), Sample(BEGIN + HOUR, 500.0), Sample(BEGIN + HOUR + 9, 501.0))
    with store.writing() as db:
        samples.begin_anew(db, 1, BEGIN + HOUR // 2)
    prune(store, 8)
    assert Series("counter", 60.0, everything(store)).over(START, START + timedelta(days=1)).moved == 1


def test_a_step_folds_so_much_and_says_that_there_is_more(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "HOURS_A_STEP", 10)
    put(store, *(Sample(BEGIN + n * HOUR, float(n)) for n in range(25)))
    turns = 0
    while prune(store, 30):
        turns += 1
    assert turns == 2
    assert Series("counter", 3600.0, everything(store)).over(START, START + timedelta(days=2)).moved == 24


def test_after_more_than_a_year_it_is_gone(store: Store) -> None:
    put(store, Sample(BEGIN, 1.0), Sample(BEGIN + 2 * DAY, 2.0))
    prune(store, samples.HOURLY_DAYS + 1)
    assert [datetime.fromtimestamp(one.at_ms / 1000, UTC) for one in everything(store)] == [START + timedelta(days=2)]
