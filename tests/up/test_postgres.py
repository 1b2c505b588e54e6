import os
import pwd
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import psycopg
import pytest

from bridge.up.child import Process, Server, end, running, silent, wait_until_ready
from bridge.up.leftovers import working_in
from bridge.up.postgres import embedded_postgres, prepare_postgres

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def ask(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(question)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def start(server: Server) -> Process:
    process = Process(server.child, silent)
    wait_until_ready(process)
    return process


def test_a_second_start_finds_the_same_data_at_the_same_address(data: Path) -> None:
    with embedded_postgres(data) as first:
        ask(first, "create table leads as select 'Anna' as name")
    with embedded_postgres(data) as second:
        assert ask(second, "select name from leads") == "Anna"
    assert second == first


def test_the_role_is_no_superuser_and_text_is_unicode(data: Path) -> None:
    with embedded_postgres(data) as url:
        assert ask(url, "select current_setting('is_superuser')") == "off"
        assert ask(url, "select lower('ÄÖÜ')") == "äöü"
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url.replace("leadbridge:", "leadbridge:x"))


def test_a_killed_server_recovers_what_was_committed(data: Path) -> None:
    server = prepare_postgres(data)
    process = start(server)
    ask(server.url, "create table leads as select 'Anna' as name")
    os.kill(process.pid, signal.SIGKILL)
    process.finish()
    # Its helpers may still be there: the same child, started once more, waits for their end.
    process = start(server)
    assert ask(server.url, "select name from leads") == "Anna"
    end(process)


def test_a_server_that_outlived_its_parent_is_ended_first(data: Path) -> None:
    server = prepare_postgres(data)
    account = server.child.account
    with subprocess.Popen(
        server.child.argv,
        cwd=server.child.cwd,
        user=account.uid if account else None,
        group=account.gid if account else None,
        stderr=subprocess.DEVNULL,
    ) as orphan:
        while not server.child.ready or not server.child.ready(orphan.pid):
            assert orphan.poll() is None
        heard: list[str] = []
        with embedded_postgres(data, heard.append) as url:
            assert url == server.url
            assert ask(url, "select 1") == 1
        assert orphan.wait() == 0
    assert any("waiting for its end" in line for line in heard)


def test_a_process_id_that_now_belongs_to_somebody_else_is_no_obstacle(data: Path) -> None:
    server = prepare_postgres(data)
    account = server.child.account
    with subprocess.Popen(["sleep", "60"], user=account.uid if account else None) as stranger:
        (data / "postgres" / "data" / "postmaster.pid").write_text(f"{stranger.pid}\n/nowhere\n")
        with running(server) as url:
            assert ask(url, "select 1") == 1
        assert stranger.poll() is None
        stranger.kill()


def test_a_lost_password_is_replaced(data: Path) -> None:
    first = prepare_postgres(data)
    (data / "postgres" / "password").unlink()
    with embedded_postgres(data) as url:
        assert url != first.url
        assert ask(url, "select 1") == 1


def test_secrets_are_private(data: Path) -> None:
    prepare_postgres(data)
    assert (data / "postgres" / "password").stat().st_mode & 0o077 == 0
    assert (data / "postgres" / "data").stat().st_mode & 0o077 == 0


@pytest.fixture
def shelf() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="shelf-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    rmtree(folder)


@needs_root
def test_behind_a_closed_folder_root_keeps_the_data_elsewhere_and_says_so(data: Path, shelf: Path) -> None:
    data.parent.chmod(0o700)
    heard: list[str] = []
    with embedded_postgres(data, heard.append, shelves=[shelf]) as first:
        ask(first, "create table leads as select 'Anna' as name")
    assert [line for line in heard if str(shelf) in line]
    assert data.parent.stat().st_mode & 0o777 == 0o700
    with embedded_postgres(data, shelves=[shelf]) as second:
        assert ask(second, "select name from leads") == "Anna"
    assert second == first


@needs_root
def test_the_server_does_not_run_as_root(data: Path) -> None:
    with embedded_postgres(data):
        pids = working_in(data / "postgres" / "data", "postgres")
        owners = {Path(f"/proc/{pid}").stat().st_uid for pid in pids}
    assert owners == {pwd.getpwnam("nobody").pw_uid}
