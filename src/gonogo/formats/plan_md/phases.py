"""Which headings of a plan are its phases, looking at all of them at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gonogo.formats.plan_md.marks import Marks
from gonogo.formats.plan_md.roles import Role, role_of
from gonogo.formats.plan_md.stages import NUMBERED, PHASE, TIME, WORD, Stage, stage_of
from gonogo.formats.plan_md.tree import LABEL, Block


@dataclass(slots=True)
class _Candidate:
    block: Block
    stage: Stage
    above: tuple[int, ...]
    """The blocks that it stands under, outermost first."""
    works: bool
    """Whether there is something to do under it."""


def phases_of(root: Block, title: Block | None, marks: Marks) -> dict[int, Stage]:
    """Return the phases by the identity of their blocks: headings; where there are none, labels and list items."""
    every = list(_candidates(root, title, marks))
    for wanted in (
        [one for one in every if one.block.kind == "head" and one.block.level < LABEL],
        [one for one in every if one.block.kind == "head"],
        [one for one in every if one.stage.rank <= TIME],
    ):
        if found := _chosen(wanted):
            return found
    return {}


def _candidates(root: Block, title: Block | None, marks: Marks) -> Iterator[_Candidate]:
    """Yield each block whose words name a stage, unless it speaks of another: of criteria, of what to do when it "
    "breaks."""
    open_blocks: list[tuple[Block, tuple[int, ...], Role | None]] = [(root, (), None)]
    while open_blocks:
        block, above, role = open_blocks.pop()
        inner = role
        if (block.kind == "head" and block is not title) or (block.kind == "item" and block.children[1:]):
            text = block.text if block.kind == "head" else marks.text_of(block)
            own = role_of(text)
            stage = stage_of(text) if marks.box(block) is None else None
            works = marks.works(block)
            fits = role in (None, "aside") and (role is None or marks.boxed(block))
            if stage is not None and fits and (own is None or stage.rank == PHASE or marks.boxed(block)):
                yield _Candidate(block, stage, above, works)
            inner = None if stage is not None and stage.rank <= TIME and role is None else own or role
        below = (*above, id(block)) if block is not root and len(above) < 40 else above
        open_blocks += [(child, below, inner) for child in reversed(block.children)]


def _chosen(candidates: list[_Candidate]) -> dict[int, Stage]:
    """Choose phases so that none stands in another: the surest first, then the outermost."""
    taken: dict[int, Stage] = {}
    under: set[int] = set()
    for rank in (PHASE, TIME, WORD, NUMBERED):
        groups: dict[int | None, list[_Candidate]] = {}
        for one in candidates:
            if one.stage.rank == rank and id(one.block) not in under and not any(above in taken for above in one.above):
                groups.setdefault(one.above[-1] if one.above else None, []).append(one)
        beside = {one.above[-1] if one.above else None for one in candidates if id(one.block) in taken}
        usable = [one for parent, group in groups.items() for one in _held(rank, group, beside=parent in beside)]
        for one in sorted(usable, key=lambda one: len(one.above)):
            if id(one.block) not in under and not any(above in taken for above in one.above):
                taken[id(one.block)] = one.stage
                under.update(one.above)
    return taken


def _held(rank: int, group: list[_Candidate], *, beside: bool) -> list[_Candidate]:
    """Return which headings of one rank under one other are phases.

    Where they say so themselves, one with work makes phases of all. A word or a number needs several with work, and a
    word may stand beside surer ones: “T-1 day”, “Launch day”.
    """
    working = [one for one in group if one.works]
    if rank <= TIME:
        return group if working else []
    sure = rank == WORD or sum(one.stage.sure for one in working) * 2 >= len(working)
    return working if sure and (len(working) > 1 or (rank == WORD and beside)) else []
