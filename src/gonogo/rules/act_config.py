"""`[rollback]`, `[hotfix]` and `[command.NAME]`: the commands that act on the site."""

from __future__ import annotations

from gonogo.rules.config_values import Argv, Doc, Variables
from gonogo.rules.duration import PositiveDuration


class CommandConfig(Doc):
    """`[command.NAME]`: a command that a step of the runbook runs."""

    command: Argv
    timeout: PositiveDuration = 300.0
    """How long it is waited for; then its processes are ended."""
    folder: str | None = None
    """Where it runs; else the folder of this file."""
    env: Variables = {}
    """What is added to the environment of whoever sets it off; a secret by reference."""


class HotfixConfig(CommandConfig):
    """`[hotfix]`: the command that ships a fix."""

    timeout: PositiveDuration = 600.0


class RollbackConfig(CommandConfig):
    """`[rollback]`: the command that brings the last good version back."""

    timeout: PositiveDuration = 180.0
    status: Argv | None = None
    """Asked when the time is over, since the provider may still be rolling back."""
    dry_run: Argv | None = None
    """What rehearses it without changing the site."""
    confirm_probe: str | None = None
