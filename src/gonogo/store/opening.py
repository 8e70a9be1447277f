"""Opening a state file: what is checked before anything is trusted, and migrations."""

from __future__ import annotations

import glob
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from gonogo.store import schema
from gonogo.store.errors import Busy, Refused
from gonogo.store.locks import write_lock

if TYPE_CHECKING:
    from sqlite_utils import Database

BUSY_MS = 3000
_NETWORK = ("nfs", "cifs", "smb", "fuse.sshfs", "9p", "ceph", "glusterfs")


def connect(path: Path, *, create: bool = False, thorough: bool = False, readable: bool = False) -> Database:
    """Open a state file of ours, migrated to this version; Refused says what is wrong with it.

    `thorough` runs SQLite's quick_check first, as the watch and doctor do; with `readable` it is enough that it
    can be read.
    """
    from sqlite_utils import Database

    sqlite3 = driver()

    _look(path, create=create)
    if readable and not may_write(path):
        return _to_read(path)
    new = not path.exists() or path.stat().st_size == 0
    if new:
        _create(path)
    raw = None
    try:
        gate = write_lock(path, wait_s=10) if create else nullcontext()
        raw = sqlite3.connect(str(path), timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False)
        db = Database(raw, execute_plugins=False)
        with gate:
            _prepare(db, path, new=new, thorough=thorough, gated=create)
    except BaseException as error:
        if raw is not None:
            raw.close()
        if isinstance(error, sqlite3.DatabaseError):
            raise _explain(path, error) from error
        raise
    return db


def driver() -> ModuleType:
    """Return the SQLite module that sqlite-utils chose, whose errors are the ones raised."""
    from sqlite_utils import utils

    module: ModuleType = utils.sqlite3  # type: ignore[attr-defined]
    return module


def _look(path: Path, *, create: bool) -> None:
    if path.is_dir():
        raise Refused(f"{path} is a folder; a launch's state is a file.")
    if not path.exists():
        if not create:
            raise Refused(f"There is no launch at {path}; `gonogo init` creates one, `gonogo launches` lists them.")
        return
    if path.stat().st_size == 0 and not create:
        raise Refused(f"{path} is empty, so it is no launch; move it away, or restore a backup.")
    if not os.access(path, os.R_OK):
        raise Refused(f"{path} may not be read by you; its mode should be 0600 and its owner you.")


