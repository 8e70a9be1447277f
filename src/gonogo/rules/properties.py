"""What an item is besides its text, as one types it: `owner:anna due:fri 17:00 every:6h`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from gonogo.rules import by_when, cron, duration, proven, text
from gonogo.rules.duration import written as span
from gonogo.rules.plan import Item, Launch
from gonogo.rules.record import Act, Changes, Decision, Intent, Refusal, State

LONGEST = 500
WORDS = ("owner", "note", "evidence", "when", "command")
SPANS = {"every": "every_s", "grace": "grace_s"}
FLAGS = ("optional", "counted", "sign_off")
FIELDS = (*WORDS, "due", "kind", *SPANS, "cron", "done_when", *FLAGS)
KINDS = ("task", "routine", "guard")
HINT = "write name:value, such as owner:anna due:fri 17:00 every:6h; a name without a value clears it"
_NAME = re.compile(r"(?:^|(?<=\s))([A-Za-z_-]{2,12}):(?!//)")
_QUOTED = re.compile(r'"("[^"]*"|[^"]*)"')
_VALUE = re.compile(rf":{_QUOTED.pattern}(?=\s|$)")


class SetItem(Intent):
    """Set properties of an item as they were typed; an empty one is cleared. `was` is what they began from."""

    item: str
    values: dict[str, str]
    was: dict[str, str] = {}
    metrics: tuple[str, ...] = ()
    """The numbers of the config, on which a condition may be."""


def parse(line: str) -> dict[str, str] | Refusal:
    """Read a line of properties into names and what was typed of each."""
    bare = _VALUE.sub(lambda quoted: ":" + "x" * (len(quoted[0]) - 1), line)  # no name begins within quotes
    names = [match for match in _NAME.finditer(bare) if _field(match[1]) or match.start() == 0]
    if not names or line[: names[0].start()].strip():
        return Refusal(f"“{text.line(line, 40)}” says no property; {HINT}.", misused=True)
    found: dict[str, str] = {}
    for match, following in zip(names, [*names[1:], None], strict=True):
        name = _field(match[1])
        if name is None:
            near = _near(match[1])
            return Refusal(
                f"There is no property “{match[1]}”{near}; there are {', '.join(map(_shown, FIELDS))}.", True
            )
        value = line[match.end() : following.start() if following else None].strip()
        quoted = _QUOTED.fullmatch(value)
        found[name] = quoted[1].strip() if quoted else value
    return found


def meant(before: str, line: str) -> dict[str, str] | Refusal:
    """Read a line that was edited: what stood there before and is gone is cleared."""
    old = parse(before) if before else {}
    found = parse(line) if line.strip() or not old else {}
    if isinstance(found, Refusal) or isinstance(old, Refusal):
        return found if isinstance(found, Refusal) else {}
    return {**dict.fromkeys(old, ""), **found}


def _field(name: str) -> str | None:
    plain = name.lower().replace("-", "_")
    plain = {"done": "done_when", "sign": "sign_off", "only": "when"}.get(plain, plain)
    return plain if plain in FIELDS else None


def _near(name: str) -> str:
    from difflib import get_close_matches

    found = next(iter(get_close_matches(name.lower(), FIELDS, 1, 0.6)), "")
    return f"; is {_shown(found)} meant?" if found else ""


def _shown(name: str) -> str:
    return name.replace("_", "-")


def written(item: Item, name: str, timezone: str) -> str:
    """Write a property as it is typed; nothing where there is none."""
    if name in FLAGS:
        return "yes" if getattr(item, name) else "no"
    value = getattr(item, SPANS.get(name, name))
    if value is None:
        return ""
    if name in SPANS:
        return span(value)
    return by_when.written(value, timezone) if isinstance(value, date) else str(value)


def line_of(item: Item, timezone: str) -> str:
    """Write the properties that an item has in one line, as they are typed."""
    usual = {"kind": "task", "optional": "no", "counted": "yes", "sign_off": "no"}
    found = [(name, written(item, name, timezone)) for name in FIELDS]
    return " ".join(f"{_shown(name)}:{_typed(value)}" for name, value in found if value and value != usual.get(name))


def _typed(value: str) -> str:
    """Put a value into quotes that would be read as something else without."""
    means_more = _QUOTED.fullmatch(value) or any(_field(match[1]) for match in _NAME.finditer(value))
    return f'"{value}"' if means_more else value


def changed(item: Item, values: Mapping[str, str], timezone: str) -> dict[str, str]:
    """Return those of the typed properties that are not so already."""
    return {name: value for name, value in values.items() if value != written(item, name, timezone)}


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide which properties an item gets."""
    assert isinstance(intent, SetItem)
    item, launch = state.get(Item, intent.item), next(iter(state.all(Launch)), None)
    if item is None or launch is None:
        return Refusal("That item is not in the plan any more; look at the checklist again.")
    zone = launch.timezone
    values = changed(item, intent.values, zone)
    if not values:
        return Refusal(f"“{item.text}” is so already; nothing was changed.")
    for name in values:
        now = written(item, name, zone)
        if name in intent.was and intent.was[name] != now:
            said = f"set {_shown(name)} to “{now}”" if now else f"cleared {_shown(name)}"
            return Refusal(f"{item.changed_by or 'Somebody'} has meanwhile {said}.", outrun=True)
    fresh: dict[str, Any] = {"changed_by": act.actor}
    for name, value in values.items():
        found = _read(name, value, act, zone, intent.metrics)
        if isinstance(found, Refusal):
            return found
        fresh[SPANS.get(name, name)] = found
    made = _fitting(item.model_copy(update=_recurring(item, fresh)))
    if isinstance(made, Refusal):
        return made
    said = ", ".join(_said(made, name, zone) for name in values)
    return Changes(f"set of “{item.text}”: {said}", put=(made,))


