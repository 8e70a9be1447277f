"""The schedule on a loop whose time is ours: exact, and over in no time."""

from __future__ import annotations

import asyncio
import selectors
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import pairwise
from types import SimpleNamespace

import pytest

from gonogo.probes import schedule as module
from gonogo.probes.schedule import Job, Schedule, Tick, host_of, spread

EPS = 1e-6
HOST = "shop.example"


class Loop(asyncio.SelectorEventLoop):
    """An event loop that does not wait: where others sleep, its clock jumps."""

    def __init__(self) -> None:
        self.now = 1000.0
        super().__init__(_Selector(self))

    def time(self) -> float:
        return self.now


class _Selector(selectors.SelectSelector):
    def __init__(self, loop: Loop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list:
        found = super().select(0)
        if not found and timeout:
            self._loop.now += timeout
        return found


class World:
    """A schedule with what it asked: (name, when it began, tick), and how long each answer takes."""

    def __init__(self, loop: Loop, **bounds: int) -> None:
        self.loop = loop
        self.asked: list[tuple[str, float, Tick]] = []
        self.takes: dict[str, float] = {}
        self.inside: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.on_ask: Callable[[str], Awaitable[None] | None] = lambda name: None
        self.schedule = Schedule(self._ask, **bounds)

    async def _ask(self, name: str, tick: Tick) -> None:
        self.asked.append((name, self.loop.now, tick))
        for place in (name, "all"):
            self.inside[place] += 1
            self.most[place] = max(self.most[place], self.inside[place])
        try:
            self.on_ask(name)
            await asyncio.sleep(self.takes.get(name, 0.0))
        finally:
            for place in (name, "all"):
                self.inside[place] -= 1

    async def run(self, seconds: float, *steps: tuple[float, Callable[[], object]]) -> None:
        """Let the schedule run for so long, doing some things on the way, and stop it."""
        task = asyncio.create_task(self.schedule.run())
        for at, step in steps:
            self.loop.call_later(at, step)
        await asyncio.sleep(seconds)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    def times(self, name: str) -> list[float]:
        """Return when a probe was asked."""
        return [at for one, at, _ in self.asked if one == name]

    def missed(self, name: str) -> list[int]:
        """Return how many turns were missed before each."""
        return [tick.missed for one, _, tick in self.asked if one == name]


Play = Callable[..., World]


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Play:
    """Play a schedule of some jobs for some seconds: `play(60, job, ..., steps=..., takes=..., on_ask=...)`."""

    def run(seconds: float, *jobs: Job, steps: Callable[[World], list] = lambda world: [], takes: dict | None = None,
            on_ask: Callable[[World, str], object] = lambda world, name: None, **bounds: int) -> World:  # fmt: skip
        loop = Loop()
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=loop.time))

        async def main() -> World:
            world = World(loop, **bounds)
            world.takes = takes or {}
            world.on_ask = lambda name: on_ask(world, name)
            world.schedule.replace(list(jobs))
            await world.run(seconds, *steps(world))
            return world

        try:
            return loop.run_until_complete(main())
        finally:
            loop.close()

    return run


def gaps(times: list[float]) -> list[float]:
    """Return the time between each and the next, to the microsecond."""
    return [round(later - earlier, 6) for earlier, later in pairwise(times)]


@pytest.mark.parametrize("takes", [0.0, 3.0, 9.9])
def test_the_rate_is_fixed_however_long_the_answers_take(play: Play, takes: float) -> None:
    world = play(605, Job("home", 10, HOST), takes={"home": takes})
    assert 60 <= len(world.asked) <= 61
    assert set(gaps(world.times("home"))) == {10.0}
    assert set(world.missed("home")) == {0}


def test_a_check_never_overlaps_itself_and_missed_turns_are_counted(play: Play) -> None:
    world = play(301, Job("home", 10, HOST), takes={"home": 25})
    assert set(gaps(world.times("home"))) == {30.0}
    assert world.missed("home") == [0] + [2] * (len(world.asked) - 1)
    assert world.most["home"] == 1


