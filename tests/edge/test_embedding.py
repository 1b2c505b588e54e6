"""The kit for other websites: what a website admin copies works as it stands, and scripts get what they may."""

import base64
import re
from hashlib import sha384
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bridge import i18n
from tests.edge.conftest import Open
from tests.edge.site import CSP, Outline, Site, is_locked_down, words
from tests.edge.test_forms import ANNA, DOWNLOAD, ENGLISH, GERMAN, JSON, own_program
from tests.house import PUBLIC, Clock

SHOP = "https://www.example.com"
ELSEWHERE = "https://elsewhere.example"
FROM_SHOP = {"Origin": SHOP}
FORMS = ["globe-next-download", "sepa-checkliste", "webinar", "kontakt", "rueckruf", "bestellung"]


@pytest.fixture
def shop(open_one: Open, tmp_path: Path) -> Site:
    """A site whose programme names one website."""
    named = f'[website]\norigins = ["{SHOP}"]\n\n[[topics]]\nid = "sepa"'
    program = own_program(tmp_path, ('[[topics]]\nid = "sepa"', named))
    return open_one(PROGRAM=program, clock=Clock())


def snippets(page: str) -> list[str]:
    """What the page shows to be copied, as it lands on the clipboard."""
    return [unescape(code) for code in re.findall(r"<code>(.*?)</code>", page, re.DOTALL)]


TYPED = {"email": "anna@beispiel.example", "tel": "+49 30 23125 010", "number": "12", "date": "2026-03-20"}


class Filled(HTMLParser):
    """A form as a person fills it in: every field with something fitting, every box ticked."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.labels: list[str] = []
        self.action = self.select = ""
        self.feed(form)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Fill in a field."""
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            assert given["method"] == "post"
            self.action = given["action"]
        elif tag == "select":
            self.select = name
        elif tag == "input" and given.get("type") in {"hidden", "checkbox"}:
            self.values[name] = given["value"]
        elif tag in {"input", "textarea"} and name != "website":
            self.values[name] = TYPED.get(given.get("type", ""), "Anna & Söhne")

    def handle_data(self, data: str) -> None:
        """Keep the words; of a choice, the last one."""
        said = data.strip()
        self.labels.append(said)
        if self.select and said:
            self.values[self.select] = said

    def handle_endtag(self, tag: str) -> None:
        """A choice is made."""
        if tag == "select":
            self.select = ""


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("form_id", FORMS)
def test_the_plain_form_is_accepted_as_it_stands(edge: Site, form_id: str, language: str) -> None:
    page = edge.get(f"/forms/{form_id}/embed?_language={language}").text
    copied = Filled(snippets(page)[1])
    assert copied.action == f"{PUBLIC}/forms/{form_id}"

    answer = edge.post(copied.action.removeprefix(PUBLIC), copied.values)
    assert answer.status_code == 303
    record = edge.only_record()
    form = edge.services.program.forms[form_id]
    assert "suspicion" not in record
    assert set(record["fields"]) == {asked.field.id for asked in form.fields}
    for purpose in form.consents:
        text = i18n.pick(edge.services.program.consents[purpose], language)
        assert record["consents"][purpose] == {"given": True, "text": text}
        assert text in copied.labels
    assert record["context"]["language"] == language


def test_the_plain_form_has_the_trap_and_no_traces_of_the_hosted_one(edge: Site) -> None:
    by_hand = snippets(edge.get(f"{DOWNLOAD}/embed").text)[1]
    outline = Outline(by_hand)
    names = [one.get("name") for one in outline.all("input")]
    assert "website" in names
    assert not {"_stamp", "_once"} & set(names)
    assert [one["name"] for one in outline.all("input") if "required" in one] == ["email", "company"]
    assert not [one for one in outline.all("input") if "checked" in one]
    assert not re.search(r"[ \t]$|\n\n", by_hand, re.MULTILINE), "tidy"


@pytest.mark.parametrize(("language", "said"), [("de", "* Pflichtangabe"), ("en", "* Required")])
def test_the_plain_form_says_what_its_stars_mean(edge: Site, language: str, said: str) -> None:
    copied = Filled(snippets(edge.get(f"{DOWNLOAD}/embed?_language={language}").text)[1])
    assert said in copied.labels


def test_the_script_is_named_with_the_hash_of_what_is_served(edge: Site) -> None:
    outline = Outline(snippets(edge.get(f"{DOWNLOAD}/embed").text)[0])
    [script] = outline.all("script")
    served = edge.get(script["src"].removeprefix(PUBLIC))
    assert served.status_code == 200
    assert script["integrity"] == "sha384-" + base64.b64encode(sha384(served.data).digest()).decode()
    assert script["crossorigin"] == "anonymous"
    assert outline.all("div") == [{"data-leadbridge-form": "globe-next-download"}]
    assert outline.all("a") == [{"href": f"{PUBLIC}{DOWNLOAD}?_language=de"}]


@pytest.mark.parametrize(("headers", "said"), [(GERMAN, "auf Ihrer Website"), (ENGLISH, "on your website")])
def test_the_page_to_copy_from_needs_no_script_itself(edge: Site, headers: dict[str, str], said: str) -> None:
    page = edge.get(f"{DOWNLOAD}/embed", headers=headers)
    assert page.status_code == 200
    assert is_locked_down(page)
    assert page.headers["Content-Security-Policy"] == CSP
    assert said in words(page.text)
    assert Outline(page.text).all("script") == []
    assert Outline(page.text).all("form") == []


