"""What an address says about where it leads, before anybody is asked."""

import pytest

from connectors.web import Forbidden, Guard, NotPublic, Unreachable, addresses_of, literal_resolver

GUARD = Guard(resolve=literal_resolver)


@pytest.mark.parametrize(
    "host", ["localhost", "crm.localhost.", "127.0.0.1", "10.1.2.3", "0x7f.1", "[::1]", "[fd00::1]"]
)
def test_inner_addresses_show_themselves(host: str) -> None:
    with pytest.raises(NotPublic, match="not public"):
        addresses_of(GUARD, f"https://{host}/hooks", 1)


@pytest.mark.parametrize(
    "url", ["https://crm.example.com:25/", "http://8.8.8.8:22/", "ftp://crm.example.com/"]
)
def test_what_is_no_web_server_shows_itself(url: str) -> None:
    with pytest.raises(Forbidden) as caught:
        addresses_of(GUARD, url, 1)
    assert not isinstance(caught.value, NotPublic)


def test_a_name_says_nothing_of_its_addresses() -> None:
    with pytest.raises(Unreachable) as caught:
        addresses_of(GUARD, "https://crm.example.com/", 1)
    assert not isinstance(caught.value, Forbidden)
    assert addresses_of(GUARD, "https://8.8.8.8/", 1) == ["8.8.8.8"]
