"""Promise T5 on the running system: a canary is gone from database, journal, Redis, logs, inbox; exports have it."""

import base64
import json
import os
import re
import signal
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from redis import Redis
from sqlalchemy import text

from benchmarks.processes import family
from bridge.clock import utc_now
from bridge.inbox import CaughtMail, list_mails
from bridge.intake.records import SUBMISSION, to_body
from bridge.journal import JournalWriter, depth
from bridge.store.database import make_engine
from bridge.store.tables import metadata
from bridge.up.state import EmbeddedState, read_state
from tests import make
from tests.browser.conftest import System, running_system
from tests.edge.signed import headers
from tests.make import A_BROWSER
from tests.together import eventually

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.promise("T5", "a canary is everywhere and then nowhere"),
]

VISITOR = "c" * 32


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """A running system of its own, since everything in it is searched."""
    with running_system() as running:
        yield running


@dataclass(frozen=True)
class Person:
    """Somebody in whose every word the canary stands."""

    system: System
    canary: str

    @property
    def email(self) -> str:
        """An address with the canary in it."""
        return f"{self.canary}@beispiel.example"

    @property
    def answers(self) -> dict[str, str]:
        """What they fill in."""
        names = ("first_name", "last_name", "company", "role", "message", "unknown_field")
        typed = {name: f"{self.canary}-{name}" for name in names}
        return {"email": self.email, "phone": "+49 30 23125 010", **typed}

    def get(self, address: str) -> requests.Response:
        """Look at a page, with the canary as browser and referrer."""
        return requests.get(self._url(address), headers=self._headers, timeout=20, allow_redirects=False)

    def post(self, address: str, **data: str) -> requests.Response:
        """Send a form of a page."""
        url = self._url(address)
        return requests.post(url, data, headers=self._headers, timeout=20, allow_redirects=False)

    def tell(self, form: str, **context: Any) -> None:
        """A website's server passes a form on, with its signature."""
        known = {
            "page_url": f"https://www.example.com/{self.canary}",
            "referrer": f"https://{self.canary}.example/",
            "utm": {"source": self.canary, "campaign": self.canary},
            "user_agent": f"{A_BROWSER} {self.canary}",
            "ip": "203.0.113.77",
            "visitor": VISITOR,
        }
        boxes = {purpose: {"given": True, "text": f"Ja, {self.canary}"} for purpose in ("email", "tracking")}
        content = {"form": form, "fields": self.answers, "consents": boxes, "context": known | context}
        body = json.dumps(content).encode()
        secret = json.loads(self.system.command("intake", "show", "--json").stdout)["secret"]
        signed = headers(body, str(uuid4()), secret=secret) | {"Content-Type": "application/json"}
        url = self._url("/api/v1/submissions")
        assert requests.post(url, body, headers=signed, timeout=20).status_code == 202

    def mail(self, subject: str) -> CaughtMail:
        """Wait for a mail that names this person."""
        found: list[CaughtMail] = []

        def arrived() -> bool:
            found[:] = [
                one
                for one in list_mails(self.system.data / "inbox")
                if re.search(subject, one.subject) and self.canary in one.recipient + one.text
            ]
            return bool(found)

        assert eventually(arrived)
        return found[0]

    def _url(self, address: str) -> str:
        return address if address.startswith("http") else self.system.url + address

    @property
    def _headers(self) -> dict[str, str]:
        agent = f"{A_BROWSER} {self.canary}"
        return {"User-Agent": agent, "Referer": f"https://{self.canary}.example/{self.canary}"}


def links(mail: CaughtMail, kind: str) -> list[str]:
    """The links of one kind in a mail."""
    found = re.findall(rf"https?://[^/\s]+/{kind}/[^\s\"<>)]+", f"{mail.text} {mail.html}")
    return list(dict.fromkeys(found))


