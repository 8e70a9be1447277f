"""Health: down on M of N failures, up on K of L passes, and the onset of each turn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import FakeClock

from gonogo.rules.health import MofN, Turn, judge, read_m_of_n
from gonogo.rules.probe import Health

TIMES = [FakeClock().now().after(number * 30) for number in range(20)]
TWO_OF_THREE, TWO_OF_TWO, ONE = MofN(2, 3), MofN(2, 2), MofN(1, 1)


def run(health: Health, marks: str, down: MofN = TWO_OF_THREE, up: MofN = TWO_OF_TWO) -> Turn:
    """Judge the newest of some marks, 30 seconds apart."""
    return judge(health, marks, TIMES[: len(marks)], down, up)


def walk(marks: str, down: MofN = TWO_OF_THREE, up: MofN = TWO_OF_TWO, health: Health = "unknown") -> list[Health]:
    """Say the health after each mark."""
    found: list[Health] = []
    for number in range(1, len(marks) + 1):
        health = run(health, marks[:number], down, up).health
        found.append(health)
    return found


@pytest.mark.parametrize(
    ("marks", "wanted"),
    [
        (".", "up"),
        ("x", "unknown"),
        ("xx", "unknown down"),
        ("x.", "unknown up"),
        (".x", "up up"),
        (".xx", "up up down"),
        (".x.x", "up up up down"),
        (".x..x", "up up up up up"),
        ("xx.", "unknown down down"),
        ("xx..", "unknown down down up"),
        ("xx.x.", "unknown down down down down"),
        ("~", "up"),
        ("~~", "up degraded"),
        (".~~", "up up degraded"),
        ("~~.", "up degraded degraded"),
        ("~~..", "up degraded degraded up"),
        ("xx.~", "unknown down down degraded"),
        ("?", "unknown"),
        ("?.", "unknown up"),
        (".?x?x", "up up up up down"),
        ("xx?.?.", "unknown down down down down up"),
        (".??.??x", "up up up up up up up"),
        (".????", "up up up unknown unknown"),
        ("xx???", "unknown down down down unknown"),
        (".???.", "up up up unknown up"),
        (".~x", "up up up"),
        (".~x~", "up up up degraded"),
    ],
)
def test_two_of_three_down_two_of_two_up(marks: str, wanted: str) -> None:
    assert walk(marks) == wanted.split()


@pytest.mark.parametrize(
    ("marks", "down", "up", "wanted"),
    [
        ("x", ONE, ONE, "down"),
        ("x.", ONE, ONE, "down up"),
        (".x.", ONE, TWO_OF_TWO, "up down down"),
        ("xxx", MofN(3, 3), ONE, "unknown unknown down"),
        ("xxx..", MofN(3, 5), TWO_OF_TWO, "unknown unknown down down up"),
        ("xx.", MofN(2, 5), ONE, "unknown down up"),
        ("xx..", MofN(2, 5), ONE, "unknown down up up"),
        ("xx.x.", MofN(2, 3), MofN(2, 3), "unknown down down down up"),
    ],
)
def test_other_thresholds(marks: str, down: MofN, up: MofN, wanted: str) -> None:
    """Up clears as soon as K of L passed, whatever failures still lie in the longer window of down."""
    assert walk(marks, down, up) == wanted.split()


def test_the_onset_of_down_is_the_first_of_the_failures() -> None:
    turn = run("up", "..x.x")
    assert turn == Turn("down", True, TIMES[2])


def test_the_onset_of_up_is_the_first_of_the_passes() -> None:
    assert run("down", "xx..") == Turn("up", True, TIMES[2])


def test_the_onset_of_degraded_is_the_first_slow_check() -> None:
    assert run("up", "..~~") == Turn("degraded", True, TIMES[2])


def test_no_turn_has_no_onset() -> None:
    assert run("up", "..") == Turn("up", False, None)
    assert run("up", "??") == Turn("up", False, None)


@pytest.mark.parametrize("health", ["up", "degraded", "down", "unknown", "paused"])
def test_no_marks_say_nothing(health: Health) -> None:
    assert run(health, "") == Turn(health, False, None)


thresholds = st.integers(1, 6).flatmap(lambda n: st.builds(MofN, st.integers(1, n), st.just(n)))


@given(st.text(".~x?", min_size=1, max_size=18), thresholds, thresholds)
def test_an_unknown_check_changes_nothing_unless_they_are_n_in_a_row(marks: str, down: MofN, up: MofN) -> None:
    before, after = walk(marks, down, up)[-1], walk(marks + "?", down, up)[-1]
    blind = len(marks) + 1 >= down.n and set((marks + "?")[-down.n :]) == {"?"}
    assert after == ("unknown" if blind else before)


@given(st.text(".~x?", min_size=1, max_size=20), thresholds, thresholds)
def test_down_takes_m_failures_and_only_a_failure_opens_it(marks: str, down: MofN, up: MofN) -> None:
    before: Health = "unknown"
    for number, health in enumerate(walk(marks, down, up), 1):
        if health == "down" and before != "down":
            assert marks[number - 1] == "x"
            assert marks[:number].count("x") >= down.m
        before = health


@given(st.text(".~x?", max_size=12), thresholds, thresholds)
def test_enough_failures_in_a_row_are_down_and_enough_passes_are_up(marks: str, down: MofN, up: MofN) -> None:
    assert walk((marks + "x" * down.n)[-20:], down, up)[-1] == "down"
    assert walk((marks + "." * max(up.n, down.n))[-20:], down, up)[-1] == "up"


@pytest.mark.parametrize(("text", "wanted"), [("2 of 3", MofN(2, 3)), (" 1 of 1 ", ONE), ("20 of 20", MofN(20, 20))])
def test_m_of_n_is_read(text: str, wanted: MofN) -> None:
    assert read_m_of_n(text) == wanted
    assert read_m_of_n(str(wanted)) == wanted
    assert read_m_of_n(wanted) is wanted


@pytest.mark.parametrize("text", ["", "2", "0 of 3", "3 of 2", "1 of 21", "-1 of 3", "2 of 3 of 4", "two of three", 2])
def test_m_of_n_that_means_nothing_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="M of N"):
        read_m_of_n(text)
