"""A published list of networks, from its address."""

from urllib.parse import urljoin
from uuid import uuid4

from connectors.networks import shapes
from connectors.networks.fetching import Limits, fetch


def published_networks(document: str, shape: str, limits: Limits | None = None) -> list[str]:
    """The networks of a published list, as they are written there.

    document: its address; {request} in it becomes a fresh UUID, as Microsoft asks. shape: one of SHAPES.
    Raises Unavailable, Unreadable.
    """
    limits = limits or Limits()
    address = document.replace("{request}", str(uuid4()))
    if shape == "azure":
        address = urljoin(address, shapes.azures_newest(fetch(address, limits)))
    return shapes.read(shape, fetch(address, limits))