def live(person: Person) -> str:
    """Everything that can happen to somebody; the address of the page with their data."""
    person.tell("globe-next-download")
    person.post("/forms/webinar", website="I am a robot", **person.answers)  # held
    person.post(links(person.mail("bestätigen"), "confirm")[0])
    welcome = person.mail("Willkommen")
    for address in (*links(welcome, "t/o"), *links(welcome, "t/c")[:1], *links(welcome, "d")):
        assert person.get(address).status_code in {200, 302}
    person.post(links(welcome, "preferences")[0], topics="sepa", consent_email="1", consent_tracking="1")
    fail(person)
    hand_over(person)
    person.get(f"/me/{person.canary}?name={person.canary}")
    person.get(f"/{person.canary}?email={person.email}")
    return links(welcome, "me")[0]


def hand_over(person: Person) -> None:
    """They ask to be called; sales answers twice, in words."""
    person.post("/forms/rueckruf", consent_email="1", **person.answers)
    profile = links(person.mail("Rückruf gewünscht"), "leads")[0]
    answers = {"outcome": "not_reached"}, {"outcome": "rejected", "reason": "no-budget"}
    with desk_of_sales(person.system, profile) as desk:
        assert person.canary in desk.get(profile).text
        for answer in answers:
            typed = answer | {"note": f"{person.canary} klingt nett"}
            assert desk.post(f"{profile}/outcome", typed, allow_redirects=False).status_code == 303


@contextmanager
def desk_of_sales(system: System, profile: str) -> Iterator[requests.Session]:
    """A browser of the sales person, who got a code for it."""
    known = len(codes(system))
    with requests.Session() as desk:
        assert desk.post(f"{profile}/code").status_code == 200
        assert eventually(lambda: len(codes(system)) > known)
        desk.post(f"{profile}/device", {"code": codes(system)[0]})
        yield desk


def codes(system: System) -> list[str]:
    """The codes that were sent, newest first."""
    subjects = [mail.subject for mail in list_mails(system.data / "inbox")]
    return [found[1] for subject in subjects if (found := re.fullmatch(r"(\d{6}) ist Ihr Code", subject))]


def fail(person: Person) -> None:
    """Two records that cannot be processed: a form that the programme lost, and one that makes no sense."""
    values: dict[str, Any] = {**person.answers}
    lost = make.submission("lost-form", at=utc_now(), **values)
    senseless = {**to_body(lost), "at": person.canary}
    journal = JournalWriter(person.system.data / "journal")
    for body in (to_body(lost), senseless):
        journal.append(SUBMISSION, body, utc_now())
    journal.close()
    assert eventually(lambda: len(letters(person)) == 2)


def letters(person: Person) -> list[Any]:
    """The dead letters that name this person."""
    listed = json.loads(person.system.command("dead", "list", "--json").stdout)
    return [one for one in listed if person.canary in json.dumps(one)]


def quiet(system: System) -> None:
    """Wait until everything is taken over, scored and sent, and nothing is to be judged again."""
    engine = make_engine(state(system).database_url)
    waiting = text(
        "select (select count(*) from outbox where state in ('due', 'leased')) + "
        "(select count(*) from events where scored_at is null or rejudge_at is not null)"
    )

    def nothing_waits() -> bool:
        with engine.connect() as connection:
            return depth(system.data / "journal")[0] == 0 and connection.scalar(waiting) == 0

    assert eventually(nothing_waits)
    engine.dispose()


def state(system: System) -> EmbeddedState:
    """Where the embedded servers are."""
    found = read_state(system.data)
    assert found is not None
    return found


# Where to look


def in_database(system: System, canary: str) -> list[str]:
    """Tables with the canary in any column, and the planner's samples of their columns."""
    engine = make_engine(state(system).database_url)
    names = [*(table.name for table in metadata.sorted_tables), "pg_stats"]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
        found = [
            name
            for name in names
            if connection.scalar(
                text(f"select count(*) from {name} t where lower(t::text) like :word"),  # noqa: S608 - our names
                {"word": f"%{canary}%"},
            )
        ]
    engine.dispose()
    return found


