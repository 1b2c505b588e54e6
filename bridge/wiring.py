"""Builds everything from the settings: the only place that knows which parts are in use."""

import logging
import os
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cache, cached_property
from uuid import UUID

import requests
from redis import Redis, RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import Engine

from bridge.clock import Clock, utc_now
from bridge.delivery.letters import Letter
from bridge.delivery.links import Links
from bridge.delivery.site_script import newest_version, site_script
from bridge.delivery.tokens import Tokens
from bridge.delivery.webhooks import WebhookRequest
from bridge.flow.deliver import Connectors, Sender
from bridge.flow.erase_profile import Traces
from bridge.flow.figures import Figures
from bridge.flow.forget_traces import forget_in_journal
from bridge.flow.refresh_networks import NotFetched
from bridge.flow.unit import Settle, Unit, World, unit_of_work
from bridge.inbox import forget_mails
from bridge.journal import JournalWriter
from bridge.judgement.networks import Networks
from bridge.judgement.networks_file import NetworksFile, networks_path
from bridge.program.loading import load_program
from bridge.program.model import Program
from bridge.settings import Settings
from bridge.store.database import make_engine
from connectors.contract import Answer, Deferred, Receipt, Refused
from connectors.joomla import Package, build_package, update_list
from connectors.networks import Unavailable, Unreadable
from connectors.networks import published_networks as fetch_networks
from connectors.smtp import OutgoingMail, SmtpMailer

log = logging.getLogger(__name__)

JOBS = {"score": "bridge.worker.jobs.score", "deliver": "bridge.worker.jobs.deliver"}
"""Queue → the job that its worker runs. One queue for each worker process."""

IDS_PER_JOB = {"score": 50, "deliver": 5}
JOB_SECONDS = {"score": 180, "deliver": -1}
"""A job that sends is never interrupted from outside: each step of it has its own time limit."""
PAGE_PATIENCE_MS = 1000
PAUSE_WITHOUT_REDIS = 2.0
MOST_JOBS = 200
WEBHOOK_SECONDS = (3, 10)
WEBHOOK_DEADLINE = 20
KEPT_ON_FAILURE = 86_400


