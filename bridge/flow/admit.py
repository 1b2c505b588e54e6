"""What forms do once they are let in: they tell of people, may be answered, and are scored."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from bridge import i18n
from bridge.flow.adopt_visits import browsers_of, know_browsers
from bridge.flow.learn import learn, note_consents, note_events
from bridge.flow.prove import prove_by_forms
from bridge.flow.results.mark_people import mark_people
from bridge.flow.sending.announce import announcements
from bridge.flow.sending.answer_submission import answer_submissions
from bridge.flow.sent_form import Arrival, SentForm
from bridge.flow.unit import Unit
from bridge.ids import derived_id
from bridge.profiles.address import Address, parse_address
from bridge.profiles.consent import standing
from bridge.store import consents, handovers, profiles, submissions, visits
from bridge.store.handovers import StageChange
from bridge.store.profiles import Newcomer

log = logging.getLogger(__name__)

TWICE = timedelta(seconds=60)


def admit(unit: Unit, sent: Sequence[SentForm], *, is_stored: bool) -> None:
    """Let forms in that have nothing in common. is_stored: they were held, and somebody released them.

    A number of statements that does not grow with the number of forms. Raises InvalidAddress, UnknownProfile.
    """
    arrivals = _arrivals(unit, sent)
    unit.mark(one.submission.at for one in arrivals if one.is_new)
    if is_stored:
        submissions.assign(unit.connection, [one.sent.row for one in arrivals])
        mark_people(unit, [one.profile.id for one in arrivals])  # it may be their first form now
    else:
        arrivals = _first_ones(unit, arrivals)
    if not arrivals:
        return
    _log(arrivals)
    arrivals = learn(unit, arrivals)
    note_consents(unit, arrivals)
    were_here = visits.known(unit.connection, [one.browser for one in arrivals if one.browser])
    watched = [one for one in arrivals if one.before.get("tracking") == "given"]
    know_browsers(unit, {one.browser: one.profile.id for one in watched if one.browser})
    if not is_stored:  # what was held proves nothing
        prove_by_forms(unit, [(one.submission, one.profile.id) for one in watched])
    note_events(unit, arrivals)
    answer_submissions(unit, arrivals)
    _welcome(unit, [one for one in arrivals if one.is_new], were_here)


def _arrivals(unit: Unit, sent: Sequence[SentForm]) -> list[Arrival]:
    """Whose forms they are. The profiles are made where there are none yet, and locked."""
    addresses = {one.row.id: parse_address(one.submission.fields["email"]) for one in sent}
    newcomers = [_newcomer(unit, one, addresses[one.row.id]) for one in sent]
    found = profiles.find_or_create(unit.connection, newcomers)
    people = {one.row.id: found[addresses[one.row.id].key] for one in sent}
    answers = consents.of_profiles(unit.connection, [person.id for person, _ in people.values()])
    before = {form: standing(answers.get(person.id, [])) for form, (person, _) in people.items()}
    browsers = browsers_of(unit, [(one.submission, before[one.row.id]) for one in sent])
    return [
        Arrival(
            _owned(one, person.id, browsers), person, is_new, before[one.row.id], browsers.get(one.row.id)
        )
        for one, (person, is_new) in zip(sent, people.values(), strict=True)
    ]


def _newcomer(unit: Unit, one: SentForm, address: Address) -> Newcomer:
    language = i18n.negotiate(one.submission.context.get("language"), unit.program.language)
    return Newcomer(derived_id("profile", one.row.id), address, language, one.submission.at)


def _owned(one: SentForm, profile_id: UUID, browsers: Mapping[UUID, str]) -> SentForm:
    context = _naming(browsers.get(one.row.id), one.row.context)
    return replace(one, row=replace(one.row, profile_id=profile_id, context=context))


def _naming(browser: str | None, context: Mapping[str, Any]) -> dict[str, Any]:
    """The context with that browser, or with none."""
    others = {name: value for name, value in context.items() if name != "visitor"}
    return others | ({"visitor": browser} if browser else {})


def _first_ones(unit: Unit, arrivals: Iterable[Arrival]) -> list[Arrival]:
    """Write the forms down, and leave out repetitions; the locks on the profiles make the answer safe."""
    several = list(arrivals)
    posted = [one.sent.row for one in several if one.submission.source == "browser"]
    repeated = submissions.seen_lately(unit.connection, posted, TWICE)
    rows = [one.sent.row for one in several if one.sent.row.id not in repeated]
    new = submissions.add(unit.connection, rows)
    return [one for one in several if one.sent.row.id in new]


def _log(arrivals: Iterable[Arrival]) -> None:
    for one in arrivals:
        facts = {"form": one.submission.form, "trace": str(one.submission.id), "lead": str(one.profile.id)}
        log.info("submission", extra=facts)


def _welcome(unit: Unit, newcomers: Sequence[Arrival], were_here: set[str]) -> None:
    """They are prospects now, and who wants to know is told."""
    changes, told = [], []
    for one in newcomers:
        change_id, was = (
            derived_id("stage", one.profile.id, "prospect"),
            "visitor" if one.browser in were_here else None,
        )
        changes.append(StageChange(change_id, one.profile.id, was, "prospect", unit.now, "submission"))
        facts = {"form": one.submission.form, "fields": dict(one.profile.fields)}
        told += announcements(unit, "lead.created", one.profile, one.submission.id, **facts)
    handovers.add_stage_changes(unit.connection, changes)
    unit.send(told)
