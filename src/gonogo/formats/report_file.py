"""Writing a report to its file: whole or not at all, and never over something else."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from gonogo.formats.errors import FileError
from gonogo.formats.report_html import MARK


def write_report(path: Path, html: str) -> None:
    """Put a report in its place; FileError says why that cannot be."""
    if path.is_dir():
        raise FileError(f"{path} is a folder; name the file too, such as {path / 'report.html'}.")
    if not path.parent.is_dir():
        raise FileError(f"{path.parent} is not there; make the folder first, or name another.")
    try:
        if path.exists() and not _is_ours(path):
            raise FileError(f"{path} is there and is no report of gonogo; name another file, or move it away.")
        _replace(path, html)
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror}; name a file in another folder.") from error


def _is_ours(path: Path) -> bool:
    with path.open("rb") as old:
        return old.read(len(MARK)) == MARK.encode()


def _replace(path: Path, html: str) -> None:
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    half = Path(name)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as new:
            new.write(html)
            os.fchmod(new.fileno(), 0o644)
            new.flush()
            os.fsync(new.fileno())
        half.replace(path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
