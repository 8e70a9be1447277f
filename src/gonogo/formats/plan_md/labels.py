"""Lines such as “Goal: …” and “Duration: 1 week”: what a label of a phase says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from gonogo.formats.plan_md.inline import plain
from gonogo.formats.plan_md.roles import Role, role_of

Meaning = Literal["goal", "window", "environment", "role"]
_FORM = re.compile(r"^\s*(?:[-*+•]\s+)?((?:\*\*|__|\*)?[^\W\d_][^:：\n]{0,50}?)\s*[:：]\s*(\S.*)$", re.DOTALL)
_MEANINGS: tuple[tuple[Meaning, str], ...] = (
    ("goal", r"(?:main |overall |phase )?(?:goals?|objectives?|aim|purpose|mission|intent|objetivos?|meta|ziele?|"
             r"objectifs?|but|"
             r"scopo|obiettivo|目标|目的|ゴール)"),
    ("window", r"(?:planned |rollout |phase )?(?:duration|length|window|time ?frame|timeline|dates?|when|duração|"
               r"período|duración|"
               r"dauer|zeitraum|durée|période|durata|时长|时间|周期|期間)"),
    ("environment", r"(?:target )?(?:environments?|ambiente|entorno|umgebung|environnement|环境)"),
)  # fmt: skip
_COMPILED = tuple((meaning, re.compile(pattern)) for meaning, pattern in _MEANINGS)
_CRITERIA = re.compile(
    r"criteri|critéri|critère|kriterien|metrics|métricas|kpis|targets\b|thresholds|definition of done|(?:pass|advance|"
    r"proceed|"
    r"ready|done|exit|move on) (?:if|when)|^gate\b|标准|指标|准出|验收|基準"
)
"""Labels whose value is a list of criteria; a “target date” is none."""
_EXIT = re.compile(r"exit|success|erfolg|éxito|sucesso|succès|成功")
_ENVIRONMENTS = (
    ("staging", r"staging|homologação|预发"),
    ("beta", r"\bbeta\b|内测"),
    ("production", r"prod(?:uction)?\b|produção|live\b|生产"),
)


@dataclass(frozen=True, slots=True)
class Label:
    """What a labelled line says, and what its label means."""

    meaning: Meaning
    value: str
    role: Role | None = None
    name: str = ""


def label_of(line: str) -> Label | None:
    """Read a labelled line whose label means something here."""
    if (found := _FORM.match(line)) is None:
        return None
    name, value = found[1].strip("*_ "), found[2].strip().lstrip("*_").strip()
    low = name.casefold()
    if not value or len(name.split()) > 6:
        return None
    for meaning, pattern in _COMPILED:
        if pattern.fullmatch(low):
            return Label(meaning, plain(value), None, name)
    role = "criteria" if _EXIT.fullmatch(low) else role_of(name)
    if role == "criteria" and not (_CRITERIA.search(low) or _EXIT.fullmatch(low)):
        return None
    return Label("role", value, role, name) if role in ("criteria", "triggers", "tips") else None


def environment_of(text: str) -> str | None:
    """Return the environment that a phase's name or a line under it names."""
    low = text.casefold()
    return next((name for name, pattern in _ENVIRONMENTS if re.search(pattern, low)), None)
