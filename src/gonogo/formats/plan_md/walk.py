"""Through the blocks of a plan, from its first line to its last, saying what each becomes."""

from __future__ import annotations

from dataclasses import replace

from gonogo.formats.plan_md import leaves
from gonogo.formats.plan_md.boxes import Box, bare_box, box_of
from gonogo.formats.plan_md.build import Phase
from gonogo.formats.plan_md.commands import command_in, is_shell
from gonogo.formats.plan_md.context import Context, Reader, under
from gonogo.formats.plan_md.inline import plain
from gonogo.formats.plan_md.items import item_of
from gonogo.formats.plan_md.labels import environment_of, label_of
from gonogo.formats.plan_md.roles import title_of
from gonogo.formats.plan_md.stages import Stage
from gonogo.formats.plan_md.taking import take_item
from gonogo.formats.plan_md.times import days_of
from gonogo.formats.plan_md.tree import LABEL, Block
from gonogo.rules.draft import ItemDraft


def walk(reader: Reader, block: Block, context: Context) -> None:
    """Read what stands in a block."""
    for child in block.children:
        if child.kind == "head":
            context = _head(reader, child, context)
        elif child is reader.title:
            reader.build.title = title_of(child.text)
            reader.build.mark(child.first, child.last, "title", reader.build.title)
        elif child.kind == "list":
            for item in child.children:
                _item(reader, item, context)
        elif child.kind in ("quote", "item"):
            walk(reader, child, context)
        else:
            leaves.leaf(reader, child, context)


def _head(reader: Reader, head: Block, context: Context) -> Context:
    """Read a heading and what stands under it; return what holds for what follows beside it."""
    build = reader.build
    if head is reader.title and id(head) not in reader.phases:
        build.title = title_of(head.text)
        build.mark(head.first, head.last, "title", build.title)
        walk(reader, head, context)
        return context
    stage = reader.phases.get(id(head))
    if stage is not None:
        inner = _phase(reader, head, stage)
        walk(reader, head, inner)
        # A label ends at the next one; the phase that it names goes on until another begins.
        return inner if head.level == LABEL else context
    inner = under(reader, head, head.text, context)
    if not _is_subtitle(reader, head, context):
        _under_head(reader, head, inner, context)
    else:
        _subtitle(reader, head, context)
        walk(reader, head, replace(context, head=None))
    return context


def _under_head(reader: Reader, head: Block, inner: Context, context: Context) -> None:
    walk(reader, head, inner)
    _name_of_block(reader, head, inner, context)


def _name_of_block(reader: Reader, head: Block, inner: Context, context: Context) -> None:
    """Say what a heading became, now that it is known whether something stood under it."""
    build = reader.build
    if build.uses(head.last + 1, last_of(head)):
        build.mark(head.first, head.last, "section", inner.name)
    else:
        build.note(head.first, head.last, context.phase, context.name)


def _phase(reader: Reader, head: Block, stage: Stage) -> Context:
    """Begin a phase."""
    build = reader.build
    first = head.first
    made = Phase(stage, build.origin(first, first), days=days_of(stage.window))
    made.environment = environment_of(stage.name) or "production"
    build.phases.append(made)
    build.mark(first, head.last if head.kind == "head" else first, "phase", _phase_words(made))
    return Context(made)


def _phase_words(phase: Phase) -> str:
    window = f" ({phase.stage.window})" if phase.stage.window and phase.stage.window != phase.stage.name else ""
    return f"{phase.stage.name}{window}"


def _is_subtitle(reader: Reader, head: Block, context: Context) -> bool:
    """Whether a heading right under a phase's heads all of it, and nothing stands beside it: it is its second line."""
    phase = context.phase
    if phase is None or phase.origin is None or head.level == LABEL or context.name:
        return False
    follows = all(not reader.build.lines[number - 1].strip() for number in range(phase.origin.last + 1, head.first))
    direct = any(reader.marks.box(item) for child in head.children for item in child.children)
    return follows and reader.marks.works(head) and not direct and any(child.kind == "list" for child in head.children)


def _subtitle(reader: Reader, head: Block, context: Context) -> None:
    assert context.phase is not None
    words = plain(head.text)
    found = environment_of(words)
    if found is not None and found != "beta":
        context.phase.environment = found
    reader.build.note(head.first, head.last, context.phase, "")


def last_of(block: Block) -> int:
    """Return the last line of all that stands in or under a block."""
    last = block.last
    while block.children:
        block = block.children[-1]
        last = max(last, block.last)
    return last


# Lists ----------------------------------------------------------------------------------------


