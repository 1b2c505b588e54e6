"""Asking a few questions at a time: by a link from one's own mailbox, within a form, and among the settings."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from redis import Redis
from werkzeug.test import TestResponse

from bridge.delivery.links import AskTarget
from bridge.store import tables
from bridge.worker.ingest import Ingest
from tests.asking import asking
from tests.conftest import Servers
from tests.edge.conftest import Open
from tests.edge.site import Outline, Site, is_locked_down, words
from tests.edge.test_pages import snapshot
from tests.house import ANNA, PUBLIC, House
from tests.make import A_BROWSER

ALL = (tables.profiles, tables.events, tables.consents, tables.submissions, tables.stage_changes)


@pytest.fixture
def told(house: House, tmp_path: Path) -> House:
    """Anna has confirmed; her company is known, and nothing else."""
    made = asking(house, tmp_path / "programme")
    made.submit(form="webinar", first_name="", last_name="")
    made.confirm()
    made.clock.move(minutes=1)
    return made


@pytest.fixture
def site(told: House, tmp_path: Path, open_one: Open, servers: Servers, redis: Redis) -> Site:
    """A site with that programme, over the same database."""
    del redis
    known = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
    return open_one(clock=told.clock, PROGRAM=str(tmp_path / "programme" / "program.toml"), **known)


def path_to(site: Site, told: House, form: str = "") -> str:
    """Anna's own link."""
    target = AskTarget(told.lead().id, None, form)
    return site.services.world.links.ask(target, told.clock()).removeprefix(PUBLIC)


def boxes(page: TestResponse) -> list[str]:
    """The names of what can be filled in, without what nobody sees."""
    outline = Outline(page.text)
    found = [one for tag in ("input", "select", "textarea") for one in outline.all(tag)]
    return [one["name"] for one in found if one.get("type") != "hidden" and one["name"] != "website"]


def settle(site: Site, told: House) -> None:
    """Take in what stands in the journal, and do what follows."""
    Ingest(site.services).once()
    told.tick(seconds=30)


# A page of its own


def test_two_questions_at_a_time_with_labels_and_no_value(site: Site, told: House) -> None:
    page = site.get(path_to(site, told))
    assert page.status_code == 200
    assert is_locked_down(page)
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert boxes(page) == ["ask_language", "ask_employees"]
    labels = {one["for"] for one in Outline(page.text).all("label")}
    assert labels == {"ask_employees", "ask_language", "website"}
    assert ANNA not in page.text
    assert "Beispiel GmbH" not in page.text


def test_thanks_come_with_the_next_ones(site: Site, told: House) -> None:
    path = path_to(site, told)
    sent = site.post(path, {"ask_employees": "250+", "ask_language": ""})
    assert (sent.status_code, sent.location) == (303, f"{path}?thanks=1&later=language")
    settle(site, told)
    assert told.lead().fields["employees"] == "250+"
    page = site.get(sent.location)
    assert "Vielen Dank" in words(page.text)
    assert boxes(page) == ["ask_role"], "what was left empty rests, and nobody allowed calls"
    last = site.post(Outline(page.text).all("form")[0]["action"], {"ask_role": "Leitung"})
    assert last.location == f"{path}?thanks=1&later=language"
    done = site.get(last.location)
    assert boxes(done) == []
    assert "Mehr wollten wir nicht wissen" in words(done.text)
    assert boxes(site.get(path)) == ["ask_language"], "another time it is asked again"


def test_a_wrong_answer_is_said_beside_its_field_and_what_was_typed_stays(site: Site, told: House) -> None:
    before = snapshot(told.engine, ALL)
    page = site.post(path_to(site, told), {"ask_employees": "viele", "ask_language": "Deutsch"})
    assert page.status_code == 422
    assert 'id="ask_employees-error"' in page.text
    assert 'aria-describedby="ask_employees-error"' in page.text
    assert 'href="#ask_employees"' in page.text
    assert Outline(page.text).value("ask_language") == "Deutsch"
    assert snapshot(told.engine, ALL) == before


def test_answers_to_what_is_not_asked_change_nothing(site: Site, told: House) -> None:
    before = told.lead().fields
    for name in ("ask_company", "company", "ask_email", "ask_phone", "ask_score", "ask_", "stage"):
        site.post(path_to(site, told), {name: "+49 30 23125 010"})
    settle(site, told)
    assert told.lead().fields == before
    assert told.lead().email == ANNA


def test_a_number_is_asked_once_calls_are_allowed(site: Site, told: House) -> None:
    told.save_preferences(ANNA, allowed={"phone": True}, answers={"language": "de", "employees": "1-9"})
    page = site.get(path_to(site, told))
    assert boxes(page) == ["ask_phone", "ask_role"]
    site.post(path_to(site, told), {"ask_phone": "+49 30 23125 010"})
    assert told.lead().phone == "+49 30 23125 010"


