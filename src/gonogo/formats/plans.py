"""Plan files in TOML, and the plan that gonogo ships."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gonogo.formats import toml
from gonogo.formats.errors import FileError
from gonogo.formats.shipped import folder
from gonogo.rules import text
from gonogo.rules.plan_doc import PlanDoc


def read_plan(path: Path, metrics: Mapping[str, str] = {}) -> PlanDoc:
    """Read a plan file and the template bodies that it names beside it.

    `metrics` are those of the config with their units, of which criteria may demand something too.
    """
    source, tables = toml.read(path)
    templates = path.parent.parent / "templates"
    for template in tables.get("template", ()):
        if isinstance(template, dict) and template.get("file") and "body" not in template:
            if not isinstance(template["file"], str):
                continue
            body = (templates / template["file"]).resolve()
            if not body.is_relative_to(templates.resolve()) or not body.is_file():
                raise FileError(f"{path}: the template file “{text.line(template['file'], 60)}” is not in {templates}.")
            try:
                template["body"] = text.block(body.read_text(encoding="utf-8"))
            except (OSError, UnicodeDecodeError) as error:
                raise FileError(f"{body} cannot be read as UTF-8 text; save it as UTF-8.") from error
    return toml.validate(PlanDoc, tables, source, str(path), {"metrics": metrics})


def bundled() -> PlanDoc:
    """Return the plan that gonogo ships; its templates are samples until somebody has made them their own."""
    plan = read_plan(folder("data") / "plans" / "safe-deployment.toml")
    samples = tuple(one.model_copy(update={"sample": True}) for one in plan.template)
    return plan.model_copy(update={"template": samples})
