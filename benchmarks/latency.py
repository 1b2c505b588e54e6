"""P6 and P7: from the form to the confirmation mail, and from the decisive click to the mail that sales gets.

`leadbridge up` runs the whole bridge, and asks are made at a steady pace, whether or not those before were answered.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from urllib.parse import urlencode
from uuid import UUID, uuid4

from sqlalchemy import select

from benchmarks.almost_ready import almost_ready
from benchmarks.contest import Say, Scale
from benchmarks.ground import Ground, fresh_ground, wait_for
from benchmarks.histogram import Histogram
from benchmarks.mail_server import MailServer, Taken, mail_server
from benchmarks.outcomes import Finding, Spread
from bridge.delivery.message_ids import named_in
from bridge.store.tables import outbox
from bridge.up.ports import free_port

FORMS_A_SECOND, CLICKS_A_SECOND = 20, 2
COUNTS, HANDS_OVER = 1, 2
"""Seconds for which a hit rests here; otherwise 20 and 120."""

WARM_UP, PATIENCE = 1.5, 30.0
AT_A_TIME = 16
BROWSER = {
    "User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36",
    "Accept": "text/html,application/xhtml+xml",
    "Accept-Language": "de-DE,de;q=0.9",
}

Ask = Callable[[int], UUID | str]
"""Makes the nth ask of a round, and names what the mail is known by that it leads to."""


def measure(scale: Scale, say: Say) -> Iterator[Finding]:
    """P6 and P7."""
    rounds, seconds = (1, 4.0) if scale.is_quick else (3, 20.0)
    with mail_server() as server, _bridge(server) as (ground, port):
        asks = _Asks(ground, server, port)
        asks.forms(WARM_UP)
        found = []
        for number in range(rounds):
            say(f"P6  round {number + 1} of {rounds}: {FORMS_A_SECOND} forms a second")
            found.append(asks.forms(seconds))
        yield from _findings("P6", "form → confirmation mail", found, {0.95: 0.5, 0.99: 1.0})
        say(f"P7  {CLICKS_A_SECOND} decisive clicks a second, which rest for {HANDS_OVER} s")
        late = asks.clicks(seconds)
        yield from _findings("P7", "click → sales mail, beyond its rest", [late], {0.99: 1.0})


def _findings(
    promise: str, what: str, rounds: Sequence[Histogram], goals: dict[float, float]
) -> Iterator[Finding]:
    together = Histogram.merged(rounds)
    for share, goal in goals.items():
        figure = Spread.of([one.quantile(share) for one in rounds])
        yield Finding(promise, f"{what}, p{share * 100:g}", "s", figure, goal, latencies=together)


@contextmanager
def _bridge(server: MailServer) -> Iterator[tuple[Ground, int]]:
    """`leadbridge up`, and the port of its web server."""
    port = free_port()
    told = {"SMTP_URL": server.url, "BIND": f"127.0.0.1:{port}", "SETTLE": f"{COUNTS}s,{HANDS_OVER}s"}
    with fresh_ground(**told, MAIL_PACE="10/second") as ground, ground.process("up"):
        wait_for(port, "/readyz", ground.folder / "up.log")
        yield ground, port


class _Asks:
    """Asks a bridge, and listens to the mail server for what comes of it."""

    def __init__(self, ground: Ground, server: MailServer, port: int) -> None:
        self._ground, self._server, self._port = ground, server, port

    def forms(self, seconds: float) -> Histogram:
        """Send forms, each by somebody else in another company; how long each waited for its confirmation mail."""
        mark = uuid4().hex[:8]
        asked = _steadily(FORMS_A_SECOND, seconds, partial(self._send_form, mark))
        came = self._wait_for(len(asked), lambda one: one.recipient if mark in one.recipient else None)
        return Histogram.of(came[who] - at for who, at in asked.items())

    def clicks(self, seconds: float) -> Histogram:
        """Have people click to whom two points are missing; how long after its rest sales hears of each."""
        tokens = almost_ready(self._ground.services, round(seconds * CLICKS_A_SECOND))
        asked = _steadily(CLICKS_A_SECOND, seconds, lambda number: self._click(*tokens[number]))
        came = self._wait_for(len(asked), self._whom_sales_hears_of)
        return Histogram.of(max(0.0, came[who] - at - HANDS_OVER) for who, at in asked.items())

    def _send_form(self, mark: str, number: int) -> str:
        email = f"anna{number}@firma{number}-{mark}.example"
        body = urlencode({"email": email, "company": "Beispiel GmbH", "consent_email": "1"})
        self._ask("POST", "/forms/globe-next-download", body)
        return email

    def _click(self, person: UUID, path: str) -> UUID:
        self._ask("GET", path)
        return person

    def _ask(self, method: str, path: str, body: str | None = None) -> None:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        connection.request(method, path, body, BROWSER | form)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path} was answered with {answer.status}")

    def _whom_sales_hears_of(self, mail: Taken) -> UUID | None:
        of_delivery = select(outbox.c.profile_id).where(
            outbox.c.id == named_in(mail.message_id), outbox.c.kind == "sales"
        )
        with self._ground.services.engine.connect() as connection:
            found: UUID | None = connection.scalar(of_delivery)
        return found

    def _wait_for(self, number: int, whose: Callable[[Taken], UUID | str | None]) -> dict[UUID | str, float]:
        """Whose mail came when, once so many came. Raises RuntimeError when they never do."""
        came: dict[UUID | str, float] = {}
        for _ in range(round(PATIENCE / 0.1)):
            for mail in self._server.news().taken:
                who = whose(mail)
                if who is not None:
                    came.setdefault(who, mail.at)
            if len(came) >= number:
                return came
            time.sleep(0.1)
        raise RuntimeError(f"only {len(came)} of {number} mails came")


def _steadily(rate: float, seconds: float, ask: Ask) -> dict[UUID | str, float]:
    """Ask so often a second; what each ask led to, and the moment at which it was to be made."""
    began = time.monotonic()
    with ThreadPoolExecutor(AT_A_TIME) as crowd:
        waiting = []
        for number in range(round(rate * seconds)):
            due = began + number / rate
            time.sleep(max(0.0, due - time.monotonic()))
            waiting.append((crowd.submit(ask, number), due))
    return {one.result(): due for one, due in waiting}
