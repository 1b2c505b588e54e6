"""A form arrives: write the profile, ask for confirmation or send the receipt, let it be scored."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bridge import i18n
from bridge.errors import UnknownForm
from bridge.flow.adopt_visits import browser_of, know_browser
from bridge.flow.announce import announce
from bridge.flow.answer_submission import answer_submission
from bridge.flow.prove import prove_by_form
from bridge.flow.unit import Unit
from bridge.ids import derived_id
from bridge.intake.records import Request, Submission, content_hash
from bridge.profiles.address import InvalidAddress, parse_address
from bridge.profiles.consent import Consent, standing
from bridge.profiles.fields import merge
from bridge.program.model import Form, Program
from bridge.store import consents, erasures, events, handovers, profiles, submissions, visits
from bridge.store.events import EventRow
from bridge.store.profiles import ProfileRow
from bridge.store.submissions import SubmissionRow

log = logging.getLogger(__name__)

TWICE = timedelta(seconds=60)


def accept_submission(unit: Unit, submission: Submission, received_at: datetime) -> None:
    """Take a submission in. The same one again has no effect, nor one from before its address was erased.

    Raises UnknownForm when the programme lost the form, InvalidAddress when the address is none.
    """
    if _is_erased(unit, submission, received_at):
        return
    form = _form(unit.program, submission)
    row = _row(submission, received_at)
    if submission.suspicion:
        held = replace(
            row, state="held", held_because=submission.suspicion, context=_with_request(submission)
        )
        submissions.add(unit.connection, held)
        _log("submission held", submission, because=submission.suspicion)
        return
    _admit(unit, submission, row, form, is_stored=False)


def _is_erased(unit: Unit, submission: Submission, received_at: datetime) -> bool:
    """Whether this was sent before its sender had everything erased, and comes late. Nobody erases meanwhile."""
    key = _hold_address(unit, submission)
    return key is not None and erasures.covers(unit.connection, key, min(submission.at, received_at))


def _hold_address(unit: Unit, submission: Submission) -> str | None:
    """The key of the sender's address, which nobody else accepts or erases until this is done."""
    try:
        key = parse_address(submission.fields.get("email", "")).key
    except InvalidAddress:
        return None
    erasures.hold(unit.connection, key)
    return key


def _with_request(submission: Submission) -> dict[str, Any]:
    """The context with what proves consents, because only that is there when somebody releases it."""
    request = submission.request
    return {"ip": request.ip, "user_agent": request.user_agent, **submission.context}


def release_submission(unit: Unit, row: SubmissionRow, submission: Submission) -> bool:
    """Let a held submission through after all; False when somebody decided before."""
    _hold_address(unit, submission)
    if not submissions.decide(unit.connection, row.id, "accepted"):
        return False
    _admit(unit, submission, row, _form(unit.program, submission), is_stored=True)
    return True


def _admit(unit: Unit, submission: Submission, row: SubmissionRow, form: Form, *, is_stored: bool) -> None:
    program, connection = unit.program, unit.connection
    if not is_stored and submissions.is_known(connection, row):
        return
    address = parse_address(submission.fields["email"])
    language = i18n.negotiate(submission.context.get("language"), program.language)
    profile, is_new = profiles.find_or_create(
        connection, derived_id("profile", submission.id), address, language, submission.at
    )
    before = standing(consents.of_profile(connection, profile.id))
    browser = browser_of(unit, submission, before)
    row = replace(row, profile_id=profile.id, context=_naming(browser, row.context))
    if is_stored:
        submissions.assign(connection, row)
    elif not _is_first(unit, submission, row):
        return
    _log("submission", submission, lead=str(profile.id))
    profile = _learn(unit, profile, submission, program)
    wanted = {purpose for purpose, answer in submission.consents.items() if answer.given}
    _note_consents(unit, profile, submission, language, wanted)
    was_here = browser is not None and visits.is_known(connection, browser)
    if browser and before.get("tracking") == "given":
        know_browser(unit, profile.id, browser)
    if before.get("tracking") == "given" and not is_stored:  # what was held proves nothing
        prove_by_form(unit, submission, profile.id)
    _note_event(unit, profile, submission, form)
    new = {purpose for purpose in wanted if before.get(purpose) != "given"}
    answer_submission(unit, profile, submission, form, new)
    if is_new:
        change_id = derived_id("stage", profile.id, "prospect")
        was = "visitor" if was_here else None
        handovers.add_stage_change(connection, change_id, profile.id, was, "prospect", unit.now, "submission")
        announce(unit, "lead.created", profile, submission.id, form=form.id, fields=dict(profile.fields))


