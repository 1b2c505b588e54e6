"""P1 and P2: tracked links and forms, against an empty application and bare Flask under the same server."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from urllib.parse import urlencode
from uuid import uuid4

from benchmarks.baselines import TARGET
from benchmarks.contest import Contest, Contestant, Sample, Say, Scale, play
from benchmarks.ground import Ground, fresh_ground
from benchmarks.load import Request, drive
from benchmarks.outcomes import Outcome
from bridge.delivery.links import ClickTarget
from bridge.journal import JournalReader, journal_files

TOKENS = 2_000
"""Different links that are asked for in turn, so that nothing can remember an answer."""
WARM_UP = 1.0


def measure(scale: Scale, say: Say) -> Iterator[Outcome]:
    """P1 and P2."""
    with fresh_ground() as ground, _contests(ground, scale.seconds) as contests:
        for contest in contests:
            yield play(contest, scale.rounds, say)


@contextmanager
def _contests(ground: Ground, seconds: float) -> Iterator[list[Contest]]:
    """Ready to be played; each round of each contestant takes so many seconds."""
    with ExitStack() as running:
        ours = running.enter_context(ground.web("edge"))
        flask = running.enter_context(ground.baseline("flask"))
        empty = running.enter_context(ground.baseline("empty"))
        clicks, forms = _clicks(ground), _forms()
        for port in (ours, flask, empty):
            drive(port, clicks, WARM_UP)
        yield [
            Contest(
                "P1",
                "a tracked click, journalled",
                "answers/s",
                Contestant("ours", partial(_measured, ground, ours, clicks, seconds)),
                [
                    Contestant("bare Flask", partial(_measured, ground, flask, clicks, seconds), goal=3.0),
                    Contestant("empty WSGI", partial(_measured, ground, empty, clicks, seconds), goal=0.6),
                ],
            ),
            Contest(
                "P2",
                "a form, flushed to the disk",
                "answers/s",
                Contestant("ours", partial(_measured, ground, ours, forms, seconds)),
                [Contestant("bare Flask", partial(_measured, ground, flask, forms, seconds), goal=0.3)],
            ),
        ]


def _measured(ground: Ground, port: int, requests: Sequence[Request], seconds: float) -> Sample:
    """One round. The journal is emptied afterwards, as ingest would do it beside; that costs the round nothing."""
    load = drive(port, requests, seconds)
    for path in journal_files(ground.journal):
        reader = JournalReader(path)
        reader.acknowledge(reader.batch(-1)[-1:])
        reader.truncate()
        reader.close()
    return Sample(load.rate, load.latencies)


def _clicks(ground: Ground) -> list[Request]:
    links, public = ground.services.world.links, ground.services.settings.public_url
    urls = [links.click(ClickTarget(uuid4(), 1, TARGET)) for _ in range(TOKENS)]
    return [Request(url.removeprefix(public)) for url in urls]


def _forms() -> list[Request]:
    fields = {"first_name": "Anna", "last_name": "Beispiel", "company": "Beispiel GmbH", "consent_email": "1"}
    return [
        Request("/forms/globe-next-download", urlencode(fields | {"email": f"anna{n}@example.com"}))
        for n in range(TOKENS)
    ]
