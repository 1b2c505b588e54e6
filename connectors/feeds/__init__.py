"""RSS and Atom feeds of strangers: fetched within bounds, read apart, and nothing but words and addresses left."""

from connectors.feeds.entries import Entry
from connectors.feeds.fetching import Fetched, Known, Limits, Unavailable, fetch_feed
from connectors.feeds.reading_apart import FeedReader, UnreadableFeed

__all__ = [
    "Entry",
    "FeedReader",
    "Fetched",
    "Known",
    "Limits",
    "Unavailable",
    "UnreadableFeed",
    "fetch_feed",
]
