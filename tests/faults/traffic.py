"""Traffic that goes on whatever happens: websites that send forms until they are taken, people who follow links."""

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count, islice
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from bridge.delivery.links import ClickTarget, Links
from bridge.delivery.tokens import Tokens
from tests import make
from tests.edge.signed import PATH, headers
from tests.house import KEY

PATIENCE = 90.0
"""Seconds until a website gives a submission up; none does in a test that passes."""
PAUSE_BEFORE_RETRY = 0.05
AGAIN = {0, 401, 408, 425, 429, 500, 502, 503, 504}
"""After which answers a website sends a submission again; what is refused otherwise stays refused."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request got. at: when it began, in seconds of the monotonic clock; status 0: no answer."""

    what: str
    at: float
    seconds: float
    status: int
    retry_after: str | None = None
    key: str = ""


@dataclass
class Traffic:
    """Requests in threads of their own, from the beginning of a `with` block to its end.

    name: what everything it sends begins with, so that it is found again.
    """

    url: str
    name: str
    answers: list[Answer] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def submits(self, threads: int = 2, most: int | None = None, pause: float = 0.0) -> "Traffic":
        """Signed submissions of one person each, each sent until it is taken; `most` of them in all."""
        numbers = _Shared(islice(count(1), most))
        return self._begin(threads, lambda: self._submit(numbers, pause))

    def repeats(self, number: int, times: int) -> "Traffic":
        """The submission of one person, so many times at once."""
        return self._begin(times, lambda: self._submit(iter([number]), 0.0))

    def follows(self, threads: int = 1, pause: float = 0.0) -> "Traffic":
        """People who follow tracked links."""
        link = urlsplit(self.links.click(ClickTarget(make.some_id(), 1, "https://www.example.com/"))).path
        return self.opens("link", link, threads, pause)

    def opens(self, what: str, path: str, threads: int = 1, pause: float = 0.0) -> "Traffic":
        """People who open a page again and again."""
        return self._begin(threads, lambda: self._open(what, path, pause))

    @property
    def links(self) -> Links:
        """Makes addresses of the bridge under test."""
        return Links(self.url, Tokens((KEY,)))

    def __enter__(self) -> "Traffic":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._stop.set()
        self.wait()

    def wait(self) -> None:
        """Until everything that was begun is done; submissions with a number end by themselves."""
        for thread in self._threads:
            thread.join(PATIENCE)
            assert not thread.is_alive(), "a request hangs"

    def is_done(self) -> bool:
        """Whether every thread has come to its end."""
        return not any(thread.is_alive() for thread in self._threads)

    def taken(self) -> set[str]:
        """The keys of all submissions that were answered with success."""
        return {one.key for one in self.answers if one.what == "form" and one.status == 202}

    def begun(self) -> set[str]:
        """The keys of all submissions that were sent, with or without an answer."""
        return {one.key for one in self.answers if one.what == "form"}

    def statuses(self, what: str, since: float = 0.0, until: float = float("inf")) -> Counter[int]:
        """How often which status came, of requests that began and ended between two moments."""
        return Counter(one.status for one in self.between(what, since, until))

    def between(self, what: str, since: float = 0.0, until: float = float("inf")) -> list[Answer]:
        """Answers to requests that began and ended between two moments."""
        return [
            one
            for one in self.answers
            if one.what == what and since <= one.at and one.at + one.seconds <= until
        ]

    def _begin(self, threads: int, work: Callable[[], None]) -> "Traffic":
        self._threads += [threading.Thread(target=work, daemon=True) for _ in range(threads)]
        return self

    def _submit(self, numbers: Iterator[int], pause: float) -> None:
        for number in numbers:
            until = time.monotonic() + PATIENCE
            while self._post(number) in AGAIN and time.monotonic() < until:
                time.sleep(PAUSE_BEFORE_RETRY)
            if self._stop.wait(pause):
                return

    def _post(self, number: int) -> int:
        """Send a submission once; the status of the answer."""
        key = f"{self.name}-{number}"
        body = json.dumps(submission(self.name, number)).encode()
        told = headers(body, key) | {"Content-Type": "application/json"}
        return self._ask("form", "POST", PATH, body, told, key).status

    def _open(self, what: str, path: str, pause: float) -> None:
        while not self._stop.wait(pause):
            if self._ask(what, "GET", path, None, {"User-Agent": make.A_BROWSER}).status == 0:
                time.sleep(PAUSE_BEFORE_RETRY)

    def _ask(
        self, what: str, method: str, path: str, body: bytes | None, told: dict[str, str], key: str = ""
    ) -> Answer:
        began = time.monotonic()
        status, retry_after = ask(self.url, method, path, body, told)
        answer = Answer(what, began, time.monotonic() - began, status, retry_after, key)
        self.answers.append(answer)
        return answer


def ask(
    url: str, method: str, path: str, body: bytes | None = None, told: dict[str, str] | None = None
) -> tuple[int, str | None]:
    """Status and `Retry-After` of one request over a connection of its own; status 0 when nobody answers."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    try:
        connection.request(method, path, body, told or {})
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        return 0, None
    finally:
        connection.close()
    return response.status, response.getheader("Retry-After")


def submission(name: str, number: int) -> dict[str, Any]:
    """What the nth person of a traffic sends: every fifth wants to be called, the others want a file and mails."""
    person = {
        "email": address(name, number),
        "first_name": "Anna",
        "last_name": "Berg",
        "company": "Beispiel GmbH",
    }
    if number % 5 == 0:
        return {"form": "rueckruf", "fields": person | {"phone": "+49 30 23125 010"}}
    consents = {"email": {"given": True, "text": "Ja"}}
    return {"form": "globe-next-download", "fields": person, "consents": consents}


def address(name: str, number: int) -> str:
    """Where the nth person of a traffic reads mails; each at a domain of their own."""
    return f"p{number}@{name}{number}.example"


class _Shared(Iterator[int]):
    """One iterator for several threads."""

    def __init__(self, numbers: Iterator[int]) -> None:
        self._numbers = numbers
        self._lock = threading.Lock()

    def __next__(self) -> int:
        with self._lock:
            return next(self._numbers)
