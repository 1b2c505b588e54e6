"""What sales is asked to do with a lead, decided when it is handed over."""

import logging
from typing import Any
from uuid import UUID

from bridge.flow.permitted_channels import permitted_channels
from bridge.flow.unit import Unit
from bridge.program.expressions import Resolver
from bridge.program.samples import NO_EVENT, NO_LEAD, NO_MAIL
from bridge.qualification import measures
from bridge.store import ledger, submissions
from bridge.store.profiles import ProfileRow

log = logging.getLogger(__name__)


def choose_measure(unit: Unit, profile: ProfileRow, cause: str, submission: UUID | None) -> str:
    """The id of the measure for a lead. cause: as of the hand-over. submission: the form that was sent, if any."""
    lead = _lead(unit, profile, cause, submission)
    asked = measures.choose_measure(unit.program.desk, _resolver(unit, profile, lead))
    for source in asked.failures:
        log.warning("a measure's condition failed", extra={"condition": source})
    return asked.id


def _lead(unit: Unit, profile: ProfileRow, cause: str, submission: UUID | None) -> dict[str, Any]:
    sent = submissions.get(unit.connection, submission) if submission else None
    form = unit.program.forms.get(sent.form) if sent else None
    channels = permitted_channels(unit.connection, unit.program, profile)
    domain, fields = profile.email_key.rpartition("@")[2], profile.fields
    return {
        **NO_LEAD,
        "cause": cause,
        "form": form.id if form else "",
        "form_kind": form.kind if form else "",
        "country": fields.get("country", ""),
        "postcode": fields.get("postcode", ""),
        "industry": fields.get("industry", ""),
        "size": fields.get("employees", ""),
        "domain": domain,
        "private": profile.company_domain is None,
        "phone": channels.phone,
        "mail": channels.mail,
        "letter": channels.letter,
    }


def _resolver(unit: Unit, profile: ProfileRow, lead: dict[str, Any]) -> Resolver:
    def resolve(name: str) -> Any:
        match name:
            case "lead":
                return lead
            case "profile":
                return {**dict.fromkeys(unit.program.fields, ""), **profile.fields}
            case "threshold":
                return unit.program.stages.threshold
            case "topics":
                known = ledger.topic_scores(unit.connection, [profile.id]).get(profile.id, {})
                return {topic: known.get(topic, 0) for topic in unit.program.topics}
            case "score" | "fit" | "stage" | "confirmed":
                return getattr(profile, name)
        return {"event": NO_EVENT, "mail": NO_MAIL}.get(name)

    return resolve
