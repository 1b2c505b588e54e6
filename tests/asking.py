"""A programme that asks a few questions at a time, and a house that keeps it."""

from pathlib import Path

from bridge.program.loading import load_program
from tests.house import House

TOML = """
[program]
name = "Fragen"
imprint = "https://www.example.com/impressum"
privacy = "https://www.example.com/datenschutz"

[[topics]]
id = "sepa"
title = "SEPA"

[consents.email]
text = {de = "Ja, senden Sie mir Neues.", en = "Yes, send me news."}
[consents.tracking]
text = "Ja, werten Sie meine Klicks aus."
[consents.phone]
text = "Ja, rufen Sie mich an."

[[fields]]
id = "employees"
type = "choice"
label = {de = "Mitarbeiter", en = "Employees"}
choices = ["1-9", "10-49", "250+"]
[[fields]]
id = "language"
type = "text"
label = "Sprache Ihrer Buchhaltung"

[[forms]]
id = "webinar"
kind = "event"
title = {de = "Webinar: SEPA", en = "Webinar: SEPA"}
fields = ["email!", "first_name", "company!", "message"]
consents = ["email", "tracking"]
topics = ["sepa"]
[[forms]]
id = "call-back"
kind = "callback"
channel = "sales"
title = "Rückruf"
fields = ["email!", "phone!"]
consents = ["phone"]

[profiling]
questions = ["employees", "language", "phone", "role"]

[[fit]]
id = "large"
when = "profile.employees == '250+'"
points = 30

[scoring]
preset = "exact"
[[scoring.rules]]
id = "answered"
on = "question.answered"
when = "event.field != 'role'"
points = 3
reason = {de = "Beantwortet: {subject}"}

[[mails]]
id = "ask"
subject = {de = "Noch eine Frage", en = "One more question"}
text = "mails/ask.{language}.md"
[[sequences]]
id = "welcome"
kind = "welcome"
starts = "address.confirmed"
[[sequences.steps]]
mail = "ask"

[[sales.people]]
id = "anna"
name = "Anna Vertrieb"
email = "anna.vertrieb@example.com"
"""
MAIL = """{{ salutation }}

[Zwei Fragen]({{ questions_url }})

[Zum Webinar]({{ forms.webinar }})

[Rückruf]({{ forms["call-back"] }})
"""


def write_program(folder: Path) -> Path:
    """The programme as a file, with its mail beside it."""
    (folder / "mails").mkdir(parents=True)
    for language in ("de", "en"):
        (folder / "mails" / f"ask.{language}.md").write_text(MAIL, encoding="utf-8")
    path = folder / "program.toml"
    path.write_text(TOML, encoding="utf-8")
    return path


def asking(house: House, folder: Path) -> House:
    """The same house under that programme."""
    return House(house.engine, load_program(write_program(folder)), house.clock)
