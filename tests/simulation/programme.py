"""The market's programme: all four kinds of series, without feeds, under either preset."""

from pathlib import Path

from bridge.program.loading import load_program
from bridge.program.model import Program

LINKS = {
    "welcome": ("sepa", "erp", "bi"),
    "welcome-more": ("sepa", "erp", "bi"),
    "sepa-one": ("sepa", "erp"),
    "sepa-two": ("sepa", "bi", "sepa"),
    "sepa-three": ("sepa", "sepa"),
    "erp-one": ("erp", "sepa"),
    "erp-two": ("erp", "erp", "bi"),
    "erp-nudge": ("erp", "bi"),
    "erp-last": ("erp", "erp"),
    "bi-one": ("bi", "bi", "bi"),
    "bi-two": ("bi", "sepa"),
    "webinar-soon": ("bi",),
    "webinar-tomorrow": ("bi", "erp"),
    "webinar-thanks": ("–", "sepa"),
    "wake": ("sepa", "erp", "bi"),
    "wake-again": ("sepa", "bi"),
}
"""Mail → the topic of each of its links; – for none of its own."""
ABOUT = {"sepa-two": "sepa", "webinar-thanks": "bi", "wake": "erp"}
"""Mail → what it is about, where it says so."""

PROGRAMME = """
[program]
name = "Markt"
timezone = "Europe/Berlin"
imprint = "https://www.example.com/impressum"
privacy = "https://www.example.com/datenschutz"

[[topics]]
id = "sepa"
title = "SEPA"
[[topics]]
id = "erp"
title = "ERP"
[[topics]]
id = "bi"
title = "Auswertungen"

[consents.email]
text = "Ja, senden Sie mir Neues."
[consents.tracking]
text = "Ja, werten Sie meine Klicks aus."

[mailing]
quiet_hours = "19:30-07:00"
max_per_day = 2
max_per_week = 3

[[forms]]
id = "guide"
kind = "download"
title = "Leitfaden"
fields = ["email!", "company"]
consents = ["email", "tracking"]
topics = ["sepa"]
download = "guide.pdf"
[[forms]]
id = "checklist"
kind = "other"
title = "Checkliste"
fields = ["email!", "company"]
consents = ["email", "tracking"]
topics = ["erp"]
[[forms]]
id = "webinar"
kind = "event"
title = "Webinar"
fields = ["email!", "company"]
consents = ["email", "tracking"]
topics = ["bi"]
[[forms]]
id = "callback"
kind = "callback"
channel = "sales"
title = "Rückruf"
fields = ["email!", "phone"]

[[sequences]]
id = "welcome"
kind = "welcome"
starts = "address.confirmed"
[[sequences.steps]]
mail = "welcome"
[[sequences.steps]]
mail = "welcome-more"
until = "link.clicked"
after = "4d"
when = "mail.distinct_links == 0"

[[sequences]]
id = "sepa"
kind = "follow-up"
topic = "sepa"
[[sequences.steps]]
mail = "sepa-one"
[[sequences.steps]]
mail = "sepa-two"
after = "7d"
[[sequences.steps]]
mail = "sepa-three"
after = "7d"

[[sequences]]
id = "erp"
kind = "follow-up"
topic = "erp"
goal = "topics.erp >= threshold / 2"
at_handover = "end"
[[sequences.steps]]
mail = "erp-one"
[[sequences.steps]]
id = "read-it"
after = "3d"
when = "mail.opened"
otherwise = "erp-nudge"
[[sequences.steps]]
mail = "erp-two"
after = "2d"
next = "erp-last"
[[sequences.steps]]
mail = "erp-nudge"
after = "4d"
[[sequences.steps]]
mail = "erp-last"
after = "7d"

[[sequences]]
id = "bi"
kind = "follow-up"
topic = "bi"
again = "35d"
[[sequences.steps]]
mail = "bi-one"
[[sequences.steps]]
mail = "bi-two"
after = "10d"
when = "score >= 0"
otherwise = "end"

[[sequences]]
id = "webinar"
kind = "event"
form = "webinar"
date = 2026-03-26T10:00:00
every = "28d"
[[sequences.steps]]
mail = "webinar-soon"
before_date = "7d"
[[sequences.steps]]
mail = "webinar-tomorrow"
before_date = "1d"
[[sequences.steps]]
mail = "webinar-thanks"
after_date = "1d"

[[sequences]]
id = "wake-up"
kind = "wake-up"
silence = "21d"
again = "30d"
[[sequences.steps]]
mail = "wake"
[[sequences.steps]]
mail = "wake-again"
after = "14d"
when = "!mail.opened"

[sales]
[[sales.people]]
id = "anna"
name = "Anna Vertrieb"
email = "anna.vertrieb@example.com"
[[sales.people]]
id = "ben"
name = "Ben Vertrieb"
email = "ben.vertrieb@example.com"

[scoring]
"""


def programme(preset: str, folder: Path) -> Program:
    """The programme under a preset, with its mails, written into an empty folder."""
    texts, files = folder / "mails", folder / "files"
    texts.mkdir()
    files.mkdir()
    (files / "guide.pdf").write_bytes(b"%PDF-1.4")
    mails = ""
    for mail, topics in LINKS.items():
        (texts / f"{mail}.md").write_text(_text(mail, topics), encoding="utf-8")
        about = f'topics = ["{ABOUT[mail]}"]\n' if mail in ABOUT else ""
        mails += f'[[mails]]\nid = "{mail}"\nsubject = "{mail}"\ntext = "mails/{mail}.md"\n{about}'
    path = folder / "program.toml"
    path.write_text(f'{PROGRAMME}preset = "{preset}"\n\n{mails}', encoding="utf-8")
    return load_program(path)


def _text(mail: str, topics: tuple[str, ...]) -> str:
    links = [
        f"[Beitrag {number}](https://www.example.com/{mail}/{number}{_title(topic)})"
        for number, topic in enumerate(topics, 1)
    ]
    files = (
        "{% for d in downloads %}[{{ d.title }}]({{ d.url }})\n\n{% endfor %}" if mail == "welcome" else ""
    )
    return "{{ salutation }}\n\nNeues für Sie.\n\n" + files + "\n\n".join(links) + "\n"


def _title(topic: str) -> str:
    return "" if topic == "–" else f' "topics={topic}"'
