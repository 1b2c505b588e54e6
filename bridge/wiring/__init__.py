"""Builds everything from the settings: the only place that knows which parts are in use."""

import os
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cache, cached_property
from uuid import UUID

from redis import Redis
from sqlalchemy import Engine

from bridge.clock import Clock, faster, utc_now
from bridge.delivery.domains import Limits
from bridge.delivery.links import Links
from bridge.delivery.site_script import newest_version, site_script
from bridge.delivery.tokens import Tokens
from bridge.flow.erase_profile import Traces
from bridge.flow.figures import Figures
from bridge.flow.forget_traces import forget_in_journal
from bridge.flow.refresh_networks import NotFetched
from bridge.flow.sending.deliver import Connectors, Sender
from bridge.flow.sweep import Sweeper
from bridge.flow.unit import Settle, Unit, World, unit_of_work
from bridge.inbox import forget_mails
from bridge.journal import JournalWriter
from bridge.judgement.networks import Networks
from bridge.judgement.networks_file import NetworksFile, networks_path
from bridge.program.loading import load_program
from bridge.program.model import Program
from bridge.settings import Settings
from bridge.store.database import make_engine
from bridge.wiring.bounces import Bounces
from bridge.wiring.checks import Checks
from bridge.wiring.elsewhere import Elsewhere
from bridge.wiring.feeds import Feeds
from bridge.wiring.files import Files
from bridge.wiring.hooks import Hooks
from bridge.wiring.mails import Mails
from bridge.wiring.queues import Queues
from bridge.wiring.webhooks import Webhooks
from connectors.dns import Resolver
from connectors.joomla import Package, build_package, update_list
from connectors.networks import Unavailable, Unreadable
from connectors.networks import published_networks as fetch_networks
from connectors.smtp import SmtpMailer

PAGE_PATIENCE_MS = 1000


class Services:
    """The parts of one process, each built when it is first asked for.

    signs: whether it sends webhooks, so that the programme's secrets must be there.
    wall_clock: the world's, for what others tell the time by. clock: the same, but in a demo that runs faster.
    """

    def __init__(self, settings: Settings, clock: Clock = utc_now, *, signs: bool = True) -> None:
        self.settings = settings
        self.wall_clock = clock
        self.clock = faster(settings.course, clock) if settings.course else clock
        self._signs = signs

    @property
    def speed(self) -> int:
        """How much faster than the world the clock runs."""
        return self.settings.course.speed if self.settings.course else 1

    @cached_property
    def program(self) -> Program:
        """The programme. Raises InvalidProgram."""
        return load_program(self.settings.program, os.environ, needs_secrets=self._signs)

    @cached_property
    def checks(self) -> Checks:
        """What `check` says of the programme."""
        return Checks(self.program, self.settings.program, self.clock)

    @cached_property
    def tokens(self) -> Tokens:
        """Signs and verifies."""
        return Tokens(self.settings.secret_keys, self.speed)

    @cached_property
    def world(self) -> World:
        """What flows need to know."""
        settings = self.settings
        return World(
            program=self.program,
            links=Links(settings.public_url, self.tokens),
            settle=Settle(settings.settle_counts * self.speed, settings.settle_hands_over * self.speed),
            sender=settings.mail_from,
            is_demo=settings.demo,
            operator=settings.outgoing.operator,
            limits=Limits(settings.outgoing.pace, settings.outgoing.concurrency),
            speed=self.speed,
            has_provider=settings.door.provider is not None,
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
        return Figures(self.page_engine, self.settings.journal, self.program.webhooks, self.program.feeds)

    @cached_property
    def queues(self) -> Queues:
        """Who is to be woken."""
        return Queues(self.redis)

    @cached_property
    def sweeper(self) -> Sweeper:
        """Finds what nobody does."""
        return Sweeper(self.engine, self.speed)

    @cached_property
    def sender(self) -> Sender:
        """Sends what is in the outbox."""
        return self.sender_over(self.mails)

    def open_way(self) -> tuple[Sender, SmtpMailer]:
        """A sender for one thread, and its SMTP connection."""
        mails = Mails(self.settings, self.clock)
        return self.sender_over(mails), mails.mailer

    def sender_over(self, mails: Mails) -> Sender:
        """A sender over an SMTP connection that no other thread uses."""
        connectors = Connectors(mails.send, self.webhooks.post)
        return Sender(self.engine, self.world, self.clock, self.wake, connectors)

    @cached_property
    def mails(self) -> Mails:
        """The way out for mails, with the SMTP connection of this process."""
        return Mails(self.settings, self.clock)

    @cached_property
    def hooks(self) -> Hooks:
        """The mail providers that tell what became of mails."""
        return Hooks(self.settings)

    @cached_property
    def resolver(self) -> Resolver:
        """Who answers about the DNS."""
        from connectors.dns.resolver import DnsResolver  # slow to load, and seldom needed

        return DnsResolver()

    @cached_property
    def webhooks(self) -> Webhooks:
        """The way out for webhooks."""
        return Webhooks(self.settings, self.wall_clock)

    @cached_property
    def files(self) -> Files:
        """The files that people get for forms."""
        return Files(self.settings, self.program, self.clock)

    @cached_property
    def feeds(self) -> Feeds:
        """The way to feeds."""
        return Feeds(self.settings, self.wall_clock)

    @cached_property
    def bounces(self) -> Bounces:
        """The mailbox in which bounces and complaints arrive."""
        address, message_ids = self.settings.outgoing.bounce_mailbox, self.tokens.message_ids
        return Bounces(address, self.mails.return_paths, message_ids, self.unit)

    @cached_property
    def elsewhere(self) -> Elsewhere | None:
        """Where people may sign in to the console besides, if the settings name it."""
        provider = self.settings.door.provider
        return Elsewhere(self.settings, provider, self.wall_clock) if provider else None

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
        self.queues.wake(kind, ids)

    def forget(self, traces: Traces) -> None:
        """Remove what lies of an erased person on this machine: in the journal, and in the demo's inbox."""
        forget_in_journal(self.settings.journal, traces)
        forget_mails(self.settings.inbox, traces)


def joomla_package(public_url: str) -> Package:
    """The plugin for Joomla of a bridge that is reached at that address. Raises UnfitManifest, OSError."""
    return build_package(public_url, site_script(newest_version()))


def published_networks(document: str, shape: str) -> list[str]:
    """A published list of networks. Raises NotFetched."""
    try:
        return fetch_networks(document, shape)
    except (Unavailable, Unreadable) as error:
        raise NotFetched(str(error)) from error


@cache
def services() -> Services:
    """The services of this process, from its environment. Raises InvalidSetting."""
    return Services(Settings.from_env(os.environ))
