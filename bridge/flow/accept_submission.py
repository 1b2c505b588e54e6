"""Forms arrive: write the profiles, ask for confirmation or send the receipts, let them be scored."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from bridge.errors import UnknownForm
from bridge.flow.admit import admit
from bridge.flow.alarm import alarm
from bridge.flow.sent_form import SentForm
from bridge.flow.unit import Unit
from bridge.intake.records import Submission, content_hash
from bridge.profiles.address import InvalidAddress, parse_address
from bridge.program.model import Form, Program
from bridge.store import erasures, submissions
from bridge.store.submissions import SubmissionRow

log = logging.getLogger(__name__)


def accept_submission(unit: Unit, submission: Submission, received_at: datetime) -> None:
    """Take one submission in; see `accept_submissions`."""
    accept_submissions(unit, [(submission, received_at)])


def accept_submissions(unit: Unit, arrived: Iterable[tuple[Submission, datetime]]) -> None:
    """Take submissions in, each with when it was received, that have nothing in common; see bridge.intake.rounds.

    The same ones again have no effect, nor those from before their address was erased. A number of statements that
    does not grow with theirs. Raises UnknownForm when the programme lost a form, InvalidAddress when an address is
    none.
    """
    sent = [
        SentForm(submission, _form(unit.program, submission), _row(submission, received_at))
        for submission, received_at in _in_time(unit, list(arrived))
    ]
    _hold(unit, [one for one in sent if one.submission.suspicion])
    trusted = [one for one in sent if not one.submission.suspicion]
    known = submissions.known(unit.connection, [one.row for one in trusted])
    admit(unit, [one for one in trusted if one.row.id not in known], is_stored=False)


def release_submission(unit: Unit, row: SubmissionRow, submission: Submission) -> bool:
    """Let a held submission through after all; False when somebody decided before."""
    erasures.hold(unit.connection, filter(None, [_key(submission)]))
    if not submissions.decide(unit.connection, row.id, "accepted"):
        return False
    admit(unit, [SentForm(submission, _form(unit.program, submission), row)], is_stored=True)
    return True


def _in_time(unit: Unit, arrived: list[tuple[Submission, datetime]]) -> list[tuple[Submission, datetime]]:
    """Without those that were sent before their senders had everything erased, and come late.

    Until this is done nobody else accepts or erases anything of these addresses.
    """
    keys = [_key(submission) for submission, _ in arrived]
    named = [key for key in keys if key is not None]
    erasures.hold(unit.connection, named)
    erased = erasures.moments(unit.connection, named)
    return [
        (submission, received_at)
        for key, (submission, received_at) in zip(keys, arrived, strict=True)
        if key not in erased or min(submission.at, received_at) > erased[key]
    ]


def _key(submission: Submission) -> str | None:
    """The key of the sender's address, None when it is none."""
    try:
        return parse_address(submission.fields.get("email", "")).key
    except InvalidAddress:
        return None


def _hold(unit: Unit, suspicious: Iterable[SentForm]) -> None:
    """Keep them for a person to decide."""
    held = [
        replace(
            one.row,
            state="held",
            held_because=one.submission.suspicion,
            context=_with_request(one.submission),
        )
        for one in suspicious
    ]
    new = submissions.add(unit.connection, held)
    for row in held:
        facts = {"form": row.form, "trace": str(row.id), "because": row.held_because}
        log.info("submission held", extra=facts)
    _tell_the_operator(unit, [row for row in held if row.id in new])


def _tell_the_operator(unit: Unit, held: Iterable[SubmissionRow]) -> None:
    """Once a day: who asked sales for something waits, and nobody knows."""
    to_sales = [row for row in held if unit.program.forms[row.form].channel == "sales"]
    if to_sales:
        first, today = to_sales[0], unit.now.astimezone(unit.program.timezone).date()
        key = f"form_held:{today.isoformat()}"
        alarm(unit, "operator/form_held", key, form=first.form, because=first.held_because)


def _with_request(submission: Submission) -> dict[str, Any]:
    """The context with what proves consents and how it came, because only that is there when somebody releases it."""
    request, mail = submission.request, {"mail": str(submission.mail)} if submission.mail else {}
    return {"ip": request.ip, "user_agent": request.user_agent, **submission.context, **mail}


def _form(program: Program, submission: Submission) -> Form:
    if submission.form not in program.forms:
        raise UnknownForm(submission.form)
    return program.forms[submission.form]


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
