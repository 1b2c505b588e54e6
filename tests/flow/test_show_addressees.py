"""Where a webhook goes, without what may be a secret."""

import pytest

from bridge.flow.sending.show_addressees import without_path


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://crm.example.com/hooks/s3cret?key=1", "https://crm.example.com"),
        ("https://user:word@crm.example.com:8443/hooks", "https://crm.example.com:8443"),
        ("http://[2001:db8::1]:8080/hooks", "http://[2001:db8::1]:8080"),
    ],
)
def test_only_scheme_and_host_of_an_address_are_shown(url: str, shown: str) -> None:
    assert without_path(url) == shown
