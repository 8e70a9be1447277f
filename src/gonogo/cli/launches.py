"""`gonogo launches`: what launches this account has."""

from __future__ import annotations

import click

from gonogo.cli import context as c
from gonogo.cli import places


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
def launches(as_json: bool) -> None:
    """List the launches of this account."""
    from gonogo.rules.plan import Launch
    from gonogo.rules.text import scrub
    from gonogo.store import watching
    from gonogo.store.errors import StoreError
    from gonogo.store.store import Store

    folder = places.state_folder()
    found = []
    for path in sorted((*folder.glob("*.db"), *folder.glob("demo/state.db"))):
        row: dict[str, object] = {"file": str(path), "watched": False}
        try:
            row["watched"] = watching.is_alive(path)
            store = Store(path, readable=True)
            launch = next(iter(store.state().all(Launch)), None)
            store.close()
        except StoreError as error:
            found.append(row | {"id": None, "name": str(error), "state": "refused"})
            continue
        if launch:
            found.append(row | {"id": launch.key, "name": launch.name, "state": launch.state})
    if as_json:
        c.print_json(found)
        return
    for row in found:
        watched = "watched" if row["watched"] else "not watched"
        click.echo(scrub(f"{row['id'] or '?':<20}{row['state']:<11}{watched:<13}{row['name']}  {row['file']}"))
    if not found:
        click.echo("No launch yet; `gonogo init` sets one up, `gonogo demo` shows one.")
