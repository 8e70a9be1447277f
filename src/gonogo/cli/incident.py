"""`gonogo incident`: incidents by command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gonogo.cli import comms, outcome, postmortem, timeline
from gonogo.cli import context as c

if TYPE_CHECKING:
    from gonogo.control.room import ControlRoom
    from gonogo.rules.incident import Incident

LEVELS = ("critical", "high", "medium", "low")


@click.group()
def incident() -> None:
    """Declare, acknowledge, grade, step, note, resolve and list incidents; write to those it touches."""


for _command in (
    comms.comms, outcome.resolve, outcome.reopen, outcome.review, postmortem.postmortem, timeline.timeline,
    timeline.pin, timeline.handover,
):  # fmt: skip
    incident.add_command(_command)


def find(room: ControlRoom, label: int | None) -> Incident:
    """Find an incident by its label; without one, the open one in front."""
    from gonogo.rules.incident import Incident, open_incidents

    state = room.store.state()
    if label is None:
        front = open_incidents(state)
        if not front:
            raise c.Failed("No incident is open.")
        return front[0]
    found = next((one for one in state.all(Incident) if one.label == label), None)
    if found is None:
        raise c.Failed(f"There is no incident {label}; `gonogo incident list` shows them.", c.USAGE)
    return found


_which = click.option("--incident", "label", type=int, help="Its label; else the open one in front.")


@incident.command()
@click.argument("title", nargs=-1)
@click.option("--severity", type=click.Choice(LEVELS), help="Unsure: the higher; without one, critical.")
@click.option("--since", help="Since when customers report it: 02:50, or 15m for 15 minutes ago.")
@click.option("--another", is_flag=True, help="It is a further one, beside what somebody else has open.")
@click.pass_context
def declare(
    context: click.Context, title: tuple[str, ...], severity: str | None, since: str | None, *, another: bool
) -> None:
    """Declare an incident; T+0 is now.

    TITLE may begin with its severity: high payments fail. With --severity all of it is the title.
    """
    from gonogo.control.desk import last_change
    from gonogo.rules.plan import Launch, Severity
    from gonogo.rules.quicklog import graded, when
    from gonogo.rules.record import Refusal
    from gonogo.rules.response import DeclareIncident

    with c.room(context) as room:
        now = room.clock.now()
        launch = next(iter(room.store.state().all(Launch)), None)
        began = when(since.removeprefix("@"), now, launch.timezone if launch else "UTC") if since else None
        if isinstance(began, Refusal):
            raise c.Failed(began.sentence, c.USAGE)
        line = " ".join(title)
        grade, what = (Severity(severity), line) if severity else graded(line)
        c.act(
            room,
            DeclareIncident(
                title=what, severity=grade, since=began, another=another,
                last_change=last_change(room.store, began or now),
            ),
        )  # fmt: skip


@incident.command()
@_which
@click.pass_context
def ack(context: click.Context, label: int | None) -> None:
    """Say: I have it."""
    from gonogo.rules.response import AcknowledgeIncident

    with c.room(context) as room:
        c.act(room, AcknowledgeIncident(incident=find(room, label).id))


@incident.command()
@click.argument("span", default="10m")
@_which
@click.pass_context
def snooze(context: click.Context, span: str, label: int | None) -> None:
    """Let an incident be quiet for a while, such as 10m; what comes due meanwhile is told at its end."""
    from gonogo.rules import duration
    from gonogo.rules.call import SnoozeIncident

    try:
        for_s = duration.seconds(span)
    except ValueError as error:
        raise c.Failed(f"{error}.", c.USAGE) from None
    with c.room(context) as room:
        c.act(room, SnoozeIncident(incident=find(room, label).id, for_s=for_s))


@incident.command(name="hand-over")
@click.argument("to", default="")
@_which
@click.pass_context
def hand_over(context: click.Context, to: str, label: int | None) -> None:
    """Give an incident to the next contact, or to somebody by name; they are told at once."""
    from gonogo.control.alarms import next_contact
    from gonogo.rules.call import HandOverIncident

    with c.room(context) as room:
        found = find(room, label)
        c.act(room, HandOverIncident(incident=found.id, to=to or next_contact(room.store, found.id)))


@incident.command()
@click.argument("level", type=click.Choice(LEVELS))
@_which
@click.pass_context
def severity(context: click.Context, level: str, label: int | None) -> None:
    """Set the severity; the steps that are left become those of its runbook."""
    from gonogo.rules.plan import Severity
    from gonogo.rules.response import GradeIncident

    with c.room(context) as room:
        c.act(room, GradeIncident(incident=find(room, label).id, severity=Severity(level)))


@incident.command()
@click.argument("name", required=False)
@click.option("--note", help="What was done, decided or seen.")
@_which
@click.pass_context
def step(context: click.Context, name: str | None, note: str | None, label: int | None) -> None:
    """Mark a step done by its id; without one, the next."""
    from gonogo.rules.incident import current_step, steps_of
    from gonogo.rules.response import DoStep

    with c.room(context) as room:
        found = find(room, label)
        if name is None:
            current = current_step(steps_of(room.store.state(), found))
            if current is None:
                raise c.Failed(f"Every step of incident {found.label} is done; `gonogo incident resolve` ends it.")
            name = current.key
        c.act(room, DoStep(incident=found.id, step=name, note=note))


@incident.command()
@click.argument("text", nargs=-1, required=True)
@_which
@click.pass_context
def note(context: click.Context, text: tuple[str, ...], label: int | None) -> None:
    """Write a line on the timeline."""
    from gonogo.rules.response import NoteIncident

    with c.room(context) as room:
        c.act(room, NoteIncident(incident=find(room, label).id, text=" ".join(text)))


@incident.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
@click.option("--times", "times", is_flag=True, help="Say how long it took to detect, decide, mitigate, and so on.")
@click.pass_context
def list_incidents(context: click.Context, as_json: bool, times: bool) -> None:
    """List all incidents, the newest first."""
    from gonogo.cli.board_json import stamp
    from gonogo.rules.incident import Incident
    from gonogo.rules.text import scrub

    with c.room(context) as room:
        if times:
            postmortem.say_times(room, as_json=as_json)
            return
        found = sorted(room.store.state().all(Incident), key=lambda one: -one.label)
    if as_json:
        c.print_json([
            {"id": one.id, "label": one.label, "title": one.title, "severity": one.severity, "state": one.state,
             "drill": one.drill, "outcome": one.outcome, "detected_at": stamp(one.detected_at.utc),
             "resolved_at": stamp(one.resolved_at.utc) if one.resolved_at else None}
            for one in found
        ])  # fmt: skip
        return
    for one in found:
        outcome = f", {one.outcome.replace('_', ' ')}" if one.outcome else ""
        outcome += ", DRILL" if one.drill else ""
        click.echo(
            scrub(f"{one.label:>3}  {one.severity:<9}{one.state}{outcome}  {one.title}  {stamp(one.detected_at.utc)}")
        )
    if not found:
        click.echo("No incident yet.")
