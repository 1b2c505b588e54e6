"""Builders: sample things with sensible values, of which a test names only what matters to it."""

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from bridge.ids import derived_id
from bridge.intake.records import GivenConsent, Request, Submission
from bridge.program.desk import Results, Team
from bridge.program.loading import DEMO, load_program
from bridge.program.model import Program
from bridge.program.profiling import Profiling
from bridge.scoring.facts import Event, MailFacts, Person

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
A_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

HEAD = """
[program]
name = "Test"
imprint = "https://www.example.com/impressum"
privacy = "https://www.example.com/datenschutz"

[[topics]]
id = "sepa"
title = "SEPA"
[[topics]]
id = "erp"
title = "ERP"

[consents.email]
text = "Ja, senden Sie mir Neues."
[consents.tracking]
text = "Ja, werten Sie meine Klicks aus."

[[forms]]
id = "download"
kind = "other"
title = "Download"
fields = ["email!", "company"]
consents = ["email", "tracking"]
topics = ["sepa"]

[[forms]]
id = "callback"
kind = "callback"
channel = "sales"
title = "Rückruf"
fields = ["email!", "phone"]

[sales]
[[sales.people]]
id = "anna"
name = "Anna Vertrieb"
email = "anna.vertrieb@example.com"
[[sales.people]]
id = "ben"
name = "Ben Vertrieb"
email = "ben.vertrieb@example.com"
"""

EXACT = HEAD + '\n[scoring]\npreset = "exact"\n'
ARTEGIC = HEAD + '\n[scoring]\npreset = "artegic"\n'


@cache
def whole_demo_program() -> Program:
    """The demo programme, read once: it is frozen."""
    return load_program(DEMO)


@cache
def demo_program() -> Program:
    """The demo programme with the welcome as its only series, by day and night, and without questions and feeds.

    In sales there are two people of one team, whom no brake holds, and nothing is asked of the results. So a test of
    something else is not about all that as well.
    """
    whole = whole_demo_program()
    desk, team = whole.desk, replace(whole.desk.teams["dach"], territories=())
    return replace(
        whole,
        people={name: whole.people[name] for name in ("mira", "jonas")},
        desk=replace(desk, teams={team.id: team}, measures=()),
        results=Results(),
        sequences={"welcome": whole.sequences["welcome"]},
        mailing=replace(whole.mailing, quiet=None, max_per_day=3, max_per_week=None),
        profiling=Profiling(),
        fit=(),
        feeds={},
    )


def in_two_teams(program: Program) -> Program:
    """The same, but Jonas is in another team than Mira."""
    elsewhere = Team("suedwest", {"de": "Südwest", "en": "South-west"})
    jonas = replace(program.people["jonas"], team=elsewhere.id)
    desk = replace(program.desk, teams={**program.desk.teams, elsewhere.id: elsewhere})
    return replace(program, people={**program.people, jonas.id: jonas}, desk=desk)


def program(toml: str = EXACT, environ: dict[str, str] | None = None) -> Program:
    """A programme from TOML text, with nothing beside it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.toml"
        path.write_text(toml, encoding="utf-8")
        return load_program(path, environ)


def event(kind: str, at: datetime = NOON, mail: MailFacts | None = None, **data: Any) -> Event:
    """An event of a person."""
    return Event(uuid4(), kind, at, data, mail.id if mail else None)


def mail(**facts: Any) -> MailFacts:
    """A tracked mail of the welcome sequence."""
    known: dict[str, Any] = {
        "template": "welcome",
        "subject": "Willkommen",
        "kind": "welcome",
        "tracked": True,
    }
    return MailFacts(id=facts.pop("id", uuid4()), **(known | {"sequence": "welcome"} | facts))


def person(**facts: Any) -> Person:
    """A confirmed prospect."""
    known: dict[str, Any] = {"stage": "prospect", "confirmed": True, "fit": 50, "fields": {}}
    return Person(**(known | facts))


def submission(
    form: str = "globe-next-download",
    email: str = "anna@beispiel.example",
    allows: Iterable[str] = ("email", "tracking"),
    at: datetime = NOON,
    context: dict[str, Any] | None = None,
    **more: Any,
) -> Submission:
    """A form sent by Anna Berg of Beispiel GmbH. allows: the boxes that she ticked. more: fields.

    context: channel facts besides campaign and language.
    """
    key = str(more.pop("key", uuid4()))
    fields = {"email": email, "first_name": "Anna", "last_name": "Berg", "company": "Beispiel GmbH", **more}
    ticked = set(allows)
    return Submission(
        id=derived_id("submission", "api", key),
        form=form,
        source="api",
        key=key,
        at=at,
        fields={name: value for name, value in fields.items() if value},
        consents={p: GivenConsent(p in ticked, f"Ja zu {p}") for p in ("email", "tracking")},
        context={"language": "de", "utm": {"source": "google", "medium": "cpc"}} | (context or {}),
        request=Request("203.0.113.7", A_BROWSER, "POST"),
    )


def some_id() -> UUID:
    """Any id."""
    return uuid4()
