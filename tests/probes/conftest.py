"""What the tests of TLS share: an authority that nobody knows but who is told."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """An authority of a module's own."""
    return trustme.CA()


@pytest.fixture
def ca(authority: trustme.CA, tmp_path: Path) -> str:
    """Its certificate in a file."""
    return stored(authority, tmp_path / "ca.pem")


def stored(authority: trustme.CA, path: Path) -> str:
    """Write an authority's certificate to a file."""
    authority.cert_pem.write_to_path(str(path))
    return str(path)