def _said(item: Item, name: str, zone: str) -> str:
    return f"{_shown(name)} {written(item, name, zone) or 'cleared'}"


def _recurring(item: Item, fresh: dict[str, Any]) -> dict[str, Any]:
    """What comes due again is a routine unless it is a guard, and it does so by one of the two; a task does not."""
    if fresh.get("kind") == "task":
        return {"every_s": None, "cron": None, "grace_s": None, **fresh}
    if fresh.get("every_s") or fresh.get("cron"):
        fresh = {"kind": "routine" if item.kind == "task" else item.kind, **fresh}
        return {"cron": None, **fresh} if fresh.get("every_s") else {"every_s": None, **fresh}
    return fresh


def _fitting(item: Item) -> Item | Refusal:
    if item.kind == "routine" and item.every_s is None and item.cron is None:
        return Refusal("A routine comes due again; say when with every:1d or cron:0 9 * * mon-fri.", misused=True)
    if item.every_s is not None and item.cron is not None:
        return Refusal("every and cron both say when it comes due; give one of them.", misused=True)
    if item.kind == "task" and (item.every_s is not None or item.cron is not None):
        return Refusal("A task is done once; with every or cron it is a routine or a guard.", misused=True)
    return item


def _read(name: str, value: str, act: Act, zone: str, metrics: tuple[str, ...]) -> Any:
    """Read one property as it was typed; a Refusal says what would be right."""
    value = text.tidy(value)
    if len(value) > LONGEST:
        return Refusal(f"{_shown(name)} is {len(value):,} characters long and at most {LONGEST} are taken.", True)
    if name in FLAGS:
        known = {"yes": True, "no": False, "true": True, "false": False, "": name == "counted"}
        if value.lower() not in known:
            return Refusal(f"{_shown(name)} is yes or no, and not “{value[:30]}”.", misused=True)
        return known[value.lower()]
    if name == "kind":
        if value not in KINDS:
            return Refusal(f"kind is task, routine or guard, and not “{value[:30]}”.", misused=True)
        return value
    if not value:
        return None
    if name == "due":
        return by_when.read(value, act.at.utc, zone)
    readers: dict[str, Callable[[str], Any]] = {
        **dict.fromkeys(SPANS, _span), "cron": cron.check, "done_when": lambda one: _condition(one, metrics),
    }  # fmt: skip
    try:
        return readers.get(name, str)(value)
    except ValueError as error:
        return Refusal(f"{str(error).splitlines()[0]}.", misused=True)


def _span(value: str) -> float:
    found = duration.seconds(value)
    if found <= 0:
        raise ValueError("a duration here is longer than nothing, such as 6h")
    return found


def _condition(value: str, metrics: tuple[str, ...]) -> str:
    proven.check(value, dict.fromkeys(metrics))
    return value
