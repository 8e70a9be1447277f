"""The linter: every doubt about a plan, in the order of its lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from gonogo.rules import lint_lines, lint_pairs, lint_whole
from gonogo.rules.finding import Finding
from gonogo.rules.sheet import Sheet

Check = Callable[[Sheet], Iterator[Finding]]
LINES: tuple[Check, ...] = (
    lint_lines.unquantified, lint_lines.windowless, lint_lines.recurring, lint_lines.negative, lint_lines.conditional,
    lint_lines.commands, lint_lines.hidden, lint_lines.marks,
)  # fmt: skip
PAIRS: tuple[Check, ...] = (
    lint_pairs.targets, lint_pairs.absences, lint_pairs.decisions, lint_pairs.telling, lint_pairs.reachable,
    lint_pairs.doubles, lint_pairs.too_late,
)  # fmt: skip
WHOLE: tuple[Check, ...] = (
    lint_whole.nouns, lint_whole.gates, lint_whole.procedures, lint_whole.owners, lint_whole.backups,
)  # fmt: skip
PAPER: tuple[Check, ...] = (lint_whole.origins, lint_whole.ways_back, lint_whole.closing, lint_whole.open_end)
"""What only a plan on paper leaves open: a launch that gonogo runs has its answers."""


def lint(sheet: Sheet) -> tuple[Finding, ...]:
    """Return what is doubtful in a plan; each finding has a key of its own."""
    checks = LINES + PAIRS + WHOLE + (() if sheet.run else PAPER)
    places = {id(one): place for place, one in enumerate(sheet.said)}
    found = sorted((one for check in checks for one in check(sheet)), key=lambda one: places.get(id(one.said), 0))
    return tuple(_named(found))


def _named(found: list[Finding]) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for one in found:
        seen[one.key] = number = seen.get(one.key, 0) + 1
        yield replace(one, twin=number) if number > 1 else one
