"""Browsers as people name them."""

import pytest

from bridge.flow.sales.show_accesses import shortened
from bridge.judgement.device_names import device_name

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("user_agent", "german", "english"),
    [
        (f"{WINDOWS}Chrome/145.0.0.0 Safari/537.36", "Chrome unter Windows", "Chrome on Windows"),
        (f"{WINDOWS}Chrome/145.0.0.0 Safari/537.36 Edg/145.0.0.0", "Edge unter Windows", "Edge on Windows"),
        (f"{IPHONE}Version/18.5 Mobile/15E148 Safari/604.1", "Safari unter iOS", "Safari on iOS"),
        (f"{IPHONE}Mobile/15E148", "ein unbekannter Browser unter iOS", "an unknown browser on iOS"),
        ("curl/8.5.0", "ein Programm", "a program"),
        ("<script>alert(1)</script>", "ein unbekannter Browser", "an unknown browser"),
        ("", "ein unbekannter Browser", "an unknown browser"),
        (None, "ein unbekannter Browser", "an unknown browser"),
    ],
)
def test_browser_and_system_in_words(user_agent: str | None, german: str, english: str) -> None:
    assert device_name(user_agent, "de") == german
    assert device_name(user_agent, "en") == english


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:12:34::5", "2001:db8:12::/48"),
        ("127.0.0.1", "127.0.0.0/24"),
        ("nobody", None),
        ("", None),
        (None, None),
    ],
)
def test_colleagues_see_networks_and_no_addresses(ip: str | None, network: str | None) -> None:
    assert shortened(ip) == network
