"""The invented people, and the form that each of them sent."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bridge import i18n
from bridge.errors import UnknownForm
from bridge.ids import derived_id
from bridge.intake.records import GivenConsent, Request, Submission
from bridge.intake.validation import validate
from bridge.program.loading import DEMO
from bridge.program.model import Program

PEOPLE = DEMO.with_name("people.json")
OF_THE_PERSON = ("first_name", "last_name", "email", "company", "role", "phone", "employees", "message")
REFERRERS = {
    "google": "https://www.google.com/",
    "linkedin": "https://www.linkedin.com/",
    "newsletter": "https://newsletter.example.com/",
}


@dataclass(frozen=True, slots=True)
class Invented:
    """Somebody who does not exist. story: what they do; days_ago: when it began, with this form."""

    first_name: str
    last_name: str
    email: str
    company: str
    role: str
    phone: str
    language: str
    employees: str
    story: str
    days_ago: int
    form: str
    utm: Mapping[str, str]
    message: str
    fields: Mapping[str, str]

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


def invented_people() -> list[Invented]:
    """All of them, those who came first at the beginning, so that colleagues meet in the right order."""
    known = [Invented(**facts) for facts in json.loads(PEOPLE.read_text(encoding="utf-8"))]
    return sorted(known, key=lambda person: (-person.days_ago, person.email))


def submission_of(
    program: Program, person: Invented, form_id: str, ticked: set[str], at: datetime, request: Request
) -> Submission:
    """A form as that person's browser sent it. Raises UnknownForm when the programme is not the demo's.

    ticked: purposes of the boxes that were ticked.
    """
    form = program.forms.get(form_id)
    if form is None:
        raise UnknownForm(form_id)
    known = {name: str(getattr(person, name)) for name in OF_THE_PERSON} | dict(person.fields)
    typed = {asked.field.id: known.get(asked.field.id, "") for asked in form.fields}
    key = f"{form_id}:invented:{person.email}"
    return Submission(
        id=derived_id("submission", "browser", key),
        form=form_id,
        source="browser",
        key=key,
        at=at,
        fields=validate(form, typed, person.language),
        consents={
            purpose: GivenConsent(purpose in ticked, i18n.pick(program.consents[purpose], person.language))
            for purpose in form.consents
        },
        context=_context(person, form_id),
        request=request,
    )


def _context(person: Invented, form_id: str) -> dict[str, Any]:
    """The campaign belongs to the first visit; later ones come by themselves."""
    utm = dict(person.utm) if form_id == person.form else {}
    referrer = REFERRERS.get(utm.get("source", ""))
    return {
        "language": person.language,
        "page_url": f"https://www.example.com/{form_id}",
        **({"utm": utm} if utm else {}),
        **({"referrer": referrer} if referrer else {}),
    }
