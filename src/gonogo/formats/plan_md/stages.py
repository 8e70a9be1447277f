"""Headings that name a stage of the way: phases, weeks, countdowns, launch days. A language more is a row more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from gonogo.formats.plan_md.roles import title_of
from gonogo.formats.plan_md.times import is_window

_ROMAN = r"(?=[ivx])(?:ix|iv|v?i{0,3}|x)"
_ORDINAL = (
    rf"\d{{1,2}}(?![\d.,]*\d*\s*%)|{_ROMAN}|[a-h](?![a-zà-ÿ])|one|two|three|four|five|six|"
    r"um|dois|três|uno|dos|tres|eins|zwei|drei|un|deux|trois"
)
_SPAN = r"min(?:ute)?s?|h(?:ours?)?|d(?:ays?)?|w(?:eeks?)?|tage?|jours?|dias?|天|周|小时|分钟"
_DASH = "[-+‐‑‒–−]"
_COUNT = rf"[tld]\s?{_DASH}\s?\d+(?:\s?(?:{_SPAN})(?![a-zà-ÿ]))?"

PHASE, TIME, WORD, NUMBERED = 1, 2, 3, 4
"""How surely a heading names a stage: it says “phase”, a time, a word such as “launch day”, or only a number."""

_STAGES: tuple[tuple[int, str], ...] = (
    (PHASE, rf"(?:(?:roll-?out|launch|release|beta|project)\s+)?(?:phase|stage|wave|ring|milestone|iteration|fase|"
            rf"etapa|étape|"
            rf"etappe|stufe|onda|ola|vague|welle)\s*[-#:.–]?\s*(?P<n>{_ORDINAL})(?![a-zà-ÿ])"),
    (PHASE, r"第(?P<cn>[一二三四五六七八九十\d]+)(?:阶段|期|步|轮|フェーズ)|阶段(?P<cn2>[一二三四五六七八九十\d]+)|"
            r"フェーズ\s*(?P<jn>\d+)"),
    (TIME, rf"(?:weeks?|wk|months?|days?|hours?|sprints?|gate|step|semanas?|dias?|día|m[êe]s|horas?|wochen?|tage?|"
           rf"monate?|stunde|"
           rf"semaines?|jours?|settiman[ae]|giorn[oi])\s*[-#:.–−]?\s*(?P<t>\d{{1,3}}|{_ROMAN}(?![a-zà-ÿ])|"
           rf"[a-h](?![a-zà-ÿ]))"),
    (TIME, rf"{_COUNT}(?:\s*(?:→|->|to)\s*{_COUNT})?"),
    (TIME, r"\d{4}-\d\d-\d\d|第[一二三四五六七八九十\d]+(?:天|周|月|个月)"),
    (TIME, r"(?:\d+|one|two|three|four|six)\s+(?:hours?|days?|weeks?|months?)\s+(?:before|after|prior|out|to go|"
           r"post)\b"),
    (TIME, r"(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|(?:january|february|march|april|may|june|july|august|"
           r"september|october|"
           r"november|december)\s+\d"),
    (WORD, r"pre[- ]?(?:launch|flight|release|rollout|deployment|production|beta|go-?live)|before (?:the )?(?:launch|"
           r"release|go-?live)|"
           r"(?:the )?launch(?: day| week| night| moment)?$|launch (?:day|week|night|morning)|day of (?:the )?launch|"
           r"go-?live(?: day)?|release day|cut-?over|post[- ]?(?:launch|release|rollout|deployment|go-?live|beta)|"
           r"after (?:the )?(?:launch|release|go-?live)|first (?:day|week|month)|"
           r"(?:soft|hard|full|public|private|official|limited|grand|general|wide) (?:public )?(?:launch|release|"
           r"rollout|opening)|"
           r"(?:(?:closed|open|private|public|limited|internal|friends(?: (?:and|&) family)?) )?(?:alpha|beta)\b|"
           r"canary|staging|pilot|"
           r"dog-?food\w*|internal (?:test\w*|release|rollout|dog\w*)|general availability|ga\b|early access|"
           r"friends (?:and|&) family|"
           r"ramp[- ]?up|(?:\d+ ?% )?roll-?out\b|hyper-?care|warranty|ready to launch|stabili[sz]ation"),
    (WORD, r"pr[ée]-?(?:launch|lan[çz]amento|lanzamiento|lancement)|p[óo]s-?(?:launch|lançamento)|pos?t-?lanzamiento|"
           r"post-?lancement|"
           r"antes do lançamento|depois do lançamento|dia do lançamento|lançamento|antes del lanzamiento|"
           r"día del lanzamiento|"
           r"después del lanzamiento|avant le lancement|jour j\b|après le lancement|vor dem (?:launch|start)|"
           r"(?:launch|start)tag|nach dem (?:launch|start)|interner test|testes? intern[oa]s?|"
           r"(?:上线|发布|上市|发售)(?:前|当天|当日|日|后|之前|之后)|预发布|灰度|内测|公测|试运行|正式上线|全量|"
           r"内部测试|小范围|リリース(?:前|当日|後)"),
)  # fmt: skip
_COMPILED = tuple((rank, re.compile(pattern)) for rank, pattern in _STAGES)
_NUMBER = re.compile(r"^(?P<n>\d{1,2})\s*[.)、:]\s+")
_CHINESE = {letter: number for number, letter in enumerate("一二三四五六七八九十", 1)}
_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "um": 1, "dois": 2, "três": 3, "uno": 1,
    "dos": 2, "tres": 3, "eins": 1, "zwei": 2, "drei": 3, "un": 1, "deux": 2, "trois": 3, "i": 1, "ii": 2, "iii": 3,
    "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10,
}  # fmt: skip
_BRACKETS = re.compile(r"\s*[(（\[]([^()（）\[\]]+)[)）\]]\s*$")
_AFTER_DASH = re.compile(r"\s+[-–—|:]\s+([^-–—|:]+)$")
_BETWEEN = re.compile(r"^[\s:：.\-–—|)、]+")


@dataclass(frozen=True, slots=True)
class Stage:
    """A heading that may name a phase: how surely, its name, its number and its window."""

    rank: int
    name: str
    number: int | None = None
    window: str = ""
    sure: bool = True
    """Whether more than a number before it says so."""


@lru_cache(maxsize=4096)
def stage_of(source: str) -> Stage | None:
    """Read a heading as that of a stage; nothing where it is none."""
    title = title_of(source)
    if len(title) > 120:
        return None
    plain, window = _without_window(title)
    low = plain.casefold()
    numbered = _NUMBER.match(low)
    start = numbered.end() if numbered else 0
    for rank, pattern in _COMPILED:
        if found := pattern.match(low, start):
            rest = _BETWEEN.sub("", plain[found.end() :]).strip() if len(low) == len(plain) else plain
            head = plain[start : found.end()]
            name = plain[start:] if rank == WORD or not re.search(r"\w{2,}", rest) else rest
            number = _number(found)
            number = int(numbered["n"]) if number is None and numbered else number
            return Stage(rank, name, number, window or (head if rank == TIME else ""))
    if numbered:
        return Stage(NUMBERED, plain[start:].strip() or plain, int(numbered["n"]), window, bool(window))
    return None


def _without_window(title: str) -> tuple[str, str]:
    """Split a title from the time behind it: “Internal Testing (Week 1)”."""
    for pattern in (_BRACKETS, _AFTER_DASH):
        if (found := pattern.search(title)) and is_window(found[1]) and title[: found.start()].strip():
            return title[: found.start()].strip(), found[1].strip()
    return title, ""


def _number(found: re.Match[str]) -> int | None:
    text = next((value for value in found.groupdict().values() if value), "")
    if text.isdecimal():
        return int(text)
    if text in _WORDS:
        return _WORDS[text]
    if len(text) == 1 and "a" <= text <= "h":
        return ord(text) - 96
    return _CHINESE.get(text)
