"""A backup that was made under load holds everything that was answered with success before it began."""

import re
import stat
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from bridge.journal import depth
from tests.faults.books import Books
from tests.faults.conftest import Bridge
from tests.faults.elsewhere import elsewhere
from tests.faults.servers import fresh_folder, own_servers
from tests.faults.traffic import Traffic

pytestmark = pytest.mark.xdist_group("faults")


def command(environ: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """One command, as in an operator's shell."""
    argv = [sys.executable, "-m", "bridge.cli", *words]
    return subprocess.run(
        argv, env={"PATH": "/usr/bin:/bin", **environ}, capture_output=True, text=True, check=False
    )


def backup_under_load(bridge: Bridge, folder: Path) -> tuple[Traffic, set[str]]:
    """Make one while forms arrive, some of which no ingest has taken over; what was answered before it began."""
    traffic = bridge.traffic("backup").submits(threads=1, pause=0.05)
    with traffic:
        time.sleep(1)
        bridge.processes.stop("ingest")
        time.sleep(0.5)
        assert depth(bridge.processes.data / "journal")[0] > 0
        before = traffic.taken()
        bridge.processes.start("ingest")
        made = command(bridge.processes.environment, "backup", str(folder))
    assert made.returncode == 0, made.stderr
    return traffic, before


def test_a_backup_under_load_restored_elsewhere_misses_nothing(bridge: Bridge) -> None:
    with fresh_folder() as folder, own_servers() as own, elsewhere(folder, own) as other:
        (bridge.processes.data / "secret_keys").write_text("a key that signs links")
        traffic, before = backup_under_load(bridge, folder / "backup")
        restored = command(other.environment, "restore", str(folder / "backup"))
        assert restored.returncode == 0, restored.stderr
        assert (other.data / "secret_keys").read_text() == "a key that signs links"
        for part in ("ingest", "score", "deliver", "cron"):
            other.start(part)
        books = Books(other, traffic)
        books.drained()
        assert before
        assert before <= books.kept()
        assert books.doubled() == set()
        assert books.wrong() == []
        again = command(other.environment, "restore", str(folder / "backup")).stderr
        assert re.fullmatch(
            r"the database is in use already \(.*profiles.*\); restore into an empty one\n", again
        )


def test_a_backup_is_private_whole_and_in_a_folder_of_its_own(bridge: Bridge) -> None:
    with fresh_folder() as folder:
        target = folder / "backup"
        node = command(bridge.processes.environment, "backup", "--node", str(target))
        assert node.returncode == 0, node.stderr
        assert {stat.S_IMODE(path.stat().st_mode) for path in target.rglob("*")} <= {0o600, 0o700}
        assert not (target / "database.dump").exists()
        again = command(bridge.processes.environment, "backup", str(target))
        assert (again.returncode, again.stderr.endswith("name a folder that is new or empty\n")) == (1, True)
        (target / "backup.json").unlink()
        broken = command(bridge.processes.environment, "restore", str(target))
        assert (broken.returncode, "holds no whole backup" in broken.stderr) == (1, True)


@pytest.mark.parametrize(
    "occupy",
    [
        "create table crm_customers (name text)",
        "insert into suppressions (address_hash, reason, at) values ('x', 'blocked', now())",
    ],
)
def test_a_restore_touches_no_table_that_somebody_uses(bridge: Bridge, occupy: str) -> None:
    with fresh_folder() as folder, own_servers() as own, elsewhere(folder, own) as other:
        assert command(bridge.processes.environment, "backup", str(folder / "backup")).returncode == 0
        with other.engine.begin() as connection:
            connection.execute(text(occupy))
        name = re.search(r"(?:table|into) (\w+)", occupy)
        assert name
        refused = command(other.environment, "restore", str(folder / "backup"))
        assert refused.stderr == f"the database is in use already ({name[1]}); restore into an empty one\n"
        assert set(inspect(other.engine).get_table_names()) > {name[1], "profiles"}


def test_keys_of_a_backup_go_in_front_of_any_that_are_there(bridge: Bridge) -> None:
    with fresh_folder() as folder:
        (bridge.processes.data / "secret_keys").write_text("the key that signed every link")
        backup = command(bridge.processes.environment, "backup", "--node", str(folder / "backup"))
        assert backup.returncode == 0, backup.stderr
        data = folder / "var"
        data.mkdir()
        (data / "secret_keys").write_text("a key of the new machine")
        restored = command({"LEADBRIDGE_DATA": str(data)}, "restore", str(folder / "backup"))
        assert restored.returncode == 0, restored.stderr
        assert (data / "secret_keys").read_text() == "the key that signed every link,a key of the new machine"
