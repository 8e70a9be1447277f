"""A peer for the key latency: a bare Textual app with a DataTable of 200 rows, of which 40 a second change."""

from __future__ import annotations

import os
import sys
from random import Random

os.environ.setdefault("TEXTUAL_FPS", "120")

from textual.app import App, ComposeResult
from textual.widgets import DataTable

ROWS, BATCHES_S = 200, 5
CURSOR = "#c45aff"


class Table(App[None]):
    """Updates the latency, the spark and the uptime of a few rows, five times a second as the room does."""

    CSS = f"DataTable > .datatable--cursor {{ background: {CURSOR}; }}"

    def __init__(self, changes_s: float) -> None:
        super().__init__()
        self._each = max(1, round(changes_s / BATCHES_S))
        self._random = Random(7)
        self._next = 0

    def compose(self) -> ComposeResult:
        """Lay out the table."""
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Fill the table, and begin to change it."""
        table = self.query_one(DataTable)
        for name in ("probe", "latency", "spark", "uptime"):
            table.add_column(name, key=name, width=20)
        for number in range(ROWS):
            table.add_row(f"probe-{number:03}", *self._values(), key=str(number))
        self.set_interval(1 / BATCHES_S, self._change)

    def _values(self) -> tuple[str, str, str]:
        spark = "".join(self._random.choice("▁▂▃▄▅▆▇█") for _ in range(18))
        return f"{self._random.uniform(1, 90):.0f} ms", spark, f"{self._random.uniform(99, 100):.2f}"

    def _change(self) -> None:
        table = self.query_one(DataTable)
        for _ in range(self._each):
            row, self._next = str(self._next), (self._next + 1) % ROWS
            for column, value in zip(("latency", "spark", "uptime"), self._values(), strict=True):
                table.update_cell(row, column, value)


if __name__ == "__main__":
    Table(float(sys.argv[1])).run()
