"""`gonogo explain`: an answer, its reason, and its exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.ground import data, gonogo, ran, refused

FACTS = '{"status": 200, "response_time_ms": 142.5, "body": "{\\"db\\": \\"ok\\", \\"rate\\": 0.1}", "queue": 3}'


@pytest.fixture
def saved(tmp_path: Path) -> str:
    """Facts in a file."""
    path = tmp_path / "facts.json"
    path.write_text(FACTS, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("condition", "result", "code"),
    [
        ("status == 200", "pass", 0),
        ("latency < 100ms", "fail", 20),
        ("ip == '::1'", "unknown", 10),
        ("body.rate == 0.1", "pass", 0),
        ("body.gone == 1", "fail", 20),
        ("queue < 5", "pass", 0),
        ("[STATUS] == 200", "pass", 0),
        ("[RESPONSE_TIME] < 100", "fail", 20),
        ("[BODY].gone < 1", "unknown", 10),
        ("orders.clean >= 20 over phase", "unknown", 10),
    ],
)
def test_the_exit_code_is_the_answer(saved: str, condition: str, result: str, code: int) -> None:
    found = gonogo("explain", condition, "--facts", saved, "--json")
    assert (found.exit_code, data(found)["result"]) == (code, result)
    assert found.stderr == ""


def test_the_text_says_what_stood_on_each_side_and_why(saved: str) -> None:
    assert gonogo("explain", "latency < 100ms", "--facts", saved).stdout.splitlines() == [
        "fail    latency < 100ms",
        "        left  0.1425",
        "        right 100ms",
        "        why   latency is 142.5 ms, wanted: < 100ms",
    ]


def test_json_says_all_of_it() -> None:
    assert data(gonogo("explain", "ip == '::1'", "--facts", "-", "--json", typed=FACTS)) == {
        "result": "unknown", "condition": "ip == '::1'", "left": None, "right": "'::1'",
        "why": "there is no ip among the facts: nothing answered, or nobody looked",
    }  # fmt: skip


def test_without_facts_nothing_is_known() -> None:
    assert gonogo("explain", "status == 200").exit_code == 10


def test_gatus_is_read_when_asked_or_when_seen() -> None:
    assert gonogo("explain", "3 == 4").exit_code == 2
    assert gonogo("explain", "3 == 4", "--gatus").exit_code == 20
    assert gonogo("explain", "3 == 3", "--gatus").exit_code == 10
    assert gonogo("explain", "[STATUS] == 200", "--facts", "-", typed='{"status": 200}').exit_code == 0


@pytest.mark.parametrize(
    ("condition", "more", "why", "under"),
    [
        ("statsu == 200", (), "is status meant?", "statsu"),
        ("latency < 3parsecs", (), "no unit “parsecs”", "3parsecs"),
        ("cert.days > 14d", (), "does not fit", "14d"),
        ("[STATUS] < many", (), "not a number", "many"),
        ("[BDOY].x == 1", (), "is [BODY] meant?", "[BDOY]"),
        ("[CERTIFICATE_EXPIRATION] > 14d", ("--gatus",), "write 336h", "14d"),
    ],
)
def test_an_invalid_condition_is_shown_with_a_caret(
    condition: str, more: tuple[str, ...], why: str, under: str
) -> None:
    found = gonogo("explain", condition, *more)
    assert (found.exit_code, found.stdout) == (2, "")
    said, shown, caret = found.stderr.splitlines()
    assert said.startswith("gonogo: ")
    assert why in said
    assert shown == f"  {condition}"
    assert caret.index("^") == shown.index(under)


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("", "is not JSON"),
        ('{"status": 200', "line 1, column"),
        ("[1]", "holds no facts"),
        ("200", "holds no facts"),
        ("[" * 100_000, "nested too deep"),
        (b"\xff\xfe{}", "not UTF-8"),
    ],
    ids=["nothing", "torn", "a list", "a number", "deep", "binary"],
)
def test_facts_that_cannot_be_read_are_said(typed: str | bytes, part: str) -> None:
    refused(gonogo("explain", "status == 200", "--facts", "-", typed=typed), 2, part)  # type: ignore[arg-type]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    refused(gonogo("explain", "status == 200", "--facts", "gone.json"), 2, "gone.json", "no such file")
    refused(gonogo("explain", "status == 200", "--facts", str(tmp_path)), 2, str(tmp_path), "directory")


@pytest.mark.parametrize(
    "facts",
    ['{"status": NaN}', '{"status": Infinity}', '{"status": 1e999999999999999999999}', '{"status": ' + "9" * 6000 + "}",
     '{"status": {"deep": ' + "[" * 400 + "]" * 400 + "}}", '{"status": null}'],
)  # fmt: skip
@pytest.mark.parametrize(
    "condition", ["status < 300", "status > 300", "status != 300", "[STATUS] < 300", "[STATUS] > 300"]
)
def test_what_is_no_number_never_passes(facts: str, condition: str) -> None:
    found = gonogo("explain", condition, "--facts", "-", typed=facts)
    assert found.exit_code == (0 if "deep" in facts and condition == "status != 300" else 10)


def test_what_was_received_cannot_steer_the_terminal() -> None:
    hostile = json.dumps({"body": "\x1b]52;c;eA==\x07\u202e\n\ud800", "status": "\x9b2J"})
    for condition in ("body == 'x'", "status == 'x'", "body contains '\x1b'", "body == \x1b"):
        for more in ((), ("--json",)):
            found = gonogo("explain", condition, "--facts", "-", *more, typed=hostile)
            assert found.exit_code in (0, 2, 20)
            said = found.stdout + found.stderr
            assert not any(ord(letter) < 32 and letter != "\n" for letter in said)
            assert not {"\u202e", "\x9b", "\ud800"} & set(said)


def test_it_needs_no_launch(tmp_path: Path) -> None:
    assert ran("explain", "status == 200", cwd=tmp_path).returncode == 10
    assert not list(tmp_path.iterdir())
