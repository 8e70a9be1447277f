"""How a condition is written: what is refused and where, units, windows."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gonogo.rules.catalogue import is_known
from gonogo.rules.condition import ConditionError, parse


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", 0),
        ("   ", 0),
        ("status", 6),
        ("status ==", 9),
        ("status === 200", 9),
        ("status = 200", 7),
        ("status == 200 extra", 14),
        ("status == potato", 10),
        ("status < 'a'", 9),
        ("status < true", 9),
        ("status < null", 9),
        ("latency < 800parsecs", 10),
        ("latency < 5%", 10),
        ("uptime >= 99d", 10),
        ("latency < 800", 10),
        ("latency in (0, 800)", 15),
        ("p95 <= 800 over 24h", 7),
        ("age < 86400", 6),
        ("error_rate < 1", 13),
        ("uptime >= 99.9 over 7d", 10),
        ("checklist.share == 1", 19),
        ("error_rate < 10ms over 1h", 13),
        ("status < 300ms", 9),
        ("status in (200, 204ms)", 16),
        ("cert.days > 14d", 12),
        ("orders.clean >= 20%", 16),
        ("len(body) < 5s", 12),
        ("len(body) == 'x'", 13),
        ("len(body) contains '5'", 19),
        ("has(body.x) == 1", 15),
        ("has(body.x) > 0", 12),
        ("has(body.x) == any(true, 1)", 15),
        ("status < pat('4*')", 9),
        ("body.db == pat(x)", 15),
        ("ip == 10.0.0.1", 10),
        ("status == 200 and latency < 1s", 14),
        ("status == 200 && latency < 1s", 14),
        ("latency < 800 ms", 14),
        ("200 == status", 0),
        ("any(status) == 1", 0),
        ("pat(status) == 1", 0),
        ("status in ()", 11),
        ("status in 200", 10),
        ("status in (200", 14),
        ("status == any(1, 2", 18),
        ("body == 'x", 8),
        ("body matches 5", 13),
        ("body matches '('", 13),
        ("body matches '(a+)+$'", 13),
        ("len(body > 1", 9),
        ("len() > 1", 4),
        ("has(body.x", 10),
        ("orders >= 20 over", 17),
        ("orders >= 20 over soon", 18),
        ("orders >= 20 over 7", 18),
        ("orders >= 20 over 7%", 18),
        ("status == 200 \x1b[2J", 14),
    ],
)
def test_what_means_nothing_is_refused_with_a_caret(text: str, at: int) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(text)
    assert caught.value.at == at
    why, shown, caret = str(caught.value).split("\n")
    assert why
    assert shown == f"  {text}"
    assert caret.index("^") == 2 + at


def test_a_condition_is_not_endless() -> None:
    with pytest.raises(ConditionError, match="at most 500"):
        parse("status == " + "1" * 500)


@pytest.mark.parametrize(
    "text", ["status < 9e999999999%", "latency < 9e999999999w", "x < 1 over 9e999999999w", "x < 1 over 99999999999d"]
)
def test_a_number_past_all_bounds_is_refused(text: str) -> None:
    """Nobody means it, and no date can be reckoned with it."""
    with pytest.raises(ConditionError):
        parse(text)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("250ms", "0.25"), ("2s", "2"), ("3m", "180"), ("1.5h", "5400"), ("2d", "172800"), ("1w", "604800")],
)
def test_units_of_time_are_exact_seconds(written: str, seconds: str) -> None:
    literal = parse(f"latency < {written}").right
    assert (literal.value, literal.scale, literal.text) == (Decimal(seconds), "time", written)


def test_a_percentage_is_an_exact_share() -> None:
    literal = parse("uptime >= 99.9%").right
    assert (literal.value, literal.scale) == (Decimal("0.999"), "share")


@pytest.mark.parametrize(
    ("words", "over"),
    [("", None), (" over 7d", 604_800.0), (" over 1h", 3600.0), (" over phase", "phase"), (" over launch", "launch")],
)
def test_windows(words: str, over: float | str | None) -> None:
    assert parse("orders.clean >= 20" + words).over == over


@pytest.mark.parametrize(
    "text",
    ["latency < 1.5s", "p95 < 800ms over 24h", "age < 24h", "uptime >= 99.9%", "uptime >= 0.999", "body.ttl > 5m",
     "body.share > 5%", "queue.lag < 3s", "cert.days > 14", "len(body.items) in (1, 2)", "has(body.x) != true",
     "latency > 0", "latency >= 0.0", "error_rate < 0.01", "error_rate == 0", "orders.growth > 1", "ttl <= 300",
     "body.latency < 800", "len(latency) < 5"],
)  # fmt: skip
def test_a_unit_that_fits_is_taken(text: str) -> None:
    assert parse(text).text == text


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("status = 200", "write =="),
        ("latency < 800 ms", "right behind its number"),
        ("status == OK", "stands in quotes: 'OK'"),
        ("body.db == 'ok", "never closed"),
        ("status == 200 or status == 204", "one is enough"),
        ("status == 200 | status == 204", "one is enough"),
        ("cert.days > 14d", "a plain number"),
        ("latency < 5%", "ms s m h d w"),
        ("latency < 800", "a time is wanted here, like 800ms"),
        ("error_rate < 1", "a share is wanted here: 1% or 0.01"),
        ("uptime >= 99.9", "a share is wanted here: 99.9% or 0.999"),
        ("body.up == tru", "is true meant?"),
        ("body.db contians 'x'", "is contains meant?"),
        ("url == https://x", "stands in quotes"),
    ],
)
def test_a_refusal_says_what_would_be_right(text: str, hint: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(text)
    assert hint in caught.value.why


def test_a_caret_stands_under_its_place_whatever_the_white_space() -> None:
    with pytest.raises(ConditionError) as caught:
        parse("status\t==\n potato")
    assert str(caught.value).split("\n")[1:] == ["  status ==  potato", "             ^"]


@pytest.mark.parametrize(
    ("text", "at", "meant"),
    [
        ("statsu == 200", 0, "status"),
        ("has(bdoy.x)", 4, ""),
        ("len(heders.x) > 1", 4, "headers"),
        ("cert.day > 14", 0, "cert.days"),
    ],
)
def test_a_reading_that_does_not_exist_is_refused_where_it_stands(text: str, at: int, meant: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(text, is_known)
    assert caught.value.at == at
    assert meant in caught.value.why


def test_an_unknown_reading_is_refused_by_name() -> None:
    with pytest.raises(ConditionError, match=r"there is no reading “orders\.claen”"):
        parse("orders.claen >= 20", {"orders.clean"}.__contains__)
    assert parse("orders.clean >= 20", {"orders.clean"}.__contains__).reading == "orders.clean"
