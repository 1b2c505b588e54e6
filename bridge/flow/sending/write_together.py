"""Write mails of sequences, as many as are to leave together, from what is true at that moment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from bridge.delivery.letters import Letter, Recipient
from bridge.delivery.meetings import Meeting
from bridge.delivery.nurture_mails import nurture
from bridge.errors import LeadbridgeError
from bridge.flow.sending.keep_back import wait_for_sales
from bridge.flow.sending.keep_order import wait_for_others
from bridge.flow.sending.keep_quiet import wait_for_morning, wait_for_room, wait_for_wishes
from bridge.flow.sending.obstacle import obstacle_among
from bridge.flow.sending.pace import NotYet
from bridge.flow.sending.take_turn import take_turns
from bridge.flow.unit import Unit
from bridge.nurture.articles import Article
from bridge.nurture.wordings import subject_of
from bridge.profiles.consent import Answer, standing
from bridge.program.model import Form, MailTemplate
from bridge.qualification.stages import BEFORE_SALES
from bridge.store import articles, consents, enrolments, mails, profiles, submissions, suppressions
from bridge.store.mails import Content, MailRow
from bridge.store.outbox import Delivery
from bridge.store.profiles import ProfileRow

NURTURE = "mail/nurture"
"""Mails of sequences: of these many leave at a time."""


FOR_GOOD = ("goal", "handover", "not chosen")
"""Why a series ends so that also what waits is not sent. Consent is asked for by itself."""


class NotToBeSent(LeadbridgeError):
    """Its reason fell away: no consent any more, the address is suppressed, the person is gone."""


Verdict = Letter | NotToBeSent | NotYet | Exception
"""What became of a mail: what is to be sent, or why it is not, or what went wrong with it alone."""


@dataclass(frozen=True, slots=True)
class _Planned:
    """A mail and what it needs. tracked: whether its reader may be known by it; downloads: what they asked for.

    articles: news that were picked when it was prepared, as they read now. meeting: the event that it is about.
    """

    delivery: Delivery
    mail: MailRow
    template: MailTemplate
    reader: ProfileRow
    tracked: bool
    downloads: Sequence[Form]
    articles: Sequence[Article]
    meeting: Meeting | None


def write_together(unit: Unit, deliveries: Sequence[Delivery]) -> dict[UUID, Verdict]:
    """Delivery → what became of it. Claimed mails of sequences; each person has at most one among them.

    What a mail contains is written down before it leaves. A number of statements that does not grow with theirs.
    """
    verdicts: dict[UUID, Verdict] = {}
    plan = _plan(unit, deliveries, verdicts)
    plan = _without(plan, wait_for_room(unit, [(one.delivery, one.reader) for one in plan]), verdicts)
    plan = _without(plan, wait_for_others(unit, [(one.delivery, one.mail) for one in plan]), verdicts)
    # the people first, then the domains: else two wait for each other
    turns = take_turns(unit, [(one.delivery, one.reader.email) for one in plan])
    contents = [_write(unit, one, verdicts) for one in _without(plan, turns, verdicts)]
    mails.handed(unit.connection, unit.now, filter(None, contents))
    return verdicts


def _without(
    plan: Sequence[_Planned], waiting: Mapping[UUID, NotYet], verdicts: dict[UUID, Verdict]
) -> list[_Planned]:
    verdicts.update(waiting)
    return [one for one in plan if one.delivery.id not in waiting]


def _plan(unit: Unit, deliveries: Sequence[Delivery], verdicts: dict[UUID, Verdict]) -> list[_Planned]:
    connection, ids = unit.connection, [one.profile_id for one in deliveries if one.profile_id]
    known = mails.get(connection, [one.id for one in deliveries])
    people = profiles.of_ids(connection, ids)
    reasons = suppressions.reasons_for(connection, [one.email_key for one in people.values()])
    answers = consents.said(connection, ids)
    downloads = asked_downloads_of(unit, ids)
    news = articles.of_mails(connection, known) if unit.program.feeds else {}
    meetings, ended = meetings_of(unit, known.values()), enrolments.ended_of(connection, known, FOR_GOOD)
    plan = []
    for delivery in deliveries:
        try:
            reader = _reader(people, delivery)
            said = answers.get(reader.id, [])
            _check_ground(reader, delivery, reasons.get(reader.email_key), said)
            mail, template = _words(unit, known.get(delivery.id))
            meeting = meetings.get(mail.id)
            _check_date(unit, mail, meeting)
            _check_series(mail, ended)
            _check_sales(unit, mail, reader)
            if waits := _waits(unit, reader, mail, said):
                raise waits
        except (NotToBeSent, NotYet) as error:
            verdicts[delivery.id] = error
        else:
            tracked = standing(said).get("tracking") == "given"
            asked, told = downloads.get(reader.id, []), news.get(mail.id, [])
            plan.append(_Planned(delivery, mail, template, reader, tracked, asked, told, meeting))
    return plan


def _reader(people: Mapping[UUID, ProfileRow], delivery: Delivery) -> ProfileRow:
    reader = people.get(delivery.profile_id or UUID(int=0))
    if reader is None:
        raise NotToBeSent("the profile is gone")
    return reader


def _check_ground(
    reader: ProfileRow, delivery: Delivery, reason: str | None, answers: Iterable[Answer]
) -> None:
    """No mail without consent or a legal reason, at the moment it is written."""
    if why := obstacle_among(reader, delivery.ground, reason, answers):
        raise NotToBeSent(why)


def _words(unit: Unit, mail: MailRow | None) -> tuple[MailRow, MailTemplate]:
    template = unit.program.mails.get(mail.template) if mail else None
    if mail is None or template is None:
        raise NotToBeSent("the programme has no such mail any more")
    sequence = unit.program.sequences.get(mail.sequence or "")
    subject = subject_of(sequence, mail.step_id, mail.variant)
    return mail, replace(template, subject=subject) if subject else template


def _check_date(unit: Unit, mail: MailRow, meeting: Meeting | None) -> None:
    """Nobody is reminded of what is over, however long the mail had to wait."""
    sequence = unit.program.sequences.get(mail.sequence or "")
    position = sequence.position(mail.step_id) if sequence and mail.step_id else None
    if sequence is None or position is None or meeting is None or meeting.at > unit.now:
        return
    if sequence.steps[position].before_date is not None:
        raise NotToBeSent("the event has taken place")


def _check_series(mail: MailRow, ended: Mapping[UUID, str]) -> None:
    """What a series has still to say is not said once it has ended early."""
    if mail.id in ended:
        raise NotToBeSent(f"its series has ended: {ended[mail.id]}")


def _check_sales(unit: Unit, mail: MailRow, reader: ProfileRow) -> None:
    """A series that sales takes over for good says nothing more, not even what it had left when it was completed."""
    sequence = unit.program.sequences.get(mail.sequence or "")
    if sequence and sequence.at_handover == "end" and reader.stage not in BEFORE_SALES:
        raise NotToBeSent("its series has ended: handover")


def _waits(unit: Unit, reader: ProfileRow, mail: MailRow, said: Iterable[Answer]) -> NotYet | None:
    """Why it may not leave yet, whatever else goes to its reader."""
    return (
        wait_for_sales(unit, reader)
        or wait_for_wishes(unit, reader)
        or wait_for_morning(unit, reader, mail, said)
    )


def _write(unit: Unit, planned: _Planned, verdicts: dict[UUID, Verdict]) -> Content | None:
    """Write one; whatever is wrong with it is its own affair."""
    reader, mail = planned.reader, planned.mail
    to = Recipient(reader.id, reader.email, reader.fields, reader.language, planned.tracked)
    links, template, downloads = unit.world.links, planned.template, planned.downloads
    message, news, event = mail.message_id, planned.articles, planned.meeting
    try:
        written = nurture(
            unit.program, links, to, template, downloads, mail.id, message, unit.now, news, event
        )
    except Exception as error:
        verdicts[mail.id] = error
        return None
    verdicts[mail.id] = written.letter
    return Content(mail.id, written.letter.subject, planned.tracked, written.links)


def meetings_of(unit: Unit, prepared: Iterable[MailRow]) -> dict[UUID, Meeting]:
    """Mail → the event that it is about, of mails in series of events: the one its reader signed up for."""
    events = {one.id: one for one in unit.program.sequences.values() if one.kind == "event"}
    about = [mail for mail in prepared if mail.sequence in events]
    if not about:
        return {}
    places = enrolments.of_series(unit.connection, {mail.profile_id for mail in about}, events)
    found = {}
    for mail in about:
        place, sequence = places.get((mail.profile_id, mail.sequence or "")), events[mail.sequence or ""]
        if place and (date := sequence.date_for(place.started_at)):
            found[mail.id] = Meeting(date, sequence.place)
    return found


def asked_downloads(unit: Unit, profile_id: UUID) -> list[Form]:
    """The forms with a gated file that a person sent, in the order of the programme."""
    return asked_downloads_of(unit, [profile_id]).get(profile_id, [])


def asked_downloads_of(unit: Unit, profile_ids: Iterable[UUID]) -> dict[UUID, list[Form]]:
    """The same for several people, for those who asked for any."""
    gated = [form for form in unit.program.forms.values() if form.download]
    sent = submissions.forms_of(unit.connection, profile_ids)
    return {person: [form for form in gated if form.id in forms] for person, forms in sent.items()}
