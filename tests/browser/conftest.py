"""A real browser, and the whole system as processes of its own."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from bridge.catcher import MailCatcher
from bridge.up.ports import free_port
from tests.commands import inherited

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIETLY = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]
READY_WITHIN = 60.0
STOPS_WITHIN = 20.0


@dataclass(frozen=True)
class System:
    """A running `leadbridge up --demo`."""

    url: str
    data: Path
    process: subprocess.Popen[str]

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `leadbridge …` in a second shell."""
        return subprocess.run(
            [sys.executable, "-m", "bridge.cli", *arguments],
            env=_environment(self.data),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def lead(self, email: str) -> dict[str, Any]:
        """What `leadbridge lead show --json` says."""
        done = self.command("lead", "show", email, "--json")
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def wait_for_lead(self, email: str, seconds: float = 20, **wanted: object) -> dict[str, Any]:
        """The lead as soon as it has these values."""
        until = time.monotonic() + seconds
        while True:
            found = self.lead(email)
            if all(found[key] == value for key, value in wanted.items()):
                return found
            assert time.monotonic() < until, f"wanted {wanted}, found {found}"
            time.sleep(0.3)


@contextlib.contextmanager
def running_system(*, own_mail_server: bool = False, **settings: str) -> Iterator[System]:
    """`leadbridge up --demo` on a free port and a data folder of its own, until the block ends.

    own_mail_server: mail goes to a server that this process runs; it fills the folder that the inbox page shows.
    """
    folder = Path(tempfile.mkdtemp(prefix="leadbridge-browser-", dir="/tmp"))
    folder.chmod(0o711)
    bind = f"127.0.0.1:{free_port()}"
    with contextlib.ExitStack() as stack:
        if own_mail_server:
            settings["LEADBRIDGE_SMTP_URL"] = stack.enter_context(_mail_server(folder / "var" / "inbox"))
        yield from _run(folder, bind, settings)


@contextlib.contextmanager
def _mail_server(folder: Path) -> Iterator[str]:
    """A mail server in a thread of its own: Playwright keeps an event loop running in this one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        catcher = MailCatcher(folder)
        thread.submit(catcher.start).result()
        try:
            yield catcher.url
        finally:
            thread.submit(catcher.stop).result()


def _run(folder: Path, bind: str, settings: dict[str, str]) -> Iterator[System]:
    environment = _environment(folder / "var") | {"LEADBRIDGE_BIND": bind} | settings
    log = (folder / "up.log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-m", "bridge.cli", "up", "--demo"],
        env=environment,
        stdout=log,
        stderr=log,
        text=True,
    )
    system = System(f"http://{bind}", folder / "var", process)
    try:
        _wait_until_ready(system, log.name)
        yield system
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOPS_WITHIN)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(system: System, log: str) -> None:
    until = time.monotonic() + READY_WITHIN
    while True:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{system.url}/readyz", timeout=1):
            return
        assert system.process.poll() is None, Path(log).read_text(encoding="utf-8")
        assert time.monotonic() < until, Path(log).read_text(encoding="utf-8")
        time.sleep(0.1)


def _environment(data: Path) -> dict[str, str]:
    return inherited() | {"LEADBRIDGE_DATA": str(data)}


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window, until the block ends. Playwright keeps an event loop running meanwhile."""
    if CHROMIUM is None:
        reason = "no Chromium is installed: apt-get install chromium"
        if os.environ.get("CI") == "true" or os.environ.get("BROWSER_TESTS") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of one module, since its event loop has to end with it."""
    with chromium() as launched:
        yield launched


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """One running system for the tests of this process."""
    with running_system() as running:
        yield running
