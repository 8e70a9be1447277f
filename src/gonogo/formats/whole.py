"""Writing a file whole: through a file beside it, with the rights that it had, or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from gonogo.formats.errors import FileError


def fit_to_write(path: Path) -> None:
    """Refuse a path that cannot be written over or made; FileError says why in a sentence."""
    if path.is_symlink():
        raise FileError(f"{path} is a link to {path.readlink()}; name the file itself.")
    if path.is_dir():
        raise FileError(f"{path} is a folder; name the file too, such as {path / 'plan.md'}.")
    if path.exists() and not path.is_file():
        raise FileError(f"{path} is no plain file; name one.")
    if path.exists() and not (path.stat().st_mode & 0o222 and os.access(path, os.W_OK)):
        raise FileError(f"{path} is read-only; make it writable, or name another.")
    if not path.parent.is_dir():
        raise FileError(f"{path.parent} is not there; make the folder first, or name another.")


def write_whole(path: Path, raw: bytes, was: bytes | None = None) -> None:
    """Put bytes in a file's place; refused when the file no longer holds what was read of it."""
    fit_to_write(path)
    try:
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o644
        if was is not None and path.read_bytes() != was:
            raise FileError(f"{path} was changed while it was being written; look at it and try again.")
        _replace(path, raw, mode)
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror}; name a file in another folder.") from error


def _replace(path: Path, raw: bytes, mode: int) -> None:
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    half = Path(name)
    try:
        with os.fdopen(number, "wb") as new:
            new.write(raw)
            os.fchmod(new.fileno(), mode)
            new.flush()
            os.fsync(new.fileno())
        half.replace(path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
