"""Any text at all is read: nothing raises, no line is lost; and a plan of known structure is read back exactly."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.formats.plan_md import read_markdown
from gonogo.rules import condition
from gonogo.rules.draft import Draft
from gonogo.rules.draft_plan import plan_of

PIECES = (
    "# ", "## ", "### Phase 2: ", "- ", "  - ", "    * ", "1. ", "> ", "[ ] ", "[x] ",
    "[-] ", "☐ ", "✅ ", "🟡 ", "| ", " | ", "|---|---|", "```", "~~~", "```bash", "---",
    "***", "===", "**", "`", "<!--", "-->", "<br>", "\\", "[a](b)", "![", "\t", "\n",
    "\n\n", "\r", "\x00", "\x0b", "\u2028", "\u202e", "\ue000", "\ue0010", "Week 1",
    "T-45 → T-30", "Success criteria: ", "Rollback if: ", "Goal: ", "20+ orders",
    "99.9% uptime", "< 200 ms p95", "every 6 hours", "no ", "(if planned)", "@ann",
    "2026-11-02", "第一阶段", "成功标准：", "tips", "template", "always ready", "emergency",
    "x" * 300, "9" * 40, ":", "：", "+", "%",
)  # fmt: skip
SOUP = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=60).map("".join)


def whole(draft: Draft, lines: list[str]) -> None:
    """Hold a draft against what always holds: every line has become something, and what is kept stands in a note."""
    assert [line.text for line in draft.lines] == lines
    covered = draft.coverage
    assert covered.lost == 0
    assert covered.used + covered.kept == covered.lines == len(lines)
    for note in draft.notes:
        assert note.text == "\n".join(lines[note.origin.first - 1 : note.origin.last])
    for item in draft.items:
        assert item.origin.text == "\n".join(lines[item.origin.first - 1 : item.origin.last])
    for one in draft.criteria:
        assert (one.require is None) == (one.question != "" and one.metric is None)
        if one.require is not None:
            condition.parse(one.require)


@settings(max_examples=300)
@given(SOUP)
def test_any_text_is_read_and_no_line_is_lost(text: str) -> None:
    lines = text.split("\n")
    draft = read_markdown(lines)
    whole(draft, lines)
    if draft.phases:
        plan_of(draft)


@given(st.text(max_size=400))
def test_so_is_text_that_is_no_plan(text: str) -> None:
    lines = text.split("\n")
    whole(read_markdown(lines), lines)


# A plan of known structure --------------------------------------------------------------------

WORDS = st.lists(
    st.sampled_from(("invite", "cook", "paint", "fold", "lamp", "window", "garden", "river", "basket", "anchor")),
    min_size=2, max_size=5,
).map(" ".join)  # fmt: skip
HEADS = ("## Phase {n}: {name}", "## Stage {n} - {name}", "## Week {n}: {name}", "## {n}. Etapa {n}: {name}")
BOXES = {"open": "[ ]", "done": "[x]", "dropped": "[-]"}


@dataclass(frozen=True)
class Work:
    """An item of a plan that is made up."""

    text: str
    state: str
    depth: int


ITEM = st.builds(Work, WORDS, st.sampled_from(sorted(BOXES)), st.just(0))
CRITERIA = {
    "{n}+ successful orders": "orders.successful >= {n}",
    "fewer than {n} bugs per day": "bugs.per_day < {n}",
    "p95 under {n} ms": "p95 < {n}ms over 24h",
    "uptime of at least {n}% over 3 days": "uptime >= {n}% over 3d",
    "average rating > 4.{n}/5": "feedback.mean > 4.{n}",
}
CRITERION = st.tuples(st.sampled_from(sorted(CRITERIA)), st.integers(1, 9))
SECTION = st.tuples(WORDS, st.lists(ITEM, min_size=1, max_size=5))
PHASE = st.tuples(
    WORDS, st.lists(SECTION, min_size=1, max_size=3), st.lists(CRITERION, max_size=3, unique_by=lambda c: c[0])
)


@settings(max_examples=120)
@given(
    st.lists(PHASE, min_size=1, max_size=4),
    st.sampled_from(HEADS),
    st.sampled_from("-*+"),
    st.booleans(),
    st.booleans(),
)
def test_a_plan_of_known_structure_is_read_back(
    phases: list, head: str, bullet: str, label: bool, nested: bool
) -> None:
    lines = ["# Lantern shop", ""]
    for number, (name, sections, criteria) in enumerate(phases, 1):
        lines += [head.format(n=number, name=name), ""]
        for title, items in sections:
            lines += [f"**{title}:**" if label else f"### {title}", ""]
            for place, item in enumerate(items):
                lines.append(f"{'  ' if nested and place else ''}{bullet} {BOXES[item.state]} {item.text}")
            lines.append("")
        if criteria:
            lines += ["Success criteria: " + ", ".join(text.format(n=n) for text, n in criteria), ""]
    draft = read_markdown(lines)
    whole(draft, lines)
    assert draft.title == "Lantern shop"
    assert [phase.name for phase in draft.phases] == [name for name, _, _ in phases]
    found = [
        [(s.name, [(i.text, i.state, i.depth) for i in s.items]) for s in phase.sections] for phase in draft.phases
    ]
    assert found == [
        [
            (title, [(item.text, item.state, 1 if nested and place else 0) for place, item in enumerate(items)])
            for title, items in sections
        ]
        for _, sections, _ in phases
    ]
    assert [[one.require for one in phase.criteria] for phase in draft.phases] == [
        [CRITERIA[text].format(n=n) for text, n in criteria] for _, _, criteria in phases
    ]
    assert all(item.counted for item in draft.items)
    plan_of(draft)
