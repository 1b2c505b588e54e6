"""Debian's Postfix with a configuration of its own: the server we hand mails to, and one at the other end.

Both are services of one instance below a temporary folder, on loopback. Nothing of the machine's own mail is touched.
"""

import os
import shutil
import signal
import smtplib
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from bridge.up.ports import free_port
from tests.mailservers.required import POSTFIX

READY_WITHIN = 20.0
STOPS_WITHIN = 10.0
FULL = 200_000

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
meta_directory = /etc/postfix
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
myhostname = mail.example.com
mydestination =
alias_maps =
biff = no
in_flow_delay = 0
smtp_dns_support_level = disabled
smtp_host_lookup = native
recipient_delimiter = +
message_size_limit = {full}
mailbox_size_limit = {full}
virtual_mailbox_limit = {full}
virtual_mailbox_domains = example.com, voll.example
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = texthash:{folder}/etc/mailboxes
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
relay_domains = kunde.example
relay_recipient_maps = texthash:{folder}/etc/recipients
transport_maps = texthash:{folder}/etc/transport
"""

MASTER = """
127.0.0.1:{ours} inet n - n - - smtpd
  -o smtpd_recipient_restrictions=permit_mynetworks,reject
  -o smtpd_reject_unlisted_recipient=no
127.0.0.1:{theirs} inet n - n - - smtpd
  -o myhostname=mx.kunde.example
  -o cleanup_service_name=strict
  -o smtpd_recipient_restrictions=permit_auth_destination,reject
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
strict unix n - n - 0 cleanup
  -o header_checks=regexp:{folder}/etc/refused
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
"""

TABLES = {
    "mailboxes": "bounces@example.com bounces/\nanna@voll.example full\n",
    "recipients": "anna@kunde.example ok\nstreng@kunde.example ok\n",
    "transport": "anna@kunde.example discard:\nkunde.example smtp:[127.0.0.1]:{theirs}\n",
    "refused": "/^To:.*streng@kunde/ REJECT 5.7.1 this content is not welcome here\n",
}
"""What the other end knows. It refuses content by a header: what matters is that it does so after the final dot."""


@dataclass(frozen=True)
class Postfix:
    """A running one. port: where mails are handed in. bounces: the Maildir behind bounces@example.com."""

    port: int
    bounces: Path
    log: Path

    @property
    def url(self) -> str:
        """As in LEADBRIDGE_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}?starttls=never"


@contextmanager
def running_postfix() -> Iterator[Postfix]:
    """At kunde.example anna takes mail, streng refuses it, nobody else exists; anna at voll.example has no room."""
    folder = Path(mkdtemp(prefix="leadbridge-postfix-", dir="/tmp"))
    folder.chmod(0o755)
    ours, theirs = free_port(), free_port()
    _configure(folder, ours, theirs)
    try:
        _start(folder, ours)
        yield Postfix(ours, folder / "mail" / "bounces", folder / "postfix.log")
    finally:
        _stop(folder / "queue" / "pid" / "master.pid")
        shutil.rmtree(folder, ignore_errors=True)


def _configure(folder: Path, ours: int, theirs: int) -> None:
    for name in ("etc", "queue", "data", "mail"):
        (folder / name).mkdir()
    owner = folder / "mail"
    shutil.chown(folder / "data", "postfix")
    shutil.chown(owner, "mail", "mail")
    made = owner.stat()
    known = {"folder": folder, "ours": ours, "theirs": theirs, "full": FULL}
    (folder / "etc" / "main.cf").write_text(MAIN.format(uid=made.st_uid, gid=made.st_gid, **known))
    (folder / "etc" / "master.cf").write_text(MASTER.format(**known))
    for name, text in TABLES.items():
        (folder / "etc" / name).write_text(text.format(**known))
    full = owner / "full"
    full.write_bytes(b"From somebody Sat Nov 21 10:00:00 2026\n" + b"x" * (FULL - 100) + b"\n\n")
    shutil.chown(full, "mail", "mail")
    for part in ("cur", "new", "tmp"):
        (owner / "bounces" / part).mkdir(parents=True)
        shutil.chown(owner / "bounces" / part, "mail", "mail")
    shutil.chown(owner / "bounces", "mail", "mail")


def _start(folder: Path, port: int) -> None:
    """The command comes back when the master runs; it has left its own process group by then."""
    command = [POSTFIX, "-c", str(folder / "etc"), "start"]
    with (folder / "start.log").open("w") as said:  # a pipe would stay open as long as Postfix runs
        started = subprocess.run(command, stdout=said, stderr=said, check=False, timeout=READY_WITHIN)
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and started.returncode == 0:
        with suppress(OSError), smtplib.SMTP("127.0.0.1", port, "localhost", timeout=2):
            return
        time.sleep(0.05)
    logs = [folder / name for name in ("start.log", "postfix.log")]
    raise AssertionError("\n".join(one.read_text(errors="replace") for one in logs if one.exists()))


def _stop(pid_file: Path) -> None:
    """The master passes the signal on to all of its own."""
    if not pid_file.exists():
        return
    master = int(pid_file.read_text())
    os.kill(master, signal.SIGTERM)
    until = time.monotonic() + STOPS_WITHIN
    with suppress(ProcessLookupError):
        while time.monotonic() < until:
            os.kill(master, 0)
            time.sleep(0.05)
        os.killpg(master, signal.SIGKILL)
