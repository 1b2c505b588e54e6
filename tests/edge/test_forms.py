"""Forms that a browser posts. Neither database nor Redis is there, and nobody misses them."""

from pathlib import Path
from urllib.parse import urlencode

import pytest

from bridge import i18n
from bridge.edge.bounds import LONGEST
from bridge.program.loading import DEMO
from tests.edge.conftest import Open
from tests.edge.site import CSP, Outline, Site, is_locked_down, words
from tests.house import Clock

DOWNLOAD = "/forms/globe-next-download"
ANNA = {"email": "anna@beispiel.example", "first_name": "Anna", "company": "Beispiel GmbH"}
GERMAN = {"Accept-Language": "de-DE,de;q=0.9"}
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9,de;q=0.5"}
JSON = {"Accept": "application/json"}


def own_program(folder: Path, *changes: tuple[str, str]) -> str:
    """The demo's programme with changes, beside the demo's own files."""
    home = folder / "program"
    home.mkdir()
    for name in ("files", "mails"):
        (home / name).symlink_to(DEMO.parent / name)
    text = DEMO.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    (home / "program.toml").write_text(text, encoding="utf-8")
    return str(home / "program.toml")


def test_a_form_is_written_down_and_leads_to_the_thank_you_page(edge: Site) -> None:
    response = edge.post(DOWNLOAD, ANNA | {"consent_email": "1"}, headers=GERMAN)
    assert response.status_code == 303
    assert response.location == "/demo/danke?form=globe-next-download&mail=1"
    record = edge.only_record()
    assert record["kind_of_record"] == "submission"
    assert record["source"] == "browser"
    assert record["fields"] == ANNA
    assert record["consents"]["email"]["given"] is True
    assert record["consents"]["tracking"]["given"] is False
    assert "suspicion" not in record


def test_the_thank_you_page_speaks_of_a_mail_only_when_one_was_asked_for(edge: Site) -> None:
    without = edge.post(DOWNLOAD, ANNA).location
    asked = edge.post(DOWNLOAD, ANNA | {"consent_email": "on"}).location
    assert without is not None
    assert asked is not None
    assert "Postfach" not in edge.get(without, headers=GERMAN).text
    page = edge.get(asked, headers=GERMAN)
    assert "Postfach" in page.text
    assert is_locked_down(page)


def test_a_thank_you_page_elsewhere_is_allowed_as_target_of_the_form(open_one: Open, tmp_path: Path) -> None:
    elsewhere = "https://www.example.com/danke?von=globe"
    program = own_program(tmp_path, ('thanks = "/demo/danke"', f'thanks = "{elsewhere}"'))
    site = open_one(PROGRAM=program)
    assert site.post(DOWNLOAD, ANNA).location == elsewhere
    policy = site.get(DOWNLOAD).headers["Content-Security-Policy"]
    assert "form-action 'self' https://www.example.com;" in policy


def test_a_program_gets_json(edge: Site) -> None:
    response = edge.post(DOWNLOAD, ANNA, headers=JSON)
    assert response.status_code == 202
    assert response.json == {
        "id": edge.only_record()["id"],
        "thanks": "/demo/danke?form=globe-next-download&mail=0",
    }
    wrong = edge.post(DOWNLOAD, {"email": "anna"}, headers=JSON | ENGLISH)
    assert wrong.status_code == 422
    assert wrong.json == {
        "errors": {
            "fields": {
                "email": ["Please enter a valid e-mail address."],
                "company": ["This field is required."],
            }
        }
    }


