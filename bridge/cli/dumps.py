"""Whole copies of the database, by PostgreSQL's own programs."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bridge.errors import LeadbridgeError
from bridge.up.errors import BinariesMissing
from bridge.up.wheels import find_postgres


@dataclass
class NoDumpProgram(LeadbridgeError):
    """Neither the system nor the package of the embedded servers has a program that is new enough."""

    name: str
    major: int
    found: tuple[int, ...]

    def __str__(self) -> str:
        found = ", ".join(map(str, self.found)) or "none"
        return (
            f"{self.name} of PostgreSQL {self.major} or newer is needed (found: {found}); "
            f"install postgresql-client-{self.major}, or leadbridge[embedded]"
        )


@dataclass
class DumpFailed(LeadbridgeError):
    """A program of PostgreSQL ended with an error."""

    name: str
    said: str

    def __str__(self) -> str:
        return f"{self.name} failed: {self.said}"


@dataclass(frozen=True)
class Program:
    """A program of PostgreSQL. major: its version."""

    path: Path
    major: int

    def run(self, *arguments: str, url: str) -> None:
        """Run it to its end; the password is not among the arguments, which everybody sees. Raises DumpFailed."""
        known = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
        secret = {"PGPASSWORD": known.pop("password")} if "password" in known else {}
        argv = [str(self.path), *arguments, f"--dbname={make_conninfo('', **known)}"]
        done = subprocess.run(argv, env={**os.environ, **secret}, capture_output=True, text=True, check=False)  # noqa: S603 - PostgreSQL's own
        if done.returncode:
            raise DumpFailed(self.path.name, done.stderr.strip()[-500:])


def dump(url: str, server: int, file: Path) -> int:
    """Write everything in a database into a file, as of one moment, while others work.

    server: the server's major version. Returns that of the program, which whoever reads the file must reach.
    Raises NoDumpProgram, DumpFailed.
    """
    program = find_program("pg_dump", server)
    program.run("--format=custom", "--no-owner", "--no-privileges", f"--file={file}", url=url)
    return program.major


def load(url: str, at_least: int, file: Path) -> None:
    """Put everything of such a file into an empty database, or nothing. Raises NoDumpProgram, DumpFailed."""
    program = find_program("pg_restore", at_least)
    program.run(
        "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(file), url=url
    )


def find_program(name: str, at_least: int) -> Program:
    """The oldest of the programs of that name that is new enough: newer ones say what older servers do not know.

    Raises NoDumpProgram.
    """
    found = sorted((Program(path, _major(path)) for path in _places(name)), key=lambda one: one.major)
    for program in found:
        if program.major >= at_least:
            return program
    raise NoDumpProgram(name, at_least, tuple(one.major for one in found))


def _places(name: str) -> Iterator[Path]:
    if installed := shutil.which(name):
        yield Path(installed)
    try:
        bundled = find_postgres() / "bin" / name
    except BinariesMissing:
        return
    if bundled.is_file():
        yield bundled


def _major(path: Path) -> int:
    """The major version, from a line like `pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`."""
    printed = subprocess.run([str(path), "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    return int(printed.split()[2].partition(".")[0])