def _create(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise Refused(f"{path} cannot be created: {error.strerror}; choose another place with --state.") from error


def may_write(path: Path) -> bool:
    """Whether a state file and what SQLite keeps beside it can be written."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _to_read(path: Path) -> Database:
    """Open a state file where nothing can be written.

    SQLite needs a file of its own beside it, unless it is told that nobody writes: then a log that was never
    put together with the rest would be passed over, so that is refused.
    """
    from sqlite_utils import Database

    sqlite3 = driver()
    log = path.with_name(path.name + "-wal")
    whole = not log.exists() or log.stat().st_size == 0
    for how in ("mode=ro", *(("mode=ro&immutable=1",) if whole else ())):
        raw = sqlite3.connect(
            f"{path.absolute().as_uri()}?{how}", uri=True, timeout=BUSY_MS / 1000, isolation_level=None,
            check_same_thread=False,
        )  # fmt: skip
        try:
            db = Database(raw, execute_plugins=False)
            if _known(db, path, new=False) < schema.VERSION:
                raise Refused(_read_only(path))
            db.conn.execute("PRAGMA query_only=ON")
        except sqlite3.OperationalError:
            raw.close()
        except sqlite3.DatabaseError as error:
            raw.close()
            raise _explain(path, error) from error
        except Refused:
            raw.close()
            raise
        else:
            return db
    raise Refused(_read_only(path))


def _read_only(path: Path) -> str:
    return f"{path} or its folder is read-only; gonogo must be able to write there."


def _known(db: Database, path: Path, *, new: bool) -> int:
    """Return the version of a file that is ours."""
    for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "foreign_keys=ON"):
        db.conn.execute(f"PRAGMA {pragma}")
    identity, version = _number(db, "application_id"), _number(db, "user_version")
    foreign = identity or version or _number(db, "schema_version")
    if not new and identity != schema.APPLICATION_ID and foreign:
        raise Refused(f"{path} is another program's database; gonogo leaves it alone.")
    if version > schema.VERSION:
        raise Refused(
            f"{path} was written by a newer gonogo (schema {version}, this one knows {schema.VERSION}); "
            "upgrade gonogo; nothing was changed."
        )
    return version


def _prepare(db: Database, path: Path, *, new: bool, thorough: bool, gated: bool) -> None:
    version = _known(db, path, new=new)
    if thorough and not new:
        check(db, path)
    if not may_write(path):
        raise Refused(_read_only(path))
    mode = db.conn.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if mode != "wal":
        raise Refused(f"{path} lies on a file system without WAL ({mode}); move it to a local disk.")
    for pragma in ("synchronous=FULL", f"journal_size_limit={4 << 20}", f"busy_timeout={BUSY_MS}"):
        db.conn.execute(f"PRAGMA {pragma}")
    if version < schema.VERSION:
        with nullcontext() if gated else write_lock(path, wait_s=10):
            _migrate(db, path)


def _number(db: Database, pragma: str) -> int:
    return int(db.conn.execute(f"PRAGMA {pragma}").fetchone()[0])


def check(db: Database, path: Path) -> None:
    """Run SQLite's quick_check; Refused when a page is damaged."""
    found = db.conn.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise Refused(_damaged(path, "a page of it cannot be read"))


def _damaged(path: Path, why: str) -> str:
    backups = [one for one in path.parent.glob(f"{glob.escape(path.name)}.before-*") if one.suffix != ".tmp"]
    newest = max(backups, key=lambda one: one.stat().st_mtime, default=None)
    advice = f"restore the newest backup, {newest}" if newest else "there is no backup of it beside it"
    return f"{path} is damaged ({why}); keep it with its -wal and -shm files; {advice}."


def _migrate(db: Database, path: Path) -> None:
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        version = _number(db, "user_version")
        if 0 < version < schema.VERSION:
            db.conn.execute("COMMIT")
            backup(db, path.with_name(f"{path.name}.before-{schema.VERSION}-{int(time.time())}"))
            db.conn.execute("BEGIN IMMEDIATE")
            version = _number(db, "user_version")
        for script in schema.MIGRATIONS[version:]:
            for statement in script.split(";\n"):
                if statement.strip():
                    db.conn.execute(statement)
        db.conn.executemany(
            "INSERT OR IGNORE INTO revision (part, n) VALUES (?, 0)", [(part,) for part in schema.PARTS]
        )
        db.conn.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
        db.conn.execute(f"PRAGMA user_version={schema.VERSION}")
        db.conn.execute("COMMIT")
    except BaseException:
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
        raise


def backup(db: Database, target: Path) -> None:
    """Copy the state to a new file, checked and complete before it has its name."""
    sqlite3 = driver()

    half = target.with_name(target.name + ".tmp")
    half.unlink(missing_ok=True)
    os.close(os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    copy = sqlite3.connect(str(half))
    try:
        db.conn.backup(copy)
        if copy.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise Refused(f"the backup {half} came out damaged; nothing was changed.")
    finally:
        copy.close()
    with half.open("rb") as handle:
        os.fsync(handle.fileno())
    half.rename(target)


def _explain(path: Path, error: Exception) -> Exception:
    words = str(error)
    if "not a database" in words:
        return Refused(f"{path} is not a gonogo launch (it is no SQLite file).")
    if "malformed" in words or "corrupt" in words:
        return Refused(_damaged(path, words))
    if "locked" in words or "busy" in words:
        return Busy(f"{path} is held by another process; try again in a moment.")
    if "readonly" in words or "unable to open" in words:
        return Refused(_read_only(path))
    return Refused(f"{path} cannot be opened: {words}.")


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors inside into one sentence."""
    sqlite3 = driver()

    try:
        yield
    except sqlite3.Error as error:
        raise _explain_write(path, error) from error


def _explain_write(path: Path, error: Exception) -> Exception:
    words = str(error)
    if "full" in words:
        return Busy(f"The disk is full, so {path} could not be written; free some space, nothing is lost yet.")
    if "readonly" in words:
        return Busy(f"{path} or its folder became read-only; nothing was written.")
    return _explain(path, error)


def network_filesystem(path: Path) -> str | None:
    """Return the kind of network file system the path lies on, or nothing."""
    try:
        lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    best, kind = "", ""
    real = str(path.resolve())
    for line in lines:
        left, _, right = line.partition(" - ")
        mount = left.split(" ")[4].replace("\\040", " ")
        if len(mount) > len(best) and (real == mount or real.startswith(mount.rstrip("/") + "/")):
            best, kind = mount, right.split(" ")[0]
    return kind if kind.startswith(_NETWORK) else None
