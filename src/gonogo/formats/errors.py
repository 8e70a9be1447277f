"""What is wrong with a file that a person wrote."""

from __future__ import annotations


class FileError(Exception):
    """One sentence: which file, where in it, what is wrong and what would be right."""
