"""By which channels sales may reach somebody, and on what ground."""

from collections.abc import Sequence

from sqlalchemy import Connection

from bridge.profiles.consent import Consent, permitted, standing
from bridge.profiles.postal import postal_address
from bridge.program.model import Program
from bridge.qualification.leads import Channels
from bridge.store import consents, submissions, suppressions
from bridge.store.profiles import ProfileRow
from bridge.store.submissions import SubmissionRow


def permitted_channels(connection: Connection, program: Program, profile: ProfileRow) -> Channels:
    """The channels by which somebody may be reached."""
    answers = consents.of_profile(connection, profile.id)
    blocked = suppressions.reason_for(connection, profile.email_key) == "blocked"
    grounds = permitted(
        standing(answers),
        asked_for=asked_for_contact(program, submissions.of_profile(connection, profile.id), answers),
        phone=bool(profile.fields.get("phone")),
        blocked=blocked,
    )
    letter = bool(postal_address(profile.fields)) and not blocked and not profile.excluded
    return Channels(grounds["phone"] != "none", grounds["email"] != "none", letter)


def asked_for_contact(program: Program, sent: Sequence[SubmissionRow], answers: Sequence[Consent]) -> bool:
    """Whether the person asked sales to get in touch, and took back nothing since."""
    withdrawn = max(
        (a.at for a in answers if a.state == "withdrawn" and a.purpose in {"email", "phone"}), default=None
    )
    asked = [row.at for row in sent if (form := program.forms.get(row.form)) and form.channel == "sales"]
    return any(not withdrawn or at > withdrawn for at in asked)
