"""What real plans look like: phases, boxes, criteria, runbooks and all the rest, and what stays text."""

from __future__ import annotations

from gonogo.formats.plan_md import read_markdown
from gonogo.rules.draft import Draft, ItemDraft
from gonogo.rules.draft_plan import TO_JUDGE, plan_of
from gonogo.rules.plan import Severity

PLAN = """\
---
title: Lantern shop
owner: ann
---
<!-- copied from the wiki -->
## T-7 days: freeze

**Goal**: nothing moves any more

| Step | Owner | Due | Done |
|------|-------|-----|------|
| Freeze the branch | @ben | 2026-11-20 | ✅ |
| Copy the database | Cleo | [Date] | ☐ |
| Rehearse the way back | TBD | | 🟡 |

## T-1 day: rehearse
- [ ] Load test at three times the traffic (owner: Ben Li) due 2026-11-26
  with the [script](https://wiki.example/load)
  - [ ] write down the numbers
  - ask Cleo first
- [-] Print posters
1. [ ] Restore a backup
   ```sh
   # from the newest
   ./restore.sh latest
   ```
2. [X] Check the name with `dig +short shop.example`

## Launch day
- [ ] Open the doors
- [ ] Look at the logs every 6 hours
- [ ] No paid adverts yet
- [ ] Leaflets (if planned)

### Go/No-Go
| Metric | Target | Actual |
|---|---|---|
| Availability | 99.95% | [__] |
| Open blockers | 0 | [__] |
| Mood of the team | good | [__] |

- ✅ p95 < 400 ms
- [ ] Error rate < 1%

## Rollback triggers
- error rate above 5%
- payments fail

## If something goes wrong
1. **Immediate**: look at the dashboard
2. **5 minutes**: run `./rollback.sh`

## Example
```markdown
- [ ] this is no task
```

Some last words.
"""


def read(text: str) -> Draft:
    """Read a plan, of which no line may be lost."""
    draft = read_markdown(text.splitlines())
    assert draft.coverage.lost == 0
    return draft


def items(draft: Draft) -> dict[str, ItemDraft]:
    """The items by their text."""
    return {item.text: item for item in draft.items}


def test_a_run_sheet_with_a_countdown_becomes_phases_with_their_items() -> None:
    draft = read(PLAN)
    assert draft.title == "Lantern shop"
    assert [(phase.name, phase.window, phase.days) for phase in draft.phases] == [
        ("freeze", "T-7 days", 7.0), ("rehearse", "T-1 day", 1.0), ("Launch day", "", None),
    ]  # fmt: skip
    assert draft.phases[0].goal == "nothing moves any more"
    found = items(draft)
    assert [(one.text, one.owner, one.due, one.state) for one in draft.phases[0].sections[0].items] == [
        ("Freeze the branch", "ben", "2026-11-20", "done"), ("Copy the database", "Cleo", None, "open"),
        ("Rehearse the way back", None, None, "begun"),
    ]  # fmt: skip
    load = found["Load test at three times the traffic (owner: Ben Li) due 2026-11-26 with the script"]
    assert (load.owner, load.due, load.origin.first, load.origin.last) == ("Ben Li", "2026-11-26", 17, 18)
    assert load.note == "https://wiki.example/load"
    assert found["write down the numbers"].depth == 1
    assert found["Print posters"].state == "dropped"
    assert found["Restore a backup"].command == "./restore.sh latest"
    assert (found["Check the name with dig +short shop.example"].command, found["Restore a backup"].done) == (
        "dig +short shop.example", False,
    )  # fmt: skip


def test_routines_guards_and_what_is_wanted_on_a_condition() -> None:
    found = items(read(PLAN))
    assert (found["Look at the logs every 6 hours"].kind, found["Look at the logs every 6 hours"].every) == (
        "routine",
        "6h",
    )
    assert found["No paid adverts yet"].kind == "guard"
    assert found["Leaflets (if planned)"].when == "if planned"


