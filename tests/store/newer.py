"""A program of a later day: opens a state file with one more migration, when told to go.

`python newer.py FILE create|open GATE`: waits until GATE is there, then opens FILE and says what came of it.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from gonogo.store import schema
from gonogo.store.errors import StoreError
from gonogo.store.store import Store


def main() -> None:
    path, how, gate = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    if how == "open":
        schema.MIGRATIONS = (
            *schema.MIGRATIONS,
            "CREATE TABLE later (a TEXT) STRICT;\nALTER TABLE seat ADD COLUMN x TEXT;\n",
        )
        schema.VERSION = len(schema.MIGRATIONS)
    import sqlite_utils  # noqa: F401 - imported before the start, so that all go at once

    print("ready", flush=True)
    while not gate.exists():
        time.sleep(0.0005)
    try:
        store = Store(path, create=how == "create")
    except StoreError as error:
        print(f"refused: {error}", flush=True)
        return
    print(
        f"opened {store.pragma('user_version')} {store.db.conn.execute('SELECT count(*) FROM revision').fetchone()[0]}"
    )
    store.close()


main()
