"""Tables of plans: rows with boxes are items, rows with a target are criteria; all others stay text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from gonogo.formats.plan_md.boxes import Box, cell_box
from gonogo.formats.plan_md.build import Phase
from gonogo.formats.plan_md.context import Context, Reader
from gonogo.formats.plan_md.inline import plain
from gonogo.formats.plan_md.items import item_of
from gonogo.formats.plan_md.labels import environment_of, label_of
from gonogo.formats.plan_md.marks import status_columns
from gonogo.formats.plan_md.people import named
from gonogo.formats.plan_md.stages import Stage, stage_of
from gonogo.formats.plan_md.taking import criteria, take_item
from gonogo.formats.plan_md.times import days_of
from gonogo.formats.plan_md.tree import Block
from gonogo.rules.draft import ItemDraft, State
from gonogo.rules.prose import demand, demands

_COLUMNS: tuple[tuple[str, str], ...] = (
    ("owner", r"owners?|who|assignee|responsible|lead|dri|responsável|responsable|verantwortlich|zuständig|负责人|"
              r"责任人|担当"),
    ("due", r"due(?: date)?|dates?|deadline|when|time|by|target date|prazo|data|fecha|datum|frist|échéance|截止|"
            r"时间|日期|期限"),
    ("note", r"notes?|comments?|remarks?|details|notas?|observações|bemerkung(?:en)?|备注|说明"),
    ("command", r"commands?|how|comando|befehl|commande|命令"),
    ("metric", r"metrics?|kpis?|indicators?|measures?|signals?|métricas?|indicador|kennzahl|metrik|指标"),
    ("target", r"targets?|goals?|thresholds?|success|must be|required?|limit|metas?|objetivo|ziel|schwelle|seuil|目标|"
               r"阈值|标准"),
    ("text", r"items?|tasks?|checks?|steps?|actions?|activit(?:y|ies)|what|criteri(?:on|a)|description|tarefas?|"
             r"tareas?|"
             r"aufgaben?|tâches?|任务|事项|检查项|内容|步骤"),
)  # fmt: skip
_PHASE = re.compile(r"phases?|stages?|fases?|etapas?|étapes?|stufen?|weeks?|阶段|フェーズ", re.IGNORECASE)
_COMPILED = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _COLUMNS)
_STATES: tuple[tuple[State, str], ...] = (
    ("done", r"done|complete[d]?|yes|ok|passed|closed|x|feito|concluído|erledigt|fertig|fait|terminé|hecho|完成|"
             r"已完成|是"),
    ("begun", r"in progress|started|wip|ongoing|partial|em andamento|en curso|in arbeit|en cours|进行中"),
    ("dropped", r"n/?a|dropped|cancel+ed|skipped|not applicable|不适用"),
    ("open", r"todo|to do|open|pending|not started|no|pendente|pendiente|offen|à faire|未开始|待办"),
)  # fmt: skip


def table(reader: Reader, block: Block, context: Context) -> None:
    """Read a table."""
    build = reader.build
    if block.cells:
        (head_line, head), *rows = block.cells
        columns = _named(head)
        if not reader.phases and context.phase is None and _PHASE.fullmatch(plain(head[0])) and len(rows) > 1:
            _phases(reader, head, rows)
        else:
            for line, cells in rows:
                _row(reader, head, columns, line, cells, context)
        if build.uses(head_line + 1, block.last):
            build.mark(head_line, head_line + 1, "layout")
    build.note(block.first, block.last, context.phase, context.name)


def _named(head: Sequence[str]) -> dict[str, int]:
    """Return the columns whose headings mean something; the first of each."""
    found: dict[str, int] = {}
    for place, cell in enumerate(head):
        title = plain(cell).strip(" :?")
        for name, pattern in _COMPILED:
            if pattern.fullmatch(title) and name not in found:
                found[name] = place
                break
    return found


def _row(
    reader: Reader, head: Sequence[str], columns: dict[str, int], line: int, cells: list[str], context: Context
) -> None:
    states = status_columns(head)
    boxes = [(place, box) for place, cell in enumerate(cells) if (box := _box(reader, cell, place, states, context))]
    if boxes:
        _item(reader, columns, line, cells, boxes, context)
    elif context.gate or ("metric" in columns and "target" in columns):
        _criterion(reader, columns, line, cells, context)
    elif context.role is None and "text" in columns:
        said = next((_state(cells[place]) for place in sorted(states) if place < len(cells)), None)
        if said is not None or (reader.listed and (states or "owner" in columns)):
            _item(reader, columns, line, cells, [], context, said or "open")


def _box(reader: Reader, cell: str, place: int, states: set[int], context: Context) -> Box | None:
    box = cell_box(cell)
    if box is not None and box.glyph and place not in states:
        return None
    return box if box is None or not box.glyph or reader.marks.signs or place in states else None


def _state(cell: str) -> State | None:
    low = plain(cell).casefold()
    return next((state for state, pattern in _STATES if re.fullmatch(pattern, low)), None)


def _phases(reader: Reader, head: Sequence[str], rows: Sequence[tuple[int, list[str]]]) -> None:
    """Make a phase of each row: its name, its time, its goal, and what must be true at its end."""
    for line, cells in rows:
        if not (name := plain(cells[0]) if cells else ""):
            continue
        stage = stage_of(name) or Stage(0, name)
        phase = Phase(stage, reader.build.origin(line, line), environment=environment_of(name) or "production")
        for title, cell in zip(head[1:], cells[1:], strict=False):
            label = label_of(f"{plain(title)}: {plain(cell)}")
            if label is None:
                continue
            if label.meaning == "goal":
                phase.goal = label.value
            elif label.meaning == "window":
                phase.stage, phase.days = replace(stage, window=label.value), days_of(label.value)
            elif label.role == "criteria":
                for one in demands(label.value):
                    reader.build.criterion(phase, demand(one), reader.build.origin(line, line))
        reader.build.phases.append(phase)
        reader.build.mark(line, line, "phase", name)


def _item(
    reader: Reader,
    columns: dict[str, int],
    line: int,
    cells: list[str],
    boxes: list[tuple[int, Box]],
    context: Context,
    state: State | None = None,
) -> None:
    """Make an item of a row: its text stands behind the box, else under “task”, else in the first cell with words."""
    box = boxes[0][1] if boxes else Box("", state or "open", "")
    taken = {at for at, one in boxes if not one.text} | {
        columns[name] for name in ("owner", "due", "note") if name in columns
    }
    text = box.text
    if not text and (at := columns.get("text", -1)) >= 0 and at < len(cells):
        text = cells[at]
    if not text:
        text = next((cell for at, cell in enumerate(cells) if at not in taken and re.search(r"[^\W\d_]", cell)), "")
    if not text:
        return
    made = item_of(text, box, reader.build.origin(line, line), depth=context.depth, gate=context.gate)
    made = replace(
        made,
        owner=named(_cell(columns, "owner", cells)) or made.owner,
        due=named(_cell(columns, "due", cells)) or made.due,
        note=_cell(columns, "note", cells) or made.note,
        command=_cell(columns, "command", cells) or made.command,
    )
    take_item(reader, _without_placeholder(made), context)
    reader.build.mark(line, line, "item", made.text)


def _without_placeholder(item: ItemDraft) -> ItemDraft:
    """Leave out a due time of which the file only keeps the place: `[Date]`."""
    return replace(item, due=None) if item.due and re.fullmatch(r"[\[<(_].*", item.due) else item


def _cell(columns: dict[str, int], name: str, cells: list[str]) -> str:
    place = columns.get(name, -1)
    return plain(cells[place]) if 0 <= place < len(cells) else ""


def _criterion(reader: Reader, columns: dict[str, int], line: int, cells: list[str], context: Context) -> None:
    """Make a criterion of a row: what is measured, and its target."""
    name = cells[columns.get("metric", columns.get("text", 0))] if cells else ""
    target = cells[columns.get("target", 1)] if len(cells) > columns.get("target", 1) else ""
    text = " ".join(filter(None, (plain(name), plain(target))))
    found = demand(text)
    if "target" not in columns and not (found.sure and len(cells) <= 3):
        return
    if not plain(name) or (re.fullmatch(r"[\W_]*\[?[\W_]*[%\w]?\]?", plain(target)) and found.require is None):
        return
    criteria(reader, [found], reader.build.origin(line, line), context)
    reader.build.mark(line, line, "criterion", text)
