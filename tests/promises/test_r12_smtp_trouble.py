"""R12: what a mail server says or does costs no mail: it is tried again for five days, or judged by its code."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Engine, select

from bridge.settings import Settings
from bridge.store import outbox as in_outbox
from bridge.store import suppressions
from bridge.store.outbox import Delivery
from bridge.store.tables import profiles
from bridge.wiring import Services
from tests.conftest import Servers
from tests.house import ANNA, Clock
from tests.mail_server import HANG_UP, SILENCE, MailServer, Step, friendly, listening
from tests.promises.workers import deliveries, settings_for, submit

pytestmark = pytest.mark.promise("R12", "SMTP trouble: tried again for five days, or judged by its code")

STEPS: tuple[Step, ...] = ("EHLO", "MAIL", "RCPT", "DATA", "dot")
TROUBLES = ("451 4.3.2 try again later", "421 4.3.2 shutting down", HANG_UP, SILENCE)


class Post:
    """One mail on its way to a real SMTP server, by a clock that is moved."""

    def __init__(self, services: Services, clock: Clock, server: MailServer) -> None:
        self.services, self.clock, self.server = services, clock, server
        submit(services, ANNA, form="webinar", allows=())

    @property
    def row(self) -> Delivery:
        """The mail as it stands in the outbox."""
        (row,) = [one for one in deliveries(self.services) if one.template == "mail/receipt"]
        return row

    def attempt(self, mood: Callable[[Step, str], str | float]) -> Delivery:
        """Try once, at the moment it is due."""
        self.server.mood = mood
        self.clock.now = max(self.clock.now, self.row.due_at)
        self.services.sender.deliver(self.row.id)
        return self.row

    def suppressed(self) -> str | None:
        """Why the address gets no mail any more."""
        with self.services.engine.connect() as connection:
            key = connection.execute(select(profiles.c.email_key)).scalar_one()
            return suppressions.reason_for(connection, key)


@pytest.fixture
def post(servers: Servers, engine: Engine, redis: Redis, tmp_path: Path) -> Iterator[Post]:
    """A mail that nobody has tried to send yet."""
    with ExitStack() as closing:
        server = closing.enter_context(listening(MailServer()))
        impatient = server.url.replace("timeout=70", "timeout=1&verdict=2")
        environ = settings_for(tmp_path, servers, SMTP_URL=impatient)
        clock = Clock()
        services = Services(Settings.from_env(environ), clock)
        closing.callback(services.engine.dispose)
        closing.callback(services.redis.close)
        yield Post(services, clock, server)
        services.mails.mailer.close()


@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
def test_trouble_at_any_step_costs_an_attempt_and_no_mail(
    post: Post, trouble: str | float, saw: Callable[..., None]
) -> None:
    for number, bad in enumerate(STEPS, start=1):
        row = post.attempt(lambda step, _, bad=bad: trouble if step == bad else 0.0)  # type: ignore[misc]
        assert (row.state, row.attempts) == ("deferred", number), row.error
        assert row.error
    assert post.attempt(friendly).state == "sent"
    assert len({one.message_id for one in post.server.taken}) == 1
    saw(troubles=len(STEPS), lost=0)


def test_a_server_that_answers_a_whole_mail_late_gets_it_once_and_after_our_last_patience_again(
    post: Post, saw: Callable[..., None]
) -> None:
    assert post.attempt(lambda step, _: 3.0 if step == "dot" else 0.0).state == "deferred"
    assert len(post.server.taken) == 1  # nobody told us so
    row = post.attempt(lambda step, _: 1.4 if step == "dot" else 0.0)
    assert (row.state, row.attempts) == ("sent", 2)
    ids = [one.message_id for one in post.server.taken]
    assert len(ids) == 2 and len(set(ids)) == 1
    saw(slow_verdicts=1, copies=1, verdicts_after_our_patience=1, more_copies=len(ids) - 1)


def test_pauses_grow_and_differ_until_after_five_days_it_is_dead_and_visible(
    post: Post, saw: Callable[..., None]
) -> None:
    began, moments = post.clock(), [post.clock()]
    while post.attempt(lambda step, _: "451 4.2.0 greylisted" if step == "RCPT" else 0.0).state == "deferred":
        moments.append(post.row.due_at)
    pauses = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert pauses[:7] == sorted(pauses[:7])
    assert pauses[0] < timedelta(minutes=1) < timedelta(hours=9) < pauses[-2]
    assert len(set(pauses)) == len(pauses)  # jittered: no two alike
    assert post.clock() - began == in_outbox.PATIENCE  # the last pause is cut
    assert [one.id for one in deliveries(post.services, ["dead"])] == [post.row.id]
    assert "451 4.2.0 greylisted" in (post.row.error or "")
    days = round((post.clock() - began) / timedelta(days=1), 1)
    saw(attempts=post.row.attempts, given_up_after_days=days)


@pytest.mark.parametrize(
    ("reply", "state", "suppressed"),
    [
        ("550 5.1.1 user unknown", "refused", "bounced"),
        ("550 5.1.2 no such domain", "refused", "bounced"),
        ("550 5.1.10 null MX", "refused", "bounced"),
        ("550 no such user here", "refused", "bounced"),
        ("554 5.7.1 rejected for policy reasons", "dead", None),
        ("550 5.7.26 unauthenticated", "dead", None),
        ("554 5.6.0 content rejected", "dead", None),
        ("552 5.2.2 mailbox full", "deferred", None),
    ],
)
def test_a_refusal_is_judged_by_its_code(post: Post, reply: str, state: str, suppressed: str | None) -> None:
    row = post.attempt(lambda step, _: reply if step == "RCPT" else 0.0)
    assert (row.state, post.suppressed()) == (state, suppressed)


def test_a_refusal_of_the_text_blames_no_address(post: Post) -> None:
    assert post.attempt(lambda step, _: "554 5.7.1 looks like spam" if step == "dot" else 0.0).state == "dead"
    assert post.suppressed() is None
