"""Submissions that looked like spam: a person decides."""

from uuid import UUID

from bridge.flow.accept_submission import release_submission
from bridge.flow.unit import Unit
from bridge.intake.records import GivenConsent, Request, Submission
from bridge.store.submissions import SubmissionRow


def release(unit: Unit, row: SubmissionRow) -> bool:
    """Treat a held submission as if it had just been accepted; False when it is not held any more."""
    return release_submission(unit, row, _submission(row))


def _submission(row: SubmissionRow) -> Submission:
    context = dict(row.context)
    mail = context.pop("mail", None) if row.source == "browser" else None
    return Submission(
        id=row.id,
        form=row.form,
        source="api" if row.source == "api" else "browser",
        key=row.key,
        at=row.at,
        fields=row.fields,
        consents={p: GivenConsent(a["given"], a["text"]) for p, a in row.consents.items()},
        context=context,
        request=Request(ip=context.get("ip"), user_agent=context.get("user_agent")),
        mail=UUID(mail) if mail else None,
    )
