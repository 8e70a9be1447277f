"""What is wrong at a place further in than whoever noticed it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

Loc = tuple[int | str, ...]
"""Keys of tables and places in lists, from the outside in."""


class PlacedError(ValueError):
    """What is wrong, and where, as seen from the model that noticed it."""

    def __init__(self, loc: Loc, words: str) -> None:
        super().__init__(words)
        self.loc = loc


@contextmanager
def placed(*loc: int | str) -> Iterator[None]:
    """Say of what is found wrong in here that it is further in."""
    try:
        yield
    except PlacedError as error:
        error.loc = (*loc, *error.loc)
        raise
    except ValueError as error:
        raise PlacedError(loc, str(error)) from None