def test_a_check_that_takes_a_hair_too_long_misses_one(play: Play) -> None:
    world = play(101, Job("home", 10, HOST), takes={"home": 10.001})
    assert set(gaps(world.times("home"))) == {20.0}
    assert world.missed("home")[1:] == [1] * (len(world.asked) - 1)


def test_after_a_stall_there_is_no_burst(play: Play) -> None:
    """The process was stopped for 127 seconds; one turn is made up for, the rest is said to be missed."""

    def stall(world: World) -> list:
        def stop() -> None:
            world.loop.now += 127

        return [(95.0, stop)]

    world = play(300, Job("home", 10, HOST), steps=stall)
    times, missed = world.times("home"), world.missed("home")
    assert min(gaps(times)) > EPS
    assert sum(gap < 9 for gap in gaps(times)) <= 1
    assert len(times) + sum(missed) == pytest.approx(300 / 10, abs=1.01)
    assert max(missed) == 12
    late = [tick.late_s for _, _, tick in world.asked]
    assert max(late) < 10
    offsets = {round((at - times[0]) % 10, 3) for at in times[-5:]}
    assert offsets == {0.0}


def test_every_probe_is_asked_within_its_first_interval(play: Play) -> None:
    jobs = [Job(f"p{number}", 30, HOST) for number in range(50)]
    world = play(29.9, *jobs, concurrency=50, per_host=50)
    assert {name for name, _, _ in world.asked} == {job.name for job in jobs}
    quick = play(1.0, Job("fast", 1, HOST))
    assert len(quick.times("fast")) == 1


def test_the_spread_is_even_and_the_same_each_time() -> None:
    found = [spread(f"probe-{number}", 30) for number in range(1000)]
    assert found == [spread(f"probe-{number}", 30) for number in range(1000)]
    assert all(0 <= one < 30 for one in found)
    per_second = Counter(int(one) for one in found)
    assert len(per_second) == 30
    assert max(per_second.values()) < 70


def test_soon_is_soon_and_never_later(play: Play) -> None:
    def ask(world: World) -> list:
        return [(15.0, lambda: world.schedule.soon("home", 0)), (15.5, lambda: world.schedule.soon("nobody", 0)),
                (16.0, lambda: world.schedule.soon("home", 500))]  # fmt: skip

    world = play(60, Job("home", 30, HOST), steps=ask)
    assert any(abs(at - 1015.0) < EPS for at in world.times("home"))
    assert max(gaps(world.times("home"))) <= 30.0
    assert world.missed("home") == [0] * len(world.asked)


def test_soon_does_not_overlap_a_check_under_way(play: Play) -> None:
    def ask(world: World) -> list:
        return [(at / 10, lambda: world.schedule.soon("home", 0)) for at in range(10, 100)]

    world = play(60, Job("home", 30, HOST), steps=ask, takes={"home": 4})
    assert world.most["home"] == 1
    assert min(gaps(world.times("home"))) >= 4


def test_a_quick_second_look_after_a_first_failure(play: Play) -> None:
    """What the watch does in the middle of a failing check."""

    def on_ask(world: World, name: str) -> None:
        if len(world.asked) == 1:
            world.schedule.soon(name, 5)

    world = play(60, Job("home", 30, HOST), on_ask=on_ask)
    assert gaps(world.times("home"))[0] == 5.0
    assert max(gaps(world.times("home"))) <= 30.0


def test_one_host_is_not_asked_by_more_than_its_bound(play: Play) -> None:
    here = [Job(f"a{number}", 10, "a.example") for number in range(8)]
    there = [Job(f"b{number}", 10, "b.example") for number in range(3)]
    takes = {job.name: 3.0 for job in (*here, *there)}
    world = play(100, *here, *there, takes=takes, per_host=2, concurrency=20)
    most = 0
    for _, at, _ in world.asked:
        most = max(most, sum(1 for name, began, _ in world.asked if name[0] == "a" and began <= at < began + 3 - EPS))
    assert most == 2
    assert {name for name, _, _ in world.asked} == set(takes)
    alone = [tick.late_s for name, _, tick in world.asked if name.startswith("b")]
    assert max(alone) < 6


