"""The profile page for sales, and its answers."""

import re
from datetime import timedelta
from decimal import Decimal
from itertools import product
from uuid import UUID

import pytest
from sqlalchemy import update

from bridge.store import handovers
from bridge.store.handovers import HandoverRow
from bridge.store.tables import link_openings, profile_links
from tests.edge.signing_in import sign_in
from tests.edge.site import CSP, Outline, Site, is_locked_down, words
from tests.edge.test_pages import link, snapshot
from tests.house import House

PHONE = "+49 30 23125 010"


@pytest.fixture
def path(site: Site, house: House) -> str:
    """The link in the mail to sales after a request for a call, in a browser that showed its code."""
    house.submit(form="rueckruf", allows=(), phone=PHONE, message="Bitte <b>vor</b> Mittag.")
    house.clock.move(minutes=10)
    path = link(house.to_sales()[-1], "leads")
    sign_in(site, house, path)
    return path


def handed_over(house: House) -> HandoverRow:
    """Anna's newest hand-over."""
    with house.engine.connect() as connection:
        return handovers.of_profile(connection, UUID(str(_profile(house))))[0]


def _profile(house: House) -> UUID:
    with house.engine.connect() as connection:
        found = connection.execute(profile_links.select()).first()
    assert found
    profile: UUID = found.profile_id
    return profile


def answer(site: Site, path: str, outcome: str, status: int = 303, **fields: str) -> str:
    """Send an answer of sales; the page that follows."""
    response = site.post(f"{path}/outcome", {"outcome": outcome, **fields})
    assert response.status_code == status, words(response.text)
    if status != 303:
        assert is_locked_down(response)
        return response.text
    assert response.location == f"{path}?done={outcome}"
    return site.get(response.location).text


def test_everything_about_a_person_stands_on_one_page(site: Site, path: str) -> None:
    page = site.get(path)
    said = words(page.text)
    assert page.status_code == 200
    assert "Anna Berg" in said
    assert "Beispiel GmbH" in said
    assert "Bitte &lt;b&gt;vor&lt;/b&gt; Mittag." in page.text
    assert 'href="tel:+493023125010"' in page.text
    assert Outline(page.text).all("script") == []


def test_the_page_speaks_the_language_of_the_browser(site: Site, path: str) -> None:
    english = {"Accept-Language": "en-GB,en;q=0.9,de;q=0.5"}
    said = words(site.get(path, headers=english).text)
    for one in (
        "Ready for sales (SQL)",
        "Accept lead",
        "points, ready for sales from 12",
        "No need",
        "Company",
    ):
        assert one in said
    for one in ("Vertriebsreif", "Kein Bedarf", "Firma"):
        assert one not in said
    assert '<span lang="de">Formular „Rückruf“' in site.get(path, headers=english).text
    refused = site.post(f"{path}/outcome", {"outcome": "rejected", "reason": "later"}, headers=english)
    assert "“Get in touch again on”: please choose a day after today" in words(refused.text)
    site.post(f"{path}/sign-out")
    assert "Is this your device?" in site.get(path, headers=english).text
    assert "Ist das Ihr Gerät?" in site.get(path, headers={"Accept-Language": "fr"}).text, "as the programme"


def test_each_consent_says_what_holds_and_since_when(site: Site, house: House) -> None:
    house.submit(allows=("email", "tracking"))
    house.clock.move(hours=2)
    house.confirm()
    house.clock.move(hours=1)
    house.submit(form="rueckruf", allows=("email",), phone=PHONE)
    path = link(house.to_sales()[-1], "leads")
    sign_in(site, house, path)
    page = site.get(path).text
    section = page[page.index('id="consents"') : page.index('id="mails"')]
    said = words(section)
    assert section.count("<summary>") == 2
    for purpose in ("Informationen per E-Mail", "Auswertung der Öffnungen und Klicks"):
        assert f"{purpose}: erteilt 12. März 2026, 15:00 , per E-Mail bestätigt" in said
    assert "Angekreuzt 12. März 2026, 13:00 , in einem Formular" in said
    assert "noch nicht bestätigt" not in said


def test_the_page_is_kept_by_nobody(site: Site, path: str) -> None:
    for page in (site.get(path), site.client.head(path)):
        assert is_locked_down(page)
        assert page.headers["Content-Security-Policy"] == CSP
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert page.headers["Pragma"] == "no-cache"


