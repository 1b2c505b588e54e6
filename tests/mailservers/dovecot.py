"""Debian's Dovecot with a configuration of its own: one account over IMAP, with and without TLS, on loopback."""

import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from bridge.up.ports import free_port
from tests.mailservers.required import DOVECOT

READY_WITHIN = 20.0
STOPS_WITHIN = 10.0

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:{folder}/mail
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/mail
}}
namespace inbox {{
  inbox = yes
  prefix = {prefix}
  separator = .
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
"""

PASSWORD = "p@ss/word1"
LOGIN = "bounces%40example.com:p%40ss%2Fword1"


@dataclass(frozen=True)
class Dovecot:
    """A running one. certificate: the one that it shows, for `localhost`."""

    folder: Path
    imap: int
    imaps: int

    @property
    def url(self) -> str:
        """As in LEADBRIDGE_BOUNCE_MAILBOX."""
        return f"imaps://{LOGIN}@localhost:{self.imaps}/INBOX"

    @property
    def plain_url(self) -> str:
        """The same in the clear."""
        return f"imap://{LOGIN}@127.0.0.1:{self.imap}/INBOX?starttls=never"

    @property
    def starttls_url(self) -> str:
        """The same with STARTTLS."""
        return f"imap://{LOGIN}@localhost:{self.imap}/INBOX"

    @property
    def trusting(self) -> ssl.SSLContext:
        """A context that trusts this server."""
        return ssl.create_default_context(cafile=str(self.folder / "cert.pem"))

    def deliver(self, name: str, content: bytes) -> None:
        """Put a message into the mailbox, as a mail server does."""
        file = self.folder / "mail" / "new" / f"{time.time_ns()}.{name}"
        file.write_bytes(content)
        shutil.chown(file, "mail", "mail")

    def folders(self) -> dict[str, int]:
        """Folder → how many messages lie in it."""
        mail = self.folder / "mail"
        places = [mail, *(one for one in mail.iterdir() if one.is_dir() and one.name.startswith("."))]
        return {
            place.name.strip(".").rpartition(".")[2] if place != mail else "INBOX": sum(
                1 for part in ("new", "cur") if (place / part).is_dir() for _ in (place / part).iterdir()
            )
            for place in places
        }

    def clear(self) -> None:
        """Empty everything."""
        for file in (self.folder / "mail").rglob("*"):
            if file.is_file() and file.parent.name in ("new", "cur"):
                file.unlink()


@contextmanager
def running_dovecot(prefix: str = "") -> Iterator[Dovecot]:
    """Dovecot with one account. prefix: what the names of its folders begin with, such as `INBOX.`."""
    folder = Path(mkdtemp(prefix="leadbridge-dovecot-", dir="/tmp"))
    folder.chmod(0o755)
    made = Dovecot(folder, free_port(), free_port())
    _configure(made, prefix)
    with (folder / "start.log").open("w") as said:
        command = [DOVECOT, "-F", "-c", str(folder / "dovecot.conf")]
        process = subprocess.Popen(command, stdout=said, stderr=said, start_new_session=True)
    try:
        _wait(made, process)
        yield made
    finally:
        _stop(process)
        shutil.rmtree(folder, ignore_errors=True)


def _configure(made: Dovecot, prefix: str) -> None:
    folder = made.folder
    for part in ("new", "cur", "tmp"):
        (folder / "mail" / part).mkdir(parents=True)
        shutil.chown(folder / "mail" / part, "mail", "mail")
    shutil.chown(folder / "mail", "mail", "mail")
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"]
    made_now = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, *files]
    subprocess.run(made_now, check=True, capture_output=True)
    known = {"folder": folder, "imap": made.imap, "imaps": made.imaps, "prefix": prefix}
    text = CONFIGURATION.format(password=PASSWORD, **known)
    (folder / "dovecot.conf").write_text(text, encoding="ascii")


def _wait(made: Dovecot, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", made.imap), timeout=2) as line:
            if line.recv(100).startswith(b"* OK"):
                return
        time.sleep(0.05)
    logs = [made.folder / name for name in ("start.log", "dovecot.log")]
    raise AssertionError("\n".join(one.read_text(errors="replace") for one in logs if one.exists()))


def _stop(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOPS_WITHIN)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
