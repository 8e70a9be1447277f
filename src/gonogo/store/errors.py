"""Why a state file is refused, or cannot be written just now."""

from __future__ import annotations


class StoreError(Exception):
    """The base: one sentence that says what, where, and what would be right."""


class Refused(StoreError):
    """The file is not one that this program may use; nothing was changed."""


class Busy(StoreError):
    """Another process holds the write gate for too long, or the disk does not take the write."""


class Superseded(StoreError):
    """Another watch has taken over; this one's epoch is past."""
