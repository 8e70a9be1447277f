"""References to secrets, `${env:NAME}` and `${file:PATH}`: how they are written, and what only looks like one."""

from __future__ import annotations

import difflib
import re

KINDS = ("env", "file")
REFERENCE = re.compile(r"\$\{(env|file):([^}]*)\}")
_OPENED = re.compile(r"\$\{([^}]*)(\}?)")
_KIND = re.compile(r"\s*(\w+)\s*:")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def has_reference(value: str) -> bool:
    """Whether a text holds a reference, or was meant to."""
    return re.search(r"\$\{\s*(env|file)\s*:", value, re.IGNORECASE) is not None


def check_references(value: str) -> str:
    """Refuse what would be sent as it stands though a reference was meant; ValueError says what would be right.

    In a body `${name}` may be anything; what begins with a kind and a colon was meant for us.
    """
    for match in _OPENED.finditer(value):
        inner, closed = match[1], match[2]
        kind = _KIND.match(inner)
        if kind is not None:
            _check(kind[1], kind[0], inner[kind.end() :], closed=bool(closed))
    return value


def check_proof(value: str) -> str:
    """Refuse as `check_references` does, and `${NAME}` too: in what proves who asks it is always meant for one."""
    for match in _OPENED.finditer(value):
        if _VARIABLE.fullmatch(match[1]) and match[2]:
            name = match[1][:40]
            raise ValueError(f"“${{{name}}}” would be sent as it stands; write ${{env:{name}}}")
    return check_references(value)


def _check(kind: str, written: str, name: str, *, closed: bool) -> None:
    if kind not in KINDS:
        near = difflib.get_close_matches(kind.lower(), KINDS, 1)
        right = f"did you mean ${{{near[0]}:…}}?" if near else "there are ${env:NAME} and ${file:PATH}"
        raise ValueError(f"there is no reference “${{{kind[:20]}:…}}”; {right}")
    example = "${env:TOKEN}" if kind == "env" else "${file:~/.token}"
    if not closed:
        raise ValueError(f"the reference “${{{kind}:…” has no end; write {example}")
    if not name.strip():
        what = "variable" if kind == "env" else "file"
        raise ValueError(f"“${{{kind}:}}” names no {what}; write one, such as {example}")
    if written != f"{kind}:" or name != name.strip() or (kind == "env" and not _VARIABLE.fullmatch(name)):
        rule = "the name of a variable, of letters, digits and _, and no spaces" if kind == "env" else "a path alone"
        raise ValueError(f"in “${{{kind}:…}}” stands {rule}; write one such as {example}")
