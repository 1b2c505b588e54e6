"""Invented people with mails, a past, and an evening: what happened to them lately and is due to be scored."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine

from benchmarks.campaign import HEADERS, LINKS
from benchmarks.copying import copy_rows, settle
from bridge.ids import derived_id
from bridge.store.events import EventRow
from bridge.store.rows import values_of
from bridge.store.tables import events, ledger, mails, profiles

DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
BROWSERS = [
    f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 Safari/537.36"
    for system in ("Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64")
    for version in range(130, 150)
]
PHONES = [
    f"Mozilla/5.0 (iPhone; CPU iPhone OS {major}_{minor} like Mac OS X) AppleWebKit/605.1.15 "
    f"(KHTML, like Gecko) Version/{major}.{minor} Mobile/15E148 Safari/604.1"
    for major in (17, 18, 26)
    for minor in range(6)
]
PROXIES = (
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "Mozilla/5.0",
)
EVENINGS = {"unread": 40, "opened": 30, "clicked": 14, "qualified": 1, "scanned": 10, "form": 5}
"""What became of a mail within an hour, per hundred people."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was sent a mail. company: the domain, None of people with an address from a big provider."""

    id: UUID
    mail: UUID
    company: str | None
    sent_at: datetime


class Audience:
    """People of one round of measuring, whose evenings are the same in each.

    past: how many events and entries everybody has from before.
    """

    def __init__(self, size: int, past: int, now: datetime, *, only_sent: bool = False) -> None:
        self.now = now
        self._only_sent = only_sent
        self._past = past
        self._chance = random.Random(size)
        name = uuid4().hex[:8]
        self.people = [self._person(name, number, size) for number in range(size)]

    def _person(self, name: str, number: int, size: int) -> Person:
        company = f"firma{number % (size // 20 + 1)}-{name}.example" if number % 2 else None
        sent_at = self.now - AN_HOUR - timedelta(seconds=self._chance.uniform(0, 600))
        return Person(uuid4(), uuid4(), company, sent_at)

    def move_in(self, engine: Engine) -> int:
        """Write everything down; returns how many events are due."""
        due = [row for person in self.people for row in self._evening(person)]
        past = [row for person in self.people for row in self._past_of(person)]
        copy_rows(engine, profiles, map(self._profile, self.people))
        copy_rows(engine, mails, map(self._mail, self.people))
        copy_rows(engine, events, (values_of(row) for row in (*past, *due)))
        copy_rows(engine, ledger, (self._entry(row) for row in past))
        settle(engine)
        return len(due)

    def _profile(self, person: Person) -> dict[str, Any]:
        domain = person.company or "mail.example"
        key = f"{person.id.hex}@{domain}"
        return {
            "id": person.id,
            "email": key,
            "email_key": key,
            "company_domain": person.company,
            "stage": "marketing_qualified",
            "score": 0,
            "fields": {"first_name": "Anna", "last_name": "Beispiel", "company": "Beispiel GmbH"},
            "confirmed_at": self.now - 90 * DAY,
            "created_at": self.now - 90 * DAY,
        }

    def _mail(self, person: Person) -> dict[str, Any]:
        return {
            "id": person.mail,
            "profile_id": person.id,
            "template": "welcome",
            "subject": "Willkommen bei Globe Next",
            "language": "de",
            "sequence": "welcome",
            "step": 0,
            "tracked": True,
            "links": LINKS,
            "message_id": f"<{person.mail}@example.com>",
            "created_at": person.sent_at,
            "handed_at": person.sent_at,
            "sent_at": person.sent_at,
        }

    def _past_of(self, person: Person) -> Iterator[EventRow]:
        """Mails opened and mails sent, in turn, so that the points come to nothing."""
        for number in range(self._past):
            at = self.now - timedelta(days=2 + number)
            kind = ("mail.opened", "mail.sent")[number % 2]
            row = _event(person, kind, at, {"subject": "Drei Fragen vor dem Umstieg"})
            yield replace(row, mail_id=uuid4(), scored_at=at, verdict="human")

    def _entry(self, row: EventRow) -> dict[str, Any]:
        opened = row.kind == "mail.opened"
        rule, points = ("mail-opened", 1) if opened else ("mail-sent", -1)
        return {
            "id": derived_id("entry", row.id),
            "profile_id": row.profile_id,
            "event_id": row.id,
            "rule": rule,
            "points": points,
            "once_key": str(row.mail_id if opened else row.id),
            "reason": "„Drei Fragen vor dem Umstieg“",
            "at": row.at,
            "program_version": "1",
        }

    def _evening(self, person: Person) -> list[EventRow]:
        told = replace(
            _event(person, "mail.sent", person.sent_at, {"subject": "Willkommen"}), verdict="human"
        )
        if self._only_sent:
            return [told]
        (kind,) = self._chance.choices(list(EVENINGS), list(EVENINGS.values()))
        return [told, *getattr(self, f"_{kind}")(person)]

    def _unread(self, _person: Person) -> Iterable[EventRow]:
        return []

    def _opened(self, person: Person) -> Iterable[EventRow]:
        yield self._hit(person, "mail.opened", self._chance.uniform(30, 3000), self._chance.choice(PROXIES))

    def _clicked(self, person: Person, links: int = 1) -> Iterable[EventRow]:
        agent, address, after = self._chance.choice(BROWSERS + PHONES), self._address(), 200.0
        yield self._hit(person, "mail.opened", after, agent, address)
        for number in range(links):
            after += self._chance.uniform(20, 300)
            yield self._hit(person, "link.clicked", after, agent, address, number)

    def _qualified(self, person: Person) -> Iterable[EventRow]:
        return self._clicked(person, links=2)

    def _scanned(self, person: Person) -> Iterable[EventRow]:
        agent, address = self._chance.choice(BROWSERS), self._address()
        for number in range(3):
            yield self._hit(person, "link.clicked", 8 + 0.4 * number, agent, address, number)

    def _form(self, person: Person) -> Iterable[EventRow]:
        facts = {"form": "webinar", "form_kind": "event", "channel": "marketing", "topics": ["auswertungen"]}
        at = person.sent_at + timedelta(seconds=900)
        yield _event(person, "form.submitted", at, facts | {"subject": "Webinar"})

    def _hit(
        self,
        person: Person,
        kind: str,
        after: float,
        agent: str,
        ip: str | None = None,
        link: int | None = None,
    ) -> EventRow:
        data: dict[str, Any] = {"method": "GET", "user_agent": agent, "ip": ip or self._address()}
        data |= {"headers": HEADERS, "subject": "Willkommen bei Globe Next"}
        if link is not None:
            known = LINKS[link]
            data |= {"link": known["url"], "subject": known["label"], "label": known["label"]}
            data |= {"topics": known["topics"]}
        return _event(person, kind, person.sent_at + timedelta(seconds=after), data)

    def _address(self) -> str:
        return ".".join(str(self._chance.randrange(1, 224)) for _ in range(4))


def _event(person: Person, kind: str, at: datetime, data: dict[str, Any]) -> EventRow:
    mail = None if kind == "form.submitted" else person.mail
    organisation = person.company if kind == "link.clicked" else None
    return EventRow(uuid4(), person.id, kind, at, at, mail, data, organisation=organisation)
