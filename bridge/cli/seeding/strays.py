"""What went astray: forms that look like spam, and one that nothing can be made of."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

from bridge.cli.seeding.people import Invented, submission_of
from bridge.flow.accept_submission import accept_submission
from bridge.ids import derived_id
from bridge.intake.records import Request, Submission, kind_of, to_body
from bridge.journal import Row
from bridge.wiring import Services
from bridge.worker.taking_over import take_over

A_PROGRAM = Request("198.51.100.77", "python-requests/2.32.5")
FORMER_FORM = "preisliste"
"""A form that the programme had once, and some page of the website still has."""


def leave_strays(services: Services) -> None:
    """Two forms that are held, and a dead letter: for pages that would have nothing to show."""
    now = services.clock()
    with services.unit() as unit:
        for hours, person in enumerate(SPAM, start=2):
            sent = _sent(services, person, now - timedelta(hours=hours))
            accept_submission(unit, replace(sent, suspicion="honeypot"), sent.at)
    _bury(services, now - timedelta(days=1, hours=3))


def _bury(services: Services, at: datetime) -> None:
    """A form arrives that the programme does not know, as from the journal."""
    sent = replace(_sent(services, LATE, at), form=FORMER_FORM)
    record = derived_id("invented", "record", sent.id)
    take_over(services, [Row(1, record, kind_of(sent), at, json.dumps(to_body(sent)))])


def _sent(services: Services, person: Invented, at: datetime) -> Submission:
    return submission_of(services.program, person, person.form, set(), at, A_PROGRAM)


def _somebody(first: str, last: str, email: str, company: str, form: str) -> Invented:
    return Invented(first, last, email, company, "", "", "de", "", "", 0, form, {}, "", {})


SPAM = (
    _somebody("Rank", "Booster", "seo@rank-booster.example", "First page of Google in 7 days!!!", "webinar"),
    _somebody("Casino", "Bonus", "win@casino-bonus.example", "Claim your bonus", "globe-next-download"),
)
LATE = _somebody("Edgar", "Nordmann", "edgar.nordmann@nordmann-maler.example", "", "sepa-checkliste")
