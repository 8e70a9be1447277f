"""`gonogo report`: the launch in one page, for whoever was not there."""

from __future__ import annotations

from pathlib import Path

import click

from gonogo.cli import context as c


@click.command()
@click.option("--html", metavar="FILE", type=click.Path(), help="Write one page for a browser; - prints it.")
@click.option("--text", "plain", is_flag=True, help="Print plain text, as without --html.")
@click.option("--names", is_flag=True, help="Say customers' names and what they wrote too.")
@click.pass_context
def report(context: click.Context, html: str | None, plain: bool, names: bool) -> None:
    """Say in one page: are we ready, what is missing, what broke, how orders go, and who decided what."""
    from gonogo.control.report import read_report

    if html is not None and plain:
        raise c.Failed("A report is text or a page: give --text or --html FILE.", c.USAGE)
    with c.room(context) as room:
        page = read_report(room, names=names)
    if html is None:
        from gonogo.formats.report_text import as_text

        click.echo(as_text(page), nl=False)
        return
    from gonogo.formats.report_file import write_report
    from gonogo.formats.report_html import as_html

    if html == "-":
        click.echo(as_html(page), nl=False)
        return
    path = Path(html).expanduser().absolute()
    write_report(path, as_html(page))
    click.echo(f"wrote {path}")
