"""The marks within a line of Markdown: bold, code, links, comments; and what is left without them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gonogo.rules.text import tidy

_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\(\s*<?([^\s()<>]+)>?(?:\s+[\"'][^\"']*[\"'])?\s*\)")
_BARE = re.compile(r"<((?:https?|mailto):[^\s<>]+)>")
_EMPHASIS = re.compile(
    r"(?<![\\\w*])(\*{1,3}|~~)(?=\S)(.+?)(?<=\S)\1(?![\w*])|(?<![\\\w_])(_{1,2})(?=[^\s_])(.+?)(?<=[^\s_])\3(?![\w_])"
)
_STARS = re.compile(r"(?<!\\)(\*\*|~~)(?=\S)(.+?)(?<=\S)\1")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_STRUCK = re.compile(r"~~(?=\S).+(?<=\S)~~")
_HELD = re.compile("\ue000(\\d+)\ue001")
_LONGEST = 2000
"""How long a text may be whose bold and italic are looked for: pairing marks takes the square of it."""


@dataclass(frozen=True, slots=True)
class Inline:
    """A line without its marks, the code and the links that stood in it, and its comments."""

    text: str
    code: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    struck: bool = False


def read(source: str) -> Inline:
    """Take the marks out of a line."""
    if not re.search(r"[*_~`\[<\\\ue000\ue001]", source):
        return Inline(tidy(source))
    source = source.replace("\ue000", "\ufffd").replace("\ue001", "\ufffd")
    struck = _STRUCK.fullmatch(source.strip()) is not None
    code: list[str] = []
    links: list[str] = []
    comments: list[str] = []

    def hold(found: re.Match[str]) -> str:
        code.append(found[2].strip())
        return f"\ue000{len(code) - 1}\ue001"

    def comment(found: re.Match[str]) -> str:
        comments.append(tidy(found[0].removeprefix("<!--").removesuffix("-->")))
        return " "

    def link(found: re.Match[str]) -> str:
        links.append(found[2])
        return found[1]

    text = _CODE.sub(hold, source)
    text = _LINK.sub(link, _COMMENT.sub(comment, text))
    text = _BREAK.sub(" ", _BARE.sub(r"\1", text))
    for _ in range(3 if len(text) <= _LONGEST else 0):
        text = _EMPHASIS.sub(lambda found: found[2] or found[4], _STARS.sub(r"\2", text))
    text = _ESCAPE.sub(r"\1", text)
    text = _HELD.sub(lambda found: code[int(found[1])], text)
    return Inline(tidy(text), tuple(code), tuple(links), tuple(one for one in comments if one), struck)


def plain(source: str) -> str:
    """Return a line without its marks."""
    return read(source).text