def test_criteria_stand_in_tables_in_targets_and_behind_boxes() -> None:
    draft = read(PLAN)
    assert [(one.text, one.require, one.boxed) for one in draft.phases[2].criteria] == [
        ("Availability 99.95%", "uptime >= 99.95% over 7d", False), ("Open blockers 0", "bugs.critical == 0", False),
        ("Mood of the team good", None, False), ("p95 < 400 ms", "p95 < 400ms over 24h", False),
        ("Error rate < 1%", "error_rate < 1% over 24h", True),
    ]  # fmt: skip
    assert items(draft)["Error rate < 1%"].condition == "error_rate < 1% over 24h"


def test_triggers_and_steps_are_no_tasks_and_a_box_in_an_example_is_none() -> None:
    draft = read(PLAN)
    assert [(one.text, one.condition) for one in draft.triggers] == [
        ("error rate above 5%", "error_rate > 5% over 24h"), ("payments fail", None),
    ]  # fmt: skip
    assert [(step.text, step.due_s) for step in draft.runbooks[0].steps] == [
        ("look at the dashboard", 0.0), ("run ./rollback.sh", 300.0),
    ]  # fmt: skip
    assert "this is no task" not in items(draft)
    kept = {note.origin.first: note for note in draft.notes}
    assert (kept[5].kind, kept[1].origin.last, kept[58].text) == ("comment", 4, "Some last words.")


def test_each_language_has_its_words() -> None:
    german = read("# Laden\n## Phase 1: Test (2 Wochen)\n**Ziel**: Fehler finden\n- [ ] Täglich die Protokolle lesen\n"
                  "- [ ] Keine Werbung\n- [ ] Rundmail, falls nötig\n\n"
                  "**Erfolgskriterien**: mindestens 15 Bestellungen")  # fmt: skip
    assert (german.phases[0].name, german.phases[0].days, german.phases[0].goal) == ("Test", 14.0, "Fehler finden")
    assert [(item.kind, item.when) for item in german.items] == [
        ("routine", None),
        ("guard", None),
        ("task", "falls nötig"),
    ]
    assert [one.require for one in german.criteria] == ["orders.successful >= 15"]
    chinese = read("# 小店\n## 第一阶段：内测（第1周）\n目标：找问题\n- [ ] 每天检查日志\n"
                   "- [x] 备份（运维）\n- [ ] 不要投放广告\n"
                   "**成功标准**：至少20个订单、没有严重问题\n## 第二阶段：上线\n- [ ] 公告（如需要）")  # fmt: skip
    assert [(phase.name, phase.number, phase.days) for phase in chinese.phases] == [("内测", 1, 7.0), ("上线", 2, None)]
    assert [item.kind for item in chinese.items] == ["routine", "task", "guard", "task"]
    assert (items(chinese)["备份（运维）"].owner, items(chinese)["公告（如需要）"].when) == ("运维", "如需要")
    assert [one.require for one in chinese.criteria] == ["orders.successful >= 20", "bugs.critical == 0"]
    portuguese = read("# Loja\n## Fase 1 - Teste interno\n- [ ] Revisar os logs diariamente\n"
                      "- [ ] Aviso (se necessário)\n"
                      "### Critérios de sucesso\n- ✅ Taxa de erro < 1%\n- ✅ Feedback positivo\n"
                      "## Fase 2 - Abertura\n- [ ] Abrir")  # fmt: skip
    assert [phase.name for phase in portuguese.phases] == ["Teste interno", "Abertura"]
    assert [one.require for one in portuguese.criteria] == ["error_rate < 1% over 24h", None]


def test_a_tick_is_a_target_under_criteria_and_done_beside_empty_boxes() -> None:
    draft = read(
        "## Checks\n- ✅ paid\n- ☐ shipped\n\n## Release gates\n- ☐ tested\n- ✅ signed\n\n"
        "## Success metrics\n- ✅ 20+ orders"
    )
    assert [(item.text, item.done) for item in draft.items] == [
        ("paid", True), ("shipped", False), ("tested", False), ("signed", True),
    ]  # fmt: skip
    assert [one.require for one in draft.criteria] == ["orders.successful >= 20"]


