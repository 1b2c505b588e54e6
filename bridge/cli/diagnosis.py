"""What `leadbridge doctor` looks at."""

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from redis import RedisError
from sqlalchemy import text

from bridge.errors import JournalUnavailable, LeadbridgeError
from bridge.journal import JournalWriter, depth
from bridge.judgement.network_sources import read_sources
from bridge.judgement.networks import merged
from bridge.judgement.networks_file import networks_path
from bridge.store import schema
from bridge.store.database import Unavailable
from bridge.wiring import Services
from connectors.smtp import SmtpMailer

LARGEST_SKEW = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One look. advice: what to do, "" when nothing is."""

    part: str
    ok: bool
    found: str
    advice: str = ""


def diagnose(services: Services) -> list[Finding]:
    """Look at every part; a part that fails stops no other look."""
    looks: list[Callable[[Services], Iterator[Finding]]] = [
        _programme,
        _database,
        _queue,
        _journal,
        _mail_server,
        _permissions,
        _networks,
        _addresses,
    ]
    return [finding for look in looks for finding in look(services)]


def _programme(services: Services) -> Iterator[Finding]:
    try:
        yield Finding("programme", True, f"“{services.program.name}”, version {services.program.version}")
    except LeadbridgeError as error:
        yield Finding("programme", False, str(error), "correct it, then run “leadbridge check”")


def _database(services: Services) -> Iterator[Finding]:
    try:
        with services.engine.connect() as connection:
            version = connection.scalar(text("show server_version"))
            there = connection.scalar(text("select extract(epoch from clock_timestamp())"))
            at = schema.current(connection)
    except Unavailable as error:
        yield Finding(
            "database",
            False,
            str(error.orig if hasattr(error, "orig") else error).splitlines()[0],
            "start PostgreSQL, or correct LEADBRIDGE_DATABASE_URL",
        )
        return
    yield Finding("database", True, f"PostgreSQL {version}")
    newest = schema.newest()
    yield Finding(
        "schema", at == newest, f"version {at or 'none'}", "" if at == newest else "run “leadbridge migrate”"
    )
    skew = abs(float(there or 0) - services.clock().timestamp())
    advice = (
        "" if skew < LARGEST_SKEW else "set both clocks by NTP: signatures and tokens need the right time"
    )
    yield Finding("clock", skew < LARGEST_SKEW, f"differs from the database's by {skew:.1f} s", advice)


def _queue(services: Services) -> Iterator[Finding]:
    try:
        facts = services.redis.info("server")
    except RedisError as error:
        yield Finding("queue", False, str(error), "start Redis or Valkey, or correct LEADBRIDGE_REDIS_URL")
        return
    name = "Valkey" if "valkey_version" in facts else "Redis"
    version = facts.get("valkey_version") or facts.get("redis_version")
    yield Finding("queue", True, f"{name} {version}")


def _journal(services: Services) -> Iterator[Finding]:
    folder = services.settings.journal
    try:
        JournalWriter(folder).close()
        waiting, _ = depth(folder)
    except JournalUnavailable as error:
        yield Finding("journal", False, str(error), f"make {folder} writable, free some space")
        return
    yield Finding("journal", True, f"{folder}, {waiting} record(s) wait")


def _mail_server(services: Services) -> Iterator[Finding]:
    server = services.settings.smtp
    complaint = SmtpMailer(server).try_out()
    where = f"{server.host}:{server.port}"
    advice = "correct LEADBRIDGE_SMTP_URL, or ask whoever runs the mail server"
    yield Finding(
        "mail server", complaint is None, complaint or f"{where} lets us in", advice if complaint else ""
    )


def _permissions(services: Services) -> Iterator[Finding]:
    data = services.settings.data
    open_files = [
        path.name
        for name in ("secret_keys", "intake_secrets", "embedded.json")
        if (path := data / name).exists() and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH)
    ]
    advice = f"chmod 600 {' '.join(str(data / name) for name in open_files)}" if open_files else ""
    found = f"others can read {', '.join(open_files)}" if open_files else "secrets are readable by us only"
    yield Finding("permissions", not open_files, found, advice)


def _networks(services: Services) -> Iterator[Finding]:
    path = networks_path(services.settings.data)
    try:
        oldest = min(
            source.noted for source in merged(read_sources(path) if path.exists() else {}) if source.document
        )
    except (LeadbridgeError, OSError) as error:
        advice = (
            "run “leadbridge networks refresh”, or remove the file; until then the packaged ones are used"
        )
        yield Finding("networks", False, str(error), advice)
        return
    yield Finding(
        "networks", True, f"{'refreshed' if path.exists() else 'packaged'}, the oldest list of {oldest}"
    )


def _addresses(services: Services) -> Iterator[Finding]:
    url = services.settings.public_url
    is_right = url.startswith("https://") or services.settings.demo
    advice = "" if is_right else "one-click unsubscribing (RFC 8058) needs https: set LEADBRIDGE_PUBLIC_URL"
    yield Finding("public address", is_right, url, advice)