def test_opening_the_page_is_noted_and_changes_nothing_else(site: Site, house: House, path: str) -> None:
    before = snapshot(house.engine)
    for _ in range(3):
        site.get(path)
    assert snapshot(house.engine) == before
    assert [row.what for row in house.rows(link_openings)].count("opened") == 3


def test_who_is_asked_to_look_after_somebody_is_named_before_they_accept(
    site: Site, house: House, path: str
) -> None:
    who = house.program.person_name(handed_over(house).sales_person)
    assert f"Betreut von {who} (noch nicht übernommen)" in words(site.get(path).text)
    page = words(answer(site, path, "accepted"))
    assert f"Betreut von {who}" in page
    assert "noch nicht übernommen" not in page


def test_sales_accepts_and_wins_with_an_amount(site: Site, house: House, path: str) -> None:
    assert "Der Lead ist übernommen." in words(answer(site, path, "accepted"))
    assert house.lead().stage == "accepted"
    answer(site, path, "won", amount="12.500,50", currency="EUR", date="2026-03-12", note="Start im Mai")
    row = handed_over(house)
    assert (row.state, row.amount, row.currency) == ("won", Decimal("12500.50"), "EUR")
    assert (row.note or "").endswith(
        f" – gewonnen ({house.program.person_name(row.sales_person)}): Start im Mai"
    )
    assert house.lead().stage == "won"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1250", "1250"),
        ("1.250", "1250"),
        ("1,250", "1250"),
        ("12.500.000", "12500000"),
        ("12,500,000", "12500000"),
        ("1250,5", "1250.50"),
        ("1250.50", "1250.50"),
        ("1.250,50 €", "1250.50"),
        ("1,250.50", "1250.50"),
        ("1 250,50", "1250.50"),
        ("1\u00a0250,00 EUR", "1250"),
        ("€ 500", "500"),
        ("eur 500", "500"),
        ("0,99", "0.99"),
        ("0,500", "0.50"),
        ("", None),
    ],
)
def test_amounts_are_read_as_people_write_them(
    site: Site, house: House, path: str, typed: str, meant: str | None
) -> None:
    answer(site, path, "accepted")
    answer(site, path, "won", amount=typed)
    assert handed_over(house).amount == (None if meant is None else Decimal(meant))


@pytest.mark.parametrize(
    "typed", ["much", "NaN", "Infinity", "1..2", "1,2,3", "1e99", "1e5", "€", "0", "0,00", "0,001", "-5"]
)
def test_what_is_no_amount_is_said_so(site: Site, house: House, path: str, typed: str) -> None:
    answer(site, path, "accepted")
    page = answer(site, path, "won", 422, amount=typed, note="Start im Mai")
    assert "1.250,00" in page
    assert handed_over(house).state == "accepted"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0", "größer als 0"),
        ("-5", "größer als 0"),
        ("100000000001", "höchstens 100.000.000.000 ein"),
    ],
)
def test_an_amount_that_is_too_small_or_too_large_is_told_its_bound(
    site: Site, path: str, typed: str, said: str
) -> None:
    answer(site, path, "accepted")
    assert said in words(answer(site, path, "won", 422, amount=typed))


def test_a_typing_mistake_in_an_amount_is_corrected_once(site: Site, house: House, path: str) -> None:
    answer(site, path, "accepted")
    answer(site, path, "won", amount="38.400", currency="EUR", date="2026-03-12")
    form = site.get(path).text
    assert 'id="correct-amount" name="amount" value="38.400"' in form
    assert 'id="correct-date" name="date" value="2026-03-12"' in form
    for _ in range(2):
        page = answer(site, path, "corrected", amount="48.400,50", currency="EUR", date="2026-03-11")
    assert "Der Auftrag ist berichtigt." in words(page)
    row = handed_over(house)
    assert (row.state, row.amount, str(row.decided_on)) == ("won", Decimal("48400.50"), "2026-03-11")
    assert (row.note or "").split(" – ", 1)[1] == (
        "Auftrag berichtigt: 38.400,00\xa0€ → 48.400,50\xa0€, "
        "Datum des Auftrags: 12. März 2026 → 11. März 2026 (Mira Steinfeld)"
    )
    wrong = answer(site, path, "corrected", 422, amount="0")
    assert "größer als 0" in words(wrong)
    assert 'name="amount" value="0"' in wrong


