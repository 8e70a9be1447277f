"""The lists: what was logged, what waits for somebody, who tries it first, and what was learned. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gonogo.rules import log, words
from gonogo.rules.board import Board
from gonogo.rules.bug import LIMITS
from gonogo.rules.clock import Instant
from gonogo.rules.finding import DOUBTS, Finding
from gonogo.rules.lists import BugRow, MemberRow, VoiceRow
from gonogo.rules.logged import Logged
from gonogo.rules.plan import Severity
from gonogo.rules.record import Fact
from gonogo.rules.reply import Faq
from gonogo.rules.ruling import Ruling
from gonogo.tui import times
from gonogo.tui.lines import BLANK, Row, Span, View, fit, pad
from gonogo.tui.panes.gate import wrap

TABS = ("orders", "feedback", "bugs", "questions", "people", "faq", "lessons", "doubts")
TITLES = {"faq": "FAQ"}
EMPTY = {
    "orders": "no order was logged yet: o logs one",
    "feedback": "no feedback was logged yet: f logs it",
    "bugs": "no bug was logged yet: b logs one",
    "questions": "no question was logged yet: t logs one, #word says what it is about",
    "people": "nobody is on the roster yet: a adds a beta user, as name, relation, contact",
    "faq": "the FAQ is empty: a question is put into it with “to the FAQ” in the commands (:)",
    "lessons": "nothing was learned yet: n with + for what worked, - for what did not",
    "doubts": "nothing in the plan is doubtful",
}
_GRADE = {Severity.CRITICAL: "nogo bold", Severity.HIGH: "nogo", Severity.MEDIUM: "hold", Severity.LOW: "dim"}
_STAGE = {"open": ("○", "nogo"), "fixing": ("◐", "hold"), "fixed": ("◑", "hold"), "verified": ("●", "go")}


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is read beside the board: the newest orders, feedback and lessons."""

    orders: tuple[Logged, ...] = ()
    feedback: tuple[Logged, ...] = ()
    lessons: tuple[Fact, ...] = ()
    findings: tuple[Finding, ...] = ()
    """What is doubtful in the plan and has no ruling yet."""
    rulings: tuple[Ruling, ...] = ()


def banner(board: Board, tab: str, now: Instant, width: int) -> Row:
    """The tabs with what waits in each; the one that is shown stands out."""
    waits = {
        "feedback": board.trade.angry, "bugs": board.trade.bugs, "questions": board.trade.waiting,
    }  # fmt: skip
    spans: list[Span] = [(" ", "")]
    for name in TABS:
        title = TITLES.get(name, name.capitalize())
        many = f" {waits[name]}" if waits.get(name) else ""
        spans += [(f" {title}{many} ", "on-accent" if name == tab else "text"), (" ", "")]
    local = now.utc.astimezone(times.zone(board.launch.timezone))
    return fit(width, spans, [(f"{local:%a %H:%M} ", "text")] if width >= 90 else ())


def view(board: Board, shelf: Shelf, tab: str, now: Instant, width: int) -> View:
    """List what is on a tab."""
    zone = board.launch.timezone
    rows: list[Row] = []
    if tab in ("orders", "feedback"):
        answered = {one.logged.id for one in board.lists.stars if one.reply}
        rows = [
            _logged(row, row.id in answered, zone, now, width)
            for row in (shelf.orders if tab == "orders" else shelf.feedback)
        ]
    elif tab == "bugs":
        rows = [_bug(row, zone, now, width) for row in board.lists.bugs]
    elif tab == "questions":
        rows = _questions(board, zone, now, width)
    elif tab == "people":
        rows = [_member(row, now, width) for row in board.lists.people]
    elif tab == "faq":
        rows = [
            fit(width, [(one.question, "bright"), (f"  {one.answer}", "dim")], (), one.id) for one in board.lists.faq
        ]
    elif tab == "doubts":
        rows = [_finding(one, width) for one in shelf.findings] + [_ruling(one, width) for one in shelf.rulings]
    else:
        rows = [_lesson(fact, zone, now, width) for fact in shelf.lessons]
    summary = f"{len(shelf.findings)} without a ruling" if tab == "doubts" else _summary(board, tab, len(rows))
    return View(tuple(rows) or (fit(width, [(EMPTY[tab], "dim")]),), summary)


