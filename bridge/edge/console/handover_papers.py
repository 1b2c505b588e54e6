"""What sales takes along from a hand-over on the console: the files of the page behind the mail's link."""

from typing import NamedTuple
from uuid import UUID

from flask import Response, abort

from bridge.delivery.paper import letter_to
from bridge.edge.console.frame import Visit, console, needs, visit
from bridge.edge.extension import services
from bridge.edge.lead_papers import no_such_day, planned, written
from bridge.errors import InvalidFields
from bridge.flow.sales.record_outcome import may_answer
from bridge.flow.show_profile import show_profile
from bridge.profiles.overview import Profile360
from bridge.program.model import SalesPerson
from bridge.store import handovers, profiles
from bridge.store.handovers import PENDING, HandoverRow

handover_papers = console("handover_papers")

PATH = "/console/handovers"


class Papers(NamedTuple):
    """Where the files are; None for one that there is not."""

    letter_url: str | None = None
    appointment_url: str | None = None


@handover_papers.get(f"{PATH}/<uuid:handover_id>/letter")
@needs("desk")
def letter(handover_id: UUID) -> Response:
    """A letter to the lead as PDF, or as text; of whoever is signed in if they may answer, else of who has it."""
    with visit() as on:
        row = _pending(on, handover_id)
        lead = show_profile(
            on.unit.connection, on.unit.world, profiles.get(on.unit.connection, row.profile_id)
        )
        person = _writer(on, row)
        if person is None or not lead.takes_letters:
            abort(404)
        _note(on, row)
        paper = letter_to(on.unit.program, person, lead, on.unit.now)
        return written(paper, lead.name, on.language, on.unit.now)


@handover_papers.get(f"{PATH}/<uuid:handover_id>/appointment.ics")
@needs("desk")
def keep_date(handover_id: UUID) -> Response:
    """What is to do as an appointment: on the day that `on` names, else when an answer is due."""
    with visit() as on:
        row = _pending(on, handover_id)
        _note(on, row)
        return planned(on.unit, row, on.language, f"{services().settings.public_url}{PATH}/{row.id}")


handover_papers.register_error_handler(InvalidFields, no_such_day)


def papers(on: Visit, row: HandoverRow | None, lead: Profile360) -> Papers:
    """What may be taken along from a hand-over."""
    if row is None or row.state not in PENDING:
        return Papers()
    url = f"{PATH}/{row.id}"
    is_written = lead.takes_letters and _writer(on, row) is not None
    return Papers(f"{url}/letter" if is_written else None, f"{url}/appointment.ics")


def _writer(on: Visit, row: HandoverRow) -> SalesPerson | None:
    own = on.account.sales_person
    return on.unit.program.people.get(
        own if own and may_answer(on.unit.program, row, own) else row.sales_person
    )


def _pending(on: Visit, handover_id: UUID) -> HandoverRow:
    row = handovers.get(on.unit.connection, handover_id)
    if row is None or row.state not in PENDING:
        abort(404)
    return row


def _note(on: Visit, row: HandoverRow) -> None:
    on.note("person.seen", "profile", str(row.profile_id), handover=str(row.id))
