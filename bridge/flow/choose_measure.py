"""What sales is asked to do with a lead, decided when it is handed over."""

import logging
from uuid import UUID

from bridge.flow.permitted_channels import permitted_channels
from bridge.flow.unit import Unit
from bridge.qualification import measures
from bridge.qualification.leads import Conditions, lead_of
from bridge.qualification.territories import territories_of
from bridge.scoring.facts import Person
from bridge.store import ledger, submissions
from bridge.store.profiles import ProfileRow

log = logging.getLogger(__name__)


def choose_measure(unit: Unit, profile: ProfileRow, cause: str, submission: UUID | None) -> str:
    """The id of the measure for a lead. cause: as of the hand-over. submission: the form that was sent, if any."""
    conditions = _conditions(unit, profile, cause, submission)
    asked = measures.choose_measure(unit.program.desk, conditions.resolver())
    for source in asked.failures:
        log.warning("a measure's condition failed", extra={"condition": source})
    return asked.id


def _conditions(unit: Unit, profile: ProfileRow, cause: str, submission: UUID | None) -> Conditions:
    """The lead as territories and filters see it, too."""
    sent = submissions.get(unit.connection, submission) if submission else None
    lead = lead_of(
        Person(profile.stage, profile.confirmed, profile.fit, profile.fields),
        profile.email_key,
        profile.score,
        cause=cause,
        company=profile.company_domain,
        owner=profile.owner,
        topics=ledger.topic_scores(unit.connection, [profile.id]).get(profile.id, {}),
        interests=profile.interests,
        form=unit.program.forms.get(sent.form) if sent else None,
        channels=permitted_channels(unit.connection, unit.program, profile),
    )
    conditions = Conditions(unit.program, lead)
    territories = territories_of(conditions)
    conditions.territory = territories[0].id if territories else ""
    return conditions
