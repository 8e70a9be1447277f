"""Who an item belongs to, as its text says it."""

from __future__ import annotations

import re

_NAME = r"[^\W\d_][\w.'’ -]{0,38}[\w.]"
_LABELLED = re.compile(
    r"(?:owner|owned by|assignee|assigned to|responsible|lead|dri|responsável|responsable|verantwortlich|zuständig|"
    rf"负责人|责任人|責任者|担当)\s*(?:[:：=]|is\b)\s*@?(?P<name>{_NAME}|[\u3040-\u9fff+/、]{{1,20}})",
    re.IGNORECASE,
)
_MENTION = re.compile(r"(?<![\w@./])@(?P<name>[A-Za-z][\w.-]{0,38})")
_BRACKETS = re.compile(r"[(（\[]([^()（）\[\]]{1,60})[)）\]]")
_ROLES = re.compile(
    r"(?:(?:the|front-?end|back-?end|dev|data|security|support|product|marketing|sales|design|legal|mobile|web|"
    r"platform|"
    r"infra(?:structure)?|release|on-?call|qa|sre|ops|devops|engineering|customer success|comms|finance|growth|content|"
    r"suporte|produto|jurídico|entwicklung|vertrieb|juridique|produit)"
    r"(?:\s*(?:team|lead|manager|owner|engineer(?:s|ing)?|captain|dept\.?|equipe|equipo))?\s*(?:[+/&,]|and|e|und|"
    r"et)?\s*)+|"
    r"(?:(?:研发|开发|运维|产品|法务|运营|测试|设计|市场|客服|安全|财务|前端|后端|外部服务商|负责人|项目经理|全员|"
    r"技术)[+＋/、和与]?)+",
    re.IGNORECASE,
)
_BLANK = re.compile(r"^[\[(<{]?\s*(?:tbd|tba|n/?a|name|names|owner|team/person|team|person|who|todo|\?+|_+|-+|…|\.+|"
                    r"待定|無|无)?\s*[\])>}]?$", re.IGNORECASE)  # fmt: skip


def owner_of(text: str) -> str | None:
    """Return the owner that a text names: `owner: Ann`, `@ann`, or a trade in brackets."""
    if found := _LABELLED.search(text):
        return named(re.split(r"\s+(?:by|due|until|before|on|-|–|—)\s", found["name"])[0])
    for inner in _BRACKETS.findall(text):
        # What follows the name in the brackets says more: “(研发，部分已补)”.
        first = re.split(r"[,，;；]", inner)[0].strip()
        if first and _ROLES.fullmatch(first):
            return first
    if found := _MENTION.search(text):
        return found["name"].rstrip(".-")
    return None


def named(cell: str) -> str | None:
    """Return a name, or nothing where only a place is kept for one."""
    cell = cell.strip().lstrip("@")
    return None if _BLANK.fullmatch(cell) else cell
