"""Errors of a file that a person wrote: file, line, place, and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from gonogo.formats.config import parse_config, read_config
from gonogo.formats.errors import FileError
from gonogo.formats.plans import read_plan
from gonogo.formats.toml import MAX_BYTES, salvage

GOOD = """\
[launch]
id = "shop"
name = "Shop"
timezone = "Asia/Kuala_Lumpur"

[environment.production]
url = "https://shop.example"

[[probe]]
name = "home"
url = "/"
every = "30s"

[[probe]]
name = "checkout"
url = "/health"
expect = [
  "status == 200",
  "latency < 800ms",
]
critical = true

[probe.phases.soft-launch]
every = "15s"

[[person]]
name = "ann"
"""


def error(tmp_path: Path, text: str | bytes) -> str:
    """Write a config, read it, and return its one error without the folder."""
    path = tmp_path / "gonogo.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(FileError) as caught:
        read_config(path)
    words = str(caught.value)
    assert words.startswith(str(path))
    return words.removeprefix(str(tmp_path) + "/")


BROKEN = {
    "a line": GOOD.replace('every = "30s"', "every = 30s"),
    "another table": GOOD.replace("[environment.production]", "[environment.production"),
    "its own header": GOOD.replace("[launch]", "[launch"),
    "its own table": GOOD.replace('name = "Shop"', 'name = "Shop'),
    "twice": GOOD.replace('name = "Shop"', 'id = "other"\nname = "Shop"'),
    "the end": GOOD + "[[person]",
    "text": GOOD + "ÿ = {{{",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_still_says_whose_it_is(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "gonogo.toml"
    path.write_bytes(BROKEN[kind].encode("latin-1"))
    with pytest.raises(FileError):
        read_config(path)
    found = salvage(path)
    assert found["launch"]["id"] == "shop"
    assert found["person"][0] == {"name": "ann"}


@pytest.mark.parametrize("text", ["", "[[launch]]\nid = 'x'\n= 1", "launch = 1\n[[launch]]\n=", "]", "\0", "[" * 5000])
def test_what_cannot_be_salvaged_is_left(tmp_path: Path, text: str) -> None:
    path = tmp_path / "gonogo.toml"
    path.write_text(text)
    assert isinstance(salvage(path), dict)


def test_a_good_file_is_read_with_its_text(tmp_path: Path) -> None:
    (tmp_path / "gonogo.toml").write_text(GOOD)
    text, found = read_config(tmp_path / "gonogo.toml")
    assert text == GOOD
    assert [one.name for one in found.probe] == ["home", "checkout"]
    assert found.probe[1].at("soft-launch").every == 15
    assert parse_config(text, "copy") == found


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ('every = "30s"', 'evrey = "30s"', ":12: probe home: evrey: there is no key “evrey”; did you mean “every”?"),
        ('every = "30s"', "every = 30", ":12: probe home: every: a duration is text with a unit"),
        ('every = "30s"', 'every = "900ms"', ":12: probe home: every: `every` is at least 1s"),
        ("critical = true", 'critical = "maybe"', ":21: probe checkout: critical: "),
        ("critical =", "critcal =", ":21: probe checkout: critcal: there is no key “critcal”; did you mean “crit"),
        ('every = "15s"', 'evry = "15s"', ":24: probe checkout: phases.soft-launch.evry: there is no key “evry”"),
        ('every = "15s"', "every = 15", ":24: probe checkout: phases.soft-launch.every: a duration is text"),
        ('url = "/health"', 'url = "health"', ":16: probe checkout: url: this is not a URL"),
        ('url = "https', 'ulr = "https', ":7: environment.production.ulr: there is no key “ulr”; did you mean"),
        ("Asia/Kuala_Lumpur", "Asia/Kuala", ":4: launch.timezone: “Asia/Kuala” is no time zone"),
        ('name = "Shop"\n', "", ":1: launch.name: is missing"),
        ("[[person]]", "[[persn]]", ":26: persn: there is no key “persn”; did you mean “person”?"),
        ("[[person]]", "[[xyzzyx]]", ":26: xyzzyx: there is no key “xyzzyx”."),
        ('name = "checkout"', 'name = "home"', "two probes are named “home”"),
        ("[environment.production]", "[environment.prod]", "in the environment “production”, which is not there"),
    ],
)  # fmt: skip
def test_the_place_is_named(tmp_path: Path, old: str, new: str, wanted: str) -> None:
    assert GOOD.count(old) == 1
    words = error(tmp_path, GOOD.replace(old, new))
    assert words.startswith("gonogo.toml")
    assert wanted in words


def test_a_condition_shows_its_caret(tmp_path: Path) -> None:
    words = error(tmp_path, GOOD.replace("status == 200", "statsu == 200"))
    first, shown, caret = words.split("\n")
    assert first.startswith(
        "gonogo.toml:18: probe checkout: expect: there is no fact “statsu” here; did you mean “status”?"
    )
    assert (shown, caret) == ("  statsu == 200", "  ^")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[launch]\nid = \n", "gonogo.toml:2:6: "),
        ("[launch\n", "gonogo.toml:1:8: "),
        ("[launch]\nid = 'a'\nid = 'b'\n", "gonogo.toml:3:"),
        ('[launch]\nid = "never closed', "gonogo.toml"),
        ("x = " + "9" * 5000, "gonogo.toml"),
        ("x = " + "{a=" * 3000, "gonogo.toml"),
        ("[launch]\nid = '\x1b'\n", "gonogo.toml:2:"),
    ],
)
def test_a_syntax_error_says_where(tmp_path: Path, text: str, wanted: str) -> None:
    words = error(tmp_path, text)
    assert words.startswith(wanted)
    assert "\x1b" not in words
    assert len(words) < 300


def test_an_empty_file_lacks_its_launch(tmp_path: Path) -> None:
    assert error(tmp_path, "") == "gonogo.toml:1: launch: is missing; it has to be written."


def test_not_utf_8_names_the_line(tmp_path: Path) -> None:
    words = error(tmp_path, "[launch]\nid = 'shop'\nname = 'Café'\n".encode("latin-1"))
    assert words == "gonogo.toml:3: not UTF-8; save the file as UTF-8."


def test_a_byte_order_mark_is_forgiven(tmp_path: Path) -> None:
    (tmp_path / "gonogo.toml").write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert read_config(tmp_path / "gonogo.toml")[1].launch.id == "shop"


def test_windows_line_ends_keep_the_line_numbers(tmp_path: Path) -> None:
    words = error(tmp_path, GOOD.replace('every = "30s"', 'evrey = "30s"').replace("\n", "\r\n"))
    assert words.startswith("gonogo.toml:12: probe home: evrey: ")


def test_a_file_that_is_too_large_is_not_parsed(tmp_path: Path) -> None:
    assert error(tmp_path, "#" * (MAX_BYTES + 1)) == "gonogo.toml is larger than 1 MiB; that is no file of this kind."


def test_a_file_that_is_not_there_or_a_folder(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="does not exist"):
        read_config(tmp_path / "nothing.toml")
    with pytest.raises(FileError, match="cannot be read: Is a directory"):
        read_config(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "launch = 5",
        "launch = []",
        "[launch]\nid = {}\nname = []",
        GOOD[: GOOD.index("[[probe]]")] + "[probe]\nname = 'home'\nurl = '/'\n",
        "probe = 'x'\n" + GOOD.replace("[[probe]]", "[[prob]]").replace("[probe.phases", "[prob.phases"),
        GOOD + "\n[person.0]\nx = 1\n".replace("person.0", "people"),
        GOOD.replace('url = "/"', "url = {}"),
    ],
)  # fmt: skip
def test_a_wrong_shape_is_one_sentence(tmp_path: Path, text: str) -> None:
    words = error(tmp_path, text)
    assert "pydantic" not in words
    assert "\n" not in words
    assert words.endswith((".", "?"))


def test_an_error_does_not_repeat_a_value_that_may_be_secret(tmp_path: Path) -> None:
    for line in (
        "headers = { Authorization = 5 }",
        'headers = "Bearer hunter2"',
        'body_limit = "hunter2"',
        'every = "hunter2"',
    ):
        words = error(tmp_path, GOOD.replace('every = "30s"', line))
        assert "Bearer" not in words
        if "every" not in line:
            assert "hunter2" not in words


PLAN = """\
title = "Mine"

