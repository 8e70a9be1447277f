"""The site that probing asks: nginx on the loopback, plain and over TLS, with an authority of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import trustme
from answers import STATUS
from stage import Stage

HOST = "127.0.0.1"
_CONFIG = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{
    listen {host}:{plain};
    listen {host}:{secure} ssl;
    ssl_certificate {folder}/cert.pem;
    ssl_certificate_key {folder}/cert.pem;
    default_type application/json;
    location / {{ return 200 '{body}'; }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Site:
    """Where nginx answers, and the file with the authority that signed its certificate."""

    http: str
    https: str
    ca: Path


def installed() -> str | None:
    """Return where nginx is, or nothing."""
    return shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")


def free_port() -> int:
    """Return a port of the loopback that nobody has."""
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        return int(taken.getsockname()[1])


def answers(port: int, process: subprocess.Popen[bytes], within_s: float = 5.0) -> None:
    """Wait until a process listens on a port; RuntimeError when it does not."""
    stop = time.monotonic() + within_s
    while time.monotonic() < stop and process.poll() is None:
        try:
            socket.create_connection((HOST, port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"{process.args} does not listen on port {port}")


def serve(stage: Stage) -> Site:
    """Start nginx in the stage's folder; it ends with the stage."""
    program = installed()
    assert program, "ask `installed` first"
    folder, plain, secure = stage.folder / "nginx", free_port(), free_port()
    folder.mkdir()
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    authority.issue_cert(HOST, "localhost").private_key_and_cert_chain_pem.write_to_path(str(folder / "cert.pem"))
    config = _CONFIG.format(folder=folder, host=HOST, plain=plain, secure=secure, body=STATUS.decode())
    (folder / "nginx.conf").write_text(config, encoding="utf-8")
    child = stage.start([program, "-p", str(folder), "-c", str(folder / "nginx.conf")])
    answers(secure, child)
    return Site(f"http://{HOST}:{plain}", f"https://{HOST}:{secure}", folder / "ca.pem")