@pytest.mark.parametrize("form", ["", "webinar"])
def test_who_fills_what_nobody_sees_answers_nothing(site: Site, told: House, form: str) -> None:
    before = snapshot(told.engine, ALL[:4])
    typed = {"website": "https://spam.example", "ask_role": "x", "_wanted": "1"}
    sent = site.post(path_to(site, told, form), typed)
    assert sent.status_code == 303, "a machine learns nothing by that"
    assert snapshot(told.engine, ALL[:4]) == before
    assert [one.get("suspicion") for one in site.journalled()] == (["honeypot"] if form else [])


def test_looking_changes_nothing(site: Site, told: House) -> None:
    before = snapshot(told.engine, ALL)
    for form in ("", "webinar", "call-back"):
        for _ in range(3):
            assert site.get(path_to(site, told, form)).status_code == 200
            assert site.client.head(path_to(site, told, form)).status_code == 200
    settle(site, told)
    assert snapshot(told.engine, ALL) == before


def test_nothing_tells_somebody_unknown_from_somebody_erased(site: Site, told: House) -> None:
    path = path_to(site, told)
    told.erase()
    stranger = site.services.world.links.ask(AskTarget(uuid4(), None), told.clock())
    for asked in (path, stranger.removeprefix(PUBLIC)):
        for page in (site.get(asked), site.post(asked, {"ask_role": "x"})):
            assert page.status_code == 410
            assert "Wir haben nichts über Sie gespeichert" in page.text


def test_a_link_lasts_for_thirty_days(site: Site, told: House) -> None:
    path = path_to(site, told)
    told.clock.now += timedelta(days=30)
    assert site.get(path).status_code == 200
    told.clock.move(seconds=1)
    assert site.get(path).status_code == 410


def test_a_form_that_is_gone_is_not_found(site: Site, told: House) -> None:
    assert site.get(path_to(site, told, "summer")).status_code == 404


# Within a form


def test_a_form_asks_what_is_open_and_shows_nothing_that_is_known(site: Site, told: House) -> None:
    page = site.get(path_to(site, told, "webinar"))
    names = ["first_name", "ask_language", "ask_employees", "message", "_wanted"]
    assert sorted(boxes(page)) == sorted(names), "no address, no company, no box that is ticked already"
    assert ANNA not in page.text
    assert "Beispiel GmbH" not in page.text
    assert "/forms/webinar" in {one["href"] for one in Outline(page.text).all("a")}
    assert "email" in boxes(site.get("/forms/webinar")), "a stranger gets the whole form"


def test_it_goes_the_way_of_all_forms_with_what_is_known(site: Site, told: House) -> None:
    path = path_to(site, told, "webinar")
    page = site.get(path)
    told.clock.move(seconds=20)
    typed = hidden(page) | {"first_name": "Anna", "ask_employees": "250+", "company": "Andere AG"}
    typed |= {"_wanted": "1"}
    sent = site.post(path, typed)
    assert (sent.status_code, sent.location) == (303, "/thanks?form=webinar&mail=0")
    record = site.only_record()
    assert record["fields"] == {"email": ANNA, "company": "Beispiel GmbH", "first_name": "Anna"}
    settle(site, told)
    lead = told.lead()
    assert (lead.name, lead.fields["employees"], lead.fit) == ("Anna", "250+", 80)
    assert len(lead.submissions) == 2
    assert not lead.also_given


def test_sent_twice_it_is_one_form(site: Site, told: House) -> None:
    path = path_to(site, told, "webinar")
    page = site.get(path)
    told.clock.move(seconds=20)
    typed = hidden(page) | {"message": "Guten Tag", "ask_employees": "250+", "_wanted": "1"}
    assert [site.post(path, typed).status_code for _ in range(2)] == [303, 303]
    settle(site, told)
    assert len(told.lead().submissions) == 2, "the one of before, and this"


def test_a_number_within_a_form_needs_the_box_beside_it(site: Site, told: House) -> None:
    told.save_preferences(ANNA, answers={"language": "de", "employees": "1-9"})
    path = path_to(site, told, "call-back")
    page = site.get(path)
    assert set(boxes(page)) == {"phone", "ask_role", "consent_phone"}, "the form asks for the number itself"
    assert site.post(path, {"phone": ""}).status_code == 422
    assert site.post(path, {"phone": "+49 30 23125 010", "ask_role": "Leitung"}).status_code == 303
    settle(site, told)
    assert (told.lead().stage, told.lead().phone) == ("sales_qualified", "+49 30 23125 010")


