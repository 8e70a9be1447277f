"""Where in a plan the reader is: under which headings, in which phase, and what the block is for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from gonogo.formats.plan_md.build import Build, Phase
from gonogo.formats.plan_md.marks import Marks
from gonogo.formats.plan_md.roles import Role, is_optional, role_of, title_of
from gonogo.formats.plan_md.stages import Stage, stage_of
from gonogo.formats.plan_md.tree import LABEL, Block
from gonogo.rules.draft import Origin

_WHEN = re.compile(
    r"^(?:if|when|in case|after (?:a |the )?roll|se |si |wenn|falls|caso|若|如果|如|回滚后)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Context:
    """What holds for a block; `section` is the key that its items are gathered under."""

    phase: Phase | None = None
    section: object = None
    name: str = ""
    head: Origin | None = None
    role: Role | None = None
    optional: bool = False
    when: str | None = None
    book: tuple[object, str] | None = None
    """The runbook that steps belong to."""
    hint: str = ""
    """A heading that names the phase whose criteria stand under it."""
    depth: int = 0

    @property
    def gate(self) -> bool:
        """Whether the block says what the gate demands."""
        return self.role == "criteria"


@dataclass(slots=True)
class Reader:
    """What all parts of the reader share."""

    build: Build
    marks: Marks
    phases: dict[int, Stage]
    title: Block | None
    listed: bool
    """Whether the file has no boxes, so that the points of its lists are the work."""


def under(reader: Reader, block: Block, text: str, context: Context) -> Context:
    """Return what holds under a heading."""
    own = role_of(text)
    name = title_of(text)
    role = own or context.role
    if own == "aside" and context.role in ("runbook", "triggers", "templates", "readiness"):
        role = context.role
    if own == "criteria" and context.role in ("triggers", "runbook", "templates"):
        role = context.role
    made = replace(
        context, section=id(block), name=name, head=reader.build.origin(block.first, block.first), role=role, depth=0,
        optional=context.optional or is_optional(text),
    )  # fmt: skip
    if _WHEN.match(name):
        made = replace(made, when=name)
    if role == "runbook":
        heads = block.kind == "head" and block.level < LABEL
        made = replace(
            made, book=(id(block), name) if heads or made.book is None else made.book, when=made.when or name
        )
    if role == "criteria" and stage_of(text) is not None:
        made = replace(made, hint=name)
    return made


def section_key(context: Context) -> tuple[object, str]:
    """Return the key and the name of the section that holds here."""
    if context.name:
        return context.section, context.name
    name = context.phase.stage.name if context.phase else ""
    return (id(context.phase), name) if name else ("", "")