def test_all_together_keep_to_their_bound(play: Play) -> None:
    jobs = [Job(f"p{number}", 5, f"h{number}.example") for number in range(12)]
    world = play(100, *jobs, takes={job.name: 2.0 for job in jobs}, concurrency=3)
    assert world.most["all"] == 3


def test_bounds_can_be_changed_while_it_runs(play: Play) -> None:
    jobs = [Job(f"p{number}", 5, HOST) for number in range(12)]
    world = play(200, *jobs, takes={job.name: 2.0 for job in jobs}, concurrency=1, per_host=1,
                 steps=lambda world: [(50.0, lambda: world.schedule.bound(6, 6))])  # fmt: skip
    early = sum(at < 1050 for _, at, _ in world.asked)
    assert early <= 26
    assert 4 <= world.most["all"] <= 7


def test_waiting_for_a_turn_is_lateness(play: Play) -> None:
    jobs = [Job(f"p{number}", 30, HOST) for number in range(3)]
    world = play(60, *jobs, takes={job.name: 9.0 for job in jobs}, per_host=1)
    late = {round(tick.late_s) for _, _, tick in world.asked}
    assert min(late) == 0
    assert max(late) > 5
    for name, at, tick in world.asked:
        first = world.times(name)[0] - next(t.late_s for n, _, t in world.asked if n == name)
        assert (at - tick.late_s - first) % 30 == pytest.approx(0, abs=1e-3) or (at - tick.late_s - first) % 30 > 29.99


def test_an_unchanged_probe_keeps_its_rhythm_when_others_come_and_go(play: Play) -> None:
    home, other, third = Job("home", 10, HOST), Job("other", 7, HOST), Job("third", 4, HOST)

    def change(world: World) -> list:
        return [(33.0, lambda: world.schedule.replace([home, third])), (66.0, lambda: world.schedule.replace([home]))]

    world = play(100, home, other, steps=change)
    assert set(gaps(world.times("home"))) == {10.0}
    assert max(world.times("other")) < 1033
    assert 1033 <= min(world.times("third")) <= 1037
    assert max(world.times("third")) < 1066


def test_another_interval_begins_within_it(play: Play) -> None:
    world = play(100, Job("home", 30, HOST),
                 steps=lambda world: [(40.0, lambda: world.schedule.replace([Job("home", 5, HOST)]))])  # fmt: skip
    later = [at for at in world.times("home") if at > 1040]
    assert later[0] <= 1045
    assert set(gaps(later)) == {5.0}


def test_an_answer_that_fails_inside_ends_neither_the_schedule_nor_its_probe(play: Play) -> None:
    def on_ask(world: World, name: str) -> None:
        if name == "bad" and len(world.times("bad")) < 4:
            raise ZeroDivisionError

    world = play(100, Job("bad", 10, HOST), Job("good", 10, HOST), on_ask=on_ask)
    assert set(gaps(world.times("good"))) == {10.0}
    assert len(world.times("bad")) >= 9


def test_stopping_cancels_what_is_under_way(play: Play) -> None:
    world = play(12, Job("home", 10, HOST), takes={"home": 3600})
    assert len(world.asked) == 1
    assert world.inside["all"] == 0


def test_nothing_to_do_waits(play: Play) -> None:
    home = Job("home", 10, HOST)
    world = play(30, steps=lambda world: [(20.0, lambda: world.schedule.replace([home]))])
    assert min(world.times("home")) >= 1020


@pytest.mark.parametrize(
    ("url", "host"), [("https://shop.example/x", "shop.example"), ("http://127.0.0.1:8080/", "127.0.0.1:8080")]
)
def test_hosts(url: str, host: str) -> None:
    assert host_of(url) == host


