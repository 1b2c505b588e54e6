"""The clock of a demo that runs faster, in the file `clock.json` of its data folder: never back, at no start."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bridge.clock import Clock, Course, read_course, utc_now, write_course
from bridge.settings import COURSE
from bridge.up.errors import UpError

EVERY = 1.0
"""Seconds between two notes of how far the clock has run; less than `clock.MARGIN`."""


@dataclass
class ShiftedClock(UpError):
    """A data folder whose clock ran ahead was to be used without the demo."""

    data: str
    shown: str

    def __str__(self) -> str:
        return (
            f"the demo in {self.data} ran on a faster clock and has reached {self.shown}; "
            "start it with --demo, or set LEADBRIDGE_DATA to another folder"
        )


def set_course(data: Path, speed: int | None, *, demo: bool, real: Clock = utc_now) -> Course | None:
    """How time runs from this start on, also for every child; None when as everywhere.

    It goes on from where it was. Without a speed it then goes on as in the world. Raises ShiftedClock for a folder
    whose time ran ahead, unless it is the demo's.
    """
    path, now = data / COURSE, real()
    last = read_course(path)
    shown = max(now, last.reached) if last else now
    if not demo:
        if shown > now:
            raise ShiftedClock(str(data), f"{shown:%Y-%m-%d %H:%M} UTC")
        path.unlink(missing_ok=True)
        return None
    if (speed or 1) == 1 and shown == now:
        path.unlink(missing_ok=True)
        return None
    course = Course(speed or 1, now, shown, now)
    write_course(path, course)
    return course


@contextmanager
def noting(data: Path, course: Course | None, real: Clock = utc_now) -> Iterator[None]:
    """Note how far the clock has run, again and again until the block ends."""
    if course is None:
        yield
        return
    stop = threading.Event()
    thread = threading.Thread(target=_note, args=(data / COURSE, course, real, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        write_course(data / COURSE, replace(course, noted=real()))


def _note(path: Path, course: Course, real: Clock, stop: threading.Event) -> None:
    while not stop.wait(EVERY):
        write_course(path, replace(course, noted=real()))
