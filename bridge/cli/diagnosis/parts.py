"""The parts on this side: programme, database, queue, journal, files, address."""

import os
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from redis import RedisError
from sqlalchemy import text

from bridge.cli.diagnosis.finding import Finding
from bridge.errors import JournalUnavailable, LeadbridgeError
from bridge.journal import JournalWriter, depth
from bridge.judgement.network_sources import read_sources
from bridge.judgement.networks import merged
from bridge.judgement.networks_file import networks_path
from bridge.settings.unknown import unknown_settings
from bridge.store import schema
from bridge.store.database import Unavailable
from bridge.wiring import Services

LARGEST_SKEW = 2.0
LONGEST_WAIT = timedelta(minutes=1)
"""Records wait for ingest no longer, unless more arrives than it takes over."""


def settings(services: Services) -> Iterator[Finding]:
    """One finding for each name in the environment that looks like a setting and is none."""
    for words in unknown_settings(os.environ):
        yield Finding("settings", None, words, "correct the name, or remove it")


def programme(services: Services) -> Iterator[Finding]:
    """Whether it can be read."""
    try:
        yield Finding("programme", True, f"“{services.program.name}”, version {services.program.version}")
    except LeadbridgeError as error:
        yield Finding("programme", False, str(error), "correct it, then run “leadbridge check”")


def database(services: Services) -> Iterator[Finding]:
    """Whether it answers, knows our schema, and has our time."""
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
    skew = abs(float(there or 0) - services.wall_clock().timestamp())
    advice = (
        "" if skew < LARGEST_SKEW else "set both clocks by NTP: signatures and tokens need the right time"
    )
    yield Finding("clock", skew < LARGEST_SKEW, f"differs from the database's by {skew:.1f} s", advice)


def queue(services: Services) -> Iterator[Finding]:
    """Whether Redis or Valkey answers."""
    try:
        facts = services.redis.info("server")
    except RedisError as error:
        yield Finding("queue", False, str(error), "start Redis or Valkey, or correct LEADBRIDGE_REDIS_URL")
        return
    name = "Valkey" if "valkey_version" in facts else "Redis"
    version = facts.get("valkey_version") or facts.get("redis_version")
    yield Finding("queue", True, f"{name} {version}")


def journal(services: Services) -> Iterator[Finding]:
    """Whether it can be written, and how much waits in it."""
    folder = services.settings.journal
    try:
        JournalWriter(folder).close()
        waiting, oldest = depth(folder)
    except JournalUnavailable as error:
        yield Finding("journal", False, str(error), f"make {folder} writable, free some space")
        return
    yield _backlog(folder, waiting, (services.clock() - oldest) / services.speed if oldest else timedelta())


def _backlog(folder: Path, waiting: int, age: timedelta) -> Finding:
    if age < LONGEST_WAIT:
        return Finding("journal", True, f"{folder}, {waiting} record(s) wait")
    since = f"the oldest of them for {age.total_seconds() / 60:.0f} minutes"
    advice = "see whether “leadbridge ingest” runs on this machine, and what it says of the database"
    return Finding("journal", False, f"{folder}, {waiting} record(s) wait, {since}", advice)


def permissions(services: Services) -> Iterator[Finding]:
    """Whether secrets are for us alone."""
    data = services.settings.data
    files = [data / name for name in ("secret_keys", "intake_secrets", "embedded.json")]
    secrets = [path for path in (*files, *sorted((data / "dkim").glob("*.pem"))) if path.exists()]
    open_files = [path for path in secrets if path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH)]
    advice = f"chmod 600 {' '.join(map(str, open_files))}" if open_files else ""
    found = (
        f"others can read {', '.join(path.name for path in open_files)}"
        if open_files
        else "secrets are readable by us only"
    )
    yield Finding("permissions", not open_files, found, advice)


def networks(services: Services) -> Iterator[Finding]:
    """How old the known networks are."""
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


def addresses(services: Services) -> Iterator[Finding]:
    """Whether the public address is fit for mails."""
    url = services.settings.public_url
    is_right = url.startswith("https://") or services.settings.demo
    advice = "" if is_right else "one-click unsubscribing (RFC 8058) needs https: set LEADBRIDGE_PUBLIC_URL"
    yield Finding("public address", is_right, url, advice)
