"""How often something happened lately: counted in Redis for all processes, and when it is away in this one alone."""

import logging
import time
from collections.abc import Mapping

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
        self._here = MemoryStorage()
        self._away_until = 0.0

    def count(self, windows: Mapping[str, int]) -> list[int]:
        """Count once more in each window, and say how often that makes. windows: name → seconds."""
        if time.monotonic() >= self._away_until:
            try:
                return list(self._count(keys=list(windows), args=list(windows.values())))
            except RedisError as error:
                log.warning("forms are counted in this process alone", extra={"reason": type(error).__name__})
                self._away_until = time.monotonic() + ASKED_AGAIN
        return [self._here.incr(name, seconds) for name, seconds in windows.items()]
