"""Consent is asked for each purpose by a box of its own, never ticked in advance, in words that become the proof."""

from html.parser import HTMLParser

import pytest

from bridge import i18n
from bridge.program.model import Form
from tests.edge.conftest import Open
from tests.edge.site import Site
from tests.edge.test_embedding import FORMS, snippets
from tests.edge.test_forms import ENGLISH, GERMAN
from tests.house import ANNA, House
from tests.make import demo_program

LANGUAGES = {"de": GERMAN, "en": ENGLISH}
PLACES = ("hosted", "hosted after a mistake", "put in by the script", "pasted")


class Boxes(HTMLParser):
    """The check boxes of a page about consent, each with the words of its label."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}
        self.words: dict[str, str] = {}
        self._texts: list[tuple[str, list[str]]] = []
        self._ids: dict[str, str] = {}
        self.feed(page)
        for label, texts in self._texts:
            if label in self._ids:
                self.words[self._ids[label]] = " ".join(" ".join(texts).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a label or a box."""
        given = {name: value or "" for name, value in attrs}
        if tag == "label":
            self._texts.append((given.get("for", f"around {len(self._texts)}"), []))
        name = given.get("name", "")
        if tag == "input" and given.get("type") == "checkbox" and name.startswith("consent_"):
            purpose = name.removeprefix("consent_")
            assert purpose not in self.found, f"two boxes for {purpose}"
            self.found[purpose] = given
            self._ids[given.get("id") or f"around {len(self._texts) - 1}"] = purpose

    def handle_data(self, data: str) -> None:
        """Collect the words of the label that is open."""
        if self._texts:
            self._texts[-1][1].append(data)

    def handle_endtag(self, tag: str) -> None:
        """After a label other words follow."""
        if tag == "label":
            label, texts = self._texts[-1]
            self._texts[-1] = (label, [" ".join(texts)])
            self._texts.append(("", []))


def page_of(site: Site, form: str, place: str, language: str) -> str:
    """The form as somebody sees it there."""
    path, headers = f"/forms/{form}", LANGUAGES[language]
    if place == "hosted":
        return site.get(path, headers=headers).text
    if place == "hosted after a mistake":
        return site.post(path, {"email": "anna@"}, headers=headers).text
    if place == "put in by the script":
        return site.get(f"{path}/fragment", headers=headers).text
    return snippets(site.get(f"{path}/embed?_language={language}").text)[1]


def asked(form: Form) -> set[str]:
    """The purposes that a form of the demo should ask for: calls only where there is a number to call."""
    has_phone = any(one.field.type == "phone" for one in form.fields)
    return {"email", "tracking"} | ({"phone"} if has_phone else set())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("form_id", FORMS)
def test_a_form_asks_for_each_purpose_apart_and_ticks_nothing(
    edge: Site, form_id: str, place: str, language: str
) -> None:
    boxes = Boxes(page_of(edge, form_id, place, language))
    program = edge.services.program
    assert set(boxes.found) == asked(program.forms[form_id])
    for purpose, box in boxes.found.items():
        assert "checked" not in box
        assert "required" not in box, "nobody has to tick one to send a form"
        assert boxes.words[purpose] == i18n.pick(program.consents[purpose], language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sample_website_asks_the_same_way(open_one: Open, language: str) -> None:
    demo = open_one(DEMO="1")
    boxes = Boxes(demo.get("/demo", headers=LANGUAGES[language]).text)
    assert set(boxes.found) == {"email", "tracking", "phone"}
    assert not any("checked" in box for box in boxes.found.values())


@pytest.mark.parametrize("query", ["consent_email=1&consent_tracking=on", "consent_phone=yes", "checked=1"])
def test_no_address_of_a_form_ticks_a_box(edge: Site, query: str) -> None:
    for path in ("/forms/rueckruf", "/forms/rueckruf/fragment"):
        boxes = Boxes(edge.get(f"{path}?{query}").text)
        assert not any("checked" in box for box in boxes.found.values())


def test_after_a_mistake_only_those_are_ticked_that_the_person_ticked(edge: Site) -> None:
    again = Boxes(edge.post("/forms/rueckruf", {"email": "anna@", "consent_phone": "1"}).text)
    assert {purpose for purpose, box in again.found.items() if "checked" in box} == {"phone"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_calls_and_mails_are_asked_for_in_words_of_their_own(language: str) -> None:
    program = demo_program()
    texts = {purpose: i18n.pick(text, language).lower() for purpose, text in program.consents.items()}
    assert len(set(texts.values())) == 3
    words = {"de": ("e-mail", "anrufen", "klicks"), "en": ("e-mail", "call me", "clicks")}[language]
    assert words[0] in texts["email"]
    assert words[1] not in texts["email"] + texts["tracking"]
    assert words[1] in texts["phone"]
    assert words[2] in texts["tracking"]
    assert words[2] not in texts["email"] + texts["phone"]


def ticked(site: Site, house: House) -> set[str]:
    """The boxes that Anna's preference centre shows ticked."""
    lead = house.lead()
    page = site.get(house.world.links.preferences(lead.id).removeprefix("https://leads.example.com"))
    boxes = Boxes(page.text)
    assert set(boxes.found) == {"email", "tracking"} | ({"phone"} if lead.phone else set())
    return {purpose for purpose, box in boxes.found.items() if "checked" in box}


@pytest.mark.parametrize(
    ("allows", "confirms", "shown"),
    [
        ((), False, set()),
        (("email", "tracking"), False, set()),
        (("email",), True, {"email"}),
        (("email", "tracking"), True, {"email", "tracking"}),
    ],
)
def test_the_preference_centre_shows_what_stands_and_suggests_nothing(
    site: Site, house: House, allows: tuple[str, ...], confirms: bool, shown: set[str]
) -> None:
    house.submit(phone="+49 30 23125 010", allows=allows)
    if confirms:
        house.confirm()
    assert ticked(site, house) == shown


def test_what_was_withdrawn_is_not_ticked_again(site: Site, house: House) -> None:
    house.subscriber()
    house.save_preferences(ANNA, allowed={"email": True, "tracking": False})
    assert ticked(site, house) == {"email"}
    house.unsubscribe(ANNA)
    assert ticked(site, house) == set()
