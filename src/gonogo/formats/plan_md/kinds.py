"""What kind of work a line is: done once, due again and again, or something that must stay true; and on what "
"condition."""

from __future__ import annotations

import re
from typing import Literal

from gonogo.formats.plan_md.times import cadence_of

_GUARD = re.compile(
    r"(?:no|never|don['’]?t|do not|must not|mustn['’]t|avoid|keep (?:[\w -]{1,30} )?off|keep out|hold off|not yet|"
    r"stay off|"
    r"refrain from|não|nunca|evitar?|nada de|no hacer|kein[e]?|niemals|nicht|vermeide|ne pas|jamais|aucune?|évite[rz]?|"
    r"mai|non)\s|(?:不要|不得|禁止|切勿|严禁|暂不|避免)",
    re.IGNORECASE,
)
# “No blocker found” and “no errors in the logs” are looked at once, and are no rule to keep.
_CHECK = re.compile(
    r"\b(?:errors?|bugs?|issues?|blockers?|regressions?|incidents?|crash\w*|alerts?|failures?|anomal\w+|warnings?|"
    r"degradation|"
    r"conflicts?|complaints?|bursts?|spikes?|vulnerabilit\w+|secrets?|leaks?|found|identified|remaining|reported|open|"
    r"outstanding|pending|bloqueador\w*|erros?|falhas?|identificad\w|reportad\w|regressões|fehler|errores|erreurs?)\b",
    re.IGNORECASE,
)
_SETUP = re.compile(
    r"^(?:set(?:ting)? ?up|configure|create|enable|schedule|install|implement|define|establish|agree on|plan|write|"
    r"prepare|"
    r"build|add|automate|configurar?|criar?|agendar|definir|crear|programar|einrichten|richte|configurer|créer|"
    r"planifier|"
    r"配置|设置|创建|建立|安排|启用)\b|^(?:配置|设置|创建|建立|启用)",
    re.IGNORECASE,
)
_WHEN_BRACKETS = re.compile(
    r"[(（]\s*((?:only )?(?:if|when(?! to)|unless|as needed|as required|se|si|falls|wenn|sofern|quando|cuando|"
    r"caso)\b[^()（）]{0,60}|"
    r"(?:如|若|视|按)[^()（）]{1,40})\s*[)）]",
    re.IGNORECASE,
)
_WHEN_FIRST = re.compile(r"^((?:if|when|in case|unless|se|si|falls|wenn|caso|若|如果|"
                         r"如)[\s\u4e00-\u9fff][^:：,，→]{1,50})\s*[:：,，→]\s*\S", re.IGNORECASE)  # fmt: skip
_WHEN_LAST = re.compile(
    r"\s((?:only )?(?:if|when|where|as) (?:needed|necessary|required|applicable|appropriate|planned|possible|available|"
    r"they ask|asked|relevant|it applies|budget allows|time (?:allows|permits))|se (?:necessário|aplicável|preciso)|"
    r"si (?:es necesario|aplica|nécessaire|besoin|applicable)|(?:falls|wenn) (?:nötig|erforderlich|geplant)|"
    r"bei bedarf|se necessario)\s*[.)）]?$",
    re.IGNORECASE,
)
_MAYBE_WHEN = re.compile(
    r"if|when|case|unless|where|\bas\b|\bs[ei]\b|wenn|falls|quando|cuando|caso|bedarf|[如若视按]", re.IGNORECASE
)
_OPTIONAL = re.compile(
    r"[(（\[]\s*(?:[^()（）]{0,20}[,，]\s*)?(?:optional|opcional|facultati[fv]o?|nice to have|可选|任意)\s*[)）\]]|"
    r"^(?:optional|可选)\s*[:：]",
    re.IGNORECASE,
)


def kind_of(text: str, *, gate: bool = False) -> tuple[Literal["task", "routine", "guard"], str | None]:
    """Return what kind of work a line is, and how often it comes due; a `gate` is looked at, and makes no rules."""
    text = re.split(r"[:：。]|\. ", text, maxsplit=1)[0][:120]  # what is said further on explains
    if not gate and _GUARD.match(text) and not _CHECK.search(text):
        return "guard", None
    if not _SETUP.search(text) and (every := cadence_of(text)):
        return "routine", every
    return "task", None


def when_of(text: str) -> str | None:
    """Return the condition on which work is wanted at all: “if planned”."""
    if not _MAYBE_WHEN.search(text):
        return None
    for pattern in (_WHEN_BRACKETS, _WHEN_LAST, _WHEN_FIRST):
        if found := pattern.search(text):
            return found[1].strip()
    return None


def is_optional(text: str) -> bool:
    """Whether a line says that it may be left out."""
    return _OPTIONAL.search(text) is not None
