"""Invented people and a small programme: what every page and mail can be shown with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from bridge.delivery.previews import Group
from bridge.delivery.previews.people import OPERATOR
from bridge.edge.funnels import funnel
from bridge.flow.results.compare_wordings import Contest
from bridge.flow.results.report_sequences import SequenceReport, StepReport, WordingReport
from bridge.flow.results.tell_sequences import opinions
from bridge.flow.sales.forward_lead import SalesColleague
from bridge.nurture.comparison import Count, compare
from bridge.profiles.consent import text_hash
from bridge.profiles.overview import (
    AccessLine,
    AlsoGiven,
    Colleague,
    ConsentLine,
    HandoverLine,
    LedgerLine,
    MailLine,
    MeasureLine,
    Profile360,
    SubmissionLine,
    TimelineLine,
    TopicScore,
)
from bridge.profiles.proofs import Proof, Record
from bridge.program.desk import Desk, Results
from bridge.program.expressions import compile_expression
from bridge.program.mailing import Mailing
from bridge.program.model import Field, Form, FormField, Program, Reason, SalesPerson, Stages, Topic
from bridge.program.profiling import Profiling
from bridge.program.retention import Retention
from bridge.program.verdicts import Thresholds
from bridge.store.series_figures import Figures

NOW = datetime(2026, 3, 12, 13, 32, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
Context = Mapping[str, Any]


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


FIELDS = {
    "email": Field("email", "email", {"de": "E-Mail", "en": "E-mail"}),
    "first_name": Field("first_name", "text", {"de": "Vorname", "en": "First name"}),
    "company": Field("company", "text", {"de": "Firma", "en": "Company"}),
    "phone": Field("phone", "phone", {"de": "Telefon", "en": "Telephone"}),
    "employees": Field("employees", "choice", {"de": "Mitarbeiter", "en": "Employees"}, ("1-9", "10-49")),
    "seats": Field("seats", "number", {"de": "Plätze", "en": "Seats"}),
    "wanted": Field("wanted", "date", {"de": "Wunschtermin", "en": "Preferred date"}),
    "message": Field("message", "textarea", {"de": "Nachricht", "en": "Message"}),
}
CONSENTS = [
    ("email", "Ja, senden Sie mir Fachbeiträge per E-Mail. Ich kann das jederzeit widerrufen."),
    ("tracking", "Ja, ich bin mit der Auswertung meiner Öffnungen und Klicks einverstanden."),
]


def form(
    id: str, kind: str, title: str, *fields: str, channel: str = "marketing", download: str | None = None
) -> Form:
    asked = tuple(FormField(FIELDS[name.rstrip("!")], name.endswith("!")) for name in fields)
    return Form(
        id,
        kind,  # type: ignore[arg-type]  # a plain word in these tests
        channel,  # type: ignore[arg-type]  # likewise
        {"de": title, "en": title},
        asked,
        ("email", "tracking"),
        ("sepa",),
        download,
        None,
    )


FORMS = {
    one.id: one
    for one in (
        form(
            "globe-next-download",
            "download",
            "Globe Next herunterladen",
            "email!",
            "first_name",
            "company!",
            "employees",
            download="globe-next.pdf",
        ),
        form("webinar", "event", "Webinar: SEPA in 45 Minuten", "email!", "seats", "wanted"),
        form("kontakt", "contact", "Kontakt", "email!", "message!", channel="sales"),
        form("rueckruf", "callback", "Rückruf", "email!", "phone!", "wanted", channel="sales"),
        form("bestellung", "order", "Bestellung", "email!", "company!", "seats!", channel="sales"),
        form("sonstiges", "other", "Newsletter", "email!"),
    )
}

REASONS = (
    Reason("no-need", {"de": "Kein Bedarf", "en": "No need"}, back_after=6),
    Reason("later", {"de": "Später, mit Termin", "en": "Later, on a date"}, asks="date"),
    Reason("no-contact", {"de": "Wünscht keinen Kontakt", "en": "Wants no contact"}, effect="block"),
)


def program() -> Program:
    return Program(
        name="Exact Globe Next",
        language="de",
        timezone=ZoneInfo("Europe/Berlin"),
        imprint="https://www.example.com/impressum",
        privacy="https://www.example.com/datenschutz",
        thanks="https://www.example.com/danke",
        topics={"sepa": Topic("sepa", {"de": "SEPA", "en": "SEPA"})},
        consents={purpose: {"de": text} for purpose, text in CONSENTS},
        fields=FIELDS,
        origins=frozenset(),
        forms=FORMS,
        stages=Stages((), compile_expression("confirmed"), 12, None),
        verdicts=Thresholds(),
        mailing=Mailing(),
        retention=Retention(),
        rules=(),
        profiling=Profiling(),
        fit=(),
        feeds={},
        mails={},
        sequences={},
        people={},
        reasons={reason.id: reason for reason in REASONS},
        desk=Desk(),
        results=Results(),
        webhooks=(),
        sales_link="device",
        reply_to_lead=False,
        response_hours=24,
        folder=Path(),
        version="1",
    )


OPEN = HandoverLine(
    UUID(int=1),
    "open",
    "form",
    "Anna Vertrieb",
    ago(hours=2),
    NOW + timedelta(hours=22),
    None,
    None,
    None,
    None,
    None,
    MeasureLine("call_today", "", NOW + timedelta(hours=3)),
    since=ago(hours=2),
)
ACCEPTED = replace(OPEN, state="accepted", decided_at=ago(minutes=10))
REJECTED = replace(
    OPEN,
    id=UUID(int=2),
    state="rejected",
    at=ago(days=190),
    decided_at=ago(days=188),
    reason="Kein Budget",
    note="Im Herbst noch einmal versuchen.",
)
WON = replace(
    OPEN, id=UUID(int=3), state="won", decided_at=ago(days=1), amount=Decimal("12400.50"), currency="EUR"
)

DOWNLOADED = SubmissionLine(
    ago(days=3),
    "globe-next-download",
    "Globe Next herunterladen",
    "marketing",
    (("Firma", "Beispiel GmbH"), ("Mitarbeiter", "50-249")),
    None,
    "https://www.example.com/sepa",
    "https://www.google.com/",
    "google / cpc / sepa",
)
CALLBACK = SubmissionLine(
    ago(hours=2),
    "rueckruf",
    "Rückruf",
    "sales",
    (("Telefon", "+49 30 901820"), ("Wunschtermin", "Freitag, 10 bis 12 Uhr")),
    "Wir stellen im Sommer um und brauchen ein Angebot für 40 Plätze.\nBitte rufen Sie am Vormittag an.",
    "https://www.example.com/kontakt",
    None,
    None,
)

LEDGER = (
    LedgerLine(
        ago(hours=2), "several-clicks", 6, "Zwei verschiedene Links in „Willkommen“ angeklickt", None, False
    ),
    LedgerLine(ago(hours=2), "link-clicked", 2, "Klick auf „SEPA-Checkliste“ in „Willkommen“", None, False),
    LedgerLine(ago(hours=2), "link-clicked", 2, "Klick auf „SEPA-Checkliste“ in „Willkommen“", "sepa", False),
    LedgerLine(ago(days=1), "page", 1, "Seite „Preise“ besucht", None, True),
    LedgerLine(ago(days=2), "mail-sent", -1, "Mail „Willkommen“ versendet", None, False),
    LedgerLine(ago(days=3), "form", 2, "Formular „Globe Next herunterladen“", None, False),
)

TIMELINE = (
    TimelineLine(ago(minutes=1), "link.clicked", "Preisliste", "unknown", (), True),
    TimelineLine(ago(hours=2), "form.submitted", "Rückruf", "human", (), False),
    TimelineLine(
        ago(hours=3),
        "link.clicked",
        "SEPA-Checkliste",
        "scanner",
        ("no user agent", "links in a burst: 3 in 10s"),
        False,
    ),
    TimelineLine(
        ago(hours=3), "mail.opened", "Willkommen bei Exact", "prefetch", ("prefetch header",), False
    ),
    TimelineLine(ago(hours=25), "page.visited", "Preise", "human", (), False, "/preise"),
    TimelineLine(ago(hours=26), "link.clicked", "SEPA-Checkliste", "human", (), False),
    TimelineLine(ago(days=2), "mail.sent", "Willkommen bei Exact", "human", (), False),
    TimelineLine(ago(days=3), "address.confirmed", "", "human", (), False),
    TimelineLine(ago(days=3, minutes=4), "form.submitted", "Globe Next herunterladen", "human", (), False),
)


def consent(purpose: str, state: str, text: str) -> ConsentLine:
    return ConsentLine(
        purpose,
        state,
        ago(days=3),
        "confirmation",
        "https://www.example.com/sepa",
        text,
        "9f2b6c0e5d1a4f7383b1" * 3 + "abcd",
    )


def access(
    what: str, at: datetime, device: UUID | None = None, network: str | None = "203.0.113.0/24"
) -> AccessLine:
    return AccessLine(at, what, "Anna Vertrieb", "Chrome unter Windows", network, device)


def lead() -> Profile360:
    return Profile360(
        id=UUID(int=9),
        email="anna.berg@beispiel-gmbh.example",
        name="Anna Berg",
        role="Leiterin Finanzen",
        company="Beispiel GmbH",
        phone="+49 30 901820",
        language="de",
        stage="sales_qualified",
        excluded=False,
        objected=False,
        confirmed=True,
        suppressed=None,
        score=14,
        threshold=12,
        fit=70,
        created_at=ago(days=3),
        paused_until=date(2026, 9, 1),
        owner="Anna Vertrieb",
        source="google / cpc / sepa",
        fields={"company": "Beispiel GmbH"},
        labelled=(("Firma", "Beispiel GmbH"), ("Mitarbeiter", "50-249"), ("Ort", "Berlin")),
        permitted={"email": "consent", "phone": "request"},
        also_given=(AlsoGiven("company", "Firma", "Beispiel Holding AG", ago(hours=2)),),
        topics=(TopicScore("sepa", "SEPA", 6), TopicScore("auswertungen", "Auswertungen", 2)),
        strongest=LEDGER[:3],
        ledger=LEDGER,
        timeline=TIMELINE,
        consents=(
            consent("email", "given", CONSENTS[0][1]),
            consent("tracking", "requested", CONSENTS[1][1]),
            consent("phone", "withdrawn", "Ja, rufen Sie mich an."),
        ),
        mails=(
            MailLine("Willkommen bei Exact", "welcome", "sent", ago(days=2), True),
            MailLine("Bitte bestätigen Sie Ihre Adresse", "confirm", "due", None, False),
        ),
        handovers=(OPEN, REJECTED),
        submissions=(CALLBACK, DOWNLOADED),
        colleagues=(
            Colleague("Jens Öztürk", "j.oeztuerk@beispiel-gmbh.example", "prospect", "IT-Leiter"),
            Colleague("", "einkauf@beispiel-gmbh.example", "marketing_qualified", None),
        ),
        accesses=(
            access("opened", ago(minutes=5), UUID(int=77)),
            access("signed_in", ago(minutes=6), UUID(int=77)),
            access("code_wrong", ago(minutes=7)),
            access("code_sent", ago(minutes=8)),
            access("stopped", ago(minutes=9)),
            access("opened", ago(days=9), UUID(int=78), network=None),
        ),
    )


def nobody() -> Profile360:
    """A profile about which next to nothing is known."""
    return replace(
        lead(),
        name="",
        role=None,
        company=None,
        phone=None,
        stage="prospect",
        confirmed=False,
        suppressed="hard bounce",
        excluded=True,
        objected=True,
        score=-2,
        paused_until=None,
        owner=None,
        source=None,
        labelled=(),
        permitted={},
        also_given=(),
        topics=(),
        strongest=(),
        ledger=(),
        timeline=(),
        consents=(),
        mails=(),
        handovers=(),
        submissions=(),
        colleagues=(),
        accesses=(),
    )


@dataclass(frozen=True)
class CaughtMail:
    key: str = "0001"
    received_at: datetime = NOW
    sender: str = "Exact <hello@example.com>"
    recipient: str = "anna.berg@beispiel-gmbh.example"
    subject: str = "Bitte bestätigen Sie Ihre Adresse"
    text: str = "Guten Tag,\n\nhttps://example.com/confirm/abc\n"
    headers: tuple[tuple[str, str], ...] = (("Message-ID", "<1@example.com>"), ("Auto-Submitted", "auto"))


QUESTIONS = (FormField(FIELDS["employees"], False), FormField(FIELDS["phone"], False))


def ask_page(**changes: object) -> Context:
    return {
        "action": "/ask/token",
        "thanks": False,
        "questions": QUESTIONS,
        "typed": {},
        "errors": {},
        **changes,
    }


def preferences(**changes: object) -> Context:
    return {
        "action": "/preferences/token",
        "questions": (),
        "typed": {},
        "saved": False,
        "just_confirmed": True,
        "downloads": [("Globe Next", "/d/token")],
        "topics": [("sepa", "SEPA", True), ("warenwirtschaft", "Warenwirtschaft", False)],
        "frequency": "normal",
        "pause_until": date(2026, 9, 1),
        "language_choice": "de",
        "consents": [(purpose, text, purpose == "email") for purpose, text in CONSENTS],
        "also_given": lead().also_given,
        "errors": {},
        "objected": False,
        "own_data_url": "/me/token",
        "unsubscribe_url": "/unsubscribe/token",
        **changes,
    }


def own_data(**changes: object) -> Context:
    return {
        "lead": lead(),
        "consents": list(lead().consents),
        "told": [(one.sales_person, one.at) for one in lead().handovers],
        "objection": None,
        "reasons_language": "de",
        "under_way": 30,
        "interests": ["SEPA"],
        "done": None,
        "action": "/me/token",
        "download_url": "/me/token/data.json",
        "consents_url": "/me/token/consents",
        "preferences_url": "/preferences/token",
        **changes,
    }


def proof(purpose: str, state: str, at: datetime, text: str = "Ja, gern.") -> Proof:
    return Proof(
        id=UUID(int=7),
        purpose=purpose,
        state=state,
        text=text,
        text_hash=text_hash(text),
        language="de",
        at=at,
        how="confirmation" if state == "given" else "form",
        place="https://www.example.com/sepa",
        form="globe-next-download",
        program_version="53ae328b3ffe",
        ip="203.0.113.7",
        user_agent="Mozilla/5.0",
        submission_id=None,
        message_id="<1@example.com>" if state == "given" else None,
        keep_until=None,
    )


def consents_page(**changes: object) -> Context:
    """The proof of consents."""
    asked, given = proof("email", "requested", ago(days=3)), proof("email", "given", ago(days=2))
    again = proof("phone", "given", ago(days=1))
    ended = replace(
        proof("phone", "withdrawn", ago(hours=1), "Ja, <b>anders</b>."), keep_until=ago(days=-1095)
    )
    records = (
        Record((replace(again, form=None, place="", keep_until=ago(days=-1)), ended)),
        Record((asked, given)),
    )
    known = {"email": "anna@beispiel.example", "records": records, "own_data_url": "/me/token"}
    return known | changes


def form_page(id: str, **changes: object) -> Context:
    return {
        "form": FORMS[id],
        "action": f"/forms/{id}",
        "values": {},
        "errors": {},
        "consents": CONSENTS,
        "stamp": "stamp",
        "once": "once",
        **changes,
    }


def embed_page(*origins: str) -> Context:
    return {
        "form": FORMS["globe-next-download"],
        "by_script": "<div><a href='x'>Globe Next</a></div><script src='/site.js'></script>",
        "by_hand": "<form action='x'></form>",
        "origins": list(origins),
    }


def lead_page(**changes: object) -> Context:
    return {
        "lead": lead(),
        "handover": OPEN,
        "reasons": REASONS,
        "outcome_url": "/leads/token/outcome",
        "take_over_url": "/leads/token/fields",
        "close_url": "/leads/token/close",
        "sign_out_url": "/leads/token/sign-out",
        "device_id": UUID(int=77),
        "sales_colleagues": [
            SalesColleague("jonas", "Jonas Achterberg", None),
            SalesColleague("eva", "Eva Lindner", date(2026, 3, 20)),
        ],
        "letter_url": "/leads/token/letter",
        "appointment_url": "/leads/token/appointment.ics",
        "link_ends": ago(days=-90),
        "reasons_language": "de",
        "message": None,
        "error": None,
        **changes,
    }


def code_page(**changes: object) -> Context:
    return {
        "email_masked": "m…d@e…e.com",
        "code_url": "/leads/token/code",
        "device_url": "/leads/token/device",
        "signed_out": False,
        "expires_at": None,
        "tries_left": 5,
        "error": None,
        "wrong": False,
        "code_typed": "",
        "again_at": None,
        "lost_note": "",
        **changes,
    }


WRONG: Context = {
    "values": {"email": "anna@", "first_name": "Anna", "employees": "10-49", "consent_email": "1"},
    "errors": {
        "email": ["Bitte geben Sie eine gültige E-Mail-Adresse ein."],
        "company": ["Bitte ausfüllen."],
    },
}
SITE: Context = {
    "inbox_url": "/demo/inbox",
    "embed_url": "/forms/globe-next-download/embed",
    "script_url": "/site.js?v=1",
}
WRITTEN = [
    {
        "language": language,
        "letter": {"subject": "Bitte bestätigen Sie Ihre Adresse", "text": "Guten Tag,"},
        "preview": "Ein Klick fehlt noch: Ist das Ihre Adresse?",
    }
    for language in ("de", "en")
]


def step_report(id: str, sent: int, left: int = 0, waits: int = 0, **more: Any) -> StepReport:
    """A step of a series; two thirds of its readers allow clicks to be known."""
    known = sent * 2 // 3
    figures = Figures(sent, known, known // 2, known // 8, left, 0, sent // 20)
    reasons = {"no consent": left} if left else {}
    return StepReport(id, sent + left + waits, figures, waits, {"sales": waits}, reasons, **more)


def reports_page(**changes: object) -> Context:
    wordings = (
        WordingReport("a", Figures(700, 420, 200, 40)),
        WordingReport("b", Figures(500, 300, 160, 51), {"de": "Schön, dass Sie da sind"}),
    )
    contest = Contest(
        ago(days=9),
        ago(days=1),
        compare({"a": Count(420, 40), "b": Count(300, 51)}),
        compare({"a": Count(700, 9), "b": Count(500, 7)}),
    )
    steps = (
        step_report("welcome", 1200, 20, wordings=wordings, contest=contest, subject={"de": "Willkommen"}),
        step_report("first-questions", 900, 35, 210, subject={"de": "Drei Fragen vor dem Umstieg"}),
        step_report("reads-on", 0, 0, 12, mails=False),
        step_report("news-of-the-month-for-everybody-who-reads-on", 640, 5, 80),
    )
    full = SequenceReport(
        "welcome",
        "welcome",
        {"de": "Willkommen bei Globe Next", "en": "Welcome to Globe Next"},
        1240,
        Figures(1200, 800, 520, 210, 60, 1, 93),
        290,
        {"sales": 80, "paused": 7},
        890,
        {"no consent": 58, "goal": 2},
        steps,
    )
    empty = SequenceReport("wake-up", "wake-up", {}, 0, Figures(), 0, {}, 0, {}, (step_report("wake-up", 0),))
    known: dict[str, object] = {
        "reports": [
            (one, funnel(one), [(step, opinions(step, "de", BERLIN)) for step in one.steps])
            for one in (full, empty)
        ],
        "days": None,
        "choices": (30, 90, 365),
        "own_url": "/reports/token",
        "csv_url": "/reports/token/sequences.csv",
        "is_demo": False,
    }
    return known | changes


PAGES: Mapping[str, tuple[str, Context]] = {
    "reports": ("reports", reports_page()),
    "reports-recent": ("reports", reports_page(days=30, is_demo=True)),
    "reports-nothing": ("reports", reports_page(reports=[])),
    **{f"form-{id}": ("form", form_page(id)) for id in FORMS},
    "form-in-the-demo": ("form", form_page("kontakt", embed_url="/forms/kontakt/embed")),
    "form-wrong": ("form", form_page("globe-next-download", **WRONG)),
    "form-known": (
        "form",
        form_page("webinar", whole_form_url="/forms/webinar", questions=QUESTIONS, typed={}),
    ),
    "ask": ("ask", ask_page()),
    "ask-wrong": (
        "ask",
        ask_page(typed={"ask_phone": "zwölf"}, errors={"ask_phone": ["Das ist keine Telefonnummer."]}),
    ),
    "ask-on": ("ask", ask_page(thanks=True, questions=QUESTIONS[:1])),
    "ask-done": ("ask", ask_page(thanks=True, questions=())),
    "preferences-asking": ("preferences", preferences(questions=QUESTIONS)),
    "embed": ("embed", embed_page()),
    "embed-named": ("embed", embed_page("https://www.example.com", "https://shop.example.com")),
    "joomla": ("joomla", {"version": "1.0.0", "zip_url": "https://leads.example.com/leadbridge.zip"}),
    "thanks-confirm": ("thanks", {"form": FORMS["globe-next-download"], "confirm_sent": True}),
    **{f"thanks-{id}": ("thanks", {"form": FORMS[id], "confirm_sent": False}) for id in FORMS},
    "thanks-plain": ("thanks", {"form": None, "confirm_sent": False}),
    "confirm": ("confirm", {"email_masked": "a…g@beispiel.example", "purposes": [t for _, t in CONSENTS]}),
    "confirm-bare": ("confirm", {"email_masked": "a…g@beispiel.example", "purposes": []}),
    "confirm-gone": ("confirm_gone", {}),
    "preferences": ("preferences", preferences()),
    "preferences-saved": (
        "preferences",
        preferences(
            saved=True,
            just_confirmed=False,
            downloads=[],
            also_given=(),
            frequency="paused",
            errors={"pause_until": ["Bitte wählen Sie ein Datum in der Zukunft."]},
        ),
    ),
    "me": ("me", own_data()),
    "preferences-objected": ("preferences", preferences(objected=True)),
    "me-objected": (
        "me",
        own_data(
            lead=replace(lead(), objected=True),
            objection=consent("scoring", "withdrawn", "Ich widerspreche."),
            done="objected",
        ),
    ),
    "me-nobody": ("me", own_data(lead=nobody(), told=[], consents=[], interests=[], done="unreachable")),
    "me-asked": ("me", own_data(done="asked")),
    "me-lately": ("me", own_data(done="lately")),
    "me-allowed": ("me", own_data(done="allowed")),
    "me-gone": ("me_gone", {}),
    **{
        f"download-{state}": (
            "download",
            {
                "state": state,
                "title": {"de": "Globe Next im Überblick", "en": "Globe Next at a glance"},
                "action": "/downloads/token",
                "days": 30,
            },
        )
        for state in ("over", "asked", "coming", "away")
    },
    **{
        f"erase-{state}": (
            "erase",
            {
                "state": state,
                "under_way": 30,
                "email_masked": "a…g@beispiel.example",
                "own_data_url": "/me/token",
            },
        )
        for state in ("ask", "done", "done-before", "expired")
    },
    "consents": ("consents", consents_page()),
    "consents-none": ("consents", consents_page(records=())),
    "unsubscribe": (
        "unsubscribe",
        {"email_masked": "a…g@beispiel.example", "done": False, "preferences_url": "/p"},
    ),
    "unsubscribed": (
        "unsubscribe",
        {"email_masked": "a…g@beispiel.example", "done": True, "preferences_url": None},
    ),
    **{
        f"problem-{status}": ("problem", {"title": None, "message": None, "status": status, "hint": None})
        for status in (400, 401, 403, 404, 405, 410, 413, 415, 418, 422, 429, 500, 503)
    },
    "problem-no-such-form": ("problem", {"status": 404, "missing": "form"}),
    "demo": (
        "demo",
        {
            "forms": list(FORMS.values()),
            "form": FORMS["globe-next-download"],
            "consents": CONSENTS,
            "dates": {},
            **SITE,
        },
    ),
    "demo-prices": ("demo_prices", SITE),
    "demo-mails": (
        "demo_mails",
        {
            "groups": [
                (Group("mail", {}, ()), [("mail/confirm", WRITTEN, False)]),
                (Group("series", {"de": "Willkommen"}, ()), [("series/welcome.welcome", WRITTEN, False)]),
                (Group("sales", {}, ()), [("sales/reminder", WRITTEN, True)]),
            ]
        },
    ),
    "demo-mail-preview": (
        "demo_mail_preview",
        {
            "name": "mail/confirm",
            "shown": WRITTEN,
            "sender": "Exact <hello@example.com>",
            "html_url": "/demo/mails/mail/confirm",
        },
    ),
    "demo-inbox": (
        "demo_inbox",
        {"mails": [CaughtMail(), CaughtMail("0002", subject="")], "leaves_by": None},
    ),
    "demo-inbox-empty": ("demo_inbox", {"mails": [], "leaves_by": None}),
    "demo-inbox-elsewhere": ("demo_inbox", {"mails": [], "leaves_by": "mail.example.com"}),
    "demo-mail": ("demo_mail", {"mail": CaughtMail(), "html_url": "/demo/inbox/0001/html"}),
    "lead-open": ("lead", lead_page()),
    "lead-accepted": (
        "lead",
        lead_page(
            lead=replace(lead(), stage="accepted"), handover=ACCEPTED, message="Der Lead ist übernommen."
        ),
    ),
    "lead-won": (
        "lead",
        lead_page(lead=replace(lead(), stage="won", handovers=(WON, REJECTED)), handover=None),
    ),
    "lead-of-an-open-link": ("lead", lead_page(device_id=None, sign_out_url=None)),
    "lead-code": ("lead_code", code_page()),
    "lead-code-sent": ("lead_code", code_page(expires_at=ago(minutes=-8))),
    "lead-code-wrong": (
        "lead_code",
        code_page(expires_at=ago(minutes=-8), error="Der Code stimmt nicht.", wrong=True),
    ),
    "lead-code-no-code": (
        "lead_code",
        code_page(expires_at=ago(minutes=-8), error="Das war kein Code.", wrong=True, code_typed="12a"),
    ),
    "lead-signed-out": ("lead_code", code_page(signed_out=True)),
    "lead-code-too-many": ("lead_code", code_page(error="Genug Codes.", again_at=ago(minutes=-8))),
    "lead-code-too-late": (
        "lead_code",
        code_page(error="Nicht notiert.", lost_note="Ruft am Montag zurück."),
    ),
    "lead-closed": ("lead_closed", {"just_closed": False}),
    "lead-closed-too-late": ("lead_closed", {"just_closed": False, "lost_note": "Ruft am Montag zurück."}),
    "signed-out": ("signed_out", {"sign_in": "/console/sign-in", "lost_note": "Ruft am Montag zurück."}),
    "lead-just-closed": ("lead_closed", {"just_closed": True}),
    "lead-nobody": (
        "lead",
        lead_page(
            lead=nobody(),
            handover=None,
            error="Diese Antwort kam zu spät.",
            error_at=None,
            lost_note="Ruft am Montag zurück.",
        ),
    ),
}

PERSON = SalesPerson("mira", "Mira Steinfeld", "mira.steinfeld@example.com")
SALES: Context = {
    "lead": lead(),
    "handover": OPEN,
    "now": NOW,
    "submission": CALLBACK,
    "profile_url": "https://leads.example.com/leads/eyJhbGciOiJIUzI1NiJ9.abcdefghijklmnopqrstuvwxyz",
    "threshold": 12,
    "due_at": OPEN.due_at,
    "person": PERSON,
    "about": "Anna Vertrieb",
}
RECEIPT: Context = {
    "form_title": "Globe Next herunterladen",
    "answers": [("Firma", "Beispiel GmbH"), ("Nachricht", "Zeile eins\nZeile zwei")],
    "download_url": "https://leads.example.com/d/token",
    "sales": False,
    "event": None,
    "own_data_url": "https://leads.example.com/me/x",
}
EVENT: Context = {
    "date": "Mittwoch, 25. März 2026",
    "time": "10:00 Uhr",
    "place": "Halle 3, Stand B12",
    "access": "https://www.example.com/webinar/raum",
    "is_over": False,
}
ACCOUNT: Context = {
    "name": "Kim Beispiel",
    "email": "kim@beispiel.example",
    "asked": False,
    "by": None,
    "elsewhere": None,
    "url": "https://leads.example.com/console/password/x",
    "until": NOW,
}
WEBHOOK_OFF: Context = {
    "endpoint": "crm",
    "host": "crm.example.com",
    "because": "it took nothing for 5 days; last: crm.example.com answered 503",
}

MAILS: Mapping[str, tuple[str, Context]] = {
    "confirm": (
        "mail/confirm",
        {
            "form_title": "Globe Next herunterladen",
            "confirm_url": "https://leads.example.com/confirm/eyJhbGciOiJIUzI1NiJ9.abcdefghijklmnopqrstuvwxyz",
            "own_data_url": "https://leads.example.com/me/x",
        },
    ),
    "erase": (
        "mail/erase",
        {
            "erase_url": "https://leads.example.com/erase/eyJhbGciOiJIUzI1NiJ9.abcdefghijklmnopqrstuvwxyz",
            "own_data_url": "https://leads.example.com/me/x",
        },
    ),
    "download": (
        "mail/download",
        {
            "form_title": "Globe Next im Überblick",
            "download_url": "https://leads.example.com/d/eyJhbGciOiJIUzI1NiJ9.abcdefghijklmnopqrstuvwxyz",
            "days": 1,
            "own_data_url": "https://leads.example.com/me/x",
        },
    ),
    "receipt-download": ("mail/receipt", RECEIPT),
    "receipt-sales": (
        "mail/receipt",
        {**RECEIPT, "download_url": None, "sales": True, "name": "Anna Berg", "preferences_url": "https://p"},
    ),
    "receipt-plain": ("mail/receipt", {**RECEIPT, "download_url": None, "answers": []}),
    "receipt-event": ("mail/receipt", {**RECEIPT, "download_url": None, "event": EVENT}),
    "receipt-event-with-download": ("mail/receipt", {**RECEIPT, "event": EVENT}),
    "receipt-event-over": (
        "mail/receipt",
        {**RECEIPT, "download_url": None, "event": {**EVENT, "is_over": True, "place": ""}},
    ),
    "nurture": (
        "mail/nurture",
        {
            "subject": "Willkommen bei Exact",
            "text": "Guten Tag Anna Berg,\n\nschön, dass Sie da sind.",
            "html": "<p>Guten Tag Anna Berg,</p><h2>Lastschriften ohne Rückläufer</h2>"
            "<p>Schön, dass Sie da sind.</p>"
            '<p class="deed"><a class="button" href="https://t">SEPA-Checkliste lesen</a></p>',
            "preheader": "Schön, dass Sie da sind",
            "pixel_url": "https://leads.example.com/t/o/x.gif",
            "hidden_url": None,
            "preferences_url": "https://leads.example.com/preferences/x",
            "unsubscribe_url": "https://leads.example.com/unsubscribe/x",
            "own_data_url": "https://leads.example.com/me/x",
        },
    ),
    "handover-direct": ("sales/handover", SALES),
    "handover-score": ("sales/handover", {**SALES, "submission": DOWNLOADED}),
    "handover-nobody": ("sales/handover", {**SALES, "lead": nobody(), "submission": None}),
    "new-request": ("sales/new_request", SALES),
    "reminder": ("sales/reminder", SALES),
    "escalation": ("sales/escalation", SALES),
    "escalation-nobody": ("sales/escalation", {**SALES, "lead": nobody(), "submission": None}),
    "expired": ("sales/expired", {**SALES, "handover": replace(OPEN, state="expired")}),
    "ask": ("sales/ask", {**SALES, "handover": ACCEPTED}),
    "ask-open": ("sales/ask", SALES),
    "forwarded": ("sales/forwarded", {**SALES, "handover": replace(OPEN, note="Bitte du, ich bin weg.")}),
    "taken-over": ("sales/taken_over", {**SALES, "handover": ACCEPTED}),
    "withdrawn": ("sales/withdrawn", SALES),
    "code": (
        "sales/code",
        {"now": NOW, "person": PERSON, "code": "048213", "device": "Safari unter iOS", "minutes": 10},
    ),
    "sales-unreachable": ("operator/sales_unreachable", {"person": "anna", "answer": "550 5.1.1 unknown"}),
    "sales-unreachable-unnamed": ("operator/sales_unreachable", {"person": "", "answer": "5.1.1"}),
    "lead-waiting": ("operator/lead_waiting", {"person": "anna"}),
    "webhook-disabled": ("operator/webhook_disabled", {**WEBHOOK_OFF, "refused": 7}),
    "webhook-disabled-idle": ("operator/webhook_disabled", {**WEBHOOK_OFF, "refused": 0}),
    "account-new": ("operator/account", {**ACCOUNT, "first": True}),
    "account-invited": (
        "operator/account",
        {**ACCOUNT, "first": True, "by": "Lea Muster", "elsewhere": "https://x"},
    ),
    "account-asked": ("operator/account", {**ACCOUNT, "first": True, "asked": True}),
    "account-password": ("operator/account", {**ACCOUNT, "first": False}),
    "digest": ("operator/digest", OPERATOR["digest"]),
    "form-held": ("operator/form_held", {"form": "rueckruf", "because": "too many"}),
    "mail-refused": (
        "operator/mail_refused",
        {"status": "5.7.1", "domain": "beispiel.example", "answer": "550 5.7.1 blocked: poor reputation"},
    ),
}
