"""Bringing a team's own Markdown up to date: only the lines that gonogo owns, all others to the byte as they were."""

from gonogo.formats.plan_back.write import Back, write_back

__all__ = ["Back", "write_back"]