def test_mistakes_in_both_are_shown_together(site: Site, told: House) -> None:
    path = path_to(site, told, "call-back")
    page = site.post(path, {"phone": "x", "ask_employees": "y", "consent_phone": "1", "_once": "1"})
    assert page.status_code == 422
    assert {"#phone", "#ask_employees"} <= {one.get("href") for one in Outline(page.text).all("a")}
    assert Outline(page.text).value("phone") == "x"
    assert Outline(page.text).is_ticked("consent_phone")
    assert site.journalled() == []


def test_without_a_journal_nothing_is_promised_and_nothing_kept(site: Site, told: House) -> None:
    site.break_journal()
    sent = site.post(path_to(site, told, "webinar"), {"ask_employees": "250+", "_wanted": "1"})
    assert sent.status_code == 503
    assert "employees" not in told.lead().fields


# A form that has nothing left to ask


BY_HAND = {"User-Agent": A_BROWSER, "Accept": "text/html", "Accept-Language": "de"}


EVENT = """
[[sequences]]
id = "webinar"
kind = "event"
form = "webinar"
date = 2026-04-01T10:00:00
place = {de = "Halle 3, Stand B12", en = "Hall 3"}
[[sequences.steps]]
mail = "ask"
before_date = "1d"
"""


@pytest.fixture
def event_site(told: House, tmp_path: Path, open_one: Open, servers: Servers, redis: Redis) -> Site:
    """The same site, where the form is one of an event on the first of April."""
    del redis
    programme = tmp_path / "programme" / "program.toml"
    programme.write_text(programme.read_text(encoding="utf-8") + EVENT, encoding="utf-8")
    known = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
    return open_one(clock=told.clock, PROGRAM=str(programme), **known)


def test_a_form_of_an_event_says_when_it_is_and_is_closed_once_it_has_begun(
    event_site: Site, told: House
) -> None:
    shown = event_site.get(path_to(event_site, told, "webinar"))
    assert "Wann 1. April 2026, 10:00 Wo Halle 3, Stand B12" in words(shown.text)
    told.clock.now = datetime(2026, 4, 1, 9, tzinfo=UTC)
    shown = event_site.get(path_to(event_site, told, "webinar"))
    assert "Die Anmeldung ist geschlossen" in words(shown.text)
    assert boxes(shown) == []


@pytest.mark.parametrize("form", ["", "webinar"])
def test_what_is_sent_by_a_mails_link_is_known_to_answer_that_mail(
    site: Site, told: House, form: str
) -> None:
    (mail,) = [row for row in told.rows(tables.mails) if row.sequence == "welcome"]
    path = site.services.world.links.ask(AskTarget(mail.profile_id, mail.id, form), told.clock())
    typed = {"ask_employees": "250+", "message": "Guten Tag", "_wanted": "1"}
    assert site.post(path.removeprefix(PUBLIC), typed).status_code == 303
    settle(site, told)
    answers = [row.kind for row in told.rows(tables.events) if row.mail_id == mail.id]
    expected = ["question.answered"] + (["form.submitted"] if form else [])
    assert sorted(set(answers) - {"mail.sent", "own-page.opened"}) == sorted(expected)


@pytest.fixture
def all_told(told: House) -> House:
    """Of Anna is known what the form for calls asks for, and calls are allowed."""
    answers = {"language": "de", "employees": "1-9", "role": "Leitung", "phone": "+49 30 23125 010"}
    told.save_preferences(ANNA, allowed={"phone": True}, answers=answers)
    return told


def test_it_asks_for_one_tick_that_says_what_is_wanted(site: Site, all_told: House) -> None:
    page = site.get(path_to(site, all_told, "call-back"))
    assert boxes(page) == ["_wanted"]
    assert "Ja, das möchte ich: Rückruf" in words(page.text)
    (box,) = [one for one in Outline(page.text).all("input") if one["name"] == "_wanted"]
    assert "required" in box
    assert "checked" not in box


def test_its_button_alone_sends_nothing(site: Site, all_told: House) -> None:
    before = snapshot(all_told.engine, ALL)
    path = path_to(site, all_told, "call-back")
    all_told.clock.move(seconds=20)
    page = site.post(path, hidden(site.get(path)), headers=BY_HAND)
    assert page.status_code == 422
    assert 'aria-describedby="_wanted-error"' in page.text
    assert 'id="_wanted-error"' in page.text
    assert "#_wanted" in {one.get("href") for one in Outline(page.text).all("a")}
    settle(site, all_told)
    assert snapshot(all_told.engine, ALL) == before
    assert site.journalled() == []


