"""`gonogo explain`: one condition against saved facts, with the reason for its answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gonogo.cli import context as c

if TYPE_CHECKING:
    from gonogo.rules.condition import Condition


@click.command()
@click.argument("condition")
@click.option("--facts", "source", metavar="FILE|-", help="What a check saw, as JSON; - reads standard input.")
@click.option("--gatus", is_flag=True, help="The condition is written for Gatus: [STATUS] == 200.")
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
@click.pass_context
def explain(context: click.Context, condition: str, source: str | None, gatus: bool, as_json: bool) -> None:
    """Say what a condition answers and why: exits 0 for pass, 10 for unknown, 20 for fail.

    Facts are one JSON object, such as {"status": 200, "latency": 0.14, "body": "{\\"db\\": \\"ok\\"}"}; the body is the
    text that was received. Without facts everything is unknown.
    """
    from gonogo.rules.condition import Answer
    from gonogo.rules.explanation import explain
    from gonogo.rules.text import line

    facts = _facts(source)
    found = explain(_read(condition, facts, gatus=gatus), facts)
    if as_json:
        data = {"result": found.answer, "condition": condition, "why": found.why}
        c.print_json({**data, "left": found.left, "right": found.right})
    else:
        click.echo(f"{found.answer:<8}{line(condition)}")
        for name, words in (("left", found.left), ("right", found.right), ("why", found.why)):
            click.echo(f"        {name:<6}{'-' if words is None else line(words)}")
    context.exit({Answer.PASS: c.GO, Answer.FAIL: c.NOGO, Answer.UNKNOWN: c.HOLD}[found.answer])


def _facts(source: str | None) -> dict[str, Any]:
    from gonogo.formats import facts

    if source is None:
        return {}
    if source == "-":
        return facts.parse(sys.stdin.buffer.read(facts.LARGEST + 1), "standard input")
    return facts.read(Path(source))


def _read(text: str, facts: dict[str, Any], *, gatus: bool) -> Condition:
    from gonogo.rules import catalogue, expectation
    from gonogo.rules import gatus as dialect
    from gonogo.rules.condition import ConditionError

    def known(name: str) -> bool:
        return catalogue.is_known(name) or name in facts or name.split(".")[0].split("[")[0] in facts

    try:
        return dialect.parse(text) if gatus else expectation.read_condition(text, known)
    except ConditionError as error:
        raise c.Failed(str(error), c.USAGE) from error