def test_only_an_order_that_was_won_is_corrected(site: Site, house: House, path: str) -> None:
    assert "correct-amount" not in site.get(path).text
    for outcome in ("accepted", "lost"):
        answer(site, path, "corrected", 409, amount="100")
        answer(site, path, outcome, reason="no-budget")
    assert "correct-amount" not in answer(site, path, "corrected", 409, amount="100")
    assert handed_over(house).amount is None


@pytest.mark.parametrize(
    ("outcome", "fields", "message"),
    [
        ("rejected", {}, "Grund"),
        ("rejected", {"reason": "made-up"}, "Grund"),
        ("rejected", {"reason": "later"}, "Wieder melden am"),
        ("rejected", {"reason": "not-entitled"}, "Ansprechperson"),
        ("rejected", {"reason": "later", "date": "soon"}, "Wieder melden am"),
        ("abducted", {}, "Möglichkeiten"),
        ("", {}, "Möglichkeiten"),
        ("accepted", {"currency": "euro"}, "Möglichkeiten"),
        ("accepted", {"note": "x" * 2001}, "kürz"),
    ],
)
def test_a_wrong_answer_shows_the_page_with_a_word_and_changes_nothing(
    site: Site, house: House, path: str, outcome: str, fields: dict[str, str], message: str
) -> None:
    before = snapshot(house.engine)
    page = answer(site, path, outcome, 422, **fields)
    assert message in words(page[page.index('role="alert"') :][:400])
    assert "Anna Berg" in page
    assert snapshot(house.engine) == before


def test_what_sales_typed_stays_when_an_answer_is_wrong(site: Site, path: str) -> None:
    page = answer(site, path, "rejected", 422, reason="later", date="soon", note="Ruft </textarea> zurück")
    assert page.count("<details open>") == 1
    assert '<option value="later" selected>' in page
    assert "Ruft &lt;/textarea&gt; zurück</textarea>" in page
    answer(site, path, "accepted")
    assert 'name="amount" value="viel"' in answer(site, path, "won", 422, amount="viel")


@pytest.mark.parametrize(
    ("outcome", "fields", "place"),
    [
        ("won", {"amount": "viel"}, "won-amount"),
        ("won", {"date": "2099-01-01"}, "won-date"),
        ("note", {}, "note-note"),
        ("not_reached", {"date": "2020-01-01"}, "not-reached-date"),
        ("come_back", {}, "come-back-date"),
        ("forwarded", {}, "forward-to"),
        ("lost", {}, "lost-reason"),
        ("rejected", {"reason": "later"}, "reject-reason-date"),
        ("rejected", {"reason": "not-entitled"}, "reject-note"),
    ],
)
def test_a_refusal_leads_to_the_field_in_the_form_that_is_open(
    site: Site, path: str, outcome: str, fields: dict[str, str], place: str
) -> None:
    answer(site, path, "accepted")
    page = answer(site, path, outcome, 422, **fields)
    assert f'role="alert"><a href="#{place}">' in page
    form = page[page.index("<details open>") :]
    assert f'id="{place}"' in form[: form.index("</details>")]


NOT_TO_BE_TAKEN = ("2028-03-13", "2199-01-01", "soon")


@pytest.mark.parametrize(
    ("outcome", "days"),
    [
        ("not_reached", ("2026-03-11", *NOT_TO_BE_TAKEN)),
        ("come_back", ("", "2026-03-11", *NOT_TO_BE_TAKEN)),
        ("rejected", ("", "2026-03-12", *NOT_TO_BE_TAKEN)),
        ("lost", ("", "2026-03-12", *NOT_TO_BE_TAKEN)),
    ],
)
def test_a_refused_date_names_its_field_and_what_belongs_there(
    site: Site, path: str, outcome: str, days: tuple[str, ...]
) -> None:
    answer(site, path, "accepted")
    if outcome == "corrected":
        answer(site, path, "won")
    for day, (language, limit) in product(
        days, {"de": "höchstens zwei Jahre voraus", "en": "at most two years ahead"}.items()
    ):
        typed = {"outcome": outcome, "reason": "later", "date": day}
        refused = site.post(f"{path}/outcome", typed, headers={"Accept-Language": language})
        assert refused.status_code == 422
        said = re.search(r'role="alert"><a href="#([\w-]+)">[“„](.+?)[”“]: (.+?)</a>', refused.text)
        assert said, refused.text
        place, field, expected = said.groups()
        assert f'<label for="{place}">{field}</label>' in refused.text
        assert limit in expected


