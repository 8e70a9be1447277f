"""Commands in plans: in code spans and in fences."""

from __future__ import annotations

import re

_SHELLS = frozenset(
    ("bash", "sh", "shell", "zsh", "fish", "console", "terminal", "shell-session", "powershell", "ps1", "cmd")
)
_PROGRAM = re.compile(
    r"(?:\$ |\./|\.\./|sudo |[A-Z_]+=\S+ )*(?:\./\S|npm|npx|yarn|pnpm|bun|make|just|docker|docker-compose|podman|"
    r"kubectl|helm|git|gh|"
    r"curl|wget|vercel|netlify|fly|flyctl|heroku|railway|wrangler|terraform|tofu|ansible\S*|pulumi|python3?|pip3?|uv|"
    r"pytest|"
    r"node|go|cargo|bundle|rails|rake|php|composer|artisan|mvn|gradle|bash|sh|ssh|scp|rsync|psql|pg_dump|mysql\w*|"
    r"mongodump|redis-cli|"
    r"aws|gcloud|az|doctl|dig|nslookup|openssl|systemctl|service|journalctl|supabase|firebase|gonogo|cap|serverless|"
    r"sls|k6|locust)\b.*"
)
_RUN = re.compile(
    r"(?:^|\b)(?:run|execute|using|via|with|command|call|rode|execute|ejecuta[r]?|führe|lance[r]?|执行|运行|"
    r"跑)\s*[:：]?\s*$",
    re.IGNORECASE,
)


def command_of(source: str, code: tuple[str, ...]) -> str | None:
    """Return the command that an item's text names: code behind a colon or behind “run”, or what is plainly one."""
    for one in code:
        if len(one) > 300 or "\n" in one:
            continue
        before = source.split(f"`{one}`")[0].rstrip("`*_ ")
        if _PROGRAM.fullmatch(one) and (" " in one or one.startswith("./") or _RUN.search(before)):
            return one
    return None


def is_shell(info: str, body: str) -> bool:
    """Whether a fence holds commands: it says so, or says nothing and its first line is one."""
    name = re.split(r"[\s{,]", info.casefold())[0] if info else ""
    if name:
        return name in _SHELLS
    rows = rows_of(body)
    return bool(rows) and all(_PROGRAM.match(row) for row in rows[:3])


def rows_of(body: str) -> list[str]:
    """Return the commands of a fence: its lines without comments and prompts."""
    rows = [re.sub(r"^[$>]\s+", "", row.strip()) for row in re.sub(r"\\\n\s*", "", body).split("\n")]
    return [re.sub(r"\s+#\s[^\"']*$", "", row) for row in rows if row and not row.startswith(("#", "//", "REM "))]


def command_in(body: str) -> str | None:
    """Return a fence's commands as one."""
    return " && ".join(rows_of(body)).replace("& && ", "& ") or None
