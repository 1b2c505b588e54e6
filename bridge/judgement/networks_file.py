"""The refreshed file of known networks, for processes that run for months."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from bridge.errors import InvalidNetworks
from bridge.judgement.networks import Networks, load_networks, packaged_networks

log = logging.getLogger(__name__)
PATIENCE = timedelta(minutes=1)
"""So often it is looked whether the file has changed."""


def networks_path(data: Path) -> Path:
    """Where the refreshed networks lie in a data folder."""
    return data / "networks.json"


class NetworksFile:
    """Known networks from a file that may appear, change and vanish while the process runs.

    A file that is broken counts as absent: the packaged networks are used, and one line of the log says so.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._looked_at: datetime | None = None
        self._seen: tuple[int, int] | None = None
        self._networks = packaged_networks()

    def networks(self, now: datetime) -> Networks:
        """The networks as they stand; it looks at the file at most once a minute. It never fails."""
        if self._looked_at is None or abs(now - self._looked_at) >= PATIENCE:
            self._looked_at = now
            self._look()
        return self._networks

    def _look(self) -> None:
        stamp = self._stamp()
        if stamp == self._seen:
            return
        self._seen = stamp
        self._networks = self._loaded() if stamp else packaged_networks()

    def _stamp(self) -> tuple[int, int] | None:
        try:
            facts = self._path.stat()
        except OSError:
            return None
        return facts.st_mtime_ns, facts.st_ino

    def _loaded(self) -> Networks:
        try:
            return load_networks(self._path)
        except (InvalidNetworks, OSError) as error:
            log.warning(
                "the packaged networks are used", extra={"file": str(self._path), "reason": str(error)}
            )
            return packaged_networks()
