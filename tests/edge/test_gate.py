"""Slow pages never use up the threads of the edge, and each part of the web serves its own paths."""

import threading
from collections.abc import Iterable
from typing import Any

import pytest
from werkzeug.test import Client, create_environ

from bridge.edge.gate import ALWAYS, EDGE, ENDLESS, LENGTH, Gate, Slots, in_one_piece
from tests.edge.conftest import Open
from tests.edge.signed import send
from tests.edge.test_forms import ANNA, DOWNLOAD
from tests.house import PUBLIC
from tests.make import some_id


class SlowPages:
    """An application whose pages take until they are let go; what belongs to the edge answers at once."""

    def __init__(self) -> None:
        self.started = threading.Semaphore(0)
        self.go_on = threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        if not environ["PATH_INFO"].startswith((*EDGE, *ALWAYS)):
            self.started.release()
            assert self.go_on.wait(10)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"page"]


def test_pages_beyond_the_slots_are_busy_while_the_edge_passes() -> None:
    behind = SlowPages()
    client = Client(Gate(behind, pages=Slots(2, 0), edge=Slots(2, 0)))
    slow = [threading.Thread(target=client.get, args=(f"/leads/{n}",)) for n in range(2)]
    for thread in slow:
        thread.start()
        assert behind.started.acquire(timeout=10)

    busy = client.get("/leads/3")
    assert busy.status_code == 503
    assert busy.headers["Retry-After"] == "2"
    assert busy.headers["Cache-Control"] == "no-store"
    assert "Busy" in busy.text
    page = client.get("/leads/3", headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.content_type.startswith("text/html")
    assert "<h1>Gerade ausgelastet</h1>" in page.text
    for path in (*EDGE, *ALWAYS):
        assert client.get(path + "x").status_code == 200

    behind.go_on.set()
    for thread in slow:
        thread.join(10)
    assert client.get("/leads/4").status_code == 200, "the slots are free again"


def test_more_than_there_are_slots_for_wait_for_a_moment() -> None:
    behind = SlowPages()
    client = Client(Gate(behind, pages=Slots(1, 2), edge=Slots(1, 0)))
    answered: list[int] = []
    at_once = [
        threading.Thread(target=lambda n=n: answered.append(client.get(f"/leads/{n}").status_code))
        for n in range(3)
    ]
    for thread in at_once:
        thread.start()
    assert behind.started.acquire(timeout=10)
    assert not behind.started.acquire(timeout=0.1), "one at a time"

    behind.go_on.set()
    for thread in at_once:
        thread.join(10)
    assert answered == [200, 200, 200]


@pytest.mark.parametrize("threads", [3, 4, 8, 16, 24, 64])
def test_of_however_many_threads_one_is_left_for_tracked_links(threads: int) -> None:
    behind, answered = SlowPages(), threading.Semaphore(0)
    gate = Gate.of_threads(behind, threads)

    def ask(number: int) -> None:
        Client(gate).get(f"/leads/{number}")
        answered.release()

    asking = [threading.Thread(target=ask, args=(number,)) for number in range(2 * threads)]
    for thread in asking:
        thread.start()
    while answered.acquire(timeout=0.3):
        """Those that find no place are answered at once."""
    stay = sum(thread.is_alive() for thread in asking)
    behind.go_on.set()
    for thread in asking:
        thread.join(10)
    assert 0 < 2 * stay < threads, "pages, and as many others, leave a thread"


def test_nobody_waits_longer_than_for_a_moment() -> None:
    behind = SlowPages()
    client = Client(Gate(behind, pages=Slots(1, 1, patience=0.05), edge=Slots(1, 0)))
    slow = threading.Thread(target=client.get, args=("/leads/1",))
    slow.start()
    assert behind.started.acquire(timeout=10)
    for _ in range(2):
        assert client.get("/leads/2").status_code == 503, "and whoever waited made room for the next"
    behind.go_on.set()
    slow.join(10)
    assert client.get("/leads/3").status_code == 200


def test_forms_that_are_sent_byte_by_byte_hold_up_no_tracked_link() -> None:
    behind, started, go_on = SlowPages(), threading.Semaphore(0), threading.Event()

    def slow_forms(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith("/forms/"):
            started.release()
            assert go_on.wait(10)
        return behind(environ, start_response)

    client = Client(Gate(slow_forms, pages=Slots(2, 0), edge=Slots(2, 0)))
    slow = [threading.Thread(target=client.post, args=("/forms/x",)) for _ in range(2)]
    for thread in slow:
        thread.start()
        assert started.acquire(timeout=10)
    assert client.post("/forms/x").status_code == 503
    assert client.get("/t/c/x").status_code == 200
    go_on.set()
    for thread in slow:
        thread.join(10)


@pytest.mark.parametrize("fails", ["at once", "while it is read"])
def test_a_page_that_fails_gives_its_slot_back(fails: str) -> None:
    closed: list[bool] = []

    class Broken:
        """An answer that breaks off."""

        def __iter__(self) -> "Broken":
            return self

        def __next__(self) -> bytes:
            raise RuntimeError("broken off")

        def close(self) -> None:
            """Be told that nobody reads on."""
            closed.append(True)

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/fine":
            start_response("200 OK", [])
            return [b""]
        if fails == "at once":
            raise RuntimeError("broken")
        return Broken()

    gate = Gate(app, pages=Slots(1, 0), edge=Slots(1, 0))
    for _ in range(3):
        with pytest.raises(RuntimeError):
            gate(create_environ("/leads/x"), lambda *_: None)
    assert Client(gate).get("/fine").status_code == 200
    assert len(closed) == (0 if fails == "at once" else 3)


def test_an_answer_of_unknown_length_leaves_piece_by_piece_and_keeps_its_slot_until_then() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ[LENGTH] = ENDLESS if environ["PATH_INFO"] == "/all" else 0
        start_response("200 OK", [])
        return iter([b"one", b"two"])

    gate = Gate(app, pages=Slots(1, 0), edge=Slots(1, 0))
    answer = gate(create_environ("/all"), lambda *_: None)
    assert Client(gate).get("/leads/x").status_code == 503
    assert list(answer) == [b"one", b"two"]
    answer.close()  # type: ignore[attr-defined]  # as servers do
    assert Client(gate).get("/leads/x").status_code == 200
    assert list(in_one_piece(app)(create_environ("/all"), lambda *_: None)) == [b"one", b"two"]


def test_the_edge_alone_serves_the_edge_and_the_pages_alone_the_pages(open_one: Open) -> None:
    edge, pages = open_one(part="edge"), open_one(part="pages")
    assert edge.post(DOWNLOAD, ANNA).status_code == 303
    assert send(edge).status_code == 202
    assert pages.post(DOWNLOAD, ANNA).status_code == 404
    assert send(pages).status_code == 404
    lead = pages.services.world.links.lead(some_id(), pages.services.clock()).removeprefix(PUBLIC)
    assert edge.get(lead).status_code == 404
    assert pages.get(lead).status_code == 503, "known, and the database is away"
    for site in (edge, pages):
        assert site.get("/healthz").status_code == 200
    assert (edge.get("/readyz").status_code, edge.get("/metrics").status_code) == (404, 404)
    assert (pages.get("/readyz").status_code, pages.get("/metrics").status_code) == (503, 200)
