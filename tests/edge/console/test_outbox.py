"""What operators see of the outbox, dead letters, feeds and webhooks, and what they do about it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from bridge.edge.console.outbox import AT_ONCE
from bridge.edge.console.reasons import Reason, in_words
from bridge.i18n import translations
from bridge.ids import new_id
from bridge.program.model import Webhook
from bridge.store import dead_letters, feeds, webhooks
from bridge.store.dead_letters import DeadLetter
from bridge.store.feeds import FeedRow
from bridge.store.tables import audit_log
from bridge.store.tables import dead_letters as letters_table
from tests import make
from tests.edge.conftest import Open
from tests.edge.console.conftest import SignIn
from tests.edge.site import asks_first, words
from tests.house import House

OUTBOX = "/console/outbox"


def test_the_outbox_shows_what_waits_and_what_was_given_up(sign_in: SignIn, troubled: House) -> None:
    kim = sign_in()
    waiting = words(kim.get(OUTBOX).text)
    assert "Waiting 1 " in waiting
    assert "emil@beispiel.example" in waiting
    assert "451 try again later" in waiting
    assert "dora@beispiel.example" not in waiting
    dead = words(kim.get(f"{OUTBOX}?heap=dead&kind=mail").text)
    assert "dora@beispiel.example" in dead
    assert "554 rejected for policy reasons" in dead
    assert "Nothing was given up." in kim.get(f"{OUTBOX}?heap=dead&kind=webhook").text
    assert kim.get(f"{OUTBOX}?heap=elsewhere&after=never").status_code == 200


def test_a_delivery_has_a_title_and_its_reason_in_the_language_of_the_reader(
    sign_in: SignIn, troubled: House
) -> None:
    kim = sign_in()
    german = {"Accept-Language": "de"}
    [dead] = troubled.outbox("dead")
    with troubled.engine.begin() as connection:
        refused = "the server refused the recipient: 550 5.1.1 no such <user> here"
        connection.execute(
            text("update outbox set error = :said where state = 'deferred'"), {"said": refused}
        )
        connection.execute(
            text("update outbox set error = :said where state = 'dead'"),
            {"said": "nothing is left to confirm"},
        )
    page = kim.get(OUTBOX, headers=german).text
    waiting = words(page)
    assert "Eingangsbestätigung Mail an eine Person · mail/receipt" in waiting
    assert "Vom Mailserver abgelehnt (Empfangsadresse)" in waiting
    assert '<q class="said" lang="">550 5.1.1 no such &lt;user&gt; here</q>' in page
    assert "the server refused" not in waiting
    shown = words(kim.get(f"{OUTBOX}/{dead.id}", headers=german).text)
    assert "Es ist nichts mehr zu bestätigen" in shown
    assert "Wörtlich" not in shown
    kim.post(f"{OUTBOX}/{dead.id}/drop")
    dropped = words(kim.get(f"{OUTBOX}/{dead.id}", headers=german).text)
    assert "Von Hand verworfen; Es ist nichts mehr zu bestätigen" in dropped


@pytest.mark.parametrize(
    ("error", "ours", "theirs"),
    [
        (
            "the server refused the recipient: 550 5.1.1 <a@b.example>: Recipient address rejected: User unknown",
            "Vom Mailserver abgelehnt (Empfangsadresse)",
            "550 5.1.1 <a@b.example>: Recipient address rejected: User unknown",
        ),
        (
            "crm.example could not be connected to: no answer",
            "Keine Verbindung zu crm.example: keine Antwort",
            "",
        ),
        (
            "crm.example leads to 10.1.2.3, which is not public",
            "crm.example führt zu 10.1.2.3, und das ist nicht öffentlich",
            "",
        ),
        ("port 22 is for other things than the web", "Port 22 ist für anderes da als das Web", ""),
    ],
)
def test_of_a_reason_only_what_others_said_is_word_for_word(error: str, ours: str, theirs: str) -> None:
    assert in_words(error, translations("de").gettext) == Reason(ours, theirs)


def test_what_was_given_up_is_tried_again_or_dropped_and_that_is_noted(
    sign_in: SignIn, troubled: House
) -> None:
    kim = sign_in()
    [dead] = troubled.outbox("dead")
    shown = words(kim.get(f"{OUTBOX}/{dead.id}").text)
    assert "an answer to what the person asked for" in shown
    answer = kim.post(f"{OUTBOX}/{dead.id}/retry")
    assert "It is due again." in kim.get(answer.headers["Location"]).text
    assert [row.id for row in troubled.outbox("due")] == [dead.id]
    again = kim.post(f"{OUTBOX}/{dead.id}/retry")
    assert "It left or was decided about meanwhile." in kim.get(again.headers["Location"]).text
    kim.post(f"{OUTBOX}/{dead.id}/drop")
    assert {row.state for row in troubled.outbox()} == {"refused", "deferred", "sent"}
    noted = [one.what for one in troubled.rows(audit_log) if one.subject == str(dead.id)]
    assert set(noted) == {"delivery.dropped", "delivery.retried", "delivery.seen"}


def test_what_is_not_easily_undone_is_asked_before(sign_in: SignIn, troubled: House) -> None:
    kim = sign_in()
    [dead] = troubled.outbox("dead")
    letter = buried(troubled, {"raw": "{"}, "scoring")
    one, all_dead, letters = f"{OUTBOX}/{dead.id}", f"{OUTBOX}/dead", f"{OUTBOX}/letters"
    for page, url in ((one, one), (f"{OUTBOX}?heap=dead", all_dead), (letters, f"{letters}/{letter}")):
        shown = kim.get(page).text
        assert asks_first(shown, f"{url}/drop")
        assert not asks_first(shown, f"{url}/retry")
        assert "Do you want that?" in shown


def test_all_that_was_given_up_is_decided_about_together(sign_in: SignIn, troubled: House) -> None:
    kim = sign_in()
    kim.post(f"{OUTBOX}/dead/retry")
    assert troubled.outbox("dead") == []
    [noted] = [one for one in troubled.rows(audit_log) if one.what == "deliveries.retried"]
    assert noted.details == {"count": 1}


@pytest.mark.parametrize(
    ("deed", "became", "all_done"),
    [
        ("retry", "due", "All that were given up are due again."),
        ("drop", "refused", "All that were given up are"),
    ],
)
def test_of_very_many_some_are_decided_about_in_one_go_and_the_others_stay_to_be_pressed_for(
    sign_in: SignIn, house: House, deed: str, became: str, all_done: str
) -> None:
    kim = sign_in()
    with house.engine.begin() as connection:
        fill = (
            "insert into outbox (id, kind, template, ground, dedupe_key, due_at, created_at, state)"
            " select gen_random_uuid(), 'mail', 'mail/receipt', 'request', cast(n as text), :at,"
            " :at + n * interval '1 s', 'dead' from generate_series(1, :many) n"
        )
        connection.execute(text(fill), {"at": house.clock(), "many": AT_ONCE + 1})
    once = kim.post(f"{OUTBOX}/dead/{deed}")
    assert "Press once more for the others" in kim.get(once.headers["Location"]).text
    [left] = house.outbox("dead")
    assert left.dedupe_key == str(AT_ONCE + 1), "the oldest first"
    again = kim.post(f"{OUTBOX}/dead/{deed}")
    assert all_done in kim.get(again.headers["Location"]).text
    with house.engine.connect() as connection:
        states = connection.execute(text("select state, count(*) from outbox group by state")).all()
    assert [tuple(row) for row in states] == [(became, AT_ONCE + 1)]


def buried(house: House, body: dict[str, object], source: str = "journal") -> UUID:
    """A dead letter; returns its id."""
    letter = new_id()
    payload = {"id": str(letter), "kind": "submission", "at": house.clock().isoformat(), "body": body}
    with house.unit() as unit:
        dead_letters.bury(unit.connection, DeadLetter(letter, source, payload, "it broke", unit.now))
    return letter


def test_a_dead_letter_that_fails_again_stays_and_says_why(sign_in: SignIn, house: House) -> None:
    kim = sign_in()
    broken = buried(house, {"form": "<b>there is none</b>"})
    page = kim.get(f"{OUTBOX}/letters").text
    assert "it broke" in page
    assert "<b>there is none" not in page
    assert "1 attempt" in words(page)
    came = house.clock()
    house.clock.move(minutes=10)
    answer = kim.post(f"{OUTBOX}/letters/{broken}/retry")
    assert answer.status_code == 303, "who loads the page again tries nothing"
    failed = kim.get(answer.headers["Location"])
    assert "It failed again:" in failed.text
    assert "2 attempts" in words(failed.text)
    assert "it broke" not in failed.text
    [kept] = house.rows(letters_table)
    assert (kept.id, kept.attempts, kept.at) == (broken, 2, came), "how long it is kept stays as it was"
    shown = words(kim.get(f"{OUTBOX}/letters").text)
    assert "12 March 2026, 13:00 · tried again: 12 March 2026, 13:10 · 2 attempts" in shown
    kim.post(f"{OUTBOX}/letters/{broken}/drop")
    assert house.rows(letters_table) == []
    gone = kim.post(f"{OUTBOX}/letters/{broken}/retry")
    assert "This letter is not there any more." in kim.get(gone.headers["Location"]).text


def test_what_a_letter_says_is_shown_with_its_letters_and_does_nothing_to_the_page(
    sign_in: SignIn, house: House
) -> None:
    buried(house, {"message": "Grüße für Zoë & <b>Öl</b> \u202eklar \u001b[31m", "tried": "stays"})
    page = sign_in().get(f"{OUTBOX}/letters").text
    assert "Grüße für Zoë &amp; &lt;b&gt;Öl&lt;/b&gt; \\u202eklar \\u001b[31m" in page


def test_what_can_only_be_read_is_not_counted_as_tried(sign_in: SignIn, house: House) -> None:
    kim = sign_in()
    unreadable = buried(house, {"raw": "{"})
    answer = kim.post(f"{OUTBOX}/letters/{unreadable}/retry")
    assert "This letter can only be read or forgotten." in kim.get(answer.headers["Location"]).text
    [kept] = house.rows(letters_table)
    assert (kept.attempts, kept.error) == (1, "it broke")


def test_feeds_and_endpoints_say_whether_they_work(sign_in: SignIn, house: House) -> None:
    kim = sign_in()
    whole = make.whole_demo_program()
    hook = Webhook("crm", "https://crm.example.com/a-secret-path", ("whsec_x",), ("*",))
    program = replace(whole, webhooks=(hook,))
    kim.site.services.world = replace(kim.site.services.world, program=program)
    feed = next(iter(whole.feeds.values()))
    hours_ago = house.clock() - timedelta(hours=3)
    with house.unit() as unit:
        feeds.put(unit.connection, FeedRow(feed.id, feed.url, failing_since=hours_ago, error="404 not found"))
        webhooks.fails(unit.connection, hook, unit.now, timedelta(days=1))
        webhooks.turn_off(unit.connection, hook, unit.now, "410 gone")
    page = words(kim.get(f"{OUTBOX}/sources").text)
    assert "404 not found" in page
    assert "switched off" in page
    assert "410 gone" in page
    assert "a-secret-path" not in page
    with house.unit() as unit:
        neither = FeedRow(feed.id, feed.url, failing_since=hours_ago, error="this is neither RSS nor Atom")
        feeds.put(unit.connection, neither)
        webhooks.turn_on(unit.connection, hook)
        webhooks.fails(unit.connection, hook, unit.now, timedelta(days=1))
        silent = (
            "it took nothing for 5 days; last: crm.example.com could not be connected to: no route to host"
        )
        webhooks.turn_off(unit.connection, hook, unit.now, silent)
    german = words(kim.get(f"{OUTBOX}/sources", headers={"Accept-Language": "de"}).text)
    assert "Das ist weder RSS noch Atom" in german
    assert "5 Tage lang nichts angenommen; zuletzt: Keine Verbindung zu crm.example.com" in german
    assert "Wörtlich: no route to host" in german
    kim.post(f"{OUTBOX}/sources/crm/enable")
    assert "switched off" not in kim.get(f"{OUTBOX}/sources").text
    assert kim.post(f"{OUTBOX}/sources/unknown/enable").status_code == 404


def test_the_demo_s_own_feeds_stand_there_by_the_address_that_is_asked(
    open_real: Open, house: House, sign_in: SignIn
) -> None:
    site = open_real(DEMO="1", BIND="127.0.0.1:18999")
    site.services.world = replace(site.services.world, program=make.whole_demo_program())
    page = replace(sign_in(), site=site).get(f"{OUTBOX}/sources").text
    assert "http://127.0.0.1:18999/demo/feeds/" in page
    assert "127.0.0.1:8000" not in page


def test_only_operators_see_the_outbox(sign_in: SignIn, house: House) -> None:
    del house
    marketing = sign_in("marketing")
    for path in (OUTBOX, f"{OUTBOX}/letters", f"{OUTBOX}/sources"):
        assert marketing.get(path).status_code == 403
    assert marketing.post(f"{OUTBOX}/dead/retry").status_code == 403


def test_a_dead_letter_says_what_failed_and_what_comes_again_by_itself_has_no_button(
    sign_in: SignIn, house: House
) -> None:
    kim = sign_in()
    for source in ("step remind", "rule clicks", "scoring", "mailjet"):
        buried(house, {"raw": "{"}, source)
    page = kim.get(f"{OUTBOX}/letters", headers={"Accept-Language": "de"}).text
    said = words(page)
    for told in (
        "Den Vertrieb an einen Lead erinnern step remind",
        "Regel clicks",
        "Punkte und Serien einer Person",
        "Meldung von mailjet",
        "Wörtlich: it broke",
    ):
        assert told in said
    assert page.count("/drop") == 4
    assert page.count("/retry") == 1, "only scoring"
