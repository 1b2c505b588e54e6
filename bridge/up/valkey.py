"""An embedded Valkey: an append-only file in the data folder, on a loopback port, behind a password."""

import signal
import socket
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from bridge.up.child import Child, Say, Server, running, silent
from bridge.up.home import SHELVES, Home, find_home
from bridge.up.keep import kept_password, kept_port, write_private
from bridge.up.leftovers import end_leftovers
from bridge.up.wheels import find_valkey

_CONF = """\
# Written at every start of leadbridge up; changes are lost.
bind 127.0.0.1
port {port}
requirepass {password}
dir {work}
daemonize no
loglevel warning
save ""
appendonly yes
appendfsync everysec
maxmemory-policy noeviction
"""
_USUAL = ("Memory overcommit must be enabled", "scheduling shutdown", "is now ready to exit")
_AWAKE = b"+OK\r\n+PONG\r\n"


def prepare_valkey(data: Path, say: Say = silent, shelves: Sequence[Path] = SHELVES) -> Server:
    """Everything Valkey needs before its start; see prepare_postgres, which is its sibling."""
    home = find_home(data, "valkey", find_valkey(), "valkey-server", say, shelves)
    _clear(home, say)
    _make_work(home)
    password, _ = kept_password(home.folder)
    port = kept_port(home.folder)
    _configure(home, port, password)
    return Server(f"redis://:{password}@127.0.0.1:{port}/0", _child(home, port, password, say))


def embedded_valkey(
    data: Path, say: Say = silent, shelves: Sequence[Path] = SHELVES
) -> AbstractContextManager[str]:
    """A Valkey without a supervisor, for as long as the block lasts; gives its URL."""
    return running(prepare_valkey(data, say, shelves))


def answers(port: int, password: str) -> bool:
    """Whether a Valkey that knows this password answers PING there; not while it loads its data."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1.0) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while len(answer) < len(_AWAKE) and (more := connection.recv(4096)):
                answer += more
    except OSError:
        return False
    return answer == _AWAKE


def _child(home: Home, port: int, password: str, say: Say) -> Child:
    return Child(
        name="valkey",
        argv=[str(home.install / "valkey-server"), str(home.folder / "valkey.conf")],
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
        cwd=home.folder,
        patience=30.0,
        server=True,
        account=home.account,
        before=lambda: _clear(home, say),
        ready=lambda _: answers(port, password),
        usual=_USUAL,
    )


def _clear(home: Home, say: Say) -> None:
    # Two servers on one append-only file would destroy it.
    end_leftovers(home.work, "valkey-server", signal.SIGTERM, say)


def _make_work(home: Home) -> None:
    if not home.work.exists():
        home.work.mkdir(mode=0o700)
        home.give(home.work)


def _configure(home: Home, port: int, password: str) -> None:
    conf = home.folder / "valkey.conf"
    write_private(conf, _CONF.format(port=port, password=password, work=_quoted(home.work)))
    home.give(conf)


def _quoted(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
