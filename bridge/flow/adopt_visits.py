"""Visits of a browser become events of its person, as soon as that person allows it."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from bridge.flow.results.mark_people import mark_people
from bridge.flow.unit import Unit
from bridge.intake.records import Submission
from bridge.intake.visitor import recognisable
from bridge.profiles.consent import State, forbids_visit, standing
from bridge.store import consents, events, identities, profile_changes, visits, watching
from bridge.store.events import EventRow
from bridge.store.visits import VisitRow

KEPT = timedelta(days=30)
"""How long a visit waits for its person."""


def browsers_of(unit: Unit, sent: Iterable[tuple[Submission, Mapping[str, State]]]) -> dict[UUID, str]:
    """Form → the browser that it was sent from, for those where that may be kept with the form.

    sent: each form with what its person allowed before. Kept is what the form's tracking box allows; without such a
    box, what the person allows already. A browser that withdrew is not named.
    """
    named = {form.id: visitor for form, states in sent if (visitor := _named(form, states)) is not None}
    owners = identities.owners(unit.connection, named.values()) if named else {}
    return {form: visitor for form, visitor in named.items() if owners.get(visitor, form) is not None}


def _named(form: Submission, states: Mapping[str, State]) -> str | None:
    visitor: str | None = recognisable(form.context, form.consents).get("visitor")
    return visitor if "tracking" in form.consents or states.get("tracking") == "given" else None


def know_browsers(unit: Unit, people: Mapping[str, UUID]) -> None:
    """Browser → whose it is, learnt from forms of people who allow tracking. The newest form wins.

    To be called with the profiles locked and their consents written.
    """
    identities.assign(unit.connection, people, unit.now, "form")
    adopt_visits(unit, people.values())


def adopt_visits(unit: Unit, profile_ids: Iterable[UUID]) -> None:
    """Visits of these people's browsers become events where tracking is allowed.

    Where it was withdrawn, or somebody objects, they are dropped; where it is only asked for they wait. A number of
    statements that does not grow with people or visits. To be called with the profiles locked.
    """
    answers = consents.of_profiles(unit.connection, profile_ids)
    objecting = watching.objecting(unit.connection, answers)
    states = {profile_id: standing(given).get("tracking") for profile_id, given in answers.items()}
    decided = [one for one, state in states.items() if one in objecting or state in {"given", "withdrawn"}]
    if not decided:
        return
    taken = visits.take(unit.connection, decided)
    unit.mark(visit.at for _, visit in taken)
    adopted = [
        (profile_id, visit)
        for profile_id, visit in taken
        if unit.now - visit.at <= KEPT
        and profile_id not in objecting
        and not forbids_visit(answers[profile_id], visit.at)
    ]
    rows = [_event(unit, profile_id, visit) for profile_id, visit in adopted]
    new = events.add(unit.connection, rows)
    _learn_campaigns(unit, adopted)
    unit.to_score |= {row.profile_id for row in rows if row.id in new and row.due_at <= unit.now}


def _learn_campaigns(unit: Unit, adopted: list[tuple[UUID, VisitRow]]) -> None:
    """A person whose forms named no campaign came by the one that brought the browser to the website."""
    landings: dict[UUID, VisitRow] = {}
    for profile_id, visit in sorted(adopted, key=lambda one: one[1].at):
        if visit.utm:
            landings.setdefault(profile_id, visit)
    touches = {
        profile_id: {"utm": dict(visit.utm), "page_url": visit.page, "at": visit.at.isoformat()}
        | ({"referrer": visit.referrer} if visit.referrer else {})
        for profile_id, visit in landings.items()
    }
    mark_people(unit, profile_changes.learn_campaigns(unit.connection, touches))


def _event(unit: Unit, profile_id: UUID, visit: VisitRow) -> EventRow:
    """The event keeps id and time of the visit, so that nothing counts twice."""
    address = urlsplit(visit.page)
    data = {
        "page": address.path,
        "site": f"{address.scheme}://{address.netloc}",
        "subject": visit.title or address.path,
        "referrer": visit.referrer,
        "utm": dict(visit.utm),
        "ip": visit.ip,
        "user_agent": visit.user_agent,
        "method": "POST",
    }
    return EventRow(
        id=visit.id,
        profile_id=profile_id,
        kind="page.visited",
        at=visit.at,
        due_at=visit.at + unit.world.settle.counts,
        data={key: value for key, value in data.items() if value},
    )