def test_plain_text_with_indents_capitals_and_no_bullets_is_a_plan() -> None:
    draft = read(
        "LANTERN SHOP\n\nWEEK 1 - FRIENDS\n    [ ] ask six friends\n    [x] write the mail\n    - [ ] look daily\n\n"
        "    Exit criteria:\n      - at least 12 orders\n\nWEEK 2 - STREET\n    [ ] leaflets\n"
    )
    assert draft.title == "LANTERN SHOP"
    assert [(phase.name, len(phase.sections[0].items), len(phase.criteria)) for phase in draft.phases] == [
        ("FRIENDS", 3, 1), ("STREET", 1, 0),
    ]  # fmt: skip


def test_where_nothing_has_a_box_the_points_are_the_work() -> None:
    draft = read(
        "# Rollout\n## Alpha\n- deploy\n- try the checkout twice a day\n## Beta\n- invite them\n"
        "### Exit criteria\n- 3% conversion"
    )
    assert [(item.text, item.every, item.counted) for item in draft.items] == [
        ("deploy", None, True), ("try the checkout twice a day", "12h", True), ("invite them", None, True),
    ]  # fmt: skip
    assert [one.metric for one in draft.phases[1].criteria] == ["conversion"]


def test_weeks_may_be_points_of_a_list_and_underlines_headings() -> None:
    draft = read("# Plan\n\n- Week 1: inside\n  - [ ] invite\n- Week 2: outside\n  - [ ] announce")
    assert [phase.name for phase in draft.phases] == ["inside", "outside"]
    draft = read("Moving\n======\n\nPhase one\n---------\n* [ ] pack\n\nPhase two\n---------\n* [ ] drive")
    assert [(phase.name, phase.number) for phase in draft.phases] == [("Phase one", 1), ("Phase two", 2)]


def test_tables_may_hold_phases_and_work_with_its_state_in_words() -> None:
    draft = read(
        "| Phase | When | Goal | Exit criteria |\n|---|---|---|---|\n"
        "| Inside | Week 1 | find bugs | 0 critical bugs |\n"
        "| Outside | Week 2 | sell | 20+ orders, 99% uptime |"
    )
    assert [(one.name, one.days, one.goal, [each.require for each in one.criteria]) for one in draft.phases] == [
        ("Inside", 7.0, "find bugs", ["bugs.critical == 0"]),
        ("Outside", 7.0, "sell", ["orders.successful >= 20", "uptime >= 99% over 7d"]),
    ]  # fmt: skip
    draft = read("# Plan\n- [ ] go\n\n| Task | Who | Status |\n|---|---|---|\n"
                 "| sew | Eva | done |\n| cut | | pending |\n| x | | |")  # fmt: skip
    assert [(item.text, item.owner, item.done) for item in draft.items] == [
        ("go", None, False), ("sew", "Eva", True), ("cut", None, False),
    ]  # fmt: skip


def test_a_short_label_ends_a_phase() -> None:
    draft = read("**Phase 1 – In (Days 1–3)**\n\n1. look\n\n*Exit:* 0 P0 bugs, p95 ≤ 300ms over 24h")
    assert [one.require for one in draft.criteria] == ["bugs.critical == 0", "p95 <= 300ms over 24h"]
    assert [(phase.name, phase.days, len(phase.sections)) for phase in draft.phases] == [("In", 3.0, 1)]


