"""Fetches a document: so many bytes and so many seconds, and not one more."""

import time
from dataclasses import dataclass

import requests
from urllib3.exceptions import HTTPError

PIECE = 65_536


class Unavailable(Exception):
    """The document could not be had; why, in words an operator understands."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a document may be, and how long it may take: for an answer to begin, and until its end."""

    size: int = 64_000_000
    answers_within: float = 20
    ends_within: float = 120


def fetch(address: str, limits: Limits) -> bytes:
    """Get a document. Raises Unavailable."""
    deadline = time.monotonic() + limits.ends_within
    try:
        with requests.get(
            address, timeout=limits.answers_within, stream=True, headers={"User-Agent": "leadbridge"}
        ) as answer:
            if answer.status_code != 200:
                raise Unavailable(f"{address} answered {answer.status_code}")
            return _body(address, answer, limits, deadline)
    except (requests.RequestException, HTTPError) as error:
        raise Unavailable(f"{address} did not answer: {type(error).__name__}") from error


def _body(address: str, answer: requests.Response, limits: Limits, deadline: float) -> bytes:
    """The time limit of requests begins anew with every byte, and its pieces wait until they are full: so read1."""
    body = bytearray()
    while piece := answer.raw.read1(PIECE, decode_content=True):
        body += piece
        if len(body) > limits.size:
            raise Unavailable(f"{address} sends more than {limits.size:,} bytes")
        if time.monotonic() > deadline:
            raise Unavailable(f"{address} takes longer than {limits.ends_within:g} seconds")
    return bytes(body)