@pytest.mark.parametrize(
    ("headers", "messages"),
    [
        (GERMAN, ["Bitte geben Sie eine gültige E-Mail-Adresse ein.", "Bitte füllen Sie dieses Feld aus."]),
        (ENGLISH, ["Please enter a valid e-mail address.", "This field is required."]),
    ],
)
def test_mistakes_stand_beside_their_fields_and_what_was_typed_stays(
    edge: Site, headers: dict[str, str], messages: list[str]
) -> None:
    typed = {"email": "anna@", "first_name": "Anna <&> Berg", "consent_tracking": "1"}
    response = edge.post(DOWNLOAD, typed, headers=headers)
    page = Outline(response.text)
    assert response.status_code == 422
    assert page.value("email") == "anna@"
    assert page.value("first_name") == "Anna <&> Berg"
    assert page.is_ticked("consent_tracking")
    assert not page.is_ticked("consent_email")
    said = words(response.text)
    for message in messages:
        assert said.count(message) == 2, "once in the summary, once beside the field"
    wrong = [one["name"] for one in page.all("input") if one.get("aria-invalid")]
    assert wrong == ["email", "company"]
    assert all(f'id="{name}-error"' in response.text for name in wrong)
    assert edge.journalled() == []
    assert is_locked_down(response)


def test_an_unknown_form_is_not_found(edge: Site) -> None:
    page = edge.get("/forms/nothing", headers=GERMAN)
    assert page.status_code == 404
    assert page.mimetype == "text/html"
    assert is_locked_down(page)
    answer = edge.post("/forms/nothing", ANNA, headers=JSON)
    assert answer.status_code == 404
    assert answer.json == {"error": "not found", "status": 404}


def test_a_body_over_64_kib_is_too_large(edge: Site) -> None:
    just = urlencode(ANNA | {"filler": ""})
    fits = just + "x" * (64 * 1024 - len(just))
    sent = {"content_type": "application/x-www-form-urlencoded"}
    assert edge.post(DOWNLOAD, fits, **sent).status_code == 422, "read, though one field is too long"
    assert edge.post(DOWNLOAD, fits + "x", **sent).status_code == 413
    assert edge.post(DOWNLOAD, fits + "x", headers=JSON, **sent).json == {"error": "too large", "status": 413}
    big_part = {"email": "a@b.example", "message": "x" * 70_000}
    assert edge.post(DOWNLOAD, big_part, content_type="multipart/form-data").status_code == 413


def test_a_wrong_method_is_named(edge: Site) -> None:
    response = edge.client.put(DOWNLOAD, headers=GERMAN)
    assert response.status_code == 405
    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))
    assert edge.client.delete(DOWNLOAD, headers=JSON).json == {"error": "method not allowed", "status": 405}


def test_a_part_without_a_name_is_no_field(edge: Site) -> None:
    nameless = ["form-data", 'form-data; filename="a.txt"']
    named = {f'form-data; name="{name}"': value for name, value in ANNA.items()}
    parts = (dict.fromkeys(nameless, "nobody's") | named).items()
    body = "".join(f"--x\r\nContent-Disposition: {head}\r\n\r\n{value}\r\n" for head, value in parts)
    sent = edge.post(DOWNLOAD, f"{body}--x--\r\n".encode(), content_type="multipart/form-data; boundary=x")
    assert sent.status_code == 303
    assert edge.only_record()["fields"] == ANNA


def test_multipart_works_and_files_are_left_aside(edge: Site) -> None:
    with (DEMO.parent / "files" / "globe-next.pdf").open("rb") as file:
        data = ANNA | {"cv": (file, "cv.pdf")}
        assert edge.post(DOWNLOAD, data, content_type="multipart/form-data").status_code in {303, 413}
    plain = edge.post(DOWNLOAD, ANNA, content_type="multipart/form-data")
    assert plain.status_code == 303
    assert edge.journalled()[-1]["fields"] == ANNA


def test_boxes_of_one_name_become_one_answer(edge: Site) -> None:
    edge.post(DOWNLOAD, ANNA | {"interest": ["SEPA", "ERP"]})
    assert edge.only_record()["fields"]["interest"] == "SEPA, ERP"


# What machines do


def fresh(site: Site, headers: dict[str, str] | None = None) -> dict[str, str]:
    """The hidden fields of a form that was just opened."""
    return hidden_of(site.get(DOWNLOAD, headers=headers).text)


def hidden_of(page: str) -> dict[str, str]:
    """The hidden fields of a form."""
    return {one["name"]: one["value"] for one in Outline(page).all("input") if one["type"] == "hidden"}