def _naming(browser: str | None, context: Mapping[str, Any]) -> dict[str, Any]:
    """The context with that browser, or with none."""
    others = {name: value for name, value in context.items() if name != "visitor"}
    return others | ({"visitor": browser} if browser else {})


def _is_first(unit: Unit, submission: Submission, row: SubmissionRow) -> bool:
    """Whether this submission is not a repetition; the lock on the profile makes the answer safe."""
    connection = unit.connection
    if submission.source == "browser" and submissions.seen_lately(
        connection, row.content_hash, row.received_at, TWICE
    ):
        return False
    return submissions.add(connection, row)


def _log(what: str, submission: Submission, **more: str) -> None:
    log.info(what, extra={"form": submission.form, "trace": str(submission.id), **more})


def _form(program: Program, submission: Submission) -> Form:
    if submission.form not in program.forms:
        raise UnknownForm(submission.form)
    return program.forms[submission.form]


def _learn(unit: Unit, profile: ProfileRow, submission: Submission, program: Program) -> ProfileRow:
    """Lay the form's values and its channel over the profile."""
    asked = {one.field.id for one in program.forms[submission.form].fields}
    known = {name: value for name, value in submission.fields.items() if name in asked}
    merged = merge(
        profile.fields,
        profile.also_given,
        known,
        confirmed=profile.confirmed,
        origin={"submission": str(submission.id), "at": submission.at.isoformat()},
    )
    touch = touch_of(submission.context)
    values: dict[str, Any] = {"fields": merged.fields, "also_given": merged.also_given}
    if touch:
        values["last_touch"] = touch
    if not profile.first_touch:
        values["first_touch"] = submission.context.get("first_touch") or touch
    profiles.change(unit.connection, profile.id, **values)
    return replace(profile, **values)


def touch_of(context: Mapping[str, Any]) -> dict[str, Any]:
    """Channel facts of a submission: campaign, landing page, referrer."""
    kept = ("utm", "page_url", "referrer", "landing_page")
    return {key: context[key] for key in kept if context.get(key)}


def _note_consents(
    unit: Unit, profile: ProfileRow, submission: Submission, language: str, wanted: set[str]
) -> None:
    asker = _asker(submission)
    consents.add(
        unit.connection,
        (
            Consent(
                id=derived_id("consent", submission.id, purpose, "requested"),
                profile_id=profile.id,
                purpose=purpose,
                state="requested",
                text=submission.consents[purpose].text,
                language=_language_of(unit.program, purpose, submission.consents[purpose].text, language),
                at=submission.at,
                how="website" if submission.source == "api" else "form",
                place=str(submission.context.get("page_url") or submission.form),
                program_version=unit.program.version,
                ip=asker.ip,
                user_agent=asker.user_agent,
                form=submission.form,
                submission_id=submission.id,
            )
            for purpose in sorted(wanted)
        ),
        written_at=unit.now,
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


def _note_event(unit: Unit, profile: ProfileRow, submission: Submission, form: Form) -> None:
    data = {
        "form": form.id,
        "form_kind": form.kind,
        "channel": form.channel,
        "subject": i18n.pick(form.title, unit.program.language),
        "topics": list(form.topics),
        "submission": str(submission.id),
    }
    event_id = derived_id(submission.id, "form.submitted")
    row = EventRow(
        event_id, profile.id, "form.submitted", submission.at, unit.now, data=data, verdict="human"
    )
    events.add(unit.connection, [row])
    unit.to_score.add(profile.id)


def _row(submission: Submission, received_at: datetime) -> SubmissionRow:
    return SubmissionRow(
        id=submission.id,
        profile_id=None,
        form=submission.form,
        source=submission.source,
        key=submission.key,
        content_hash=content_hash(submission.form, submission.fields, submission.consents),
        state="accepted",
        held_because=None,
        received_at=received_at,
        at=submission.at,
        fields=submission.fields,
        consents={
            purpose: {"given": answer.given, "text": answer.text}
            for purpose, answer in submission.consents.items()
        },
        context=submission.context,
    )