def test_with_the_tick_a_person_is_called(site: Site, all_told: House) -> None:
    path = path_to(site, all_told, "call-back")
    typed = hidden(site.get(path)) | {"_wanted": "1"}
    all_told.clock.move(seconds=20)
    assert site.post(path, typed, headers=BY_HAND).status_code == 303
    record = site.only_record()
    assert (record["how"], record["fields"]["phone"]) == ("button", "+49 30 23125 010")
    settle(site, all_told)
    assert all_told.lead().stage == "sales_qualified"


def test_a_program_that_ticks_it_waits_for_somebody_to_decide(site: Site, all_told: House) -> None:
    sent = site.post(path_to(site, all_told, "call-back"), {"_wanted": "1"}, headers={"User-Agent": "curl/8"})
    assert sent.status_code == 303, "it learns nothing by that"
    assert site.only_record()["suspicion"] == "machine"
    settle(site, all_told)
    assert all_told.lead().stage != "sales_qualified"


def test_a_tick_stays_beside_another_mistake(site: Site, told: House) -> None:
    page = site.post(path_to(site, told, "webinar"), {"_wanted": "1", "ask_employees": "viele"})
    assert page.status_code == 422
    assert Outline(page.text).is_ticked("_wanted")


def test_a_form_that_has_to_be_filled_in_needs_no_tick(site: Site, told: House) -> None:
    assert "_wanted" not in boxes(site.get(path_to(site, told, "call-back")))
    assert "_wanted" not in boxes(site.get("/forms/call-back"))


def hidden(page: TestResponse) -> dict[str, str]:
    """What a browser sends along."""
    return {one["name"]: one["value"] for one in Outline(page.text).all("input") if one["type"] == "hidden"}


# Among the settings


def preferences_of(site: Site, told: House) -> str:
    return site.services.world.links.preferences(told.lead().id).removeprefix(PUBLIC)


def test_the_preference_centre_asks_and_takes_no_field_for_a_setting(site: Site, told: House) -> None:
    path = preferences_of(site, told)
    assert {"ask_employees", "ask_language"} < set(boxes(site.get(path)))
    wishes = {"frequency": "normal", "language": "en", "consent_email": "1", "ask_language": "Deutsch"}
    assert site.post(path, wishes).status_code == 303
    settle(site, told)
    assert told.lead().fields["language"] == "Deutsch"
    page = site.get(path)
    assert "May we ask you something else?" in page.text
    assert {"ask_employees", "ask_phone", "consent_phone"} < set(boxes(page)), (
        "the box stands beside the question"
    )


def test_there_a_number_without_the_box_is_a_mistake(site: Site, told: House) -> None:
    told.save_preferences(ANNA, answers={"language": "de", "employees": "1-9"})
    path = preferences_of(site, told)
    wishes = {"frequency": "normal", "language": "de", "consent_email": "1", "ask_phone": "+49 30 23125 010"}
    page = site.post(path, wishes | {"ask_role": "Leitung"})
    assert page.status_code == 422
    assert "erlauben Sie auch Anrufe" in words(page.text)
    assert Outline(page.text).value("ask_phone") == "+49 30 23125 010"
    assert Outline(page.text).value("ask_role") == "Leitung"
    assert told.lead().phone is None
    assert site.post(path, wishes | {"consent_phone": "1"}).status_code == 303
    assert told.lead().phone == "+49 30 23125 010"
    assert told.consents()["phone"] == "given"


@pytest.mark.parametrize("page", ["", "webinar", "preferences"])
def test_pages_that_ask_have_a_label_for_every_box_and_no_id_twice(
    site: Site, told: House, page: str
) -> None:
    path = preferences_of(site, told) if page == "preferences" else path_to(site, told, page)
    outline = Outline(site.get(path).text)
    ids = [one["id"] for _, one in outline.tags if "id" in one]
    assert sorted(ids) == sorted(set(ids))
    fields = [one for tag in ("input", "select", "textarea") for one in outline.all(tag)]
    labelled = {one["for"] for one in outline.all("label")}
    assert {one["id"] for one in fields if one.get("type") != "hidden"} <= labelled


def test_mails_lead_to_all_of_them(site: Site, told: House) -> None:
    (mail,) = [mail for mail in told.mails_to(ANNA) if mail.subject == "Noch eine Frage"]
    found = [path.removeprefix(PUBLIC) for path in re.findall(rf"{PUBLIC}/ask/\S+", mail.text)]
    titles = [re.findall(r"<h1>(.*?)</h1>", site.get(path).text)[0] for path in found]
    assert titles == ["Dürfen wir Sie etwas fragen?", "Webinar: SEPA", "Rückruf"]