def test_a_box_ticked_after_going_back_makes_a_new_submission(edge: Site) -> None:
    hidden = fresh(edge)
    for ticked in ({}, {"consent_email": "1"}, {"consent_email": "1"}):
        edge.post(DOWNLOAD, ANNA | hidden | ticked)
    first, second, again = (record["id"] for record in edge.journalled())
    assert first != second == again


def test_a_filled_honeypot_is_suspicious_yet_thanked_the_same(edge: Site) -> None:
    response = edge.post(DOWNLOAD, ANNA | {"website": "https://spam.example"})
    assert response.status_code == 303
    record = edge.only_record()
    assert record["suspicion"] == "honeypot"
    assert "website" not in record["fields"]


def test_too_fast_is_suspicious_and_two_seconds_are_not(open_one: Open) -> None:
    clock = Clock()
    site = open_one(clock=clock)
    hidden = fresh(site)
    clock.move(seconds=1.9)
    site.post(DOWNLOAD, ANNA | hidden)
    clock.move(seconds=0.2)
    site.post(DOWNLOAD, ANNA | hidden)
    assert [record.get("suspicion") for record in site.journalled()] == ["too fast", None]


def test_a_mistake_corrected_within_a_second_is_not_too_fast(open_one: Open) -> None:
    clock = Clock()
    site = open_one(clock=clock)
    hidden = fresh(site)
    clock.move(seconds=8)
    mistaken = site.post(DOWNLOAD, ANNA | hidden | {"phone": "please call"})
    clock.move(seconds=1)
    site.post(DOWNLOAD, ANNA | hidden_of(mistaken.text))
    assert "suspicion" not in site.only_record()


def test_a_mistake_makes_no_stamp_older_than_it_is(open_one: Open) -> None:
    clock = Clock()
    site = open_one(clock=clock)
    mistaken = site.post(DOWNLOAD, ANNA | fresh(site) | {"phone": "please call"})
    clock.move(seconds=1.9)
    site.post(DOWNLOAD, ANNA | hidden_of(mistaken.text))
    assert site.only_record()["suspicion"] == "too fast"


def test_a_mistake_in_a_pasted_form_puts_no_stamp_into_it(edge: Site) -> None:
    mistaken = edge.post(DOWNLOAD, ANNA | {"phone": "please call"})
    edge.post(DOWNLOAD, ANNA | hidden_of(mistaken.text))
    assert "suspicion" not in edge.only_record()


def test_a_mistake_beside_a_forged_stamp_brings_a_new_one(open_one: Open) -> None:
    clock = Clock()
    site = open_one(clock=clock)
    mistaken = site.post(DOWNLOAD, ANNA | {"_stamp": '"forged"', "phone": "please call"})
    clock.move(seconds=1)
    site.post(DOWNLOAD, ANNA | hidden_of(mistaken.text))
    assert site.only_record()["suspicion"] == "too fast"


def test_a_forged_time_stamp_is_suspicious_an_old_one_is_not(open_one: Open) -> None:
    clock = Clock()
    site = open_one(clock=clock)
    old = fresh(site)
    clock.move(days=1, seconds=1)
    site.post(DOWNLOAD, ANNA | old)
    of_another_form = Outline(site.get("/forms/kontakt").text).value("_stamp")
    clock.move(seconds=10)
    for stamp in ("x", old["_stamp"] + "x", of_another_form, "ü\x00"):
        site.post(DOWNLOAD, ANNA | {"_stamp": stamp})
    assert [record.get("suspicion") for record in site.journalled()] == [None, *["forged time stamp"] * 4]


def test_a_pasted_form_without_a_time_stamp_is_not_punished(edge: Site) -> None:
    edge.post(DOWNLOAD, ANNA)
    assert "suspicion" not in edge.only_record()


def test_a_hosted_form_sent_twice_has_one_id_and_a_pasted_one_two(edge: Site) -> None:
    hidden = fresh(edge)
    for _ in range(2):
        edge.post(DOWNLOAD, ANNA | hidden)
        edge.post(DOWNLOAD, ANNA)
    hosted, pasted, again, and_again = [record["id"] for record in edge.journalled()]
    assert hosted == again
    assert pasted != and_again


