"""On which line of a file a place stands, down to one condition of a list."""

from __future__ import annotations

import pytest

from gonogo.formats.lines import line_of

TEXT = """\
title = "x"
[[probe]]
name = "home"
expect = ["status == 200", "a # no comment, [ nor a list"]
phases = { beta = { every = "1s", expect = [
  "status == 201",
] } }

[[probe]]
name = "check, out"
expect = [ # the [first] comes below
  "status == 200",  # a comment, with a comma
  'body == "],"',

  { any = ["latency < 1s",
    "status == 204"] },
  "latency < 800ms",
]
headers = { "X-Key" = "a" }
phases.soft.every = "3s"

  [probe.phases.full]   # indented
  expect = ["ip == '::1'"]

[[probe]]
name = "third"
[probe.phases.beta]
expect = ["x"]

[readiness."a b"]
path = "/x"
"""


@pytest.mark.parametrize(
    ("loc", "line"),
    [
        (("title",), 1),
        (("probe", 0), 2),
        (("probe", 0, "name"), 3),
        (("probe", 0, "expect", 0), 4),
        (("probe", 0, "expect", 1), 4),
        (("probe", 0, "gone"), 2),
        (("probe", 0, "phases", "beta", "expect", 0), 5),
        (("probe", 1, "name"), 10),
        (("probe", 1, "expect"), 11),
        (("probe", 1, "expect", 0), 12),
        (("probe", 1, "expect", 1), 13),
        (("probe", 1, "expect", 2), 15),
        (("probe", 1, "expect", 3), 17),
        (("probe", 1, "expect", 9), 11),
        (("probe", 1, "headers", "X-Key"), 19),
        (("probe", 1, "phases", "soft", "every"), 20),
        (("probe", 1, "phases", "full"), 22),
        (("probe", 1, "phases", "full", "expect", 0), 23),
        (("probe", 2, "phases", "beta", "expect", 0), 28),
        (("readiness", "a b", "path"), 31),
        ((), None),
    ],
)
def test_a_place_is_found(loc: tuple[int | str, ...], line: int | None) -> None:
    assert line_of(TEXT, loc) == line


def test_what_is_torn_is_still_a_line() -> None:
    assert line_of("expect = [\n'a", ("expect", 0)) == 2
    assert line_of("expect = [\n'", ("expect", 0)) == 1
    assert line_of("", ("launch",)) == 1
