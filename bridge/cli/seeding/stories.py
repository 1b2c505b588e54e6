"""The stories that the invented people live: who does what, and how long they take for it."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from bridge.cli.seeding.life import Life
from bridge.flow.sales import decide_held
from bridge.qualification.outcomes import Answer
from bridge.store.mails import MailRow
from connectors.contract import Deferred, Refused

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
UNANSWERED_FOR = 6 * DAY
"""Hand-overs younger than this are still open."""
SCANNED = "@nordlicht-grosshandel.example"
"""The mail server of that company follows every link."""

NOTES = (
    "Rückruf vereinbart, Unterlagen sind unterwegs.",
    "Gutes Gespräch, Termin für eine Vorführung steht.",
    "Braucht ein Angebot bis Monatsende.",
)
AMOUNTS = ("8640.00", "12480.00", "23760.00", "31200.00")
REJECTIONS = ("does-not-fit", "no-need", "not-reached", "no-budget", "only-informing", "only-informing")
UNKNOWN = Refused("550 5.1.1 no such user here", "hard", "5.1.1")
GREYLISTED = Deferred("450 4.7.1 greylisted, please try again later", HOUR, status="4.7.1")


def unconfirmed(life: Life) -> None:
    """Sends a form and never looks at the confirmation mail."""
    life.send_form(life.person.form, "email", *life.chance.choice(((), ("tracking",))))


def confirmed_quiet(life: Life) -> None:
    """Confirms and is not heard of again. Every other one allows no tracking."""
    _join(life, *life.chance.choice(((), ("tracking",))))


def reader(life: Life) -> None:
    """Opens the mails, chooses topics, follows a single link in each, comes back for another form."""
    _join(life, "tracking")
    _choose_topics(life)
    _read(life, 1)
    _come_back(life)
    life.wait_days(10, 13)
    _read(life, 1)


def downloader(life: Life) -> None:
    """Fetches what was asked for, and a few days later the other file, too."""
    first = life.person.form
    other = "globe-next-download" if first == "sepa-checkliste" else "sepa-checkliste"
    _join(life, "tracking")
    life.wait(2 * MINUTE, 10 * MINUTE)
    life.download(first, life.newest_mail())
    _read(life, 0)
    life.wait_days(3, 6)
    life.send_form(other)
    life.wait(MINUTE, 20 * MINUTE)
    life.download(other)


def clicker(life: Life) -> None:
    """Reads the second mail late and thoroughly: several links, and sales is told."""
    _join(life, "tracking")
    _choose_topics(life)
    _read(life, 1)
    _come_back(life)
    life.wait_days(7, 8)
    life.wait_until_days_ago(1, 30)
    _read(life, 2)
    _accepted_unless_new(life)


def rush(life: Life) -> None:
    """One of several who read at this very moment about something for which sales has one person: she has no room."""
    _join(life, "tracking", "phone")
    life.wait(MINUTE / 2, 3 * MINUTE)
    life.choose("warenwirtschaft")
    life.wait_until_just_now(8)
    mail = life.newest_mail(2)
    if mail is not None:
        life.open(mail)
        life.click(mail, 0)
        life.wait_until_just_now(6)
        life.click(mail, 1)


def competitor(life: Life) -> None:
    """Reads as thoroughly, but works for a competitor: a filter holds the lead back."""
    _join(life, "tracking")
    _read(life, 2)


def excluded(life: Life) -> None:
    """So does this one, and marketing has looked at it."""
    competitor(life)
    life.wait(2 * HOUR, 8 * HOUR)
    life.decide(decide_held.exclude, "Arbeitet bei Kontorwerk.")


def returned(life: Life) -> None:
    """Writes a thesis: no lead for sales, but may come again."""
    competitor(life)
    life.wait(2 * HOUR, 8 * HOUR)
    life.decide(decide_held.give_back, "Schreibt eine Abschlussarbeit.")


def released(life: Life) -> None:
    """Studies, and keeps the books of a company: marketing lets sales have the lead."""
    competitor(life)
    life.wait(2 * HOUR, 8 * HOUR)
    life.decide(decide_held.release, "Führt die Bücher eines Steuerbüros.")
    _accepted_unless_new(life)


def bounced(life: Life) -> None:
    """Mistypes the address: the mailbox does not exist."""
    life.reply = UNKNOWN
    unconfirmed(life)


def deferred(life: Life) -> None:
    """Has just sent a form, and the own mail server asks to be tried again in an hour."""
    life.reply = GREYLISTED
    unconfirmed(life)


def asks_for_sales(life: Life) -> None:
    """Callback, contact, order: straight to sales; some confirm their address besides."""
    boxes = life.chance.choice((("email", "tracking"), ("email",), ()))
    submission = life.send_form(life.person.form, *boxes)
    if boxes:
        life.wait(3 * MINUTE, 40 * MINUTE)
        life.confirm(submission)
    _accepted_unless_new(life)


def accepted(life: Life) -> None:
    """Sales took the lead and is still talking."""
    _qualify(life)
    _accept(life)


def won(life: Life) -> None:
    """The lead became a customer."""
    _qualify(life)
    _accept(life)
    life.wait_days(14, 30)
    life.sales_says(Answer("won", amount=Decimal(life.chance.choice(AMOUNTS)), currency="EUR"))


def lost(life: Life) -> None:
    """The lead chose otherwise; marketing may try again in many months."""
    _qualify(life)
    _accept(life)
    life.wait_days(12, 25)
    life.sales_says(Answer("lost", reason=_reason(life, "no-budget", "other-supplier")))


def rejected(life: Life) -> None:
    """Sales gave the lead back; after the reason's pause the mails go on."""
    _qualify(life)
    life.wait(2 * HOUR, 7 * HOUR)
    life.sales_says(Answer("not_reached", note="Zweimal angerufen, niemand da."))
    life.wait_days(1, 2)
    life.sales_says(Answer("rejected", reason=_reason(life, *REJECTIONS)))
    life.wait_days(40, 45)
    _read(life, 0)