# What people type


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Beispiel\x00 GmbH", "Beispiel GmbH"),
        ("\x1b[31mBeispiel\x7f", "[31mBeispiel"),
        ("  Beispiel \r\n GmbH  ", "Beispiel \n GmbH"),
        ("Größe & Söhne 😀", "Größe & Söhne 😀"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("x" * 300, "x" * 300),
    ],
)
def test_what_is_typed_is_kept_without_control_characters(edge: Site, typed: str, kept: str) -> None:
    assert edge.post(DOWNLOAD, ANNA | {"company": typed}).status_code == 303
    assert edge.only_record()["fields"]["company"] == kept


@pytest.mark.parametrize(
    "typed",
    [
        {"company": "x" * 301},
        {"company": "\x00\x01 \t"},
        {"notes": "x" * 5001},
        {"x" * 101: "1"},
        {f"field-{number}": "1" for number in range(61)},
        {"phone": "please call"},
    ],
)
def test_too_long_too_many_or_empty_is_refused(edge: Site, typed: dict[str, str]) -> None:
    assert edge.post(DOWNLOAD, ANNA | typed).status_code == 422
    assert edge.journalled() == []


@pytest.mark.parametrize("half", [b"%ED%A0%80", b"%FF%FE", b"%F0%9F%98", b"%C3", b"%E4", b"%00"])
def test_broken_unicode_is_no_reason_to_lose_somebody(edge: Site, half: bytes) -> None:
    body = urlencode(ANNA).encode() + b"&first_name=A" + half + b"&%ff%00=%ff"
    response = edge.post(DOWNLOAD, body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 303
    assert edge.only_record()["fields"]["email"] == "anna@beispiel.example"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{}", "application/json"),
        (b"email=a@b.example", "text/plain"),
        (b"", "application/x-www-form-urlencoded"),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x"),
        (b"--x", "multipart/form-data"),
        (b"email=anna\xc3@beispiel.example", "application/x-www-form-urlencoded"),
        (b"%", "application/x-www-form-urlencoded; charset=utf-7"),
    ],
)
def test_a_body_that_is_no_form_is_an_empty_form(edge: Site, body: bytes, content_type: str) -> None:
    assert edge.post(DOWNLOAD, body, content_type=content_type).status_code == 422


# Where it came from, and in which language


def test_the_campaign_comes_from_hidden_fields_and_else_from_the_page(edge: Site) -> None:
    page = "https://www.example.com/sepa?utm_source=google&utm_medium=cpc&utm_campaign=sepa&reset=abc#part"
    edge.post(DOWNLOAD, ANNA | {"utm_source": "newsletter"}, headers={"Referer": page})
    record = edge.only_record()
    assert record["context"]["page_url"] == "https://www.example.com/sepa"
    assert record["context"]["utm"] == {"source": "newsletter", "medium": "cpc", "campaign": "sepa"}
    assert record["fields"] == ANNA


def test_a_hosted_form_carries_its_campaign_along_even_over_a_mistake(edge: Site) -> None:
    came_from = {"Referer": "https://www.example.com/sepa"}
    page = edge.get(f"{DOWNLOAD}?utm_source=mail&utm_campaign=%22%3E%3Cb%3E", headers=came_from)
    hidden = {one["name"]: one["value"] for one in Outline(page.text).all("input") if one["type"] == "hidden"}
    wrong = edge.post(DOWNLOAD, hidden | {"_stamp": ""})
    assert wrong.status_code == 422
    again = {one["name"]: one["value"] for one in Outline(wrong.text).all("input") if one["type"] == "hidden"}
    edge.post(DOWNLOAD, ANNA | again | {"_stamp": ""})
    context = edge.only_record()["context"]
    assert context["utm"] == {"source": "mail", "campaign": '"><b>'}
    assert context["page_url"] == "https://www.example.com/sepa"


