import os
import signal
from pathlib import Path

import redis

from bridge.up.child import Process, silent, wait_until_ready
from bridge.up.valkey import answers, embedded_valkey, prepare_valkey


def test_a_second_start_finds_the_same_data_at_the_same_address(data: Path) -> None:
    with embedded_valkey(data) as first, redis.Redis.from_url(first) as client:
        client.set("lead", "Anna")
    with embedded_valkey(data) as second, redis.Redis.from_url(second) as client:
        assert client.get("lead") == b"Anna"
    assert second == first


def test_a_killed_queue_keeps_what_it_took(data: Path) -> None:
    server = prepare_valkey(data)
    process = Process(server.child, silent)
    wait_until_ready(process)
    with redis.Redis.from_url(server.url) as client:
        client.set("lead", "Anna")
    os.kill(process.pid, signal.SIGKILL)
    process.finish()
    with embedded_valkey(data) as url, redis.Redis.from_url(url) as client:
        assert client.get("lead") == b"Anna"


def test_a_server_that_outlived_its_parent_is_ended_first(data: Path) -> None:
    server = prepare_valkey(data)
    process = Process(server.child, silent)
    wait_until_ready(process)
    with embedded_valkey(data) as url, redis.Redis.from_url(url) as client:
        assert client.ping()
        assert process.ended()
    process.finish()


def test_it_never_throws_jobs_away_and_wants_a_password(data: Path) -> None:
    with embedded_valkey(data) as url, redis.Redis.from_url(url) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("appendonly") == {"appendonly": "yes"}
        port = client.connection_pool.connection_kwargs["port"]
        assert not answers(port, "guess")
    assert (data / "valkey" / "password").stat().st_mode & 0o077 == 0
    assert (data / "valkey" / "valkey.conf").stat().st_mode & 0o077 == 0
