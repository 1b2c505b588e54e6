"""`leadbridge feeds …`: where news for mails comes from, and whether it does."""

from dataclasses import asdict, replace

import click

from bridge.cli.environment import services, time_zone
from bridge.cli.groups import CommandGroup
from bridge.cli.printing import as_json, print_json, print_table, short
from bridge.errors import LeadbridgeError
from bridge.flow.sequences.fetch_feeds import fetch_feeds
from bridge.program.feeds import Feed
from bridge.program.model import Program
from bridge.store import articles
from bridge.store import feeds as feed_rows
from bridge.store.feeds import FeedRow


class UnknownFeed(LeadbridgeError):
    """The programme has no feed of that id."""


@click.group(cls=CommandGroup)
def feeds() -> None:
    """RSS and Atom feeds that mails take news from: `[[feeds]]` in the programme."""


@feeds.command("list")
@as_json
def list_feeds(as_json: bool) -> None:
    """Every feed: how many of its articles are kept, when it was asked, and whether it fails.

    The demo's own feeds are shown where it listens.
    """
    bridge = services()
    known = bridge.program.feeds
    with bridge.engine.connect() as connection:
        rows = feed_rows.rows_of(connection, known.values())
        counts = {name: n for name, n in articles.count_by_feed(connection).items() if name in rows}
    known = {name: replace(feed, url=bridge.feeds.reach.way_to(feed.url)[1]) for name, feed in known.items()}
    if as_json:
        print_json([_facts(feed, rows.get(feed.id), counts.get(feed.id, 0)) for feed in known.values()])
        return
    zone = time_zone()
    lines = [
        (
            feed.id,
            feed.url,
            " ".join(feed.topics) or "–",
            counts.get(feed.id, 0),
            _state(rows.get(feed.id)),
            short(row.next_at, zone) if (row := rows.get(feed.id)) and row.next_at else "soon",
        )
        for feed in known.values()
    ]
    headings = ("id", "address", "topics", "articles", "state", "next")
    print_table(headings, lines, "the programme has no [[feeds]]")


@feeds.command("fetch")
@click.argument("identifier", metavar="[ID]", required=False)
def fetch(identifier: str | None) -> None:
    """Ask all feeds now, or one of them, whether or not it is their time."""
    bridge = services()
    only = [_named(bridge.program, identifier)] if identifier else list(bridge.program.feeds)
    failed = False
    with bridge.feeds.open() as asking:
        for outcome in fetch_feeds(bridge.unit, bridge.program.feeds, asking.fetch, only):
            failed = failed or bool(outcome.failure)
            click.echo(f"{outcome.feed}: {outcome.failure or f'{outcome.new} new article(s)'}")
    if not only:
        click.echo("the programme has no [[feeds]]")
    if failed:
        raise SystemExit(1)


def _named(program: Program, identifier: str) -> str:
    if identifier not in program.feeds:
        known = ", ".join(program.feeds) or "none at all"
        raise UnknownFeed(f"the programme has no feed {identifier}; it has {known}")
    return identifier


def _state(row: FeedRow | None) -> str:
    zone = time_zone()
    if row is None:
        return "not asked yet"
    if row.failing_since:
        return f"fails since {short(row.failing_since, zone)}: {row.error}"
    return f"works, asked {short(row.fetched_at, zone)}"


def _facts(feed: Feed, row: FeedRow | None, count: int) -> dict[str, object]:
    known = row or FeedRow(feed.id, feed.url)
    return asdict(feed) | {
        "articles": count,
        "fetched_at": known.fetched_at,
        "next_at": known.next_at,
        "failing_since": known.failing_since,
        "failures": known.failures,
        "error": known.error,
    }