[[phase]]
id = "one"
name = "One"

[[phase.section]]
name = "First"

[[phase.section.item]]
id = "a"
text = "A"

[[phase]]
id = "two"
name = "Two"

[[phase.section]]
name = "Second"

[[phase.section.item]]
id = "b"
text = "B"

[[phase.section.item]]
id = "c"
text = "C"

[[phase.criterion]]
id = "orders"
name = "orders"
require = "orders.clean >= 20"
"""


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ('text = "C"', 'txet = "C"', ":27: phase two: section Second: item c: txet: there is no key “txet”; did you"),
        ('"C"', '"C"\nkind = "routine"', ":25: phase two: section Second: item c: the routine “c” says no `every`"),
        ('text = "B"', "text = 5", ":23: phase two: section Second: item b: text: "),
        ('name = "Second"', 'nmae = "Second"', "phase two: section 1: nmae: there is no key “nmae”; did you mean"),
        ("clean >= 20", "clean", ":32: phase two: criterion orders: require: a comparison is wanted here"),
        ('id = "c"', 'id = "a"', "the item id “a” stands twice"),
        ('title = "Mine"\n', "", "title: is missing"),
    ],
)  # fmt: skip
def test_a_plan_names_the_place_too(tmp_path: Path, old: str, new: str, wanted: str) -> None:
    path = tmp_path / "plans" / "mine.toml"
    path.parent.mkdir()
    path.write_text(PLAN.replace(old, new))
    with pytest.raises(FileError) as caught:
        read_plan(path)
    assert wanted in str(caught.value)
    assert str(caught.value).startswith(str(path))
