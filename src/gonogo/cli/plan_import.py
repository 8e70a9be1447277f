"""`gonogo plan import FILE`: a team's plan into a launch, the first one or the one that runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gonogo.cli import context as c
from gonogo.cli import places
from gonogo.cli.founding import Seed, Told, asks_of_site, config_here, found_here, must_know_the_site

if TYPE_CHECKING:
    from gonogo.formats.plan_file import PlanFile
    from gonogo.rules.difference import Difference
    from gonogo.rules.plan_doc import PlanDoc


@click.command(name="import")
@click.argument("file", type=click.Path())
@click.option("--dry-run", is_flag=True, help="Show what the file would become, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="With --dry-run: print data instead of text.")
@click.option("--yes", is_flag=True, help="Take the difference over without asking.")
@click.option("--lose-ticks", is_flag=True, help="Let ticks go whose items the file no longer has.")
@click.option("--pair", "pairs", multiple=True, metavar="KEY=TEXT", help="Which line an item is now; repeatable.")
@click.option("--take-file", is_flag=True, help="Where both changed, the file is right; else what was edited here.")
@asks_of_site
@click.pass_context
def import_(
    context: click.Context, /, file: str, dry_run: bool, as_json: bool, yes: bool, lose_ticks: bool,
    pairs: tuple[str, ...], take_file: bool, **told: Any,
) -> None:  # fmt: skip
    """Take FILE over as the plan: Markdown as it is, TOML or JSON.

    Without a launch here it founds one, as `gonogo init` does from the bundled plan. Over a launch it shows what is
    different and keeps ticks, owners, notes and what was edited; `gonogo undo` takes it back.
    """
    if as_json and not dry_run:
        raise c.Failed("--json prints what the file would become; say --dry-run too.", c.USAGE)
    found = read(context, file)
    over = _launch(context)
    if dry_run:
        _show(found, as_json)
    if over is None and not dry_run:
        _found(context, found, Told(**told))
    elif over is not None and not as_json:
        if said := [flag for flag in Told(**told).flags() if not dry_run]:
            raise c.Failed(
                f"There is a launch here already: leave out {' '.join(said)}, or use another folder.", c.USAGE
            )
        _over(context, found, Choice(dry_run, yes, lose_ticks, take_file, _pairs(pairs)))


@dataclass(frozen=True, slots=True)
class Choice:
    """What was said of an import over a launch."""

    dry_run: bool
    yes: bool
    lose_ticks: bool
    take_file: bool
    pairs: dict[str, str]


def read(context: click.Context, file: str) -> PlanFile:
    """Read a plan file that has something in it."""
    from gonogo.cli.plan import metrics
    from gonogo.formats.plan_file import read_plan_file

    found = read_plan_file(Path(file).expanduser(), metrics(context))
    if not found.draft.phases:
        raise c.Failed(
            f"{file}: there is no box, no phase and no criterion in it; write work as “- [ ] …” under headings.",
            c.USAGE,
        )
    return found


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for one in given:
        key, sign, words = one.partition("=")
        if not sign or not words.strip():
            raise c.Failed(
                f"--pair {one}: write the item's key and the line's text, such as walk=Walk it all.", c.USAGE
            )
        found[key.strip()] = words.strip()
    return found


def _launch(context: click.Context) -> Path | None:
    """Return the state of the launch that is here already, if there is one."""
    state = c.place(context).state
    return state if state is not None and state.exists() else None


def _show(found: PlanFile, as_json: bool) -> None:
    from gonogo.cli.plan import show
    from gonogo.cli.plan_json import draft_json

    if as_json:
        c.print_json(draft_json(found))
    else:
        show(found)


def plan_of(context: click.Context, found: PlanFile, standard: PlanDoc) -> tuple[PlanDoc, tuple[str, ...]]:
    """Return the plan that a file makes, and what of it was taken from another, in words."""
    from gonogo.cli.plan import metrics
    from gonogo.rules.complete import complete
    from gonogo.rules.draft_plan import plan_of as of_draft

    plan = found.plan or of_draft(found.draft, metrics(context)).plan
    if plan.launch is not None:
        return plan, ()
    completed = complete(plan, standard)
    return completed.plan, completed.taken


def _found(context: click.Context, found: PlanFile, told: Told) -> None:
    """Found a launch from a file, and say what was taken from the bundled plan."""
    from gonogo.cli.plan_preview import summary
    from gonogo.formats.plans import bundled
    from gonogo.rules.text import scrub

    if told.url is None and not config_here(context).exists() and places.nearest_config(Path.cwd()):
        raise c.Failed("The gonogo.toml above has no launch yet; found it there, or say --url for one here.", c.USAGE)
    must_know_the_site(context, told)
    plan, taken = plan_of(context, found, bundled())
    for line in summary(found):
        click.echo(scrub(line))
    for one in taken:
        click.echo(f"From the bundled plan: {one}.")
    click.echo()
    found_here(context, Seed(plan, found.path.name), told)


# Over a launch --------------------------------------------------------------------------------


def _over(context: click.Context, found: PlanFile, choice: Choice) -> None:
    """Say what is different, and take it over."""
    from gonogo.cli.open import is_terminal
    from gonogo.rules import plan_now, reimport
    from gonogo.rules.record import Refusal
    from gonogo.rules.text import scrub

    with c.room(context) as room:
        state = room.store.state()
        plan, _ = plan_of(context, found, plan_now.plan_now(state))
        intent = reimport.ImportPlan(
            plan=plan, source=found.path.name, by_key=found.plan is not None, pairs=choice.pairs,
            take_file=choice.take_file, lose_ticks=choice.lose_ticks,
        )  # fmt: skip
        looked = reimport.look(state, intent)
        if isinstance(looked, Refusal):
            raise c.Failed(looked.sentence, c.USAGE if looked.misused else c.ERROR)
        for line in _told(looked.difference):
            click.echo(scrub(line))
        if choice.dry_run:
            return
        lost = looked.difference.lost and not choice.lose_ticks
        if is_terminal() and not choice.yes and not lost and not looked.difference.empty:
            click.confirm("Take it over?", abort=True)
        c.act(room, intent)


_HEADS = (("new", "new"), ("changed", "changed"), ("moved", "moved"), ("ticked", "ticked in the file"),
          ("other", "beside the items"), ("ours", "edited here and in the file"), ("left", "left alone"))  # fmt: skip


def _told(found: Difference) -> Iterator[str]:
    """Yield the difference as lines for people: what is lost stands last, where it is read."""
    from gonogo.rules.words import count

    if found.empty and not (found.ours or found.left):
        yield "Nothing is different."
        return
    for name, head in _HEADS:
        if rows := getattr(found, name):
            yield f"{head} ({len(rows)}):"
            yield from (f"  {row}" for row in rows)
    if found.gone:
        yield f"gone ({len(found.gone)}):"
        yield from (f"  {key}: {words}" for key, words in found.gone)
    yield f"{count(found.kept, 'tick')} kept."
    if found.lost:
        yield f"{count(len(found.lost), 'tick')} would be lost:"
        yield from (f"  {one.key}: {one.text} ({one.by}; {one.why})" for one in found.lost)
