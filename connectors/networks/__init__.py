"""Networks: the lists of addresses that cloud and mail services publish, fetched and read."""

from connectors.networks.fetching import Limits, Unavailable
from connectors.networks.published import published_networks
from connectors.networks.shapes import SHAPES, Unreadable

__all__ = ["SHAPES", "Limits", "Unavailable", "Unreadable", "published_networks"]
