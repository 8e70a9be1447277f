"""What a TLS session shows of its certificates: whose, and until when the whole chain holds."""

from __future__ import annotations

import os
import ssl
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

import certifi

from gonogo.probes.asking import Unmeasurable

Stamp = tuple[int, int, int]


@lru_cache(maxsize=32)
def trust(authority: str | None = None, *, insecure: bool = False, stamp: Stamp | None = None) -> ssl.SSLContext:
    """Return the context for a set of authorities: the system's, or those of one file, or none at all.

    Loading authorities costs some 15 ms, so each set is loaded once for each state of its file, which
    `stamp` tells apart. OSError or ssl.SSLError when the file is none of certificates.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(*((authority,) if authority else _system()))
    context.set_alpn_protocols(["http/1.1"])
    if insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def context(authority: str | None = None, *, insecure: bool = False) -> ssl.SSLContext:
    """Return the context as `trust` does; Unmeasurable when the file does not do."""
    try:
        if authority is None:
            return trust(insecure=insecure)
        path = os.path.expanduser(authority)
        found = os.stat(path)
        return trust(path, insecure=insecure, stamp=(found.st_mtime_ns, found.st_size, found.st_ino))
    except (OSError, ssl.SSLError) as error:
        why = "it holds no certificates" if isinstance(error, ssl.SSLError) else error.strerror
        raise Unmeasurable(f"the authorities in {authority} cannot be read: {why}") from error


def _system() -> tuple[str | None, str | None]:
    """Return the (file, folder) of the authorities that this system trusts, whatever the environment says."""
    paths = ssl.get_default_verify_paths()
    file, folder = Path(paths.openssl_cafile), Path(paths.openssl_capath)
    if file.is_file() or (folder.is_dir() and any(folder.iterdir())):
        return str(file) if file.is_file() else None, str(folder) if folder.is_dir() else None
    return certifi.where(), None


def read(tls: ssl.SSLObject | None) -> dict[str, Any] | None:
    """Return facts of the chain that was shown: `days` until its earliest end, and whose it is."""
    chain = _chain(tls) if tls else []
    if not chain:
        return None
    first = min(chain, key=lambda one: float(one["ends"]))
    return {
        "days": (float(first["ends"]) - time.time()) / 86_400,
        "expires": first["expires"],
        "subject": chain[0]["subject"],
        "issuer": chain[0]["issuer"],
        "serial": chain[0]["serial"],
        "earliest": first["subject"],
    }


def _chain(tls: ssl.SSLObject) -> list[dict[str, Any]]:
    """Read each certificate, the site's own first.

    Python 3.11 and 3.12 have the chain on the inner object only; without it, the leaf must do.
    An unverified session shows its chain, but not what is in its leaf.
    """
    inner = getattr(tls, "_sslobj", None)
    for name in ("get_verified_chain", "get_unverified_chain"):
        ask = getattr(inner, name, None)
        if ask is not None and (found := ask()):
            return [_facts(one) for one in found]
    leaf = tls.getpeercert()
    return [_read(leaf)] if leaf else []


@lru_cache(maxsize=1024)
def _facts(certificate: Any) -> dict[str, Any]:
    """Read one certificate; the same ones come again with every check."""
    return _read(certificate.get_info())


def _read(info: dict[str, Any]) -> dict[str, Any]:
    return {
        "expires": info["notAfter"],
        "ends": ssl.cert_time_to_seconds(info["notAfter"]),
        "subject": _name(info.get("subject", ())),
        "issuer": _name(info.get("issuer", ())),
        "serial": info.get("serialNumber", ""),
    }


def _name(parts: Any) -> str:
    names = {key: value for part in parts for key, value in part}
    return str(names.get("commonName") or names.get("organizationName") or "")
