"""What is fetched to prove a request goes out to the public internet only, and not for long."""

import pytest

from bridge.wiring.hooks import fetch
from connectors.providers.hook import Unreachable


@pytest.mark.parametrize(
    "address",
    ["https://127.0.0.1:1/", "https://169.254.169.254/", "https://[::1]/", "ftp://sns.example.com/"],
)
def test_inner_addresses_are_not_asked(address: str) -> None:
    with pytest.raises(Unreachable):
        fetch(address)
