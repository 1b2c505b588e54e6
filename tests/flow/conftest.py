"""Somebody with a mail, and an edge that writes down what is done with it."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from bridge.flow.record_hits import record_hits
from bridge.ids import new_id
from bridge.intake.records import Hit, Record, Request
from bridge.program.events import WATCHED
from bridge.store.tables import events
from tests import make
from tests.house import ANNA, House


@dataclass(frozen=True)
class Mailbox:
    """Anna's welcome mail, and an edge that writes hits down by its own clock."""

    house: House

    def hit(self, kind: str = "link.clicked", **ahead: float) -> Record:
        """Somebody follows the first link, or opens; the edge's clock is ahead of the house's by so much."""
        mail = next(letter for letter in self.house.mails_to(ANNA) if letter.list_unsubscribe_url)
        mail_id = mail.delivery
        assert mail_id
        request = Request("203.0.113.7", make.A_BROWSER)
        target = (1, "https://www.example.com/sepa") if kind == "link.clicked" else (None, None)
        body = Hit(kind, mail_id, None, request, *target)
        at = self.house.clock() + timedelta(**ahead)
        return Record(new_id(int(at.timestamp() * 1000)), at, body)

    def take_over(self, *records: Record) -> None:
        """What stood in the journal reaches the database."""
        with self.house.unit() as unit:
            record_hits(unit, [(one, one.body) for one in records if isinstance(one.body, Hit)])
        self.house.run()

    def known(self) -> list[str]:
        """What is stored of Anna's opens, clicks and visits."""
        return [row.kind for row in self.house.rows(events) if row.kind in WATCHED]


@pytest.fixture
def anna(house: House) -> Mailbox:
    """Anna allows tracking and has her welcome mail."""
    house.subscriber()
    house.clock.move(minutes=5)
    return Mailbox(house)


def allow(house: House, tracking: bool) -> None:
    """Anna saves her settings."""
    house.save_preferences(ANNA, allowed={"email": True, "tracking": tracking})