def _summary(board: Board, tab: str, many: int) -> str:
    lists = board.lists
    late = {
        "bugs": f"{board.trade.bugs} not verified", "questions": f"{board.trade.waiting} unanswered",
        "feedback": f"{board.trade.angry} of one star unanswered", "people": lists.warning,
    }.get(tab)  # fmt: skip
    return f"{many}, {late}" if many and late else f"{many}" if many else ""


def _logged(row: Logged, answered: bool, zone: str, now: Instant, width: int) -> Row:
    at = times.clock(row.at.utc, zone, now.utc)
    if row.kind == "order":
        value = f"{row.value:.2f}" if row.value is not None else f"{row.count} orders" if row.count > 1 else ""
        mark = ("✓ ", "go") if row.ok and not row.links else ("◐ ", "hold") if row.ok else ("✕ ", "nogo")
        spans: list[Span] = [mark, (f"{value:>9}  ", "bright"), (row.who or "-", "text"), (f"  {row.text}", "dim")]
        spans += [("  failed", "nogo")] if not row.ok else []
    else:
        stars = row.rating or 0
        waits = stars == 1 and not answered
        style = "nogo" if stars == 1 else "hold" if stars < 4 else "go"
        spans = [("★" * stars + "·" * (5 - stars) + "  ", style), (pad(row.who or "-", 12), "text"), (row.text, "dim")]
        spans += [("  unanswered: space", "nogo")] if waits else []
    if row.voided:
        spans = [("✕ void  ", "dim"), ("".join(text for text, _ in spans[1:]), "dim"), (f"  {row.voided}", "dim")]
    links = "  ".join(row.links)
    right = f"{links}  {row.name}" if links else row.name
    return fit(width, [(f"{at:>9} ", "dim"), *spans], [(right, "dim")], row.id)


def _bug(row: BugRow, zone: str, now: Instant, width: int) -> Row:
    glyph, style = _STAGE[row.state]
    severity = row.logged.severity or Severity.LOW
    age = times.age(now.utc - row.logged.at.utc)
    late = row.due is not None and row.due < now.utc
    limit = f" of {words.ago(LIMITS[severity])}" if row.due else ""
    owner = row.bug.owner if row.bug and row.bug.owner else "nobody's"
    told = (
        "  reporter to be told" if row.logged.who and row.state == "fixed" and not (row.bug and row.bug.told_at) else ""
    )
    spans: list[Span] = [
        (f"{glyph} ", style), (pad(row.state, 9), style), (pad(severity, 9), _GRADE[severity]),
        (row.logged.text, "bright" if row.is_open else "dim"), (told, "hold"),
    ]  # fmt: skip
    right: list[Span] = [(f"{owner}  ", "text" if owner != "nobody's" else "dim")]
    right += [(f"{age}{limit}", "nogo bold" if late else "dim"), (f"  {row.logged.name}", "dim")]
    return fit(width, spans, right, row.logged.id)


def _questions(board: Board, zone: str, now: Instant, width: int) -> list[Row]:
    common = board.lists.common
    rows = [fit(width, [("common problem  ", "hold"), (f"#{tag}", "bright"), (f"  asked {many} times", "text")])
            for tag, many in common]  # fmt: skip
    rows += [BLANK] if common else []
    waiting = sorted(board.lists.questions, key=lambda one: (one.reply is not None, one.logged.at.encode()))
    return rows + [_question(one, zone, now, width) for one in waiting]


def _question(row: VoiceRow, zone: str, now: Instant, width: int) -> Row:
    at = times.clock(row.logged.at.utc, zone, now.utc)
    if row.reply is None:
        said, style = f"unanswered for {times.age(now.utc - row.logged.at.utc)}", "nogo"
    else:
        said, style = f"answered after {times.age(row.reply.at.utc - row.logged.at.utc)}", "dim"
    mark = ("○ ", "nogo") if row.reply is None else ("● ", "go")
    right: list[Span] = [("FAQ  ", "accent")] if row.faq else []
    return fit(width, [(f"{at:>9} ", "dim"), mark, (row.logged.text, "bright" if row.reply is None else "text")],
               [*right, (said, style)], row.logged.id)  # fmt: skip


