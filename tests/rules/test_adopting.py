"""A template becomes the team's own by being read; when all are, they are ready, attested by who read the last."""

from __future__ import annotations

from tests.conftest import Memory

from gonogo.rules.adopting import AdoptTemplate
from gonogo.rules.plan import Readiness, Renewal, Template
from gonogo.rules.record import Changes, Refusal


def test_reading_the_last_sample_makes_the_templates_ready(memory: Memory) -> None:
    first = memory.state.all(Template)[0].model_copy(update={"sample": True, "body": "Hello\n"})
    second = first.model_copy(update={"id": "two", "key": "two", "name": "Two"})
    tile = Readiness(id="t", key="templates", position=9, name="templates", max_age_s=86_400, source="templates")
    memory.state.apply(Changes("", put=(first, second, tile)))
    said = memory.do(AdoptTemplate(template=first.id, body="Hello"))
    assert isinstance(said, Changes)
    assert said.said == "read the template “Notice”"
    assert memory.state.get(Renewal, "t") is None
    said = memory.do(AdoptTemplate(template="two", body="Dear $what"))
    assert isinstance(said, Changes)
    assert said.said == "wrote the template “Two”"
    assert memory.state.get(Template, "two").body == "Dear $what\n"  # type: ignore[union-attr]
    assert memory.state.get(Renewal, "t").by == "ann"  # type: ignore[union-attr]


def test_a_template_that_names_what_nobody_can_fill_is_refused(memory: Memory) -> None:
    one = memory.state.all(Template)[0]
    refused = memory.do(AdoptTemplate(template=one.id, body="Dear $custommer"))
    assert isinstance(refused, Refusal)
    assert refused.sentence.startswith("$custommer is no variable of a template")
    empty = memory.do(AdoptTemplate(template=one.id, body="  \n"))
    assert empty == Refusal("A template without words tells nobody anything; write what is to be told.")
    assert isinstance(memory.do(AdoptTemplate(template="gone", body="x")), Refusal)