def _item(reader: Reader, item: Block, context: Context) -> None:
    """Read a point of a list; of one that is too deep to be read as blocks, line by line."""
    if not item.children:
        lines = [(number, reader.build.lines[number - 1]) for number in range(item.first, item.last + 1)]
        leaves.boxed_lines(reader, [(number, line) for number, line in lines if line.strip()], context)
        return
    text = reader.marks.text_of(item)
    first, *rest = text.split("\n") if text else [""]
    box = reader.marks.accept(box_of(first.strip()), target=context.gate, item=item)
    if box is not None:
        _boxed(reader, item, box, rest, context)
    elif (stage := reader.phases.get(id(item))) is not None:
        walk(reader, Block("doc", item.first, item.last, children=item.children[1:]), _phase(reader, item, stage))
    elif _holds_boxes(reader, item, rest) or (reader.listed and _heads(item) and context.role is None):
        if not text:
            walk(reader, item, context)
            return
        inner = under(reader, item, text, context)
        inside = Block("doc", item.first, item.last, children=item.children[1:])
        if any(reader.marks.accept(box_of(line.strip())) for line in rest):
            inside.children, inner = item.children, context
        walk(reader, inside, inner)
        if not reader.build.is_marked(item.first):
            reader.build.mark(item.first, item.children[0].last, "section", inner.name)
    elif not leaves.point(reader, item, text, context):
        _other(reader, item, text, context)


def _holds_boxes(reader: Reader, item: Block, rest: list[str]) -> bool:
    """Whether boxes stand under a point that has none of its own."""
    lines = any(reader.marks.accept(box_of(line.strip())) for line in rest)
    return lines or any(reader.marks.boxed(child) for child in item.children[1:])


def is_deep(block: Block) -> bool:
    """Whether a list has points of which nothing was read."""
    return block.kind == "list" and not all(item.children for item in block.children)


def _heads(item: Block) -> bool:
    return any(child.kind == "list" for child in item.children[1:])


def _other(reader: Reader, item: Block, text: str, context: Context) -> None:
    """Read a point without a box and a part: work where it has a command, or where no work has a box."""
    build = reader.build
    shell = next((one for one in item.children[1:] if one.kind == "fence" and is_shell(one.info, one.text)), None)
    working = context.role is None and (context.phase is not None or not reader.phases)
    if text and working and (shell is not None or reader.listed):
        made = item_of(text, None, build.origin(item.first, item.children[0].last), depth=context.depth)
        made = replace(made, command=command_in(shell.text)) if shell is not None else replace(made, counted=True)
        inner = under(reader, item, text, context) if shell is not None else context
        take_item(reader, made, inner)
        build.mark(item.first, item.children[0].last, "item", made.text)
        if shell is not None:
            build.mark(shell.first, shell.last, "command", made.command or "")
        _details(reader, item, made, context)
        return
    if text:
        build.note(item.first, item.children[0].last, context.phase, context.name)
    walk(reader, Block("doc", item.first, item.last, children=item.children[1:] if text else item.children), context)


def _boxed(reader: Reader, item: Block, box: Box, rest: list[str], context: Context) -> None:
    """Read a point with a box, the lines that go on behind it, and what stands under it."""
    build = reader.build
    para = item.children[0]
    lines = [box.text]
    more: list[tuple[int, str]] = []
    for number, line in enumerate(rest, para.first + 1):
        if more or reader.marks.accept(bare_box(line), target=context.gate) or label_of(line):
            more.append((number, line))
        else:
            lines.append(line.strip())
    last = para.first + len(lines) - 1
    made = item_of(" ".join(lines), box, build.origin(para.first, last), depth=context.depth, gate=context.gate)
    made, notes = _with_details(reader, item, made)
    take_item(reader, made, context)
    build.mark(para.first, last, "item", made.text)
    for first, end in notes:
        build.mark(first, end, "detail", made.text)
    deeper = replace(context, depth=context.depth + 1)
    leaves.boxed_lines(reader, more, context)
    for child in item.children[1:]:
        if reader.marks.boxed(child) or is_deep(child):
            walk(reader, Block("doc", child.first, child.last, children=[child]), deeper)


def _with_details(reader: Reader, item: Block, made: ItemDraft) -> tuple[ItemDraft, list[tuple[int, int]]]:
    """Give an item the note and the command that stand under it."""
    notes, taken = [made.note] if made.note else [], list[tuple[int, int]]()
    for child in item.children[1:]:
        if reader.marks.boxed(child) or is_deep(child) or child.kind == "head":
            continue
        if child.kind == "fence" and is_shell(child.info, child.text) and made.command is None:
            made = replace(made, command=command_in(child.text))
        else:
            notes.append("\n".join(line.strip() for line in reader.build.lines[child.first - 1 : last_of(child)]))
        taken.append((child.first, last_of(child)))
    return replace(made, note="\n".join(notes) or None), taken


def _details(reader: Reader, item: Block, made: ItemDraft, context: Context) -> None:
    """Keep what else stands under a piece of work as text."""
    for child in item.children[1:]:
        if not reader.build.is_marked(child.first):
            walk(
                reader, Block("doc", child.first, child.last, children=[child]), replace(context, depth=made.depth + 1)
            )
