"""The watch as a service of the user: what is written where, and the commands that begin and end it."""

from __future__ import annotations

import os
import plistlib
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gonogo.store.errors import StoreError

MARK = "Written by gonogo watch, option install"


class Foreign(StoreError):
    """A file of somebody else lies where ours would."""


@dataclass(frozen=True, slots=True)
class Service:
    """A file that the system's manager of services reads, with the commands that are typed afterwards."""

    path: Path
    content: str
    begin: tuple[str, ...]
    end: tuple[str, ...]

    def install(self) -> bool:
        """Write the file, ours alone; return whether it was written anew."""
        if self.path.exists():
            if MARK not in self._found():
                raise Foreign(f"{self.path} is there and gonogo did not write it; move it away first.")
            if self._found() == self.content:
                return False
        self.path.parent.mkdir(parents=True, exist_ok=True)
        half = self.path.with_name(self.path.name + ".half")
        half.write_text(self.content, encoding="utf-8")
        half.replace(self.path)
        return True

    def uninstall(self) -> bool:
        """Remove the file, if it is ours; return whether there was one."""
        if not self.path.exists():
            return False
        if MARK not in self._found():
            raise Foreign(f"{self.path} was not written by gonogo; it stays.")
        self.path.unlink()
        return True

    def _found(self) -> str:
        return self.path.read_text(encoding="utf-8", errors="replace")


def service(key: str, state: Path, config: Path | None, environ: Mapping[str, str] = os.environ) -> Service:
    """Describe the service of a launch for this system: systemd's, or launchd's on macOS."""
    argv = [sys.executable, "-P", "-m", "gonogo", "--state", str(state.absolute())]
    argv += ["--config", str(config.absolute())] if config else []
    argv += ["watch"]
    home = Path(environ.get("HOME") or Path.home())
    kept = {name: environ[name] for name in ("PATH", "GONOGO_STATE_DIR", "GONOGO_CONFIG_DIR") if environ.get(name)}
    if sys.platform == "darwin":
        return _launchd(key, argv, state, home, kept)
    return _systemd(key, argv, Path(environ.get("XDG_CONFIG_HOME") or home / ".config"), kept)


def _systemd(key: str, argv: list[str], folder: Path, environ: Mapping[str, str]) -> Service:
    unit = f"gonogo-{key}.service"
    lines = [
        f"# {MARK}; `gonogo watch --uninstall` takes it away.",
        "[Unit]", f"Description=gonogo watches the launch {key}",
        "", "[Service]", "ExecStart=" + " ".join(map(_quoted, argv)),
        *(f"Environment={_quoted(f'{name}={value}')}" for name, value in environ.items()),
        "Restart=on-failure", "RestartSec=5", "", "[Install]", "WantedBy=default.target", "",
    ]  # fmt: skip
    return Service(
        folder / "systemd" / "user" / unit, "\n".join(lines),
        (f"systemctl --user enable --now {unit}", "loginctl enable-linger"),
        (f"systemctl --user disable --now {unit}",),
    )  # fmt: skip


def _quoted(word: str) -> str:
    """Write a word as systemd reads it: in quotes, with `%` and `$` doubled."""
    inner = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{inner}"'


def _launchd(key: str, argv: list[str], state: Path, home: Path, environ: Mapping[str, str]) -> Service:
    label = f"gonogo.{key}"
    path = home / "Library" / "LaunchAgents" / f"{label}.plist"
    log = str(state.absolute().with_name(state.name + ".watch.log"))
    wanted = {
        "Label": label, "ProgramArguments": argv, "RunAtLoad": True, "KeepAlive": {"SuccessfulExit": False},
        "StandardErrorPath": log, "EnvironmentVariables": dict(environ),
    }  # fmt: skip
    content = plistlib.dumps(wanted).decode()
    head, _, rest = content.partition("<plist")
    there = shlex.quote(str(path))
    return Service(
        path, f"{head}<!-- {MARK} -->\n<plist{rest}",
        (f"launchctl bootstrap gui/$(id -u) {there}",), (f"launchctl bootout gui/$(id -u) {there}",),
    )  # fmt: skip
