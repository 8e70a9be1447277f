"""The command line: options that all commands share, and commands that load when they run."""

from __future__ import annotations

import importlib
import sys

import click

from gonogo import __version__
from gonogo.cli.context import explained

COMMANDS = {
    "init": "init", "demo": "demo", "watch": "watch", "status": "status", "check": "check", "doctor": "doctor",
    "launches": "launches", "item": "item", "section": "section", "undo": "undo", "redo": "undo",
    "log": "log", "incident": "incident",
    "contact": "comms", "ready": "ready", "notify": "notify", "probe": "probe", "explain": "explain",
    "advance": "way", "step-back": "way", "close": "way", "hold": "way", "resume": "way", "waive": "way",
    "demand": "way", "poll": "poll", "vote": "poll", "report": "report", "look": "look",
    "people": "people", "drill": "drill", "backup": "backup", "restore": "backup", "plan": "plan",
    "rollback": "act", "hotfix": "act", "run": "act", "stop": "act",
}  # fmt: skip


class _Lazy(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"gonogo.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an error that we know ends in one sentence wherever it comes from."""
        with explained():
            return super().invoke(ctx)


@click.group(cls=_Lazy, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--state", type=click.Path(dir_okay=False), help="The state file; else the one of the config.")
@click.option("--config", type=click.Path(dir_okay=False), help="The gonogo.toml; else the nearest one.")
@click.option("--as", "actor", metavar="NAME", help="Who acts; else GONOGO_ACTOR, else the login name.")
@click.version_option(__version__, prog_name="gonogo")
@click.pass_context
def main(context: click.Context, state: str | None, config: str | None, actor: str | None) -> None:
    """A launch control room in the terminal. Without a command it opens the room."""
    if context.invoked_subcommand is None:
        from gonogo.cli.open import open_room

        open_room(context)


def run() -> None:
    """Run the command line; a closed pipe or ctrl-c ends it quietly."""
    # Arguments that are not UTF-8 arrive as lone surrogates, which no file and no terminal takes.
    args = [word.encode("utf-8", "replace").decode("utf-8") for word in sys.argv[1:]]
    try:
        main.main(args, prog_name="gonogo", standalone_mode=True)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)


if __name__ == "__main__":
    run()