@pytest.mark.parametrize("referrer", ["http://[", "x" * LONGEST, "\x00", "https://?utm_source=%00"])
def test_a_strange_referrer_stops_nobody(edge: Site, referrer: str) -> None:
    sent = edge.client.post(DOWNLOAD, data=ANNA, environ_overrides={"HTTP_REFERER": referrer})
    assert sent.status_code == 303
    assert len(edge.only_record()["context"].get("page_url", "")) <= 2000


@pytest.mark.parametrize(("headers", "language"), [(GERMAN, "de"), (ENGLISH, "en"), ({}, "de")])
def test_a_consent_is_recorded_in_the_words_that_were_shown(
    edge: Site, headers: dict[str, str], language: str
) -> None:
    shown = edge.get(DOWNLOAD, headers=headers).text
    edge.post(DOWNLOAD, ANNA | {"consent_email": "1"} | fresh(edge, headers), headers=headers)
    record = edge.only_record()
    text = i18n.pick(edge.services.program.consents["email"], language)
    assert record["consents"]["email"]["text"] == text
    assert text in shown
    assert record["context"]["language"] == language


def test_a_pasted_form_speaks_the_language_of_the_programme(edge: Site) -> None:
    edge.post(DOWNLOAD, ANNA | {"consent_email": "1"}, headers=ENGLISH)
    assert edge.only_record()["consents"]["email"]["text"].startswith("Ja, Exact darf mir")


def test_a_german_page_in_an_english_browser_records_german_words(edge: Site) -> None:
    edge.post(DOWNLOAD, ANNA | {"consent_email": "1"} | fresh(edge, GERMAN), headers=ENGLISH)
    record = edge.only_record()
    assert record["consents"]["email"]["text"].startswith("Ja, Exact darf mir")
    assert record["context"]["language"] == "de"


def test_a_link_to_a_hosted_form_may_name_its_language(edge: Site) -> None:
    page = edge.get(f"{DOWNLOAD}?_language=en", headers=GERMAN).text
    assert Outline(page).value("_language") == "en"
    assert i18n.pick(edge.services.program.consents["email"], "en") in page
    edge.post(f"{DOWNLOAD}?_language=en", ANNA | {"_language": "de", "consent_email": "1"})
    assert edge.only_record()["consents"]["email"]["text"].startswith("Ja, Exact darf mir"), "the form's own"


@pytest.mark.parametrize("header", ["", "*", "xx", "en;q=x", "de;q=0,en;q=0", ",,,;;;q", "é" * 500])
def test_any_accept_language_gets_a_page(edge: Site, header: str) -> None:
    assert edge.get(DOWNLOAD, headers={"Accept-Language": header}).status_code == 200


def test_every_form_of_the_programme_is_hosted(edge: Site) -> None:
    for form in edge.services.program.forms.values():
        response = edge.get(f"/forms/{form.id}", headers=ENGLISH)
        page = Outline(response.text)
        asked = {one.get("name") for tag in ("input", "select", "textarea") for one in page.all(tag)}
        assert response.status_code == 200
        assert {field.field.id for field in form.fields} <= asked
        assert {f"consent_{purpose}" for purpose in form.consents} <= asked
        assert response.headers["Content-Security-Policy"] == CSP
        assert is_locked_down(response)
        assert page.all("script") == []
        assert 'style="' not in response.text


def test_a_journal_that_cannot_be_written_says_so(edge: Site) -> None:
    edge.break_journal()
    page = edge.post(DOWNLOAD, ANNA, headers=GERMAN)
    assert page.status_code == 503
    assert int(page.headers["Retry-After"]) > 0
    assert is_locked_down(page)
    assert edge.post(DOWNLOAD, ANNA, headers=JSON).status_code == 503


def test_a_form_can_be_sent_again_after_a_while(open_one: Open) -> None:
    clock = Clock()
    site = open_one(clock=clock)
    site.post(DOWNLOAD, ANNA)
    clock.move(seconds=90)
    site.post(DOWNLOAD, ANNA)
    first, second = site.journalled()
    assert first["at"] < second["at"]
