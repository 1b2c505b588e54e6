"""P8: mails of a sequence, written, signed and sent by one worker, against one constant message over and over."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from benchmarks.contest import Contest, Contestant, Sample, Say, Scale, play
from benchmarks.due_mails import due_mails
from benchmarks.ground import Ground, fresh_ground
from benchmarks.mail_server import MailServer, Taken, mail_server
from benchmarks.outcomes import Outcome
from bridge.store.tables import outbox
from bridge.worker.lanes import USUAL
from connectors.smtp.dkim_keys import DkimKey

GOAL = 0.5
MAILS_A_SECOND = 150
"""As many are made for each second of a turn; whoever is faster is done sooner."""
WARM_UP = 100
PATIENCE = 120.0


def measure(scale: Scale, say: Say) -> Iterator[Outcome]:
    """P8."""
    with TemporaryDirectory(prefix="leadbridge-bench-") as folder:
        for contest in islice(_contests(Path(folder), scale.seconds), 1 if scale.is_quick else None):
            yield play(contest, scale.rounds, say)


def _contests(folder: Path, seconds: float) -> Iterator[Contest]:
    """Against a server that forgets what it takes, so that nobody waits for a disk, and one that keeps it."""
    kept = folder / "kept"
    kept.mkdir()
    for where, what in ((None, "mails, by a server that forgets"), (kept, "mails, by a server that keeps")):
        with mail_server(where) as server, _stage(folder, server) as stage:
            constant = Contestant("a constant message", partial(stage.repeat, seconds), GOAL)
            ours = Contestant("ours", partial(stage.send, round(seconds * MAILS_A_SECOND)))
            yield Contest("P8", what, "mails/s", ours, [constant])


@dataclass(frozen=True)
class _Stage:
    """message: a file with one of our mails, as it left."""

    ground: Ground
    server: MailServer
    message: Path

    def send(self, number: int) -> Sample:
        """Let our worker send so many mails."""
        services = self.ground.services
        ids = due_mails(services, number)
        self.server.news()
        services.wake("deliver", ids)
        taken = self._taken(number)
        self._wait_for_the_books(number)
        return Sample(_rate(taken))

    def repeat(self, seconds: float) -> Sample:
        """Let the constant message be sent for so long."""
        self.server.news()
        argv = [sys.executable, "-m", "benchmarks.constant_mails", str(self.server.port), str(self.message)]
        subprocess.run([*argv, str(seconds), str(USUAL)], check=True)
        return Sample(_rate(self.server.news().taken))

    def warm_up(self) -> None:
        """Have some mails sent, and remember what one looks like."""
        self.ground.services.wake("deliver", due_mails(self.ground.services, WARM_UP))
        self._taken(WARM_UP)
        self._wait_for_the_books(WARM_UP)

    def _taken(self, number: int) -> Sequence[Taken]:
        """So many mails, once the server has them. Raises RuntimeError when it never gets them."""
        until, taken = time.monotonic() + PATIENCE, list[Taken]()
        while len(taken) < number:
            if time.monotonic() > until:
                raise RuntimeError(f"only {len(taken)} of {number} mails were sent")
            time.sleep(0.02)
            news = self.server.news()
            taken += news.taken
            if news.newest:
                self.message.write_bytes(news.newest)
        return taken

    def _wait_for_the_books(self, number: int) -> None:
        """Until all that was sent is written down, too."""
        unfinished = select(func.count()).select_from(outbox).where(outbox.c.state != "sent")
        for _ in range(round(PATIENCE / 0.02)):
            with self.ground.services.engine.connect() as connection:
                if not connection.scalar(unfinished):
                    return
            time.sleep(0.02)
        raise RuntimeError(f"not all of {number} mails were written down")


@contextmanager
def _stage(folder: Path, server: MailServer) -> Iterator[_Stage]:
    """A worker that sends to that server, warm, with a key for DKIM."""
    key = folder / "bench.pem"
    key.write_bytes(DkimKey.generate("bench", "rsa").pem)
    with fresh_ground(SMTP_URL=server.url, DKIM_KEYS=str(key)) as ground, ground.worker("deliver"):
        stage = _Stage(ground, server, folder / "message.eml")
        stage.warm_up()
        yield stage


def _rate(taken: Sequence[Taken]) -> float:
    moments = [one.at for one in taken]
    return (len(moments) - 1) / (max(moments) - min(moments))
