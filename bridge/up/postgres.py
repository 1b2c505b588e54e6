"""An embedded PostgreSQL: our own cluster in the data folder, on a loopback port, for one role."""

import shutil
import signal
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from bridge.up.child import Child, Say, Server, running, silent
from bridge.up.errors import FolderUnusable, ServerFailed
from bridge.up.home import SHELVES, Home, find_home, run_as
from bridge.up.keep import kept_password, kept_port, write_private
from bridge.up.leftovers import end_leftovers
from bridge.up.wheels import find_postgres

_CONF = """\
# Written at every start of leadbridge up; changes are lost.
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
hba_file = '{hba}'
password_encryption = scram-sha-256
max_connections = 60
shared_buffers = 128MB
max_wal_size = 1GB
max_logical_replication_workers = 0
jit = off
fsync = on
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = ''
log_checkpoints = off
# Neither statements nor details: both would put people's data into the log.
log_min_error_statement = panic
log_error_verbosity = terse
"""
_USUAL = (
    "LOG:  starting PostgreSQL",
    "LOG:  listening on",
    "LOG:  database system was shut down at",
    "LOG:  database system is ready",
    "LOG:  received fast shutdown request",
    "LOG:  aborting any active transactions",
    "LOG:  shutting down",
    "LOG:  database system is shut down",
)
_HBA = "host leadbridge leadbridge 127.0.0.1/32 scram-sha-256\n"


def prepare_postgres(data: Path, say: Say = silent, shelves: Sequence[Path] = SHELVES) -> Server:
    """Everything PostgreSQL needs before its start; role and database `leadbridge` at the first one.

    Also ends a server that a killed `up` left behind. Hold the data folder (only_one_up) meanwhile.
    data: the data folder, made when missing. shelves: where root may keep what `nobody` cannot reach.
    Raises BinariesMissing, FolderUnusable, ServerFailed.
    """
    home = find_home(data, "postgres", find_postgres(), "bin/postgres", say, shelves)
    _clear(home, say)
    password = _cluster(home, say)
    port = kept_port(home.folder)
    _configure(home, port)
    url = f"postgresql://leadbridge:{password}@127.0.0.1:{port}/leadbridge"
    return Server(url, _child(home, say))


def embedded_postgres(
    data: Path, say: Say = silent, shelves: Sequence[Path] = SHELVES
) -> AbstractContextManager[str]:
    """A PostgreSQL without a supervisor, for as long as the block lasts; gives its URL."""
    return running(prepare_postgres(data, say, shelves))


def _child(home: Home, say: Say) -> Child:
    return Child(
        name="postgres",
        argv=[_program(home, "postgres"), *_where(home, home.work)],
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
        cwd=home.folder,
        stop=signal.SIGINT,
        patience=60.0,
        server=True,
        account=home.account,
        before=lambda: _clear(home, say),
        ready=lambda pid: _status(home) == (pid, "ready"),
        usual=_USUAL,
    )


def _clear(home: Home, say: Say) -> None:
    """Leave no server of this cluster alive, and no process id that could be taken for one."""
    end_leftovers(home.work, "postgres", signal.SIGINT, say, chief=_status(home)[0])
    # PostgreSQL would refuse to start when the id in there belongs to any other living process by now.
    (home.work / "postmaster.pid").unlink(missing_ok=True)


def _status(home: Home) -> tuple[int, str]:
    """Process id and state from `postmaster.pid`; (0, "") when there is none."""
    try:
        lines = (home.work / "postmaster.pid").read_text(errors="replace").splitlines()
        return int(lines[0]), lines[7].strip() if len(lines) > 7 else ""
    except (OSError, ValueError, IndexError):
        return 0, ""


def _cluster(home: Home, say: Say) -> str:
    """Make the cluster unless there is one; the role's password."""
    password, new = kept_password(home.folder)
    if not home.work.exists():
        say("creating the database")
        _create(home, password)
    elif new:
        _statements(home, home.work, f"ALTER ROLE leadbridge PASSWORD '{password}'")
    _check_version(home)
    return password


def _create(home: Home, password: str) -> None:
    fresh = home.folder / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    home.give(fresh)
    # Who may connect is said by our own hba_file, not by what initdb writes.
    options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", *_locale(home)]
    _run(home, [_program(home, "initdb"), "-D", str(fresh), *options])
    _configure(home, 5432)
    _statements(
        home,
        fresh,
        f"CREATE ROLE leadbridge LOGIN PASSWORD '{password}'",
        "CREATE DATABASE leadbridge OWNER leadbridge",
    )
    # Only a whole cluster gets the name that counts.
    fresh.rename(home.work)


def _locale(home: Home) -> list[str]:
    if _version(home) < 17:
        return ["--locale=C"]
    return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]


def _configure(home: Home, port: int) -> None:
    hba = home.folder / "pg_hba.conf"
    write_private(hba, _HBA, 0o644)
    conf = _CONF.format(port=port, hba=str(hba).replace("'", "''"))
    write_private(home.folder / "postgresql.conf", conf, 0o644)


def _statements(home: Home, cluster: Path, *statements: str) -> None:
    """Run statements as superuser without a server: PostgreSQL's single-user mode, one to a line."""
    argv = [_program(home, "postgres"), "--single", "-j", *_where(home, cluster), "postgres"]
    printed = _run(home, argv, "".join(f"{statement};\n\n" for statement in statements))
    if "ERROR:" in printed:
        raise ServerFailed(
            "postgres", "the role or the database could not be made", printed.splitlines()[-5:]
        )


def _run(home: Home, argv: Sequence[str], stdin: str = "") -> str:
    try:
        done = run_as(home.account, argv, home.folder, stdin)
    except OSError as error:
        raise ServerFailed("postgres", f"cannot run {argv[0]}: {error.strerror}") from error
    if done.returncode:
        raise ServerFailed("postgres", f"{Path(argv[0]).name} failed", done.stdout.splitlines()[-10:])
    return done.stdout


def _version(home: Home) -> int:
    """The installed major version, from a line like `postgres (PostgreSQL) 18.4`."""
    printed = _run(home, [_program(home, "postgres"), "--version"])
    return int(printed.split()[2].partition(".")[0])


def _check_version(home: Home) -> None:
    cluster, installed = (home.work / "PG_VERSION").read_text().strip(), _version(home)
    if cluster != str(installed):
        raise FolderUnusable(
            f"{home.work} is of PostgreSQL {cluster}, but {installed} is installed; "
            "dump it with the old version and restore it, or set LEADBRIDGE_DATABASE_URL"
        )


def _program(home: Home, name: str) -> str:
    return str(home.install / "bin" / name)


def _where(home: Home, cluster: Path) -> list[str]:
    return ["-D", str(cluster), "-c", f"config_file={home.folder / 'postgresql.conf'}"]
