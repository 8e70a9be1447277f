"""Three ways into one: what the file said before, what was edited here since, and what the file says now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

T = TypeVar("T", bound=BaseModel)
Clash = Callable[[str, str, object, object], bool]
"""Says of a field that both changed whether the file's word is taken: (whose, field, ours, the file's)."""


def fields(base: T, mine: T, theirs: T, clash: Clash, whose: str, apart: Iterable[str] = ()) -> T:
    """Merge field by field: what one side changed holds; of what both changed, `clash` decides."""
    update: dict[str, Any] = {}
    for name in type(mine).model_fields:
        if name == "id" or name in apart:
            continue
        was, here, there = getattr(base, name), getattr(mine, name), getattr(theirs, name)
        if there not in (was, here) and (here == was or clash(whose, name, here, there)):
            update[name] = there
    return mine.model_copy(update=update) if update else mine


def rows(base: Sequence[T], mine: Sequence[T], theirs: Sequence[T], clash: Clash) -> tuple[T, ...]:
    """Merge lists whose rows have ids: what is new in the file comes, what it dropped goes, the rest by its fields."""
    was, here, there = _by_id(base), _by_id(mine), _by_id(theirs)
    kept: dict[str, T] = {}
    for key, one in here.items():
        if key in there:
            kept[key] = fields(was.get(key, one), one, there[key], clash, key)
        elif key not in was:
            kept[key] = one
    for key, one in there.items():
        if key not in here and key not in was:
            kept[key] = one
    order = order_of([*was], [*here], [*there])
    return tuple(kept[key] for key in order if key in kept)


def order_of(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """Return an order for all: ours unless the file changed its own, the others behind what they stood behind."""
    known = set(theirs)
    before = [key for key in base if key in known]
    common = set(before)
    changed = before != [key for key in theirs if key in common]
    return woven(theirs, mine) if changed else woven(mine, theirs)


def woven(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """Put what only the second has into the first, behind what it stands behind there."""
    made = list(dict.fromkeys(first))
    there = set(made)
    behind: dict[str | None, list[str]] = {}
    anchor: str | None = None
    for key in dict.fromkeys(second):
        if key in there:
            anchor = key
        else:
            behind.setdefault(anchor, []).append(key)
    return [*behind.get(None, ()), *(one for key in made for one in (key, *behind.get(key, ())))]


def one(base: object, mine: Any, theirs: Any) -> Any:
    """Merge a value that nobody is asked about: the file's where only the file changed it."""
    return theirs if mine == base else mine


def _by_id(found: Sequence[T]) -> Mapping[str, T]:
    return {getattr(one, "id"): one for one in found}  # noqa: B009
