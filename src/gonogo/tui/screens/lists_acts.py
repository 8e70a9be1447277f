"""What can be done on the lists: each act by the kind of row that is chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gonogo.rules import retype
from gonogo.rules.amend import LinkLogged, RestoreLogged, VoidLogged
from gonogo.rules.bug import AssignBug, MoveBug, TellReporter
from gonogo.rules.finding import Finding
from gonogo.rules.lists import MemberRow
from gonogo.rules.logged import Logged
from gonogo.rules.quicklog import HINTS, Kind
from gonogo.rules.record import Fact, Intent, Refusal
from gonogo.rules.reply import EditFaq, Faq, PromoteQuestion, RemoveFaq, ReplyTo
from gonogo.rules.roster import AddMember, EditMember, RemoveMember, StepMember, TestedBy
from gonogo.rules.ruling import AcceptRuling, LeaveFinding, Ruling
from gonogo.tui.actions import Action
from gonogo.tui.panes import lists as panes
from gonogo.tui.screens.acting import ActingScreen
from gonogo.tui.widgets.prompt import Prompt

Found = Logged | MemberRow | Faq | Fact | Finding | Ruling
_KINDS: dict[str, Kind] = {"orders": "order", "feedback": "feedback", "bugs": "bug", "questions": "question"}
_PERSON = "name, relation, contact; with “tester” in front, a tester: tester Tess, colleague"
_LABELS = {
    "orders": {"remove": "void"},
    "feedback": {"tick": "answer", "remove": "void"},
    "bugs": {"tick": "next state", "remove": "void"},
    "questions": {"tick": "answer", "remove": "void"},
    "people": {"tick": "invited, briefed"},
    "faq": {},
    "lessons": {},
    "doubts": {"tick": "accept", "remove": "leave it"},
}
"""What an act is called on a tab, where the room calls it otherwise."""
_NOT_ON = {
    "orders": {"tick", "promote", "owner", "told", "tested", "consent"},
    "feedback": {"promote", "owner", "told", "tested", "consent"},
    "bugs": {"promote", "tested", "consent"},
    "questions": {"owner", "told", "tested", "consent"},
    "people": {"promote", "owner", "told", "link"},
    "faq": {"tick", "add", "promote", "owner", "told", "tested", "consent", "link"},
    "lessons": {"tick", "edit", "remove", "promote", "owner", "told", "tested", "consent", "link"},
    "doubts": {"edit", "add", "promote", "owner", "told", "tested", "consent", "link"},
}


class ListsActs(ActingScreen):
    """The acts of the lists screen."""

    def __init__(self) -> None:
        super().__init__()
        self.tab = panes.TABS[0]
        self.shelf = panes.Shelf()

    def acts(self) -> list[Action]:
        """The acts that make sense on this tab, as it calls them."""
        labels, never = {"next": "next list", **_LABELS[self.tab]}, _NOT_ON[self.tab]
        found = [replace(one, label=labels.get(one.id, one.label)) for one in super().acts() if one.id not in never]
        ranks = {"redo": 0, "watch": 0, "next": 2, "open": 4, "order": 12, "feedback": 13, "bug": 14, "note": 15}
        ranks |= {"remove": 1} if self.tab == "doubts" else {}
        return [replace(one, rank=ranks.get(one.id, one.rank)) for one in found]

    @property
    def chosen(self) -> Found | None:
        """What the cursor stands on."""
        board, key = self.gonogo.board, self.pane.cursor
        if board is None or key is None:
            return None
        lists = board.lists
        rows = [*(one.logged for one in lists.bugs), *(one.logged for one in lists.questions)]
        found: list[Found] = [*self.shelf.orders, *self.shelf.feedback, *rows]
        found += [*lists.people, *lists.faq, *self.shelf.lessons]
        found += [*self.shelf.findings, *self.shelf.rulings]
        return next((one for one in found if _key(one) == key), None)

    def _logged(self, *kinds: str) -> Logged | None:
        """Return the chosen thing when it was logged and is of one of these kinds; else say so."""
        found = self.chosen
        if isinstance(found, Logged) and (not kinds or found.kind in kinds):
            return found
        self.gonogo.say(f"Choose {' or '.join(kinds) or 'something that was logged'} first.", bad=True)
        return None

    def _member(self) -> MemberRow | None:
        found = self.chosen
        if isinstance(found, MemberRow):
            return found
        self.gonogo.say("Choose somebody on the roster first.", bad=True)
        return None

    # Tabs ---------------------------------------------------------------------------------------

    def show_tab(self, tab: str) -> None:
        """Turn to a tab."""
        self.tab = tab
        self.gonogo.redraw()

    def _turn(self, by: int) -> None:
        self.show_tab(panes.TABS[(panes.TABS.index(self.tab) + by) % len(panes.TABS)])

    def do_next(self) -> None:
        """Go to the tab after."""
        self._turn(1)

    def do_previous(self) -> None:
        """Go to the tab before."""
        self._turn(-1)

    do_right, do_left = do_next, do_previous

    # Acts ---------------------------------------------------------------------------------------

    def do_open(self) -> None:
        """Say what is chosen in full."""
        found, board = self.chosen, self.gonogo.board
        if found is not None and board is not None:
            title = panes.TITLES.get(self.tab, self.tab.capitalize())
            self.gonogo.read(title, lambda width: panes.explain(found, board, width))

    def do_tick(self) -> None:
        """Take the chosen thing one step on: a bug, somebody on the roster; or answer it."""
        match self.chosen:
            case Logged(kind="bug", id=logged):
                self.dispatch(MoveBug(bug=logged))
            case Logged(kind="question" | "feedback", id=logged, said=said):
                self.ask(f"answer to {said}", lambda words: self.keep(ReplyTo(logged=logged, text=words)),
                         hint="what you answered; empty when that does not matter")  # fmt: skip
            case MemberRow(member=member):
                self.dispatch(StepMember(member=member.id))
            case Finding(key=finding):
                self.dispatch(AcceptRuling(finding=finding))
            case _:
                self.gonogo.say("There is no next step for that.", bad=True)

    def do_edit(self) -> None:
        """Correct what was logged in the line that would be typed for it; reword the rest."""
        match self.chosen:
            case Logged() as row:
                self._correct(row)
            case MemberRow(member=one):
                line = ", ".join((one.name, one.relation, one.contact)).rstrip(", ")
                self.ask("edit", lambda words: self.keep(_edited(one.id, words)), text=line, hint=_PERSON.split(";")[0])
            case Faq(id=entry, answer=answer):
                self.ask(
                    "answer", lambda words: self.keep(EditFaq(faq=entry, answer=words)), text=answer, hint="answer"
                )
            case _:
                self.gonogo.say("There is nothing to correct.", bad=True)

    def _correct(self, row: Logged) -> None:
        board = self.gonogo.board
        assert board is not None
        zone = board.launch.timezone

        def read(line: str) -> Intent | Refusal:
            return retype.correction(row, line, self.gonogo.clock.now(), zone)

        def preview(line: str) -> tuple[str, bool]:
            found = read(line)
            return (found.sentence, False) if isinstance(found, Refusal) else (HINTS[row.kind], True)

        def submit(line: str) -> None:
            found = read(line)
            if isinstance(found, Refusal):
                self.query_one(Prompt).refuse(found.sentence)
            else:
                self.keep(found)

        self.ask(f"correct {row.said}", submit, preview, retype.as_typed(row))

    def do_add(self) -> None:
        """Log another, or put somebody on the roster."""
        if (kind := _KINDS.get(self.tab)) is not None:
            self.log_line(kind)
        elif self.tab == "people":
            self.ask("add", lambda words: self.keep(_added(words)), hint=_PERSON)
        elif self.tab == "lessons":
            self.log_line("note", "+ ")

    def do_remove(self) -> None:
        """Void what was logged, or let it count again; take the rest out."""
        match self.chosen:
            case Logged(id=logged, voided=voided) if voided:
                self.dispatch(RestoreLogged(logged=logged))
            case Logged(id=logged, said=said):
                self.ask(f"void {said}", lambda words: self.keep(VoidLogged(logged=logged, reason=words)),
                         hint="why it does not count; d again restores it")  # fmt: skip
            case MemberRow(member=member):
                self.dispatch(RemoveMember(member=member.id))
            case Faq(id=entry):
                self.dispatch(RemoveFaq(faq=entry))
            case Finding(key=finding, said=said):
                self.ask(f"leave “{said.text}”", lambda words: self.keep(LeaveFinding(finding=finding, reason=words)),
                         hint="why it stays as it is")  # fmt: skip
            case _:
                self.gonogo.say("That stays.", bad=True)

    def do_link(self) -> None:
        """Link the chosen thing to a bug or an incident."""
        if (row := self._logged()) is None:
            return

        def submit(words: str) -> None:
            def link(room: Any) -> Any:
                from gonogo.control import shelf

                to = None if words.strip() == "-" else shelf.target(room.store, words) or words
                return room.dispatch(LinkLogged(logged=row.id, to=to))

            self.gonogo.submit(link, self.kept)

        self.ask(f"link {row.said}", submit, hint="bug:3 or incident:2; - for nothing")

    def do_promote(self) -> None:
        """Put the chosen question into the FAQ."""
        if (row := self._logged("question")) is not None:
            self.ask("answer", lambda words: self.keep(PromoteQuestion(logged=row.id, answer=words)),
                     hint=f"the answer to: {row.untagged}")  # fmt: skip

    def do_owner(self) -> None:
        """Say whose the chosen bug is."""
        if (row := self._logged("bug")) is not None:
            self.ask("owner", lambda words: self.keep(AssignBug(bug=row.id, owner=words)),
                     text=self.gonogo.ports.actor, hint=f"whose {row.said} is; empty for nobody's")  # fmt: skip

    def do_told(self) -> None:
        """Say that the reporter of the chosen bug was told."""
        if (row := self._logged("bug")) is not None:
            self.dispatch(TellReporter(bug=row.id))

    def do_tested(self) -> None:
        """Say what the chosen tester has tested."""
        if (one := self._member()) is not None:
            self.ask("tested", lambda words: self.keep(TestedBy(member=one.member.id, what=words)),
                     hint=f"what {one.member.name} has tested")  # fmt: skip

    def do_consent(self) -> None:
        """Say that the chosen person agreed to take part, or no longer does."""
        if (one := self._member()) is not None:
            self.dispatch(EditMember(member=one.member.id, consent=not one.member.consent))

    def do_back(self) -> None:
        """Go back to the room."""
        self.gonogo.close_screen(self)

    do_cancel = do_back


def _key(one: Found) -> str:
    return one.member.id if isinstance(one, MemberRow) else one.key if isinstance(one, Finding) else one.id


def _parts(line: str) -> tuple[str, str, str]:
    parts = [part.strip() for part in line.split(",", 2)]
    name, relation, contact = (*parts, "", "")[:3]
    return name, relation, contact


def _added(line: str) -> AddMember:
    name, relation, contact = _parts(line)
    first, _, rest = name.partition(" ")
    tester = first.lower() == "tester" and bool(rest)
    return AddMember(name=rest if tester else name, role="tester" if tester else "beta", relation=relation,
                     contact=contact)  # fmt: skip


def _edited(member: str, line: str) -> EditMember:
    name, relation, contact = _parts(line)
    return EditMember(member=member, name=name, relation=relation, contact=contact)
