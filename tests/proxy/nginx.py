"""nginx as `deploy/nginx.conf` sets it up, on loopback and in folders of its own, before the edge and the pages."""

import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from bridge.up.ports import free_port
from tests.commands import inherited

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
REQUIRED = os.environ.get("PROXY_TESTS") == "required" or os.environ.get("CI") == "true"
EXAMPLE = Path(__file__).parents[2] / "deploy" / "nginx.conf"
NAME = "leads.example.com"
READY_WITHIN = 30.0
AROUND = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{ worker_connections 128; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/leadbridge.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """A running one. Its log, its certificate and all else lie in the folder."""

    folder: Path
    port: int
    plain_port: int
    pages: "subprocess.Popen[bytes]"

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """One request over https, without following where it leads. The browser at the other end speaks English."""
        headers = {"Host": NAME, "Accept-Language": "en"} | more.pop("headers", {})
        with requests.Session() as browser:
            browser.trust_env = False
            return browser.request(
                method,
                f"https://127.0.0.1:{self.port}{path}",
                headers=headers,
                verify=str(self.folder / "fullchain.pem"),
                allow_redirects=False,
                timeout=20,
                **more,
            )

    @contextmanager
    def stall(self, asked: bytes) -> Iterator[None]:
        """Ask for something, take its first bytes and no more, until the block ends."""
        trusting = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        with socket.socket() as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.connect(("127.0.0.1", self.port))
            with trusting.wrap_socket(line, server_hostname=NAME) as reader:
                reader.sendall(asked)
                assert reader.recv(15) == b"HTTP/1.1 200 OK"
                yield

    @property
    def said(self) -> str:
        """Everything in its logs."""
        logs = ("error.log", "leadbridge.log", "leadbridge-error.log")
        return "".join((self.folder / name).read_text() for name in logs if (self.folder / name).exists())


def configured(folder: Path, edge: int, pages: int, port: int, plain_port: int) -> Path:
    """The example with these ports and folders, and what stands around it."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for before, after in {
        "127.0.0.1:8001": f"127.0.0.1:{edge}",
        "127.0.0.1:8000": f"127.0.0.1:{pages}",
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "listen 80": f"listen 127.0.0.1:{plain_port}",
        f"/etc/ssl/{NAME}": str(folder),
        "/var/log/nginx": str(folder),
    }.items():
        assert before in text, before
        text = text.replace(before, after)
    (folder / "leadbridge.conf").write_text(text, encoding="utf-8")
    names = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME},IP:127.0.0.1"]
    files = ["-keyout", f"{folder}/privkey.pem", "-out", f"{folder}/fullchain.pem"]
    made_now = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, *files]
    subprocess.run(made_now, check=True, capture_output=True)
    whole = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    whole.write_text(AROUND.format(folder=folder, user=user), encoding="utf-8")
    return whole


@contextmanager
def running_proxy(settings: Mapping[str, str]) -> Iterator[Proxy]:
    """The edge, the pages and nginx in front of them, until the block ends. settings: of both processes."""
    if NGINX is None:
        (pytest.fail if REQUIRED else pytest.skip)("nginx is not installed")
    assert NGINX is not None
    folder = Path(tempfile.mkdtemp(prefix="leadbridge-proxy-", dir="/tmp"))
    edge, pages, port, plain_port = (free_port() for _ in range(4))
    with ExitStack() as closing:
        closing.callback(shutil.rmtree, folder, ignore_errors=True)
        started = {
            part: closing.enter_context(_web(part, place, settings, folder / f"{part}.txt"))
            for part, place in (("edge", edge), ("pages", pages))
        }
        whole = configured(folder, edge, pages, port, plain_port)
        closing.enter_context(_process([NGINX, "-c", str(whole)], dict(os.environ), folder / "nginx.txt"))
        for place in (edge, pages, port, plain_port):
            _wait(place, folder)
        yield Proxy(folder, port, plain_port, started["pages"])


@contextmanager
def _web(part: str, port: int, settings: Mapping[str, str], log: Path) -> "Iterator[subprocess.Popen[bytes]]":
    environ = {**inherited(), **settings, "LEADBRIDGE_BIND": f"127.0.0.1:{port}"}
    with _process([sys.executable, "-m", "bridge.cli", "web", "--only", part], environ, log) as process:
        yield process


@contextmanager
def _process(argv: list[str], environ: Mapping[str, str], log: Path) -> "Iterator[subprocess.Popen[bytes]]":
    with log.open("ab") as out:
        process = subprocess.Popen(argv, env=environ, stdout=out, stderr=out, start_new_session=True)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _wait(port: int, folder: Path) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2):
            return
        time.sleep(0.05)
    raise AssertionError("\n".join(one.read_text(errors="replace") for one in sorted(folder.glob("*.txt"))))