def silent(life: Life) -> None:
    """Nobody in sales answers, however often they are reminded: the lead goes back to marketing."""
    _qualify(life)


def passed_on(life: Life) -> None:
    """The first in sales is the wrong one; the second one talks, and has an amount in sight."""
    _qualify(life)
    life.wait(HOUR, 3 * HOUR)
    life.sales_says(Answer("rejected", reason=_reason(life, "wrong-territory")))
    _accept(life)
    life.wait_days(3, 6)
    life.sales_says(Answer("note", note="Angebot ist raus.", amount=Decimal("14900.00"), currency="EUR"))


def ordered(life: Life) -> None:
    """Orders by the form, and the order becomes one."""
    submission = life.send_form(life.person.form, "email", "tracking")
    life.wait(3 * MINUTE, 40 * MINUTE)
    life.confirm(submission)
    _accept(life)
    life.wait_days(5, 9)
    life.sales_says(Answer("won", amount=Decimal(life.chance.choice(AMOUNTS)), currency="EUR"))


def unsubscribed(life: Life) -> None:
    """Wants no more mail after the first."""
    _join(life, "tracking")
    _read(life, 0)
    life.wait_days(1, 4)
    mail = life.newest_mail()
    if mail is not None:
        life.unsubscribe(mail)


STORIES: dict[str, Callable[[Life], None]] = {
    "unconfirmed": unconfirmed,
    "confirmed_quiet": confirmed_quiet,
    "reader": reader,
    "downloader": downloader,
    "clicker": clicker,
    "rush": rush,
    "competitor": competitor,
    "excluded": excluded,
    "returned": returned,
    "released": released,
    "bounced": bounced,
    "deferred": deferred,
    "callback": asks_for_sales,
    "contact": asks_for_sales,
    "order": asks_for_sales,
    "accepted": accepted,
    "won": won,
    "lost": lost,
    "rejected": rejected,
    "silent": silent,
    "passed_on": passed_on,
    "ordered": ordered,
    "unsubscribed": unsubscribed,
}


def _join(life: Life, *boxes: str) -> None:
    """Send the form, find the confirmation mail, press its button; the welcome mail follows at once."""
    submission = life.send_form(life.person.form, "email", *boxes)
    life.wait(2 * MINUTE, 5 * HOUR)
    life.confirm(submission)
    mail = life.newest_mail()
    if mail is not None and life.person.email.endswith(SCANNED):
        life.wait(MINUTE / 3, MINUTE)
        life.scan(mail)


def _choose_topics(life: Life) -> None:
    """In the preference centre, right after confirming."""
    life.wait(MINUTE / 2, 3 * MINUTE)
    topics = sorted(life.world.program.topics)
    life.choose(*life.chance.sample(topics, life.chance.randint(1, 2)))


def _come_back(life: Life) -> None:
    """Another form a few days later; it tells what the first did not ask for."""
    life.wait_days(2, 4)
    life.send_form("globe-next-download" if life.person.form == "webinar" else "webinar")


def _read(life: Life, links: int) -> None:
    """Open the newest mail with so many links after a while, and follow them."""
    life.wait(20 * MINUTE, 9 * HOUR)
    mail = life.newest_mail(links)
    if mail is None or not mail.tracked:
        return
    life.open(mail)
    _click(life, mail, links)


def _click(life: Life, mail: MailRow, links: int) -> None:
    first = life.chance.randrange(max(1, len(mail.links)))
    for number in range(min(links, len(mail.links))):
        life.wait(MINUTE / 2, 4 * MINUTE)
        life.click(mail, first + number)


def _qualify(life: Life) -> None:
    """The way to sales by points: several forms, and several links of the welcome mail."""
    _join(life, *life.chance.choice((("tracking",), ("tracking", "phone"))))
    _choose_topics(life)
    if life.world.program.forms[life.person.form].download:
        life.wait(2 * MINUTE, 10 * MINUTE)
        life.download(life.person.form, life.newest_mail())
    _come_back(life)
    _read(life, 2)
    life.wait(10 * MINUTE, 20 * MINUTE)


def _accept(life: Life) -> None:
    life.wait(HOUR, 7 * HOUR)
    life.sales_says(Answer("accepted", note=life.chance.choice(NOTES)))


def _accepted_unless_new(life: Life) -> None:
    """Sales has answered what is older than a few days."""
    life.wait(10 * MINUTE, 20 * MINUTE)
    row = life.handover()
    if row is not None and life.today - row.at > UNANSWERED_FOR:
        _accept(life)


def _reason(life: Life, *liked: str) -> str:
    """One of these reasons, or whatever the programme has instead."""
    known = [reason for reason in liked if reason in life.world.program.reasons]
    return life.chance.choice(known or list(life.world.program.reasons))
