"""What a team's plan does not say comes from the plan that gonogo ships, and it is said what."""

from __future__ import annotations

from tests.conftest import TINY

from gonogo.formats.plans import bundled
from gonogo.rules.complete import complete
from gonogo.rules.plan_doc import PlanDoc


def test_seats_runbooks_readiness_sources_and_templates_are_taken_where_the_file_has_none() -> None:
    doc = PlanDoc.model_validate({
        "title": "T", "phase": [{"id": "a", "name": "A"}], "runbook": TINY["runbook"],
        "readiness": [{"id": "db", "name": "db", "text": "Keep a backup of the database", "max_age": "1d"}],
    })  # fmt: skip
    found = complete(doc, bundled())
    assert [seat.id for seat in found.plan.seat] == ["product", "tech", "data", "support", "comms"]
    assert [str(book.severity) for book in found.plan.runbook] == ["critical", "high", "medium", "low"]
    assert found.plan.runbook[:2] == doc.runbook
    backup = found.plan.readiness[0]
    assert (backup.id, backup.text, backup.source) == ("backup", "Keep a backup of the database", "config")
    assert {"rollback", "dns", "alarms"} <= {one.id for one in found.plan.readiness}
    assert len(found.taken) == 5
    assert found.taken[1] == "the runbooks for what is medium, low"


def test_a_whole_plan_takes_nothing() -> None:
    found = complete(bundled(), bundled())
    assert found.plan == bundled()
    assert found.taken == ()
