"""A Markdown plan as a tree of headed blocks, from the tokens of markdown-it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from gonogo.formats.plan_md.boxes import bare_box
from gonogo.formats.plan_md.labels import label_of
from gonogo.formats.plan_md.stages import TIME, stage_of

Kind = Literal["doc", "head", "list", "item", "para", "table", "fence", "html", "rule", "quote"]
DEEPEST = 120
"""How deep blocks may stand in one another; what is deeper is read line by line."""
LABEL = 7
"""The level of a line that heads a block without being a heading: “**Tasks**:”."""
_LONGEST_LABEL = 120


@dataclass(slots=True)
class Block:
    """A block and what stands in it or under it; its lines count from 1, `last` is the last of its own."""

    kind: Kind
    first: int
    last: int
    text: str = ""
    level: int = 0
    ordered: str = ""
    """The number before an item of a numbered list."""
    info: str = ""
    children: list[Block] = field(default_factory=list)
    cells: list[tuple[int, list[str]]] = field(default_factory=list)
    """The rows of a table with their lines, the head first."""
    closed: bool = True


@cache
def _parser() -> MarkdownIt:
    # Indented code is off: plain-text plans indent their lists as they like. Inline marks are read where needed.
    parser = MarkdownIt("commonmark", {"maxNesting": DEEPEST}).enable("table").disable(["code", "reference"])
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def tree(lines: Sequence[str]) -> Block:
    """Read lines into a document whose headings hold what stands under them."""
    root = Block("doc", 1, len(lines))
    stack = [root]
    # A carriage return would begin another line, and the numbers would no longer be those of the file.
    for token in _parser().parse("\n".join(_levelled(lines)).replace("\r", " ")):
        _take(token, stack)
        if token.type == "fence" and token.map:
            last = lines[token.map[1] - 1].strip(" \t>") if token.map[1] <= len(lines) else ""
            stack[-1].children[-1].closed = last.startswith(token.markup) and token.map[1] - token.map[0] > 1
    _nest(root)
    return root


_POINT = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s")


def _levelled(lines: Sequence[str]) -> list[str]:
    """Take the indent off text that plain-text plans set under a line of their own; what is under a point keeps it."""
    levelled: list[str] = []
    shift, listed, fence = 0, False, ""
    for line in lines:
        text = line.lstrip(" \t")
        spaces = line[: len(line) - len(text)].expandtabs(4)
        if text and not fence:
            if len(spaces) < max(shift, 1):
                shift = 0
            if not spaces:
                listed = _POINT.match(line) is not None
            elif len(spaces) >= 4 and not listed and not shift:
                shift = len(spaces)
        levelled.append(spaces[min(shift, len(spaces)) :] + text if shift else line)
        if text.startswith(fence or ("```", "~~~")):
            fence = "" if fence else text[:3]
    return levelled


_OPEN: dict[str, Kind] = {
    "heading_open": "head", "bullet_list_open": "list", "ordered_list_open": "list", "list_item_open": "item",
    "paragraph_open": "para", "blockquote_open": "quote", "table_open": "table",
}  # fmt: skip
_LEAF: dict[str, Kind] = {"fence": "fence", "html_block": "html", "hr": "rule"}


def _take(token: Token, stack: list[Block]) -> None:
    """Take one token: open a block, close one, or put a leaf into the one that is open."""
    first, last = (token.map[0] + 1, token.map[1]) if token.map else (stack[-1].first, stack[-1].last)
    here = stack[-1]
    if (kind := _OPEN.get(token.type)) is not None:
        made = Block(kind, first, max(first, last))
        if kind == "head":
            made.level, made.info = int(token.tag[1]), token.markup
        if kind == "item":
            made.ordered = token.info
        here.children.append(made)
        stack.append(made)
    elif token.type == "tr_open":
        here.cells.append((first, []))
    elif token.type == "inline":
        if here.kind == "table":
            here.cells[-1][1].append(token.content.strip())
        else:
            here.text = token.content
    elif (leaf := _LEAF.get(token.type)) is not None:
        here.children.append(Block(leaf, first, max(first, last), token.content, info=token.info.strip()))
    elif token.type.removesuffix("_close") + "_open" in _OPEN:
        stack.pop()


def _nest(block: Block) -> None:
    """Put under each heading what stands below it, up to the next of its level, in every container."""
    for child in block.children:
        if child.kind != "para":
            _nest(child)
    if block.kind in ("list", "table"):
        return
    top: list[Block] = []
    heads: list[Block] = []
    for place, child in enumerate(block.children):
        after = block.children[place + 1] if place + 1 < len(block.children) else None
        for one in _parts(child, after, first=place == 0 and block.kind == "item"):
            if one.kind == "rule" and heads and heads[-1].level == LABEL:
                heads.pop()
            if one.kind == "head":
                while heads and heads[-1].level >= one.level:
                    heads.pop()
            (heads[-1].children if heads else top).append(one)
            if one.kind == "head":
                heads.append(one)
    block.children = top


def _parts(block: Block, after: Block | None, *, first: bool) -> list[Block]:
    """Split a paragraph whose last line heads what follows; a heading that is none becomes a paragraph."""
    if block.kind == "head" and block.info in ("-", "=") and not _is_underlined(block):
        rule = Block("rule", block.last, block.last)
        return [*_parts(Block("para", block.first, block.last - 1, block.text), rule, first=first), rule]
    if block.kind != "para" or first:
        return [block]
    lines = block.text.split("\n")
    for place, line in enumerate(lines[:-1]):
        # Plain text has no bullets: a heading, and boxes right under it.
        if bare_box(lines[place + 1]) and not bare_box(line) and (_is_plain_head(line.strip()) or _ends_open(line)):
            head = Block("head", block.first + place, block.first + place, line.strip(), LABEL)
            rest = Block("para", head.first + 1, block.last, "\n".join(lines[place + 1 :]))
            over = [Block("para", block.first, head.first - 1, "\n".join(lines[:place]))] if place else []
            return [*over, head, *_parts(rest, after, first=False)]
    *above, last = lines
    if not _heads(last.strip(), after):
        return [block]
    head = Block("head", block.last, block.last, last.strip(), LABEL)
    return [Block("para", block.first, block.last - 1, "\n".join(above)), head] if above else [head]


def _is_underlined(block: Block) -> bool:
    """Whether an underlined line is a heading, and not a paragraph that ends at a rule."""
    return "\n" not in block.text and len(block.text) <= 80 and not re.search(r"[.!;。]$|\*\*.*:", block.text)


_BOLD = re.compile(r"(\*\*|__)(?=\S)(?:(?!\1).)+\1\s*(?:[(（][^)）]*[)）])?\s*[:：]?")
_BOLD_START = re.compile(r"(\*\*|__)(?=\S)(?:(?!\1).)+\1")
_NUMBERED = re.compile(r"(?:[-*+•]\s|\[[ xX]\]|[☐☑✅🟡])")


def _heads(line: str, after: Block | None) -> bool:
    """Whether a line of text heads what follows: all of it bold, or with a colon at its end, or bold before a list."""
    if not line or len(line) > _LONGEST_LABEL or after is None or _NUMBERED.match(line):
        return False
    if _BOLD.fullmatch(line):
        return True
    if label_of(line) is not None:
        return False
    if after.kind in ("list", "table", "fence") and (line.endswith((":", "：")) or _BOLD_START.match(line)):
        return not re.search(r"[.!?。]\s", line)
    return after.kind in ("list", "table", "fence") and _is_plain_head(line)


def _ends_open(line: str) -> bool:
    return len(line) <= _LONGEST_LABEL and line.rstrip().endswith((":", "：")) and label_of(line) is None


def _is_plain_head(line: str) -> bool:
    """Whether a line of plain text heads a list: a stage of the way, or all in capitals."""
    if len(line) > 80 or re.search(r"[.;,。]$", line):
        return False
    stage = stage_of(line)
    return (stage is not None and stage.rank <= TIME) or (line.isupper() and sum(map(str.isalpha, line)) > 2)
