"""Invented people, led through the normal use cases."""

from collections.abc import Iterator

from bridge.wiring import Services


def seed_profiles(services: Services) -> Iterator[str]:
    """Write one profile after another and give its address."""
    yield from ()