@pytest.mark.parametrize("day", ["2026-03-13", "2027-01-01", "1999-01-01", "soon"])
@pytest.mark.parametrize("outcome", ["won", "corrected"])
def test_an_order_lies_not_ahead_and_the_page_says_what_belongs_there(
    site: Site, house: House, path: str, outcome: str, day: str
) -> None:
    answer(site, path, "accepted")
    if outcome == "corrected":
        answer(site, path, "won")
    said = words(answer(site, path, outcome, 422, date=day))
    assert "„Datum des Auftrags“: Bitte wählen Sie heute oder einen früheren Tag" in said
    assert handed_over(house).decided_on is None


def test_the_date_of_an_order_stands_on_the_page(site: Site, path: str) -> None:
    answer(site, path, "accepted")
    assert "Auftrag vom 11. März 2026" in words(answer(site, path, "won", amount="500", date="2026-03-11"))


def test_an_amount_in_sight_is_taken_away_by_a_zero(site: Site, house: House, path: str) -> None:
    answer(site, path, "note", 422, amount="0")
    assert "0 entfernt ihn" in words(answer(site, path, "note", amount="€ 500"))
    assert handed_over(house).amount == 500
    answer(site, path, "note", note="Noch unklar")
    assert handed_over(house).amount == 500, "who writes a note says nothing of the amount"
    page = words(answer(site, path, "note", amount="0"))
    assert "Betrag in Aussicht:" not in page
    assert "kein Betrag mehr in Aussicht (Mira Steinfeld)" in page
    assert (handed_over(house).amount, handed_over(house).currency) == (None, None)


def test_the_form_says_that_the_right_contact_goes_into_the_note(site: Site, path: str) -> None:
    page = site.get(path).text
    assert 'aria-describedby="reject-note-hint"' in page
    assert "Bei „Entscheidet nicht selbst“: Nennen Sie hier die richtige Ansprechperson." in words(page)


def test_a_date_on_which_nobody_works_becomes_another_and_the_page_says_which(site: Site, path: str) -> None:
    page = words(answer(site, path, "come_back", date="2026-03-15"))
    assert "Der Termin ist notiert. Nächster Versuch: Montag, 16. März 2026." in page
    assert "wieder melden am 16. März 2026" in page
    assert "Nächster Versuch" not in words(answer(site, path, "not_reached"))


def test_a_lead_goes_back_with_a_reason(site: Site, house: House, path: str) -> None:
    answer(site, path, "rejected", reason="no-budget", note="Erst im nächsten Jahr")
    row = handed_over(house)
    assert (row.state, row.reason) == ("rejected", "no-budget")
    assert (row.note or "").endswith(
        f"({house.program.person_name(row.sales_person)}): Erst im nächsten Jahr"
    )
    assert house.lead().stage == "prospect"


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("no-budget", "Der Lead geht zurück ans Marketing."),
        ("competitor", "Die Person ist ausgeschlossen: keine Werbung, keine weitere Übergabe."),
        ("no-contact", "Die Person ist ausgeschlossen, und niemand schreibt ihr mehr."),
    ],
)
def test_whoever_gives_a_lead_back_reads_what_follows(site: Site, path: str, reason: str, said: str) -> None:
    assert said in words(answer(site, path, "rejected", reason=reason, note="So gesagt"))


def test_a_second_answer_comes_too_late_and_the_same_one_changes_nothing(
    site: Site, house: House, path: str
) -> None:
    answer(site, path, "rejected", reason="no-need")
    before = snapshot(house.engine)
    answer(site, path, "rejected", reason="no-need")
    for late in ("accepted", "won", "not_reached"):
        assert "wartet nicht mehr" in words(answer(site, path, late, 409))
    assert snapshot(house.engine) == before


def test_not_reached_is_noted_and_the_lead_stays_open(site: Site, house: House, path: str) -> None:
    answer(site, path, "not_reached", note="Mailbox")
    assert (handed_over(house).state, handed_over(house).note) == (
        "open",
        "12. März 2026, 13:10 – nicht erreicht (Mira Steinfeld): Mailbox",
    )
    answer(site, path, "accepted")


def test_an_open_lead_can_not_be_won_before_it_is_accepted(site: Site, path: str) -> None:
    answer(site, path, "won", 409, amount="100")


