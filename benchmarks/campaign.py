"""A campaign: people who got a mail, and what they do with it. The same ones every time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from benchmarks.copying import copy_rows
from bridge.ids import derived_id
from bridge.intake.records import Hit, Request
from bridge.profiles.consent import text_hash
from bridge.store.tables import consents, mails, profiles

AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:147.0) Gecko/20100101 Firefox/147.0",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
)
HEADERS = {"accept": "image/avif,image/webp,*/*;q=0.8", "accept-language": "1", "sec-fetch-mode": "navigate"}
LINKS = [
    {"number": n, "url": f"https://www.example.com/{topic}", "label": f"Mehr zu {topic}", "topics": [topic]}
    for n, topic in enumerate(("sepa", "fibu", "wawi"), start=1)
]
KINDS = ("mail.opened", "link.clicked", "file.downloaded")
SHARES = (65, 30, 5)
"""Per cent of all hits."""
OF_A_COMPANY = 0.7
SKEW = 3
"""A fifth of the people cause 58 per cent of the hits: 0.2 ** (1 / SKEW)."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who got the mail."""

    profile: UUID
    mail: UUID


def send_campaign(engine: Engine, count: int) -> list[Recipient]:
    """So many people who confirmed their address and allow tracking, each with a mail, in the database."""
    dice, now = Random(1), datetime.now(UTC)
    people = [Recipient(derived_id("person", n), derived_id("mail", n)) for n in range(count)]
    copy_rows(engine, profiles, (_profile(n, one, dice, now) for n, one in enumerate(people)))
    copy_rows(engine, consents, (row for one in people for row in _answers(one, now - timedelta(days=30))))
    copy_rows(engine, mails, (_mail(one, now) for one in people))
    return people


def hits(people: Sequence[Recipient]) -> Iterator[Hit]:
    """What they do, without end: some a lot, most of them little."""
    dice = Random(2)
    while True:
        (kind,) = dice.choices(KINDS, SHARES)
        number = int(len(people) * dice.random() ** SKEW)
        address = f"198.51.{number % 100}.{number % 251}"
        request = Request(address, dice.choice(AGENTS), "GET", None, HEADERS)
        yield _hit(kind, people[number], request, dice)


def _hit(kind: str, who: Recipient, request: Request, dice: Random) -> Hit:
    if kind == "mail.opened":
        return Hit(kind, who.mail, None, request)
    if kind == "file.downloaded":
        return Hit(kind, who.mail, who.profile, request, form="globe-next-download")
    link = dice.choice(LINKS)
    return Hit(kind, who.mail, None, request, link["number"], link["url"])  # type: ignore[arg-type]


def _profile(number: int, who: Recipient, dice: Random, now: datetime) -> dict[str, Any]:
    company = f"firma{int(2000 * dice.random() ** SKEW)}.example" if dice.random() < OF_A_COMPANY else None
    address = f"anna.beispiel{number}@{company or 'mail.example'}"
    return {
        "id": who.profile,
        "email": address,
        "email_key": address,
        "company_domain": company,
        "stage": "marketing_qualified",
        "fields": {"first_name": "Anna", "last_name": "Beispiel", "company": "Beispiel GmbH"},
        "first_touch": {"utm": {"source": "google", "medium": "cpc"}},
        "last_touch": {"utm": {"source": "google", "medium": "cpc"}},
        "confirmed_at": now - timedelta(days=30),
        "created_at": now - timedelta(days=30),
    }


def _answers(who: Recipient, at: datetime) -> Iterator[dict[str, Any]]:
    for purpose in ("email", "tracking"):
        for state in ("requested", "given"):
            text = "Ja, senden Sie mir Neues, und werten Sie aus, was ich davon lese."
            yield {
                "id": derived_id(who.profile, purpose, state),
                "profile_id": who.profile,
                "purpose": purpose,
                "state": state,
                "text": text,
                "text_hash": text_hash(text),
                "language": "de",
                "at": at + timedelta(seconds=state == "given"),
                "how": "form" if state == "requested" else "confirmation",
                "place": "globe-next-download",
                "program_version": "1",
                "submission_id": derived_id(who.profile, "form"),
            }


def _mail(who: Recipient, now: datetime) -> dict[str, Any]:
    return {
        "id": who.mail,
        "profile_id": who.profile,
        "template": "welcome",
        "subject": "Willkommen",
        "language": "de",
        "sequence": "welcome",
        "step": 0,
        "tracked": True,
        "links": LINKS,
        "message_id": f"<{who.mail}@example.com>",
        "created_at": now - timedelta(hours=2),
        "handed_at": now - timedelta(hours=1),
        "sent_at": now - timedelta(hours=1),
    }
