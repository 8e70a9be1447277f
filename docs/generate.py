"""Writes what is made from the code: docs/keys.md and data/gonogo.schema.json."""

from __future__ import annotations

import json
from pathlib import Path

from gonogo.rules.config import Config
from gonogo.tui.actions import ACTIONS

ROOT = Path(__file__).resolve().parent.parent


def keys() -> str:
    """The table of keys, from the table of actions."""
    rows = [
        "# Keys",
        "",
        "Made from `src/gonogo/tui/actions.py` by `docs/generate.py`. Lower case is safe and can be undone;",
        "upper case and `!` ask first, but for the demo's. An act without a key stands in the command palette (`:`).",
        "",
        "| key | act | what it does | where | command |",
        "|---|---|---|---|---|",
    ]
    for one in ACTIONS:
        shown = f"`{one.shown}`" if one.shown else ""
        where = "demo" if one.demo else one.where
        cli = f"`gonogo {one.cli}`" if one.cli else ""
        rows.append(f"| {shown} | {one.label} | {one.help} | {where} | {cli} |")
    return "\n".join(rows) + "\n"


def schema() -> str:
    """The schema of gonogo.toml, for editors."""
    return json.dumps(Config.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


FILES = {"docs/keys.md": keys, "data/gonogo.schema.json": schema}

if __name__ == "__main__":
    for name, make in FILES.items():
        (ROOT / name).write_text(make(), encoding="utf-8")