def many(count: int, every_s: float) -> list[Job]:
    """Return probes that all have hosts of their own."""
    return [Job(f"p{number}", every_s, f"h{number}.example") for number in range(count)]


def test_the_load_is_even_from_the_first_second_on(play: Play) -> None:
    world = play(20, *many(1000, 5), takes={f"p{number}": 0.01 for number in range(1000)})
    per_second = Counter(int(at) for _, at, _ in world.asked)
    assert len(per_second) == 20
    assert max(per_second.values()) < 250
    assert min(per_second.values()) > 150
    assert len({name for name, at, _ in world.asked if at < 1005}) == 1000
    assert max(tick.late_s for _, _, tick in world.asked) < 0.1


def test_after_a_stall_of_very_many_there_is_no_burst_either(play: Play) -> None:
    def stall(world: World) -> list:
        def stop() -> None:
            world.loop.now += 63

        return [(12.0, stop)]

    world = play(90, *many(1000, 5), steps=stall, concurrency=1000)
    after = [at for _, at, _ in world.asked if at >= 1075]
    assert sum(at < 1075.5 for at in after) < 350  # half a second's turns, and those of the second before
    assert max(tick.late_s for _, _, tick in world.asked) <= 1.0
    assert len(world.asked) + sum(tick.missed for _, _, tick in world.asked) == pytest.approx(18_000, abs=1)


def test_asking_all_at_once_does_not_bunch_them_for_good(play: Play) -> None:
    jobs = many(500, 10)

    def ask(world: World) -> list:
        return [(20.0, lambda: [world.schedule.soon(job.name, 0) for job in jobs])]

    world = play(60, *jobs, steps=ask, concurrency=1000)
    at_once = [name for name, at, _ in world.asked if abs(at - 1020) < EPS]
    assert len(at_once) == len(jobs)
    per_second = Counter(int(at) for _, at, _ in world.asked if at > 1021)
    assert max(per_second.values()) < 80


def test_a_turn_that_an_extra_one_answers_for_is_not_missed(play: Play) -> None:
    def ask(world: World) -> list:
        return [(at, lambda: world.schedule.soon("home", 0)) for at in range(10, 100, 7)]

    world = play(120, Job("home", 10, HOST), steps=ask, takes={"home": 2.0})
    assert set(world.missed("home")) == {0}
    assert world.most["home"] == 1


def test_an_overload_asks_each_in_its_turn_says_what_it_missed_and_ends_with_its_cause(play: Play) -> None:
    jobs = many(50, 5)
    takes = {job.name: 1.0 for job in jobs}

    def mend(world: World) -> list:
        return [(500.0, takes.clear)]

    world = play(600, *jobs, takes=takes, steps=mend, concurrency=2)
    slow = Counter(name for name, at, _ in world.asked if at < 1500)
    assert set(slow) == {job.name for job in jobs}
    assert max(slow.values()) - min(slow.values()) <= 2
    assert max(tick.late_s for _, _, tick in world.asked) < 5
    for job in jobs:
        assert len(world.times(job.name)) + sum(world.missed(job.name)) == pytest.approx(120, abs=1)
    assert all(tick.missed == 0 and tick.late_s < EPS for _, at, tick in world.asked if at > 1560)


def test_a_probe_that_goes_while_it_waits_takes_no_place(play: Play) -> None:
    jobs = [Job(f"p{number}", 10, HOST) for number in range(6)]
    world = play(
        100, *jobs, takes={job.name: 9.0 for job in jobs}, per_host=1,
        steps=lambda world: [(25.0, lambda: world.schedule.replace(jobs[:1]))],
    )  # fmt: skip
    assert {name for name, at, _ in world.asked if at > 1025} == {"p0"}
    assert set(gaps(world.times("p0")[-5:])) == {10.0}
    assert world.inside["all"] == 0
