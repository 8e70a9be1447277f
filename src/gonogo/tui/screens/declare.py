"""The dialog that declares an incident: how bad it is, before its time is up."""

from __future__ import annotations

from gonogo.rules.plan import Severity
from gonogo.tui.screens.choose import LEAVE, Choice, ChooseScreen

SEVERITIES = (
    Choice("1", "critical", Severity.CRITICAL, "the site is down, orders fail, data or money is at risk"),
    Choice("2", "high", Severity.HIGH, "an important part fails for many"),
    Choice("3", "medium", Severity.MEDIUM, "a part fails for some, and there is a way round"),
    Choice("4", "low", Severity.LOW, "a blemish"),
)
LIMIT_S = 10


class DeclareScreen(ChooseScreen):
    """Asks for the severity of an incident whose instant is taken; without an answer it is critical."""

    alive = (LEAVE,)

    def __init__(self, taken: str) -> None:
        question = f"Incident, taken at {taken}. How bad is it? Unsure: the higher."
        super().__init__(question, SEVERITIES, limit_s=LIMIT_S, limit_words="it is critical")
