"""The acts on what must always be ready: each is renewed in the way that makes it so."""

from __future__ import annotations

import re
from typing import Any

from gonogo.rules import duration, ready_words, words
from gonogo.rules.adopting import AdoptTemplate
from gonogo.rules.board import ReadyRow
from gonogo.rules.plan import Template
from gonogo.rules.readiness import RenewReadiness, is_rehearsed
from gonogo.rules.record import Refusal
from gonogo.tui.screens.acting import ActingScreen
from gonogo.tui.screens.choose import Choice, ChooseScreen
from gonogo.tui.screens.contact_acts import KEYS, ContactActs
from gonogo.tui.screens.message import MessageScreen

_FOR = re.compile(r"^(.*?)\s*\bfor\s+((?:\d+(?:\.\d+)?(?:m|h|d|w))+)$")


def attesting(target: str, typed: str) -> RenewReadiness:
    """Read what a person says of a readiness target: `not ...`, or what they saw, `... for 12h`."""
    if typed.lower() == "not" or typed.lower().startswith("not "):
        return RenewReadiness(readiness=target, detail=typed, ok=False)
    if found := _FOR.match(typed):
        return RenewReadiness(readiness=target, detail=found[1], for_s=duration.seconds(found[2]))
    return RenewReadiness(readiness=target, detail=typed)


class ReadyActs(ActingScreen, ContactActs):
    """Acts on the chosen readiness target."""

    def renew(self, key: str) -> None:
        """Renew a readiness target in its own way."""
        board = self.gonogo.board
        row = next((row for row in board.ready if row.target.key == key), None) if board else None
        if row is None or board is None:
            return
        match row.target.source:
            case "alarms":  # only a test that somebody saw makes them ready
                self.do_notify()
            case "watch":
                self.gonogo.say(f"Nobody's word renews it: {row.said or 'the watch measures it'}.", bad=True)
            case "contacts" if board.contacts:
                self.whom_to_call()
            case "templates" if board.templates:
                self._read_through(board.templates, row)
            case _ if ready_words.is_looked_at(row):
                self.gonogo.request("ready", {"targets": [key]})
            case _:
                self._attest(row)

    def _attest(self, row: ReadyRow) -> None:
        rehearsed, life = is_rehearsed(row.target), words.span(row.target.max_age_s)

        def preview(typed: str) -> tuple[str, bool]:
            found = attesting(row.target.id, typed)
            if not found.ok:
                return "it will be marked not ready", False
            if rehearsed:
                return "how long it took by hand, such as: took 3m10s; or esc, and D rehearses it", True
            span = words.span(found.for_s) if found.for_s else life
            return f"what you saw; enter: attested for {span} (“... for 12h”); “not ...”: it is not ready", True

        self.ask(row.target.name, lambda typed: self.keep(attesting(row.target.id, typed)), preview)

    def _read_through(self, templates: tuple[Template, ...], row: ReadyRow) -> None:
        """Choose a template to read; what is kept, edited or not, is the team's own from then on."""
        choices = [
            Choice(key, one.name, one.key, "as shipped" if one.sample else "yours")
            for key, one in zip(KEYS, templates, strict=False)
        ]

        def chosen(key: str | None) -> None:
            if key:
                self._read(next(one for one in templates if one.key == key))

        self.app.push_screen(ChooseScreen("Read which template?", choices), chosen)

    def _read(self, one: Template) -> None:
        about = ["What is filled in later stands as $what. enter: this is ours; e edits it first."]

        def ended(written: str | None) -> None:
            if written is not None:
                self.gonogo.dispatch(AdoptTemplate(template=one.id, body=written), answered)

        def answered(result: Any) -> None:
            refused = isinstance(result, Refusal)
            self.gonogo.say(result.sentence if refused else result.said, bad=refused)

        self.app.push_screen(MessageScreen(one.name, one.body, about, self.copy, self.gonogo.redraw), ended)
