"""What the block under a heading is for, by its words: adding a language touches the table alone."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from gonogo.formats.plan_md.inline import plain

Role = Literal["criteria", "runbook", "triggers", "readiness", "templates", "tips", "contacts", "aside"]

# The first that matches holds: “rollback criteria” are triggers, and “non-critical issues” no criteria.
_ROLES: tuple[tuple[Role, str], ...] = (
    ("contacts", r"contacts?\b|contact (?:list|matrix)|stakeholders?|escalation|on-?call|who is who|responsibilities|"
                 r"communication channels|contatos?|contactos?|kontakte?\b|ansprechpartner|联系人|联系方式|責任者|"
                 r"責任人"),
    ("triggers", r"(?:trigger|abort|stop|halt|kill|(?<!go[/ -])(?<!go / )no-go|"
     r"roll-?back|rollback|revert|back-?out)\b.*\b(?:conditions?|"
                 r"criteria|"
                 r"triggers?|thresholds?|rules?|if\b|when\b)|(?:roll ?back|revert|abort|stop|halt|back out) (?:if|"
                 r"when)\b|"
                 r"triggers?$|when (?:to|do we|would we|should we) (?:roll ?back|abort|stop|revert)|red flags|"
                 r"gatilhos?|critérios de (?:rollback|parada|reversão)|criterios de (?:parada|reversión)|"
                 r"abbruchkriterien|"
                 r"auslöser|critères d'arrêt|回滚条件|触发条件|回退条件|中止条件"),
    ("templates", r"templates?\b|boilerplate|message drafts|draft messages|vorlagen?\b|modelos? de|plantillas?|"
                  r"modèles? de|模板|"
                  r"テンプレート"),
    ("aside", r"troubleshoot|architecture|appendix|overview|summary|background|references?\b|\brisks?\b|glossary|"
              r"configuration|feature flags?|agenda|schedule|open (?:issues|questions)|change ?log|introduction|about|"
              r"context|"
              r"scope\b|legend|out of scope|resumo|visão geral|riscos?\b|riesgos?|anhang|überblick|risiken|annexe|风险|"
              r"附录|概述|"
              r"背景|说明|速览|scaling plan|celebrat"),
    ("readiness", r"always (?:have )?(?:\w+ )?ready|always at hand|keep ready|standing by|safety measures|safety net|"
                  r"must always|at all times|sempre pront|siempre list|immer bereit|toujours prêt|medidas de segurança|"
                  r"sicherheitsmaßnahmen|随时准备|始终准备|常备|安全措施"),
    ("runbook", r"emergenc(?:y|ies)|incidents? (?:response|procedures?|runbook|plan|handling)|roll-?back|roll back|"
                r"back-?out|"
                r"run ?books?|playbook|contingenc|(?:if|when) (?:something|anything|things?|it) (?:goes|go|breaks?|"
                r"fails?)|"
                r"disaster|recovery (?:plan|procedures?|steps)|(?:critical|minor|major) (?:issue|incident|bug)s?\b|"
                r"non-critical|emergência|conting[êe]ncia|se algo (?:der|correr)|reversão|reversión|notfall|störung|"
                r"rückroll|rollback-plan|urgence|retour arrière|si (?:ça|quelque chose)|emergencia|si algo|应急|"
                r"回滚|回退|"
                r"故障处理|"
                r"预案|緊急|切り戻し"),
    ("criteria", r"success (?:criteria|metrics|measures|targets)|criteri(?:a|on)\b|go\s?/?\s?-?no-?\s?go|"
                 r"go-?live decision|\bgates?\b|"
                 r"\bkpis?\b|metrics?\b|targets?\b|\bslos?\b|\bslas?\b|definition of done|thresholds?|pass if|"
                 r"advance (?:if|when)|"
                 r"proceed (?:if|when)|move on when|exit when|ready when|done when|must pass|critérios?|métricas?|"
                 r"indicadores|"
                 r"metas\b|criterios?|critères?|objectifs chiffrés|(?:erfolgs|abnahme|ausstiegs)?kriterien|kennzahlen|"
                 r"criteri\b|标准|指标|准出|准入|門|门禁|验收|判定|基準|指標"),
    ("tips", r"\btips?\b|advice|best practices|principles|pro tips|remember\b|dicas?\b|consejos?|conseils?|tipps|"
             r"hinweise|"
             r"提示|建议|心得|ヒント"),
)  # fmt: skip
_COMPILED = tuple((role, re.compile(pattern)) for role, pattern in _ROLES)
_OPTIONAL = re.compile(
    r"should[- ]haves?|nice[- ]to[- ]haves?|could[- ]haves?|optional|stretch|if time|bonus|opcional|facultati[fv]|"
    r"wünschenswert|desejável|deseable|可选|加分项|任意"
)
_LEAD = re.compile(r"^[^\w(\[<“\"'（【「<>]+")
_CLOSE = re.compile(r"[\s:：.。!-]+$")


@lru_cache(maxsize=4096)
def title_of(source: str) -> str:
    """Return a heading's words: without marks, without the picture before them and the colon behind."""
    text = plain(source)
    return _CLOSE.sub("", _LEAD.sub("", text)) or text


@lru_cache(maxsize=4096)
def role_of(source: str) -> Role | None:
    """Return what the block under a heading is for, where its words say it."""
    low = title_of(source).casefold()
    return next((role for role, pattern in _COMPILED if pattern.search(low)), None)


def is_optional(source: str) -> bool:
    """Whether a heading says that what stands under it may be left out."""
    return _OPTIONAL.search(title_of(source).casefold()) is not None
