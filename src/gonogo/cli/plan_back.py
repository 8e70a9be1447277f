"""`gonogo plan export --write-back FILE`: the team's own file brought up to date, and read again first."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gonogo.cli import context as c

if TYPE_CHECKING:
    from gonogo.control.room import ControlRoom
    from gonogo.formats.plan_back import Back
    from gonogo.formats.plan_file import PlanFile
    from gonogo.rules.plan_doc import PlanDoc


def bring_up_to_date(context: click.Context, path: Path, *, repair: bool, dry_run: bool) -> None:
    """Write what changed here into the team's file, or print the difference."""
    from gonogo.cli.plan_export import due
    from gonogo.formats.whole import fit_to_write, write_whole
    from gonogo.rules.text import scrub
    from gonogo.rules.words import count

    if not dry_run:
        fit_to_write(path)
    with c.room(context) as room:
        raw, found = _read(context, path)
        back = _made(context, room, found, raw, due(room), repair=repair)
        for line in back.left:
            click.echo(scrub(f"{path}: {line}."), err=True)
        if dry_run:
            for line in back.difference:
                click.echo(scrub(line))
            return
        if back.raw == raw:
            said = "has all that is written back" if back.left else "says what the plan says"
            click.echo(f"{path}: {said} already.")
            return
        again = _reread(context, room, path, back, due(room))
        write_whole(path, back.raw, raw)
        _keep(context, room, again)
        changed = sum(1 for line in back.difference if line[:1] in "+-" and line[:3] not in ("+++", "---"))
        click.echo(f"{path}: {count(changed, 'line')} changed, all others as they were.")


def _read(context: click.Context, path: Path) -> tuple[bytes, PlanFile]:
    from gonogo.cli.plan_import import read

    if not path.exists():
        raise c.Failed(f"{path} does not exist; `gonogo plan export {path}` makes one.", c.USAGE)
    found = read(context, str(path))
    raw = path.read_bytes()
    if found.kind != "markdown" or found.plan is not None:
        raise c.Failed(f"{path} is in gonogo's own form; `gonogo plan export {path}` writes it anew.", c.USAGE)
    return raw, found


def _base(room: ControlRoom) -> PlanDoc:
    from gonogo.rules import plan_now
    from gonogo.rules.plan_kept import PlanSource

    source = next(iter(room.store.state().all(PlanSource)), None)
    return plan_now.checked(json.loads(source.doc)) if source else plan_now.plan_now(room.store.state())


def _made(
    context: click.Context, room: ControlRoom, found: PlanFile, raw: bytes, due: Collection[str], *, repair: bool
) -> Back:  # fmt: skip
    from gonogo.cli.plan import metrics
    from gonogo.formats.plan_back import write_back
    from gonogo.rules import plan_now
    from gonogo.rules.back import wanted
    from gonogo.rules.draft_plan import plan_of
    from gonogo.rules.merge_plan import Import, as_here
    from gonogo.rules.record import Refusal

    drafted = plan_of(found.draft, metrics(context))
    base, mine = _base(room), plan_now.plan_now(room.store.state())
    theirs = as_here(base, mine, Import(drafted.plan))
    want = wanted(base, mine, theirs, due, found.path.name)
    if isinstance(want, Refusal):
        raise c.Failed(want.sentence)
    pairs = zip(drafted.plan.items, theirs.items, strict=True)
    lines = {here.id: drafted.items[own.id] for own, here in pairs if own.id in drafted.items}
    return write_back(found, raw, want, lines, repair=repair)


def _reread(context: click.Context, room: ControlRoom, path: Path, back: Back, due: Collection[str]) -> PlanFile:
    """Read what is to be written: it must say what the plan says, or it is not written."""
    from gonogo.cli.plan import metrics
    from gonogo.formats.encoding import read_text
    from gonogo.formats.plan_file import PlanFile
    from gonogo.formats.plan_md import read_markdown
    from gonogo.rules import plan_now
    from gonogo.rules.back import mark_of
    from gonogo.rules.draft_plan import plan_of
    from gonogo.rules.merge_plan import Import, as_here

    text = read_text(back.raw, str(path))
    found = PlanFile(path, "markdown", text, read_markdown(text.lines, path.stem or "Plan"))
    mine = plan_now.plan_now(room.store.state())
    drafted = plan_of(found.draft, metrics(context))
    theirs = as_here(mine, mine, Import(drafted.plan))
    here = {one.id: one for one in mine.items}
    for key in sorted(back.keys - {one.id for one in theirs.items}):
        raise c.Failed(f"{path}: “{here[key].text}” would not be read back; write that line by hand, then import.")
    for own, one in zip(drafted.plan.items, theirs.items, strict=True):
        plain = own.id in drafted.items and drafted.items[own.id].mark
        known = here.get(one.id)
        same = known is not None and one.text == known.text
        if not same or (plain and known and mark_of(one, ()) != mark_of(known, due)):
            raise c.Failed(
                f"{path}: “{one.text}” would not read back as it is here; write that line by hand, then import."
            )
    return found


def _keep(context: click.Context, room: ControlRoom, found: PlanFile) -> None:
    """Keep what the file says now, so that the next import knows what was changed since."""
    from gonogo.cli.plan_import import plan_of
    from gonogo.rules import plan_now
    from gonogo.rules.record import Refusal
    from gonogo.rules.reimport import KeepSource

    plan, _ = plan_of(context, found, plan_now.plan_now(room.store.state()))
    done = room.dispatch(KeepSource(plan=plan, source=found.path.name))
    if isinstance(done, Refusal):
        raise c.Failed(done.sentence)
