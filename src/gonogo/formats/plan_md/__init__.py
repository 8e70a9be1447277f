"""A team's plan in Markdown: blocks, then small recognisers, then a draft of which every line is accounted for."""

from __future__ import annotations

from gonogo.formats.plan_md.reader import read_markdown

__all__ = ["read_markdown"]
