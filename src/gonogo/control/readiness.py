"""What the watch can see of readiness by itself: the age and size of files."""

from __future__ import annotations

import glob
import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import humanize

from gonogo.rules import condition
from gonogo.rules.condition import Answer
from gonogo.rules.config import ReadinessConfig


def files_ready(source: ReadinessConfig, folder: str | None, now: datetime) -> tuple[bool, str]:
    """Hold the newest file of a pattern against what is expected; facts are `age` (seconds) and `size` (bytes).

    Paths are those of the config's own folder, wherever this process runs.
    """
    found = []
    home = glob.escape(folder or os.path.expanduser("~"))
    for name in glob.glob(os.path.join(home, os.path.expanduser(source.path))):
        try:
            found.append((os.stat(name).st_mtime, os.stat(name).st_size, name))
        except OSError:
            continue
    if not found:
        return False, "no such file"
    mtime, size, name = max(found)
    age = now - datetime.fromtimestamp(mtime, UTC)
    facts = {"age": Decimal(str(age.total_seconds())), "size": size}
    ok = condition.together([condition.evaluate(condition.parse(one), facts) for one in source.expect]) is Answer.PASS
    return ok, f"{Path(name).name}, {humanize.naturalsize(size)}"
