"""GO, HOLD or NO-GO, and which is the worse."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """Advice with reasons; it stops nothing."""

    GO = "GO"
    HOLD = "HOLD"
    NOGO = "NO-GO"


RANK = {Verdict.GO: 0, Verdict.HOLD: 1, Verdict.NOGO: 2}
