"""From the lines of a Markdown plan to its draft."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gonogo.formats.plan_md.boxes import bare_box
from gonogo.formats.plan_md.build import Build
from gonogo.formats.plan_md.context import Context, Reader
from gonogo.formats.plan_md.items import item_of
from gonogo.formats.plan_md.marks import Marks
from gonogo.formats.plan_md.phases import phases_of
from gonogo.formats.plan_md.stages import PHASE, stage_of
from gonogo.formats.plan_md.taking import take_item
from gonogo.formats.plan_md.tree import LABEL, Block, tree
from gonogo.formats.plan_md.walk import walk
from gonogo.rules.draft import Draft


def read_markdown(lines: Sequence[str], fallback: str = "Plan") -> Draft:
    """Read the lines of a Markdown plan; `fallback` is its title where it has none."""
    build = Build(lines)
    first, last = front_matter(lines)
    if last:
        build.title = _front_title(lines[first - 1 : last])
        build.note(first, last, None, "")
    root = tree(["" if first <= number <= last else line for number, line in enumerate(lines, 1)])
    title = _title(root)
    marks = Marks(root)
    found = phases_of(root, title, marks)
    reader = Reader(build, marks, found, title, not marks.any)
    walk(reader, root, Context())
    _sweep(reader)
    return build.draft(fallback)


_KEY_LINE = re.compile(r"[\w -]+:(?:\s.*)?$|\s*-\s.*$|\s+\S.*$|#.*$|\s*$")


def front_matter(lines: Sequence[str]) -> tuple[int, int]:
    """Return the first and last line of the front matter, which may stand behind comments; (1, 0) where there is "
    "none."""
    start = next(
        (place for place, line in enumerate(lines[:20]) if line.strip() and not line.lstrip().startswith("<!--")), None
    )
    if start is None or lines[start].rstrip() != "---":
        return 1, 0
    for place in range(start + 1, min(len(lines), start + 100)):
        if lines[place].rstrip() in ("---", "..."):
            return (start + 1, place + 1) if place > start + 1 else (1, 0)
        if not _KEY_LINE.match(lines[place]):
            break
    return 1, 0


def _front_title(lines: Sequence[str]) -> str:
    found = next((match for line in lines if (match := re.match(r"title:\s*[\"']?(.*?)[\"']?\s*$", line))), None)
    return found[1] if found else ""


def _title(root: Block) -> Block | None:
    """Return the heading that is the title: the first, when no other is as high, and it is no phase."""
    heads = [one for one in root.children if one.kind == "head" and one.level < LABEL]
    if not heads:
        return next((one for one in root.children[:1] if one.kind == "para" and _is_name(one.text)), None)
    top = heads[0]
    if sum(1 for one in heads if one.level <= top.level) > 1:
        return None
    stage = stage_of(top.text)
    inner = any(one.kind == "head" and one.level < LABEL for one in top.children)
    return None if stage is not None and stage.rank == PHASE and not inner else top


def _is_name(text: str) -> bool:
    """Whether the first line of plain text is its title."""
    return "\n" not in text and len(text) <= 80 and not re.search(r"[.:;!?。：]$|^\W", text) and bare_box(text) is None


def _sweep(reader: Reader) -> None:
    """Read line by line what no block has, because it stands too deep: boxes are still boxes, and the rest is text."""
    build = reader.build
    context = Context(build.phases[-1] if build.phases else None)
    for number, line in enumerate(build.lines, 1):
        if build.is_marked(number):
            continue
        box = reader.marks.accept(bare_box(line))
        if box is not None:
            take_item(reader, item_of(box.text, box, build.origin(number, number)), context)
            build.mark(number, number, "item", box.text)
        else:
            build.note(number, number, None, "")
