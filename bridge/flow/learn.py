"""What forms tell: values and channel of a person, consents asked for, and that a form was sent."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bridge import i18n
from bridge.flow.results.mark_people import mark_people
from bridge.flow.sent_form import Arrival
from bridge.flow.unit import Unit
from bridge.ids import derived_id
from bridge.intake.records import Request, Submission
from bridge.profiles.consent import Consent
from bridge.profiles.fields import merge
from bridge.program.model import Program
from bridge.store import consents, events, profile_changes
from bridge.store.events import EventRow
from bridge.store.profiles import ProfileRow


def learn(unit: Unit, arrivals: Iterable[Arrival]) -> list[Arrival]:
    """Lay values and channels of forms over the profiles; returns the same forms with what is known now."""
    before = list(arrivals)
    known = [replace(one, profile=_learnt(one)) for one in before]
    profile_changes.learn(unit.connection, [one.profile for one in known])
    mark_people(
        unit, (now.profile.id for was, now in zip(before, known, strict=True) if _came_from(was, now))
    )
    return known


def _came_from(was: Arrival, now: Arrival) -> bool:
    """Whether it is known only now where somebody came from who is no newcomer."""
    return not was.is_new and was.profile.first_touch != now.profile.first_touch


def _learnt(one: Arrival) -> ProfileRow:
    submission, profile = one.submission, one.profile
    asked = {field.field.id for field in one.sent.form.fields}
    merged = merge(
        profile.fields,
        profile.also_given,
        {name: value for name, value in submission.fields.items() if name in asked},
        confirmed=profile.confirmed,
        origin={"submission": str(submission.id), "at": submission.at.isoformat()},
    )
    touch = _touch_of(submission.context)
    return replace(
        profile,
        fields=merged.fields,
        also_given=merged.also_given,
        last_touch=touch or profile.last_touch,
        first_touch=profile.first_touch or submission.context.get("first_touch") or touch,
    )


def _touch_of(context: Mapping[str, Any]) -> dict[str, Any]:
    """Channel facts of a submission: campaign, landing page, referrer."""
    kept = ("utm", "page_url", "referrer", "landing_page")
    return {key: context[key] for key in kept if context.get(key)}


def note_consents(unit: Unit, arrivals: Iterable[Arrival]) -> None:
    """Write down which consents the forms ask for."""
    asked = [answer for one in arrivals for answer in _asked_for(unit.program, one)]
    consents.add(unit.connection, asked, written_at=unit.now)


def _asked_for(program: Program, one: Arrival) -> Iterator[Consent]:
    submission, asker = one.submission, _asker(one.submission)
    language = i18n.negotiate(submission.context.get("language"), program.language)
    for purpose in sorted(one.wanted):
        text = submission.consents[purpose].text
        yield Consent(
            id=derived_id("consent", submission.id, purpose, "requested"),
            profile_id=one.profile.id,
            purpose=purpose,
            state="requested",
            text=text,
            language=_language_of(program, purpose, text, language),
            at=submission.at,
            how="website" if submission.source == "api" else "form",
            place=str(submission.context.get("page_url") or submission.form),
            program_version=program.version,
            ip=asker.ip,
            user_agent=asker.user_agent,
            form=submission.form,
            submission_id=submission.id,
        )


def _asker(submission: Submission) -> Request:
    """From where the person asked: what the website says of it, or whose browser posted it; never the website."""
    told = submission.context
    if submission.source == "api" or told.get("ip"):
        return Request(told.get("ip"), told.get("user_agent"))
    return submission.request


def _language_of(program: Program, purpose: str, text: str, otherwise: str) -> str:
    """The language of a text beside a box, which need not be the browser's."""
    known = program.consents.get(purpose, {})
    spoken = [language for language, words in known.items() if words == text]
    return otherwise if otherwise in spoken or not spoken else spoken[0]


def note_events(unit: Unit, arrivals: Iterable[Arrival]) -> None:
    """Write down that forms were sent, and let their people be scored."""
    rows = [_event(unit, one) for one in arrivals]
    events.add(unit.connection, rows)
    unit.to_score |= {row.profile_id for row in rows}


def _event(unit: Unit, one: Arrival) -> EventRow:
    submission, form = one.submission, one.sent.form
    data = {
        "form": form.id,
        "form_kind": form.kind,
        "channel": form.channel,
        "subject": i18n.pick(form.title, unit.program.language),
        "topics": list(form.topics),
        "submission": str(submission.id),
    }
    event_id = derived_id(submission.id, "form.submitted")
    return EventRow(
        event_id,
        one.profile.id,
        "form.submitted",
        submission.at,
        unit.now,
        submission.mail,
        data,
        verdict="human",
    )