def test_the_page_says_on_which_websites_the_script_works(edge: Site, shop: Site) -> None:
    assert "noch keine Website" in words(edge.get(f"{DOWNLOAD}/embed", headers=GERMAN).text)
    named = words(shop.get(f"{DOWNLOAD}/embed", headers=GERMAN).text)
    assert f"Das funktioniert auf {SHOP}" in named
    assert "noch keine Website" not in named


@pytest.mark.parametrize("piece", ["", "/embed", "/fragment"])
def test_an_unknown_form_is_not_found(edge: Site, piece: str) -> None:
    for headers, said in ((GERMAN, "Dieses Formular gibt es nicht"), (ENGLISH, "There is no such form")):
        page = edge.get(f"/forms/nothing{piece}", headers=headers)
        assert page.status_code == 404
        assert is_locked_down(page)
        assert said in words(page.text)
        assert "mail" not in words(page.text), "nobody comes here from a mail"


# What the script fetches


def test_a_fragment_is_the_hosted_form_and_nothing_around_it(shop: Site) -> None:
    piece = shop.get(f"{DOWNLOAD}/fragment?_language=en-GB", headers=FROM_SHOP)
    outline = Outline(piece.text)
    assert [one["action"] for one in outline.all("form")] == [PUBLIC + DOWNLOAD]
    assert not [tag for tag, _ in outline.tags if tag in {"html", "head", "body", "script", "style", "link"}]
    assert outline.value("_language") == "en"
    assert all(one["id"].startswith("leadbridge-") for _, one in outline.tags if "id" in one)
    targets = {one["for"] for one in outline.all("label")}
    assert targets <= {one["id"] for _, one in outline.tags if "id" in one}
    [trap] = [one for one in outline.all("div") if one.get("class") == "website-field"]
    assert "hidden" in trap, "other pages do not have our stylesheet"


def test_a_fragment_is_taken_once_and_not_too_fast(open_one: Open) -> None:
    clock = Clock()
    site = open_one(clock=clock)
    hidden = {
        one["name"]: one["value"]
        for one in Outline(site.get(f"{DOWNLOAD}/fragment").text).all("input")
        if one["type"] == "hidden"
    }
    site.post(DOWNLOAD, ANNA | hidden)
    clock.move(seconds=3)
    site.post(DOWNLOAD, ANNA | hidden)
    first, second = site.journalled()
    assert first["suspicion"] == "too fast"
    assert "suspicion" not in second
    assert first["id"] == second["id"]


@pytest.mark.parametrize("origin", [SHOP, PUBLIC])
def test_scripts_of_named_websites_may_read_a_fragment(shop: Site, origin: str) -> None:
    piece = shop.get(f"{DOWNLOAD}/fragment", headers={"Origin": origin})
    assert piece.headers["Access-Control-Allow-Origin"] == origin
    assert piece.headers["Cache-Control"] == "no-store"
    assert "Origin" in piece.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in piece.headers


@pytest.mark.parametrize(
    "origin", [ELSEWHERE, "null", "http://www.example.com", "https://www.example.com.elsewhere.example", ""]
)
def test_scripts_of_other_websites_may_not(shop: Site, origin: str) -> None:
    for answer in (
        shop.get(f"{DOWNLOAD}/fragment", headers={"Origin": origin}),
        shop.post(DOWNLOAD, ANNA, headers=JSON | {"Origin": origin}),
    ):
        assert answer.status_code < 300
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Origin" in answer.headers["Vary"]


# What a script posts


def test_a_script_of_a_named_website_reads_that_there_is_no_such_form(shop: Site) -> None:
    missing = shop.get("/forms/no-such-form/fragment", headers=FROM_SHOP)
    assert missing.status_code == 404
    assert missing.headers["Access-Control-Allow-Origin"] == FROM_SHOP["Origin"]


def test_a_script_of_a_named_website_reads_what_became_of_its_form(shop: Site) -> None:
    taken = shop.post(DOWNLOAD, ANNA, headers=JSON | FROM_SHOP)
    assert taken.status_code == 202
    assert taken.headers["Access-Control-Allow-Origin"] == SHOP


def test_it_reads_its_mistakes_too(shop: Site) -> None:
    answers = {
        422: shop.post(DOWNLOAD, {"email": "anna"}, headers=JSON | FROM_SHOP),
        404: shop.post("/forms/nothing", ANNA, headers=JSON | FROM_SHOP),
        413: shop.post(DOWNLOAD, {"message": "x" * 70_000}, headers=JSON | FROM_SHOP),
    }
    shop.break_journal()
    answers[503] = shop.post(DOWNLOAD, ANNA, headers=JSON | FROM_SHOP)
    for status, answer in answers.items():
        assert answer.status_code == status
        assert answer.headers["Access-Control-Allow-Origin"] == SHOP


def test_a_form_without_a_script_is_taken_from_any_website(shop: Site) -> None:
    answer = shop.post(DOWNLOAD, ANNA, headers={"Origin": ELSEWHERE})
    assert answer.status_code == 303
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert len(shop.journalled()) == 1


def test_nothing_is_promised_before_a_post(shop: Site) -> None:
    asked = shop.client.options(
        DOWNLOAD,
        headers=FROM_SHOP | {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x"},
    )
    assert not [name for name in dict(asked.headers) if name.startswith("Access-Control-Allow-")]
