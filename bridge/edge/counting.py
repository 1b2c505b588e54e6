"""How often something happened lately: counted in Redis for all processes, and when it is away in this one alone."""

import logging
import time
from collections.abc import Collection, Mapping

from limits.storage import MemoryStorage
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)

QUICKLY = 0.1
"""Seconds that somebody in front of a browser waits for Redis."""
ASKED_AGAIN = 5.0
"""Seconds during which nobody waits, after it did not answer."""
_COUNT = """
local counts = {}
for i, key in ipairs(KEYS) do
    counts[i] = redis.call('incr', key)
    if counts[i] == 1 then redis.call('expire', key, ARGV[i]) end
end
return counts
"""

_TAKE_BACK = """
for _, key in ipairs(KEYS) do
    if tonumber(redis.call('get', key) or 0) > 0 then redis.call('decr', key) end
end
"""


class Counter:
    """Counts in windows of time; each begins when something happens. All are counted by one call."""

    def __init__(self, redis_url: str) -> None:
        redis = Redis.from_url(
            redis_url,
            socket_timeout=QUICKLY,
            socket_connect_timeout=QUICKLY,
            retry=Retry(NoBackoff(), 0),
        )
        self._count = redis.register_script(_COUNT)
        self._take_back = redis.register_script(_TAKE_BACK)
        self._here = MemoryStorage()
        self._away_until = 0.0

    def count(self, windows: Mapping[str, int]) -> list[int]:
        """Count once more in each window, and say how often that makes. windows: name → seconds."""
        if self._may_be_there:
            try:
                return list(self._count(keys=list(windows), args=list(windows.values())))
            except RedisError as error:
                self._note_away(error)
        return [self._here.incr(name, seconds) for name, seconds in windows.items()]

    def take_back(self, names: Collection[str]) -> None:
        """Count once less in each window that is not over, down to none."""
        if self._may_be_there:
            try:
                self._take_back(keys=list(names))
                return
            except RedisError as error:
                self._note_away(error)
        for name in names:
            self._here.decr(name)

    @property
    def _may_be_there(self) -> bool:
        return time.monotonic() >= self._away_until

    def _note_away(self, error: RedisError) -> None:
        log.warning("forms are counted in this process alone", extra={"reason": type(error).__name__})
        self._away_until = time.monotonic() + ASKED_AGAIN
