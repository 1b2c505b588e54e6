"""P1 and P2: tracked links, forms and signed submissions, against an empty application and bare Flask."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from urllib.parse import urlencode
from uuid import uuid4

from standardwebhooks import Webhook

from benchmarks.baselines import TARGET
from benchmarks.contest import Contest, Contestant, Sample, Say, Scale, play
from benchmarks.ground import Ground, fresh_ground
from benchmarks.load import A_FORM, LONGEST_ANSWER, Broken, Request, drive
from benchmarks.outcomes import Outcome
from bridge.clock import utc_now
from bridge.delivery.links import ClickTarget
from bridge.journal import JournalReader, journal_files

DIFFERENT = 2_000
"""Requests that are sent in turn, so that nothing can remember an answer."""
WARM_UP = 50
"""Requests."""
FEW = 3
"""Rounds of what is like another."""
FLASK, EMPTY = "bare Flask", "empty WSGI"
NOT_COMPARED = {"date"}
"""A header of the server's own."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of request.

    requests: makes them, for each round anew, since a signature is stale after five minutes.
    goals: baseline → what ours has to reach of its rate.
    is_same: everybody answers with the same bytes. is_like_another: needed for the whole picture only.
    """

    promise: str
    what: str
    requests: Callable[[], Sequence[Request]]
    goals: dict[str, float]
    is_same: bool = False
    is_like_another: bool = False


def measure(scale: Scale, say: Say) -> Iterator[Outcome]:
    """P1 and P2; the short form leaves out opens and signed submissions."""
    with fresh_ground() as ground, _ports(ground) as ports:
        for kind in _kinds(ground):
            if scale.is_quick and kind.is_like_another:
                continue
            answers = {name: _warm_up(ports[name], kind.requests()) for name in ("ours", *kind.goals)}
            if kind.is_same and len(set(answers.values())) > 1:
                raise Broken(f"not answered alike: {kind.what}: {answers}")
            rounds = min(scale.rounds, FEW) if kind.is_like_another else scale.rounds
            yield play(_contest(ground, ports, kind, scale.seconds), rounds, say)


@contextmanager
def _ports(ground: Ground) -> Iterator[dict[str, int]]:
    """Contestant → port. All run under granian with the same settings; nobody is bound to a core."""
    with ExitStack() as running:
        yield {
            "ours": running.enter_context(ground.web("edge")),
            FLASK: running.enter_context(ground.baseline("flask")),
            EMPTY: running.enter_context(ground.baseline("empty")),
        }


def _kinds(ground: Ground) -> list[Kind]:
    tracked = {FLASK: 3.0, EMPTY: 0.6}
    return [
        Kind("P1", "a tracked click, journalled", partial(_clicks, ground), tracked, is_same=True),
        Kind(
            "P1",
            "a tracked open, journalled",
            partial(_opens, ground),
            tracked,
            is_same=True,
            is_like_another=True,
        ),
        Kind("P2", "a form, flushed to the disk", _forms, {FLASK: 0.3}),
        Kind(
            "P2",
            "a signed submission, flushed",
            partial(_submissions, ground),
            {FLASK: 0.3},
            is_like_another=True,
        ),
    ]


def _contest(ground: Ground, ports: dict[str, int], kind: Kind, seconds: float) -> Contest:
    def contestant(name: str, goal: float | None = None) -> Contestant:
        return Contestant(name, partial(_measured, ground, ports[name], kind.requests, seconds), goal)

    baselines = [contestant(name, goal) for name, goal in kind.goals.items()]
    return Contest(kind.promise, kind.what, "answers/s", contestant("ours"), baselines)


def _measured(ground: Ground, port: int, requests: Callable[[], Sequence[Request]], seconds: float) -> Sample:
    """One round. The journal is emptied afterwards, as ingest would do it beside; that costs the round nothing."""
    load = drive(port, requests(), seconds)
    for path in journal_files(ground.journal):
        reader = JournalReader(path)
        reader.acknowledge(reader.batch(-1)[-1:])
        reader.truncate()
        reader.close()
    return Sample(load.rate, load.latencies)


def _warm_up(port: int, requests: Sequence[Request]) -> str:
    """Ask some times; the last answer as text: status, headers and body."""
    connection = HTTPConnection("127.0.0.1", port, timeout=LONGEST_ANSWER)
    for request in requests[:WARM_UP]:
        method, body = ("POST", request.body.encode()) if request.body else ("GET", None)
        connection.request(method, request.path, body, dict(request.headers))
        response = connection.getresponse()
        content = response.read()
    connection.close()
    headers = sorted((name.lower(), value) for name, value in response.getheaders())
    return repr((response.status, [one for one in headers if one[0] not in NOT_COMPARED], content))


def _clicks(ground: Ground) -> list[Request]:
    links, public = ground.services.world.links, ground.services.settings.public_url
    urls = [links.click(ClickTarget(uuid4(), 1, TARGET)) for _ in range(DIFFERENT)]
    return [Request(url.removeprefix(public)) for url in urls]


def _opens(ground: Ground) -> list[Request]:
    links, public = ground.services.world.links, ground.services.settings.public_url
    return [Request(links.pixel(uuid4()).removeprefix(public)) for _ in range(DIFFERENT)]


def _forms() -> list[Request]:
    return [
        Request(f"/forms/{_FORM}", urlencode(_person(n) | {"consent_email": "1"}), A_FORM)
        for n in range(DIFFERENT)
    ]


def _submissions(ground: Ground) -> list[Request]:
    webhook, now = Webhook(ground.services.settings.intake_secrets[0]), utc_now()
    found = []
    for n in range(DIFFERENT):
        consents = {"email": {"given": True, "text": "Ja, schicken Sie mir Neuigkeiten."}}
        body = json.dumps({"form": _FORM, "fields": _person(n), "consents": consents})
        headers = {
            "Content-Type": "application/json",
            "webhook-id": f"bench-{n}",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": webhook.sign(f"bench-{n}", now, body),
        }
        found.append(Request("/api/v1/submissions", body, headers))
    return found


_FORM = "globe-next-download"


def _person(number: int) -> dict[str, str]:
    return {
        "email": f"anna{number}@example.com",
        "first_name": "Anna",
        "last_name": "Beispiel",
        "company": "Beispiel GmbH",
    }
