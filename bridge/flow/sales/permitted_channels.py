"""By which channels sales may reach people, and on what ground."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from bridge.profiles.consent import Answer, permitted, standing
from bridge.profiles.postal import postal_address
from bridge.program.model import Program
from bridge.qualification.leads import Channels
from bridge.store import consents, submissions, suppressions
from bridge.store.profiles import ProfileRow
from bridge.store.submissions import SubmissionRow


def permitted_channels(
    connection: Connection, program: Program, people: Iterable[ProfileRow]
) -> dict[UUID, Channels]:
    """Person → the channels by which sales may get in touch. As many questions for many people as for one."""
    known = {one.id: one for one in people}
    said = consents.said(connection, known)
    forms = [one.id for one in program.forms.values() if one.channel == "sales"]
    asked = submissions.newest_of_forms(connection, known, forms)
    refused = suppressions.reasons_for(connection, [one.email_key for one in known.values()])
    return {
        one.id: _channels_of(
            one, said.get(one.id, ()), asked.get(one.id), blocked=refused.get(one.email_key) == "blocked"
        )
        for one in known.values()
    }


def _channels_of(
    profile: ProfileRow, answers: Sequence[Answer], asked_at: datetime | None, *, blocked: bool
) -> Channels:
    grounds = grounds_of(profile, answers, [asked_at] if asked_at else [], blocked=blocked)
    letter = bool(postal_address(profile.fields)) and not blocked and not profile.excluded
    return Channels(grounds["phone"] != "none", grounds["email"] != "none", letter)


def grounds_of(
    profile: ProfileRow, answers: Sequence[Answer], asked: Iterable[datetime], *, blocked: bool
) -> dict[str, str]:
    """Channel → ground on which sales may use it; see `permitted`. asked: when the person sent forms of sales."""
    return permitted(
        standing(answers),
        asked_for=_asks(asked, answers),
        phone=bool(profile.fields.get("phone")),
        blocked=blocked,
    )


def asked_sales(program: Program, sent: Iterable[SubmissionRow]) -> list[datetime]:
    """When the person asked sales to get in touch."""
    return [row.at for row in sent if (form := program.forms.get(row.form)) and form.channel == "sales"]


def _asks(asked: Iterable[datetime], answers: Iterable[Answer]) -> bool:
    """Whether the person asked sales to get in touch, and took back nothing since."""
    withdrawn = max(
        (a.at for a in answers if a.state == "withdrawn" and a.purpose in {"email", "phone"}), default=None
    )
    return any(not withdrawn or at > withdrawn for at in asked)
