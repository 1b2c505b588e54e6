"""Addresses on the command line."""

from bridge.errors import UnknownProfile
from bridge.profiles.address import Address, InvalidAddress, parse_address


def typed_address(text: str) -> Address:
    """An address as somebody typed it. Raises UnknownProfile for what is none: nobody is known by it."""
    try:
        return parse_address(text)
    except InvalidAddress as error:
        raise UnknownProfile(text) from error
