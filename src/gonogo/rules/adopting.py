"""Making a template the team's own: its words edited, or read through and kept as they are."""

from __future__ import annotations

from gonogo.rules import message, text
from gonogo.rules.message import Letter
from gonogo.rules.plan import Readiness, Renewal, Template
from gonogo.rules.readiness import since
from gonogo.rules.record import Act, Changes, Decision, Intent, Record, Refusal, State


class AdoptTemplate(Intent):
    """A person has read a template and says what it is to say."""

    template: str
    body: Letter


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide that a template says something from now on; when each of them is the team's own, all were read."""
    assert isinstance(intent, AdoptTemplate)
    found, body = state.get(Template, intent.template), text.block(intent.body).strip()
    if found is None:
        return Refusal("There is no such template; `gonogo ready template` lists them.")
    if not body:
        return Refusal("A template without words tells nobody anything; write what is to be told.")
    try:
        message.check(body)
    except ValueError as error:
        return Refusal(f"{text.line(str(error), 300)}.", misused=True)
    same = body == text.block(found.body).strip()
    mine = found.model_copy(update={"body": found.body if same else f"{body}\n", "sample": False})
    rows: list[Record] = [mine]
    left = [one for one in state.all(Template) if one.sample and one.id != mine.id]
    for target in state.all(Readiness) if not left else ():
        if target.source == "templates":
            fresh = Renewal(id=target.id, at=act.at, by=act.actor, detail="read through")
            rows.append(since(target, state.get(Renewal, target.id), fresh))
    return Changes(f"{'read' if same else 'wrote'} the template “{found.name}”", put=tuple(rows))
