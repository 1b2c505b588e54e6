"""Invented people to whom one click is missing until sales hears of them."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from benchmarks.due_mails import consent_row, mail_row, person_row
from bridge.delivery.links import ClickTarget
from bridge.store.sets import insert_all
from bridge.store.tables import consents, ledger, mails, profiles
from bridge.wiring import Services

POINTS_OF_A_CLICK = 2
LINK = "https://www.example.com/sepa"


def almost_ready(services: Services, number: int) -> list[tuple[UUID, str]]:
    """Put so many people into the database, each in a company of their own; who, and the path of the click."""
    now, mark = services.clock() - timedelta(days=1), uuid4().hex[:8]
    missing = services.program.stages.threshold - POINTS_OF_A_CLICK
    people, ids = [uuid4() for _ in range(number)], [uuid4() for _ in range(number)]
    persons = [
        person_row(one, f"{place}-{mark}", place, now) | {"score": missing}
        for place, one in enumerate(people)
    ]
    sent = {"tracked": True, "handed_at": now, "sent_at": now, "subject": "Drei Fragen vor dem Umstieg"}
    links = [{"number": 1, "url": LINK, "label": "SEPA", "topics": []}]
    letters = [
        mail_row(one, who, services.world.message_id(one), now) | sent | {"links": links}
        for one, who in zip(ids, people, strict=True)
    ]
    with services.engine.begin() as connection:
        insert_all(connection, profiles, persons)
        given = [consent_row(one, purpose, now) for one in people for purpose in ("email", "tracking")]
        insert_all(connection, consents, given)
        insert_all(connection, mails, letters)
        insert_all(connection, ledger, [_entry(one, missing) | {"at": now} for one in people])
    public, click = services.settings.public_url, services.world.links.click
    paths = [click(ClickTarget(one, 1, LINK)).removeprefix(public) for one in ids]
    return list(zip(people, paths, strict=True))


def _entry(person: UUID, points: int) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "profile_id": person,
        "event_id": uuid4(),
        "rule": "form-submitted",
        "points": points,
        "once_key": "webinar",
        "reason": "„Webinar“",
        "program_version": "1",
    }