def test_criteria_of_phases_may_stand_at_the_end_and_boxes_outside_of_all() -> None:
    draft = read(
        "# Plan\n## Before all\n- [ ] lock\n## Phase 1: In\n- [ ] a\n## Phase 2: Out\n- [ ] b\n"
        "## Success metrics\n### Phase 1 (In)\n- 5+ orders\n### Phase 2\n- 20+ orders\n"
        "## Papers\n- [ ] c\n## Phone\n- [ ] d"
    )
    assert [[one.require for one in phase.criteria] for phase in draft.phases[:2]] == [
        ["orders.successful >= 5"], ["orders.successful >= 20"],
    ]  # fmt: skip
    assert [(phase.name, [section.name for section in phase.sections]) for phase in draft.phases] == [
        ("In", ["Before all", "In"]), ("Out", ["Out"]), ("Outside the phases", ["Papers", "Phone"]),
    ]  # fmt: skip


def test_what_must_always_be_ready_tips_templates_and_severities_have_their_place() -> None:
    draft = read(
        "# Plan\n- [ ] go\n## Always have ready\n1. **Way back**\n   - old version\n   - backup (< 24 hours)\n"
        "## Emergency procedures\n### Critical issue\n1. T+2: decide within the team\n### Minor bug\n1. write it down\n"
        "## Message templates\n- Outage: $product is down since $since.\n## Tips\n- begin small"
    )
    assert [(one.text, one.group, one.max_age) for one in draft.readiness] == [
        ("old version", "Way back", None), ("backup (< 24 hours)", "Way back", "24h"),
    ]  # fmt: skip
    assert [(book.severity, len(book.steps)) for book in draft.runbooks] == [(Severity.CRITICAL, 1), (Severity.LOW, 1)]
    assert draft.runbooks[0].steps[0].due_s == 120
    assert [(one.name, one.body) for one in draft.templates] == [("Outage", "$product is down since $since.")]
    assert draft.tips == ("begin small",)


def test_work_after_a_rollback_is_kept_and_wanted_only_then() -> None:
    draft = read("# Plan\n- [ ] go\n## Rollback plan\nAfter rollback:\n- [ ] tell them")
    told = items(draft)["tell them"]
    assert (told.optional, told.when, told.counted) == (True, "After rollback", True)
    assert [step.text for step in draft.runbooks[0].steps] == ["tell them"]


def test_a_fence_that_is_never_closed_is_asked_about() -> None:
    draft = read("# Plan\n- [ ] go\n\n```bash\n- [ ] swallowed")
    assert len(draft.items) == 1
    assert "Line 4: the fence is never closed" in draft.questions[0]


def test_depth_is_survived_and_boxes_below_it_are_found() -> None:
    draft = read("\n".join(f"{'  ' * depth}- [ ] level {depth}" for depth in range(300)))
    assert [item.text for item in draft.items] == [f"level {depth}" for depth in range(300)]
    assert len(read("> " * 5000 + "- [ ] deep").items) == len(read("- " * 5000 + "[ ] deep").items) == 1


def test_a_draft_becomes_a_plan_with_ids_of_its_own_and_what_has_no_number_is_judged() -> None:
    draft = read("# Plan\n## Phase 1: In\n- [ ] look\n- [ ] look\n- [ ] look daily\n### Exit criteria\n"
                 "- 5+ orders\n- 5+ orders\n"
                 "- positive feedback\n- churn under 3%\n## Phase 1: In\n- [ ] look")  # fmt: skip
    made = plan_of(draft)
    assert [phase.id for phase in made.plan.phase] == ["in", "in-2"]
    assert list(made.items) == ["look", "look-2", "look-daily", "look-3"]
    assert made.items["look-3"].origin.first == 12
    first = made.plan.phase[0]
    assert [(one.require, one.text) for one in first.criterion] == [("orders.successful >= 5", "5+ orders")]
    assert (first.section[-1].name, [item.text for item in first.section[-1].item]) == (
        TO_JUDGE, ["positive feedback", "churn under 3%"],
    )  # fmt: skip
    known = plan_of(draft, {"churn": "share"})
    assert [one.require for one in known.plan.phase[0].criterion] == ["orders.successful >= 5", "churn < 3%"]
