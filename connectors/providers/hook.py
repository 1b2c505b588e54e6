"""What a provider posts, and what is read from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from connectors.contract import Notice


class NotProven(Exception):
    """A request that does not prove whose it is; why, in words an operator understands."""


class Unreachable(Exception):
    """What the proof needs could not be had just now; a later attempt may succeed."""


@dataclass(frozen=True, slots=True)
class HookRequest:
    """A POST as it came in.

    target: path and query. headers: by their names in small letters. body: every byte, since signatures cover them.
    at: when it came, aware.
    """

    target: str
    headers: Mapping[str, str]
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """What a provider told.

    ignored: how many events are none of our business (delivered, opened …). unreadable: events that make no sense,
    as text, for somebody to look at.
    """

    notices: tuple[Notice, ...] = ()
    ignored: int = 0
    unreadable: tuple[str, ...] = ()


class Provider(Protocol):
    """One mail provider."""

    def read(self, request: HookRequest) -> Report:
        """What is told in a request. Raises NotProven, Unreachable; never anything else, whatever the request."""
