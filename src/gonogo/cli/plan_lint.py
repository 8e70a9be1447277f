"""`gonogo plan lint`: what is doubtful in a plan, and the ruling on each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gonogo.cli import context as c

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gonogo.rules.finding import Finding
    from gonogo.rules.ruling import Ruling


@click.command()
@click.argument("file", type=click.Path(), required=False)
@click.option("--accept", metavar="KEY", help="Do what is proposed about a finding, and keep it as the ruling.")
@click.option("--leave", nargs=2, metavar="KEY REASON", help="Leave the line as it is, and say why.")
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
@click.pass_context
def lint(
    context: click.Context, file: str | None, accept: str | None, leave: tuple[str, str] | None, as_json: bool
) -> None:
    """Say what is doubtful in FILE, or in the plan of the launch: exits 0 for nothing, 10 for findings.

    It reads English: what is demanded without a number, a window or an owner, done once but recurring, negative,
    twice, contradictory, or out of reach. `u` and `gonogo undo` take a ruling back.
    """
    if file is not None:
        if accept or leave:
            raise c.Failed(
                "A ruling is kept with the plan of a launch: import the file, then accept it there.", c.USAGE
            )
        found, ruled = _of_file(Path(file).expanduser(), context)
    else:
        found, ruled = _of_launch(context, accept, leave)
        if accept or leave:
            return
    if as_json:
        c.print_json(
            {"findings": [_data(one) for one in found], "rulings": [one.model_dump(mode="json") for one in ruled]}
        )
    else:
        _show(found, ruled)
    context.exit(c.HOLD if found else c.GO)


def _of_file(path: Path, context: click.Context) -> tuple[tuple[Finding, ...], tuple[Ruling, ...]]:
    from gonogo.cli.plan import metrics
    from gonogo.formats.plan_file import read_plan_file
    from gonogo.rules.lint import lint as examine
    from gonogo.rules.sheet import of_draft

    return examine(of_draft(read_plan_file(path, metrics(context)).draft)), ()


def _of_launch(
    context: click.Context, accept: str | None, leave: tuple[str, str] | None
) -> tuple[tuple[Finding, ...], tuple[Ruling, ...]]:
    from gonogo.control import shelf
    from gonogo.rules.ruling import AcceptRuling, LeaveFinding

    with c.room(context) as room:
        if accept:
            c.act(room, AcceptRuling(finding=accept))
        if leave:
            c.act(room, LeaveFinding(finding=leave[0], reason=leave[1]))
        return shelf.doubts(room.store)


def _show(found: Sequence[Finding], ruled: Sequence[Ruling]) -> None:
    from gonogo.rules import words
    from gonogo.rules.text import scrub

    for one in found:
        click.echo(scrub(f"{one.doubt:<14}{one.said.place}: “{one.said.text}”"))
        click.echo(scrub(f"{'':<14}{one.why}"))
        click.echo(scrub(f"{'':<14}→ {one.ruling}   [{one.key}]"))
    for row in ruled:
        click.echo(scrub(f"{row.choice:<14}“{row.line}”: {row.words} ({row.by})"))
    click.echo(f"{words.count(len(found), 'finding')}, {words.count(len(ruled), 'ruling')}.")


def _data(one: Finding) -> dict[str, Any]:
    said = one.said
    return {"key": one.key, "doubt": one.doubt, "text": said.text, "line": said.line, "phase": said.phase or None,
            "place": said.place, "why": one.why, "ruling": one.ruling, "changes": one.change is not None}  # fmt: skip