LOST = "Ihre Notiz wurde nicht gespeichert; hier steht sie, damit Sie sie kopieren können:"
TYPED = "Ruft <b>nicht</b> zurück,\nsagt sie"
SHOWN = '<p class="quote">Ruft &lt;b&gt;nicht&lt;/b&gt; zurück,\nsagt sie</p>'


@pytest.mark.parametrize(
    ("outcome", "fields", "status"),
    [
        ("not_reached", {}, 409),
        ("won", {"amount": "100"}, 409),
        ("won", {"amount": "viel"}, 422),
        ("rejected", {"reason": "competitor"}, 409),
        ("forwarded", {"to": "jonas"}, 409),
    ],
)
def test_the_note_of_an_answer_that_comes_too_late_is_shown_to_be_copied(
    site: Site, house: House, path: str, outcome: str, fields: dict[str, str], status: int
) -> None:
    answer(site, path, "rejected", reason="no-need")
    before = snapshot(house.engine)
    page = answer(site, path, outcome, status, note=TYPED, **fields)
    assert LOST in page
    assert SHOWN in page
    assert LOST not in answer(site, path, outcome, status, **fields)
    assert snapshot(house.engine) == before


def test_a_note_that_its_form_still_shows_stands_there_alone(site: Site, path: str) -> None:
    page = answer(site, path, "rejected", 422, note="Ein Wort")
    assert page.count("Ein Wort") == 1
    assert LOST not in page


def test_a_note_that_is_sent_by_a_link_whose_time_is_over_is_not_lost(
    site: Site, house: House, path: str
) -> None:
    with house.engine.begin() as connection:
        handovers.revoke_links(connection, _profile(house), house.clock())
    page = site.post(f"{path}/outcome", {"outcome": "not_reached", "note": TYPED})
    assert (page.status_code, is_locked_down(page)) == (410, True)
    assert "Was Sie gesendet haben, wurde nicht eingetragen." in page.text
    assert LOST in page.text
    assert SHOWN in page.text
    assert "Was Sie gesendet haben" not in site.post(f"{path}/outcome", {"outcome": "accepted"}).text


def test_a_revoked_link_is_gone(site: Site, house: House, path: str) -> None:
    with house.engine.begin() as connection:
        handovers.revoke_links(connection, _profile(house), house.clock())
    before = snapshot(house.engine)
    for response in (
        site.get(path),
        site.post(f"{path}/outcome", {"outcome": "accepted"}),
        site.post(f"{path}/fields", {"field": "company"}),
    ):
        assert response.status_code == 410
        assert is_locked_down(response)
        assert "Anna" not in response.text
    assert snapshot(house.engine) == before


def test_an_expired_link_is_gone(site: Site, house: House, path: str) -> None:
    with house.engine.begin() as connection:
        connection.execute(update(profile_links).values(expires_at=house.clock() + timedelta(minutes=1)))
    assert site.get(path).status_code == 200
    house.clock.move(minutes=1)
    assert site.get(path).status_code == 410


def test_the_link_of_somebody_who_was_erased_is_gone(site: Site, house: House) -> None:
    nothing = house.world.links.lead(UUID(int=7), house.clock()).partition("/leads/")[2]
    assert site.get(f"/leads/{nothing}").status_code == 410


def test_sales_takes_over_what_somebody_also_gave(site: Site, house: House) -> None:
    house.submit()
    house.clock.move(minutes=1)
    house.confirm()
    house.clock.move(minutes=20)
    house.submit(form="rueckruf", allows=(), phone=PHONE, company="Muster AG")
    path = link(house.to_sales()[-1], "leads")
    sign_in(site, house, path)
    assert "Muster AG" in site.get(path).text
    assert house.lead().company == "Beispiel GmbH"
    taken = site.post(f"{path}/fields", {"field": ["company", "email", "made-up"]})
    assert (taken.status_code, taken.location) == (303, f"{path}?done=taken")
    assert house.lead().company == "Muster AG"
    assert house.lead().email == "anna@beispiel.example"


@pytest.mark.parametrize("done", ["", "nonsense", "<script>", "accepted"])
def test_the_word_of_thanks_is_one_of_ours(site: Site, path: str, done: str) -> None:
    page = site.get(path, query_string={"done": done})
    assert page.status_code == 200
    assert "<script" not in page.text
    assert ('role="status"' in page.text) is (done == "accepted")
