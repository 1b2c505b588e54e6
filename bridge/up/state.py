"""What a command in a second shell must know about the running system: `embedded.json` in the data folder."""

import fcntl
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bridge.up.errors import AlreadyUp

_STATE = "embedded.json"
_LOCK = "up.lock"
_TRIES = 5


@dataclass(frozen=True)
class EmbeddedState:
    """Where the parts of a running `leadbridge up` are reached. pid: the supervisor's.

    settings: the environment it was started with, as far as it is ours.
    """

    database_url: str
    redis_url: str
    smtp_url: str | None
    bind: str
    demo: bool
    pid: int
    settings: dict[str, str] = field(default_factory=dict)


def write_state(data: Path, state: EmbeddedState) -> None:
    """Put the state in place at once and whole, readable by its owner only."""
    # mkstemp makes files of mode 0600.
    handle, name = tempfile.mkstemp(dir=data, prefix=f".{_STATE}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(state), file, indent=2)
        Path(name).replace(data / _STATE)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_state(data: Path) -> EmbeddedState | None:
    """The state last written, maybe by an `up` that died; None when there is none or it makes no sense."""
    try:
        found = json.loads((data / _STATE).read_text(encoding="utf-8"))
        state = EmbeddedState(**found)
    except (OSError, ValueError, TypeError):
        return None
    return state if _sound(state) else None


def remove_state(data: Path) -> None:
    """Forget the state, as `up` does when it stops."""
    (data / _STATE).unlink(missing_ok=True)


def running_state(data: Path) -> EmbeddedState | None:
    """Like read_state, but None when no `up` holds this data folder now."""
    return read_state(data) if is_up(data) else None


def is_up(data: Path) -> bool:
    """Whether a living `up` holds this data folder."""
    try:
        descriptor = os.open(data / _LOCK, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


@contextmanager
def only_one_up(data: Path) -> Iterator[None]:
    """Hold the data folder, which is made when missing; AlreadyUp when another process holds it.

    The lock goes with its holder, even one that was killed.
    """
    data.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(data / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(descriptor, data)
        os.truncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, data: Path) -> None:
    for _ in range(_TRIES):
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        # It may be somebody who only looks, in is_up.
        time.sleep(0.05)
    raise AlreadyUp(str(data), _holder(descriptor))


def _holder(descriptor: int) -> int | None:
    with suppress(OSError, ValueError):
        return int(os.read(descriptor, 20))
    return None


def _sound(state: EmbeddedState) -> bool:
    texts = (state.database_url, state.redis_url, state.bind)
    return (
        all(isinstance(text, str) for text in texts)
        and isinstance(state.smtp_url, str | None)
        and isinstance(state.demo, bool)
        and type(state.pid) is int
    )
