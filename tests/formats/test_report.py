"""A report as a page and as text: whole, self-contained, and inert whatever was typed into the launch."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from gonogo.formats.errors import FileError
from gonogo.formats.report_file import write_report
from gonogo.formats.report_html import MARK, as_html
from gonogo.formats.report_text import as_text
from gonogo.rules.page import Cell, Chart, Line, Page, Point, Section, Table
from gonogo.rules.text import is_clean

EVIL = (
    "<script>alert(1)</script><img src=x onerror=alert(1)> \"'><a href='https://evil.example'>&amp; "
    "\x1b]52;c;x\x07 \u202e"
)
VOID = {"meta", "link", "img", "br", "hr", "input", "rect", "circle", "line", "polyline"}


class Strict(HTMLParser):
    """Walks a page and remembers its tags, attributes and text; tags must close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID or tag in ("rect", "circle"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def walked(html: str) -> Strict:
    """Walk a page; it must be balanced."""
    parser = Strict()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser


def page(words: str = "14 of 20 orders") -> Page:
    """Make a page with one of each block, which says the same words everywhere."""
    points = tuple(Point(words, value, words, "go") for value in (None, 1.0, 0.5, None, 2.0))
    blocks = (
        Line(words), Line(words, "hold", "point"), Line(words, kind="point"), Line(words, kind="head"),
        Table((words, words), ((Cell(words, "nogo"), Cell(words)), (Cell(""), Cell("7"))), right=(1,)),
        Chart(words, points, "bars", words), Chart(words, points, "strip"), Chart(words, points, "line", words),
        Chart(words, (Point("6 Nov", None, ""),), "line"), Line(words, kind="point"),
    )  # fmt: skip
    return Page(words, words, "HOLD", "hold", words, (Section("ready", words, blocks),), (words,))


def test_a_page_is_balanced_and_needs_nothing_from_outside() -> None:
    html = as_html(page())
    found = walked(html)
    assert html.startswith(MARK)
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & set(found.tags)
    assert [value for name, value in found.attributes if name in ("src", "srcset", "action", "xlink:href")] == []
    assert all(value.startswith("#") for name, value in found.attributes if name == "href")
    assert "//" not in html.replace("<!-- ", "")
    assert "@import" not in html
    assert "url(" not in html
    assert found.tags.count("svg") == 4
    ids = {value for name, value in found.attributes if name == "id"}
    assert all(value[1:] in ids for name, value in found.attributes if name == "href")


def test_what_was_typed_is_inert() -> None:
    plain, evil = walked(as_html(page())), walked(as_html(page(EVIL)))
    assert evil.tags == plain.tags
    assert [name for name, _ in evil.attributes] == [name for name, _ in plain.attributes]
    assert any("<script>alert(1)</script>" in words for words in evil.words)
    assert "\x1b" not in as_html(page(EVIL))
    assert "\u202e" not in as_html(page(EVIL))


def test_text_cannot_steer_a_terminal() -> None:
    said = as_text(page(EVIL))
    assert is_clean(said)
    assert "<script>alert(1)</script>" in said


@pytest.mark.parametrize("width", [60, 80, 100])
def test_columns_line_up_and_sentences_fit(width: int) -> None:
    long = " ".join(["a sentence of many words"] * 8)
    table = Table(
        ("", "what", "in words"),
        ((Cell("met", "go"), Cell("日本語"), Cell(long)), (Cell("missed"), Cell("b"), Cell("c"))),
    )
    said = as_text(Page("T", "now", "GO", "go", long, (Section("a", "A", (table,)),), (long,)), width).splitlines()
    assert max(map(len, said)) <= width
    head = next(line for line in said if "in words" in line)
    assert next(line for line in said if line.startswith("missed")).index("c") == head.index("in words")


def test_a_file_is_written_whole_and_for_everybody(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_report(path, MARK + "one")
    write_report(path, MARK + "two")
    assert path.read_text(encoding="utf-8") == MARK + "two"
    assert path.stat().st_mode & 0o777 == 0o644
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]


def test_a_file_that_is_no_report_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.html"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(FileError, match="is no report of gonogo; name another file"):
        write_report(path, MARK)
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_place_where_no_file_can_be_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="make the folder first"):
        write_report(tmp_path / "none" / "report.html", MARK)
    with pytest.raises(FileError, match="is a folder; name the file too"):
        write_report(tmp_path, MARK)
    with pytest.raises(FileError, match="cannot be written"):
        write_report(Path("/proc/report.html"), MARK)
