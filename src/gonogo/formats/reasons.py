"""What is wrong with a value of a file, in words for whoever wrote it, and what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from gonogo.rules.text import line as one_line

_WORDS = {
    "string_pattern_mismatch": "this is no short name; write small letters, digits and dashes, such as my-shop.",
    "missing": "is missing; it has to be written.",
    "string_type": 'text in quotes is wanted here, such as "text".',
    "tuple_type": 'a list is wanted here, such as ["one", "another"].',
    "list_type": 'a list is wanted here, such as ["one", "another"].',
    "dict_type": 'a table is wanted here, such as { key = "value" }.',
    "model_type": "a table is wanted here, with keys and values.",
    "model_attributes_type": "a table is wanted here, with keys and values.",
    "bool_type": "write true or false here, without quotes.",
    "bool_parsing": "write true or false here, without quotes.",
    "int_type": "a whole number is wanted here, without quotes.",
    "int_parsing": "a whole number is wanted here, without quotes.",
    "int_from_float": "a whole number is wanted here.",
    "float_type": "a number is wanted here, without quotes.",
    "float_parsing": "a number is wanted here, without quotes.",
    "finite_number": "a number is wanted here that is not endless.",
    "string_too_short": "something has to be written here.",
    "union_tag_invalid": "this is no table of a kind that is known here.",
    "union_tag_not_found": "a table is wanted here, with keys and values.",
}
_BOUNDS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}


def reason(error: Mapping[str, Any], model: type[BaseModel]) -> str:
    """Say one error of pydantic's in words of ours."""
    kind, ctx = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return _no_key(str(error["loc"][-1]), error["loc"][:-1], model)
    if kind in _WORDS:
        return _WORDS[kind]
    if kind in ("literal_error", "enum"):
        return f"one of these is wanted here: {ctx['expected'].replace(chr(39), '')}."
    if kind in ("too_short", "too_long"):
        bound = ctx.get("min_length") if kind == "too_short" else ctx.get("max_length")
        return (
            f"{'at least' if kind == 'too_short' else 'at most'} {bound} {'is' if bound == 1 else 'are'} wanted here."
        )
    if kind == "string_too_long":
        return f"at most {ctx['max_length']} characters are wanted here."
    if bounds := [f"{words} {ctx[name]}" for name, words in _BOUNDS.items() if name in ctx]:
        return f"a number of {bounds[0]} is wanted here."
    words = str(error["msg"]).removeprefix("Value error, ")
    words = words if kind == "value_error" and "\n" in words else one_line(words, 400)
    return words if words.endswith((".", "?", "^")) else words + "."


def untagged(loc: Sequence[int | str], model: type[BaseModel]) -> list[int | str]:
    """Return a place without the kinds of tables in it, which may be called as one of their keys is."""
    return [part for number, part in enumerate(loc) if not _of_kind(_models_at(model, loc[:number]), part)]


def _no_key(key: str, loc: Sequence[int | str], model: type[BaseModel]) -> str:
    """Say that a key is not there, and where it is, or which one may have been meant."""
    said = f"there is no key “{one_line(key, 40)}”"
    others = _models_at(model, loc[:-1])
    owners = [str(getattr(one, "kind", "")) for one in others if key in _keys(one)]
    if loc and owners and _of_kind(others, loc[-1]):
        return f"{said} in a probe of the kind {loc[-1]}, only in {' and '.join(owners)}."
    near = difflib.get_close_matches(key, [name for one in _models_at(model, loc) for name in _keys(one)], 1)
    return said + (f"; did you mean “{near[0]}”?" if near else ".")


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _of_kind(models: Sequence[type[BaseModel]], part: int | str) -> list[type[BaseModel]]:
    """Return those of several models for one place whose kind it is."""
    return [one for one in models if len(models) > 1 and getattr(one, "kind", None) == part]


def _models_at(model: type[BaseModel], loc: Sequence[int | str]) -> list[type[BaseModel]]:
    """Return the models that a place in the file may have."""
    here = [model]
    for part in loc:
        if isinstance(part, int):
            continue
        if kind := _of_kind(here, part):
            here = kind
            continue
        fields = [f for one in here for n, f in one.model_fields.items() if part in (n, f.alias)]
        here = [inner for field in fields for inner in _models(field.annotation)] or here
    return here


def _models(annotation: Any) -> list[type[BaseModel]]:
    """Return the models that a field holds, in a list, a mapping or one of several kinds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in getattr(annotation, "__args__", ()) for model in _models(inner)]