class Services:
    """The parts of one process, each built when it is first asked for."""

    def __init__(self, settings: Settings, clock: Clock = utc_now) -> None:
        self.settings = settings
        self.clock = clock
        self._no_wakes_before = 0.0

    @cached_property
    def program(self) -> Program:
        """The programme. Raises InvalidProgram."""
        return load_program(self.settings.program, os.environ)

    @cached_property
    def tokens(self) -> Tokens:
        """Signs and verifies."""
        return Tokens(self.settings.secret_keys)

    @cached_property
    def world(self) -> World:
        """What flows need to know."""
        settings = self.settings
        return World(
            program=self.program,
            links=Links(settings.public_url, self.tokens),
            settle=Settle(settings.settle_counts, settings.settle_hands_over),
            sender=settings.mail_from,
            is_demo=settings.demo,
        )

    @property
    def networks(self) -> Networks:
        """Known networks: the packaged ones, or as `leadbridge networks refresh` last brought them."""
        return self._networks_file.networks(self.clock())

    @cached_property
    def _networks_file(self) -> NetworksFile:
        return NetworksFile(networks_path(self.settings.data))

    @cached_property
    def engine(self) -> Engine:
        """The database, for workers."""
        return make_engine(self.settings.database_url)

    @cached_property
    def page_engine(self) -> Engine:
        """The database, for pages: whoever waits in front of a browser does not wait long."""
        return make_engine(self.settings.database_url, pool_size=8, patience_ms=PAGE_PATIENCE_MS)

    @cached_property
    def redis(self) -> Redis:
        """The queue's server, for short calls."""
        return Redis.from_url(self.settings.redis_url, socket_timeout=1, socket_connect_timeout=1)

    @cached_property
    def journal(self) -> JournalWriter:
        """This process's journal. Raises JournalUnavailable."""
        return JournalWriter(self.settings.journal)

    @cached_property
    def figures(self) -> Figures:
        """Numbers for the metrics."""
        return Figures(self.page_engine, self.settings.journal)

    @cached_property
    def sender(self) -> Sender:
        """Sends what is in the outbox."""
        connectors = Connectors(self._send_letter, post_webhook)
        return Sender(self.engine, self.world, self.clock, self.wake, connectors)

    @cached_property
    def mailer(self) -> SmtpMailer:
        """The SMTP connection of this process."""
        return SmtpMailer(self.settings.smtp)

    @cached_property
    def joomla_package(self) -> Package:
        """The plugin for Joomla, made once in each process. Raises UnfitManifest, OSError."""
        return joomla_package(self.settings.public_url)

    @cached_property
    def joomla_updates(self) -> bytes:
        """The list that offers it to Joomla's updater."""
        return update_list(self.joomla_package, self.settings.public_url)

    def unit(self) -> AbstractContextManager[Unit]:
        """A unit of work for workers and commands."""
        return unit_of_work(self.engine, self._world_now(), self.clock, self.wake)

    def page_unit(self) -> AbstractContextManager[Unit]:
        """A unit of work for pages."""
        return unit_of_work(self.page_engine, self._world_now(), self.clock, self.wake)

    def _world_now(self) -> World:
        return replace(self.world, networks=self.networks)

    def wake(self, kind: str, ids: Iterable[UUID]) -> None:
        """Enqueue jobs of that kind. When Redis is away nobody is woken; the sweeper finds the work later."""
        if time.monotonic() < self._no_wakes_before:
            return
        names = [str(one) for one in ids]
        size = IDS_PER_JOB[kind]
        try:
            queue = Queue(kind, connection=self.redis, serializer=JSONSerializer)
            for start in range(0, len(names), size):
                queue.enqueue(
                    JOBS[kind],
                    names[start : start + size],
                    job_timeout=JOB_SECONDS[kind],
                    result_ttl=0,
                    failure_ttl=KEPT_ON_FAILURE,
                )
        except RedisError as error:
            self._no_wakes_before = time.monotonic() + PAUSE_WITHOUT_REDIS
            log.warning("nobody was woken", extra={"queue": kind, "reason": type(error).__name__})

    def forget(self, traces: Traces) -> None:
        """Remove what lies of an erased person on this machine: in the journal, and in the demo's inbox."""
        forget_in_journal(self.settings.journal, traces)
        forget_mails(self.settings.inbox, traces)

    def is_behind(self, kind: str) -> bool:
        """Whether so many jobs wait that more wake-ups would only be in the way; False when nobody knows."""
        try:
            return Queue(kind, connection=self.redis, serializer=JSONSerializer).count > MOST_JOBS
        except RedisError:
            return False

    def _send_letter(self, letter: Letter) -> Answer:
        return self.mailer.send(
            OutgoingMail(
                sender=self.settings.mail_from,
                recipient=letter.recipient,
                subject=letter.subject,
                text=letter.text,
                html=letter.html,
                message_id=letter.message_id,
                date=self.clock(),
                language=letter.language,
                reply_to=letter.reply_to,
                list_unsubscribe_url=letter.list_unsubscribe_url,
                list_id=letter.list_id,
                auto_submitted=letter.auto_submitted,
            )
        )


def joomla_package(public_url: str) -> Package:
    """The plugin for Joomla of a bridge that is reached at that address. Raises UnfitManifest, OSError."""
    return build_package(public_url, site_script(newest_version()))


def published_networks(document: str, shape: str) -> list[str]:
    """A published list of networks. Raises NotFetched."""
    try:
        return fetch_networks(document, shape)
    except (Unavailable, Unreadable) as error:
        raise NotFetched(str(error)) from error


def post_webhook(request: WebhookRequest) -> Answer:
    """Post a webhook; redirects are not followed, and nobody waits longer than WEBHOOK_DEADLINE.

    requests counts its time limits anew with every byte, so an endpoint that drips could hold a worker for ever.
    """
    try:
        return _webhook_threads().submit(_post_webhook, request).result(timeout=WEBHOOK_DEADLINE)
    except TimeoutError:
        return Deferred(f"{request.url} did not answer within {WEBHOOK_DEADLINE} seconds")


@cache
def _webhook_threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=8, thread_name_prefix="webhook")


def _post_webhook(request: WebhookRequest) -> Answer:
    try:
        with requests.post(
            request.url,
            data=request.body,
            headers=dict(request.headers),
            timeout=WEBHOOK_SECONDS,
            allow_redirects=False,
            stream=True,  # the answer's body is nobody's business
        ) as response:
            return _webhook_answer(request, response)
    except requests.RequestException as error:
        return Deferred(f"{request.url}: {type(error).__name__}")


def _webhook_answer(request: WebhookRequest, response: requests.Response) -> Answer:
    if response.ok and response.status_code < 300:
        return Receipt(f"HTTP {response.status_code}")
    if response.status_code == 410:
        return Refused(f"{request.url} answered 410: it wants no more")
    return Deferred(f"{request.url} answered {response.status_code}")


@cache
def services() -> Services:
    """The services of this process, from its environment. Raises InvalidSetting."""
    return Services(Settings.from_env(os.environ))
