"""Mails of a sequence that are due: one each for invented people who agreed to everything."""

from datetime import datetime
from itertools import repeat
from typing import Any
from uuid import UUID, uuid4

from bridge.store.sets import insert_all
from bridge.store.tables import consents, mails, outbox, profiles
from bridge.wiring import Services

TEMPLATE, STEP = "first-questions", 1
NAMES = ("Anna Berg", "Émile Öztürk", "Bo Lindqvist", "Jürgen Groß", "Zoë O’Hara")
COMPANIES = ("Beispiel GmbH", "Müller & Söhne", "Kontor 17 AG", "Nord-Süd Handel e.K.")
PEOPLE_OF_A_DOMAIN = 3


def due_mails(services: Services, number: int) -> list[UUID]:
    """Put so many mails into the outbox, due now, and wake nobody; their ids."""
    people = [uuid4() for _ in range(number)]
    ids = [uuid4() for _ in range(number)]
    mark, now, message = uuid4().hex[:8], services.clock(), services.world.message_id
    companies = [f"{place % (number // PEOPLE_OF_A_DOMAIN + 1)}-{mark}" for place in range(number)]
    with services.engine.begin() as connection:
        insert_all(connection, profiles, map(person_row, people, companies, range(number), repeat(now)))
        given = [consent_row(one, purpose, now) for one in people for purpose in ("email", "tracking")]
        insert_all(connection, consents, given)
        insert_all(connection, mails, map(mail_row, ids, people, map(message, ids), repeat(now)))
        insert_all(connection, outbox, map(_delivery, ids, people, repeat(now)))
    return ids


def person_row(profile: UUID, company: str, place: int, now: datetime) -> dict[str, Any]:
    """Somebody who confirmed the address. company: a word for its domain; place: chooses a name."""
    first, _, last = NAMES[place % len(NAMES)].partition(" ")
    email = f"p{place}@firma{company}.example"
    return {
        "id": profile,
        "email": email,
        "email_key": email,
        "stage": "marketing_qualified",
        "fields": {"first_name": first, "last_name": last, "company": COMPANIES[place % len(COMPANIES)]},
        "confirmed_at": now,
        "created_at": now,
    }


def consent_row(profile: UUID, purpose: str, now: datetime) -> dict[str, Any]:
    """A consent that was given."""
    return {
        "id": uuid4(),
        "profile_id": profile,
        "purpose": purpose,
        "state": "given",
        "text": "Ja, die Beispiel GmbH darf mir per E-Mail Fachinformationen senden.",
        "text_hash": "1",
        "language": "de",
        "at": now,
        "how": "confirmation",
        "place": "globe-next-download",
        "program_version": "1",
    }


def mail_row(mail: UUID, profile: UUID, message: str, now: datetime) -> dict[str, Any]:
    """A mail that nobody has sent yet."""
    return {
        "id": mail,
        "profile_id": profile,
        "template": TEMPLATE,
        "language": "de",
        "sequence": "welcome",
        "step": STEP,
        "message_id": message,
        "created_at": now,
    }


def _delivery(mail: UUID, profile: UUID, now: datetime) -> dict[str, Any]:
    return {
        "id": mail,
        "profile_id": profile,
        "kind": "mail",
        "template": "mail/nurture",
        "ground": "consent",
        "dedupe_key": f"mail:{mail}",
        "due_at": now,
        "created_at": now,
    }