def _member(row: MemberRow, now: Instant, width: int) -> Row:
    one = row.member
    stands, style = ("briefed", "go") if one.briefed_at else ("invited", "hold") if one.invited_at else ("-", "dim")
    marks = [f"ordered {times.age(now.utc - row.ordered)} ago" if row.ordered else "", "★" * (row.rating or 0),
             "" if one.consent else "no consent", f"tested {', '.join(one.tested)}" if one.tested else ""]  # fmt: skip
    spans: list[Span] = [(pad(one.role, 7), "dim"), (pad(one.name, 18), "bright"), (pad(stands, 9), style)]
    spans += [("  ".join(filter(None, marks)), "text"), (f"  {one.relation}", "dim")]
    return fit(width, spans, [(one.contact, "dim")] if one.contact else (), one.id)


def _lesson(fact: Fact, zone: str, now: Instant, width: int) -> Row:
    good = log.lesson(fact) == "+"
    at = times.clock(fact.at.utc, zone, now.utc)
    mark: Span = ("+ ", "go bold") if good else ("- ", "nogo bold")
    return fit(width, [(f"{at:>9} ", "dim"), mark, (fact.text[1:].strip(), "text")], [(fact.actor, "dim")], fact.id)


def _finding(one: Finding, width: int) -> Row:
    spans: list[Span] = [("○ ", "hold"), (pad(one.doubt, 14), "hold"), (one.said.text, "bright")]
    return fit(width, [*spans, (f"  → {one.ruling}", "dim")], (), one.key)


def _ruling(one: Ruling, width: int) -> Row:
    mark: Span = ("● ", "go") if one.choice == "accepted" else ("– ", "dim")
    return fit(width, [mark, (pad("ruled" if one.choice == "accepted" else "left", 14), "dim"), (one.line, "dim"),
                       (f"  {one.words}", "dim")], [(one.by, "dim")], one.id)  # fmt: skip


def _standing(row: BugRow, board: Board) -> list[str]:
    """Say where a bug stands, whose it is, by when it is to be fixed, and who was told."""
    zone, now, bug = board.launch.timezone, board.at.utc, row.bug
    said = [f"{row.state} since {times.clock(bug.at.utc, zone, now)}, by {bug.by}" if bug else "open, nobody has begun"]
    said += [f"{bug.owner} has it"] if bug and bug.owner else []
    if row.due is not None:
        late = f", {times.age(now - row.due)} ago" if row.due < now else ""
        said.append(f"to be fixed by {times.clock(row.due, zone, now)}{late}")
    said += [f"{row.logged.who or 'the reporter'} was told by {bug.told_by}"] if bug and bug.told_at else []
    return said


def explain(found: Logged | MemberRow | Faq | Fact | Finding | Ruling, board: Board, width: int) -> Sequence[Row]:
    """Say one of them in full."""
    if isinstance(found, Finding):
        head, foot = found.said.text, f"{found.said.place}; `gonogo plan lint --accept {found.key}`"
        body = [f"{found.doubt}: {DOUBTS[found.doubt]}", found.why, f"proposed: {found.ruling}"]
    elif isinstance(found, Ruling):
        head, body, foot = found.line, [f"{found.choice}: {found.words}"], f"by {found.by}"
    elif isinstance(found, Logged):
        parts = [found.text, f"by {found.who}" if found.who else "", f"void: {found.voided}" if found.voided else ""]
        head, body = found.said, [*filter(None, parts), *(f"linked to {link}" for link in found.links)]
        again = f", said otherwise {words.count(found.amended, 'time')} since" if found.amended else ""
        foot = f"logged by {found.actor} ({found.source}){again}"
        body += [said for row in board.lists.bugs if row.logged.id == found.id for said in _standing(row, board)]
        answer = next((one.reply for one in (*board.lists.questions, *board.lists.stars)
                       if one.logged.id == found.id and one.reply), None)  # fmt: skip
        body += [f"answered by {answer.by}: {answer.text}"] if answer else []
    elif isinstance(found, MemberRow):
        one = found.member
        head, foot = (
            one.name,
            f"{one.role}, {'agreed to take part' if one.consent else 'has not agreed to take part yet'}",
        )
        body = [
            *filter(None, (one.relation, one.contact, one.note, f"tested {', '.join(one.tested)}" * bool(one.tested)))
        ]
    elif isinstance(found, Faq):
        head, body, foot = found.question, [found.answer], f"by {found.by}"
    else:
        head, body, foot = "Lesson", [found.text], f"by {found.actor}"
    rows = [Row(((head, "bright"),)), BLANK]
    for words_ in body:
        rows += [Row(((part, "text"),)) for part in wrap(words_, width)]
    return [*rows, BLANK, *(Row(((part, "dim"),)) for part in wrap(foot, width))]