def in_redis(system: System, canary: str) -> list[str]:
    """Keys whose name or value holds the canary, also packed."""
    with Redis.from_url(state(system).redis_url) as redis:
        held = {key: _value(redis, key) for key in redis.scan_iter()}
    return [key.decode() for key, value in held.items() if canary.encode() in (key + value).lower()]


def _value(redis: Any, key: bytes) -> bytes:
    parts: list[Any]
    match redis.type(key):
        case b"string":
            parts = [redis.get(key)]
        case b"hash":
            parts = [part for pair in redis.hgetall(key).items() for part in pair]
        case b"list":
            parts = redis.lrange(key, 0, -1)
        case b"set":
            parts = list(redis.smembers(key))
        case b"zset":
            parts = redis.zrange(key, 0, -1)
        case _:
            parts = [part for _, fields in redis.xrange(key) for pair in fields.items() for part in pair]
    return b" ".join(unpacked for part in parts if part for unpacked in (part, _unpacked(part)))


def _unpacked(value: bytes) -> bytes:
    """What RQ has compressed, as text."""
    for packed in (value, _decoded(value)):
        try:
            return zlib.decompress(packed)
        except zlib.error:
            continue
    return b""


def _decoded(value: bytes) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except ValueError:
        return b""


def in_files(system: System, canary: str) -> list[str]:
    """Files with the canary: journal, queue, inbox, what the processes print; those of PostgreSQL are left out."""
    of_postgres = system.data / "postgres" / "data"
    files = [
        path for path in system.data.parent.rglob("*") if path.is_file() and of_postgres not in path.parents
    ]
    assert any(path.suffix == ".sqlite" for path in files)
    assert any("appendonly" in str(path) for path in files)
    assert any(path.name == "up.log" for path in files)
    return [str(path.relative_to(system.data.parent)) for path in files if _holds(path, canary)]


def _holds(path: Path, canary: str) -> bool:
    return canary.encode() in path.read_bytes().lower() or canary in str(path).lower()


@contextmanager
def halted(system: System, part: str) -> Iterator[None]:
    """A part of the bridge stands still."""
    (pid,) = (pid for pid in family(system.process.pid) if named(pid) == part)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def named(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text(encoding="ascii").strip()


def erased_by_the_page(person: Person, me: str) -> None:
    """Ask on the page, press the button behind the mail; what happens in between lies in the journal."""
    assert person.post(me, action="erase").status_code == 303
    button = links(person.mail("löschen"), "erase")[0]
    assert person.get(button).status_code == 200
    with halted(person.system, "ingest"):
        person.post("/forms/kontakt", **person.answers)
        answer = person.post(button)
    assert answer.status_code == 200, answer.text
    assert person.get(me).status_code == person.get(button).status_code == 410


def erased_by_command(person: Person, me: str) -> None:
    """An operator does it, because somebody called."""
    done = person.system.command("lead", "erase", person.email, "--yes")
    assert (done.returncode, done.stdout) == (0, f"{person.email} is erased\n"), done.stderr
    assert person.get(me).status_code == 410


@pytest.mark.parametrize("erase", [erased_by_the_page, erased_by_command])
def test_a_canary_is_everywhere_and_then_nowhere(
    system: System, erase: Callable[[Person, str], None]
) -> None:
    person = Person(system, f"canary{uuid4().hex[:12]}")
    me = live(person)
    quiet(system)
    person.post(me, action="object")
    assert len(in_database(system, person.canary)) >= 8
    assert in_files(system, person.canary), "the inbox has mails"
    downloaded = person.get(f"{me}/data.json").json()
    told = json.loads(system.command("lead", "export", person.email).stdout)
    assert downloaded | {"about": None} == told | {"about": None}
    for table in ("profiles", "submissions", "consent_proofs", "events", "handovers", "dead_letters"):
        assert person.canary in json.dumps(told[table]), table

    erase(person, me)
    quiet(system)
    assert in_database(system, person.canary) == []
    assert in_redis(system, person.canary) == []
    assert in_files(system, person.canary) == []
    assert system.command("lead", "show", person.email).returncode == 1
