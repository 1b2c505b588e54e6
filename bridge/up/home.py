"""Where an embedded server lives, and as whom it runs.

Usually that is a folder in the data folder, and ourselves. PostgreSQL refuses to run as root, so root
hands the server to the user `nobody`; when a closed parent folder keeps that user from the data or the
binaries, a folder of our own outside holds them, named after the data folder and therefore found again.
Permissions of folders that are not ours stay as they are.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.up.child import Account, Say
from bridge.up.errors import FolderUnusable

SHELVES = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 - a foreign folder there is refused


@dataclass(frozen=True)
class Home:
    """folder: ours, holds configuration and secrets; work: the server's own folder in it.

    install: its binaries. account: whom it runs as; None is ourselves.
    """

    folder: Path
    install: Path
    account: Account | None

    @property
    def work(self) -> Path:
        return self.folder / "data"

    def give(self, path: Path) -> None:
        """Make a file or folder of ours the server's."""
        if self.account:
            os.chown(path, self.account.uid, self.account.gid, follow_symlinks=False)


def find_home(
    data: Path, name: str, install: Path, program: str, say: Say, shelves: Sequence[Path] = SHELVES
) -> Home:
    """The home of the server `name` of this data folder, made when missing.

    program: the binary in `install` that its account must be able to run. Raises FolderUnusable.
    """
    near = (data / name).resolve()
    account = _account(near / "data")
    if account is None:
        _make(near, 0o700)
        _check_ours(near / "data")
        return Home(near, install, None)
    mark = hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:12]
    far = [shelf / f"leadbridge-{mark}" for shelf in shelves]
    folder = _reachable_folder(near, far, account, say)
    return Home(folder, _runnable(install, program, folder, account, say), account)


def run_as(
    account: Account | None, argv: Sequence[str], cwd: Path | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a short program to its end as that account. Raises OSError when it cannot be run."""
    return subprocess.run(  # noqa: S603 - our own programs
        argv,
        input=stdin,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        check=False,
    )


def _account(work: Path) -> Account | None:
    if os.geteuid() != 0:
        return None
    owner = work.stat().st_uid if work.exists() else 0
    try:
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    except KeyError as error:
        raise FolderUnusable("root needs a user “nobody” to run the embedded servers as") from error
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _check_ours(work: Path) -> None:
    if work.exists() and work.stat().st_uid != os.geteuid():
        owner = work.stat().st_uid
        raise FolderUnusable(f"{work} belongs to user {owner}; start as root, or set LEADBRIDGE_DATA")


def _reachable_folder(near: Path, far: Sequence[Path], account: Account, say: Say) -> Path:
    chosen = next((folder for folder in far if (folder / near.name / "data").exists()), None)
    if chosen is None:
        _make(near, 0o711)
        if _can_enter(near, account):
            return near
        if (near / "data").exists():
            raise FolderUnusable(
                f"user {account.name} cannot reach {near}; open its parent folders to all (x)"
            )
        chosen = _first_usable(far, account)
    _make(chosen, 0o711)
    _make(chosen / near.name, 0o711)
    say(f"user {account.name} cannot reach {near}, so the {near.name} data is in {chosen / near.name}")
    return chosen / near.name


def _first_usable(far: Sequence[Path], account: Account) -> Path:
    for folder in far:
        if folder.parent.is_dir() and _can_enter(folder.parent, account):
            return folder
    raise FolderUnusable(f"user {account.name} can reach neither the data folder nor {far[0].parent}")


def _make(folder: Path, mode: int) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise FolderUnusable(f"cannot make the folder {folder}: {error.strerror}") from error
    found = folder.lstat()
    # In a folder that everybody may write to, somebody else could have been first.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise FolderUnusable(f"{folder} is not a folder of ours; remove it, or set LEADBRIDGE_DATA")
    folder.chmod(mode)


def _can_enter(folder: Path, account: Account) -> bool:
    return (
        run_as(account, ["/bin/sh", "-c", 'cd -- "$0" 2>/dev/null', str(folder)], Path("/")).returncode == 0
    )


def _can_run(program: Path, account: Account) -> bool:
    return _succeeds(account, [str(program), "--version"])


def _succeeds(account: Account, argv: Sequence[str]) -> bool:
    try:
        return run_as(account, argv, Path("/")).returncode == 0
    except OSError:
        return False


def _runnable(install: Path, program: str, folder: Path, account: Account, say: Say) -> Path:
    if _can_run(install / program, account):
        return install
    binaries = folder / "binaries"
    copy = binaries / install.parent.name / install.name
    if not _same(install / program, copy / program):
        _copy(install, binaries)
        say(f"user {account.name} cannot reach {install}, so a copy of it is in {binaries}")
    return copy


def _same(one: Path, other: Path) -> bool:
    if not other.is_file():
        return False
    a, b = one.stat(), other.stat()
    return (a.st_size, a.st_mtime_ns) == (b.st_size, b.st_mtime_ns)


def _copy(install: Path, binaries: Path) -> None:
    """Copy an installation with the libraries that its wheel keeps beside the package, in the same order."""
    package, fresh = install.parent, binaries.with_name("binaries.new")
    for stale in (fresh, binaries):
        shutil.rmtree(stale, ignore_errors=True)
    # Programs find these by their relative place: `.libs` in wheels for Linux, `.dylibs` in those for macOS.
    for part in (install, package / ".dylibs", package.with_name(f"{package.name}.libs")):
        if part.is_dir():
            target = fresh / part.relative_to(package.parent)
            shutil.copytree(part, target, symlinks=True, ignore=shutil.ignore_patterns("include"))
    _open_to_all(fresh)
    fresh.rename(binaries)


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
