"""Where gated downloads are found, and how copies of those that lie elsewhere are fetched."""

import logging
import threading
import time
from collections.abc import Iterator
from functools import cached_property

from bridge.clock import Clock
from bridge.errors import FileAway
from bridge.flow.gated_files import GatedFile, own_file
from bridge.flow.keep_copies import (
    AN_HOUR,
    Copy,
    Fetched,
    SourceAway,
    forget_others,
    kept,
    kept_file,
    refresh,
)
from bridge.program.downloads import is_address, known_as
from bridge.program.model import Program
from bridge.settings import Settings
from connectors.web import Guard, Marks, Unreachable, fetch_file

log = logging.getLogger(__name__)

AGAIN_AFTER = 60.0
"""Seconds until a source that did not answer is asked again because of somebody who wants the file."""


class Files:
    """Finds files without waiting for anybody: what has to be fetched is fetched beside the request."""

    def __init__(self, settings: Settings, program: Program, clock: Clock) -> None:
        self._settings = settings
        self._program = program
        self._clock = clock
        self._lock = threading.Lock()
        self._under_way: set[str] = set()
        self._failed_at: dict[str, float] = {}

    @cached_property
    def guard(self) -> Guard:
        """Decides what may be reached."""
        return Guard(self._settings.outgoing.private_targets)

    @property
    def sources(self) -> list[str]:
        """The addresses of which copies are kept."""
        offered = (form.download for form in self._program.forms.values() if form.download)
        return sorted({one for one in offered if is_address(one)})

    def find(self, download: str) -> GatedFile:
        """What people get. Raises FileAway."""
        if not is_address(download):
            return own_file(self._program, download)
        copy = self.copy_of(download)
        is_coming = False
        if copy is None or self._clock() - copy.looked_at > AN_HOUR:
            is_coming = self._fetch_beside(download)
        if copy is None:
            why = "its source is being asked" if is_coming else "its source did not answer"
            raise FileAway(known_as(download), why, is_coming)
        return kept_file(self._settings.downloads, copy)

    def copy_of(self, address: str) -> Copy | None:
        """What is known of the copy of a source."""
        return kept(self._settings.downloads, address)

    def refresh(self, address: str) -> Copy:
        """Ask a source, and keep what is new. Raises SourceAway, OSError."""
        return refresh(self._settings.downloads, address, self._fetch, self._clock())

    def refresh_all(self) -> Iterator[str]:
        """Ask all sources, one after another; those that do not answer are told, and asked again later."""
        forget_others(self._settings.downloads, self.sources, self._clock())
        for address in self.sources:
            self._try(address)
            yield known_as(address)

    def _fetch_beside(self, address: str) -> bool:
        """Begin to fetch, unless that is under way; False when it failed just now."""
        with self._lock:
            if address in self._under_way:
                return True
            if time.monotonic() < self._failed_at.get(address, -AGAIN_AFTER) + AGAIN_AFTER:
                return False
            self._under_way.add(address)
        threading.Thread(target=self._try, args=(address,), daemon=True, name="download").start()
        return True

    def _try(self, address: str) -> None:
        try:
            self.refresh(address)
            self._failed_at.pop(address, None)
        except (SourceAway, OSError) as error:
            self._failed_at[address] = time.monotonic()
            log.warning("a download was not fetched", extra={"file": known_as(address), "reason": str(error)})
        finally:
            with self._lock:
                self._under_way.discard(address)

    def _fetch(self, address: str, copy: Copy | None) -> Fetched | None:
        marks = Marks(copy.etag, copy.last_modified) if copy else Marks()
        try:
            found = fetch_file(self.guard, address, marks)
        except Unreachable as error:
            raise SourceAway(str(error)) from error
        return Fetched(found.body, found.marks.etag, found.marks.last_modified) if found else None
