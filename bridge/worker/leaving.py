"""How a process ends that is asked to: soon, and in any case before a service manager kills it."""

import _thread
import logging
import os
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

FINISH_WITHIN = 5.0
LEAVE_WITHIN = 9.0
"""Seconds after the request; `leadbridge up` and containers kill after ten."""


def leave(ending: Callable[[], object]) -> None:
    """Do what ends this process, and end it after LEAVE_WITHIN even so: a thread may hang in somebody's socket.

    Safe to call from a signal handler: `ending` runs in a thread of its own, since the main one may hold the very
    lock that it needs. Nothing is lost by ending hard: transactions roll back, leases were given back or run out.
    """
    # Not threading.Thread: to start one takes a lock, which the main thread may hold in that very moment.
    _thread.start_new_thread(ending, ())
    _thread.start_new_thread(_leave_anyway, ())


def _leave_anyway() -> None:
    time.sleep(LEAVE_WITHIN)
    log.warning("did not end in time, leaving all the same")
    os._exit(0)
