"""The frame of the console: its menu, its stylesheet, and what its pages are made of."""

import pytest

from bridge.delivery.jinja import console_stylesheet, console_stylesheet_url, environment
from bridge.edge.console.menu import ENTRIES, menu_for
from bridge.flow.accounts.console_accounts import ROLES
from tests.edge.console.conftest import COOKIE, SignIn
from tests.edge.site import Outline, Site
from tests.edge.site import words as text_of

PARTS = """{% import "console/parts.html" as parts with context %}"""


def drawn(source: str, language: str = "en") -> str:
    """What a page makes of the parts."""
    return environment(language).from_string(PARTS + source).render(language=language, form_token="t")


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/console", "Results"),
        ("/console/results/form", "Results"),
        ("/console/profiles/7", "People"),
        ("/console/companies/beispiel.example", "People"),
        ("/console/accounts", "Accounts"),
        ("/console/account", None),
    ],
)
def test_the_menu_marks_where_one_is(path: str, title: str | None) -> None:
    assert [one.title for one in menu_for("admin", path) if one.current] == ([title] if title else [])


def test_everybody_sees_the_lines_that_lead_them_somewhere() -> None:
    assert [one.title for one in menu_for("viewer", "/console")] == ["Results", "Programme"]
    assert menu_for("admin", "/console")[0].current
    assert len(menu_for("admin", "/console")) == len(ENTRIES)


def test_menu_and_roles_speak_german() -> None:
    said = environment("de").get_template("console/words.html").module
    entries = {one.title: said.entry(one.title).strip() for one in ENTRIES}  # type: ignore[attr-defined]
    assert [title for title, word in entries.items() if word == title] == ["Export"], "the same word"
    roles = {role: said.role(role).strip() for role in ROLES}  # type: ignore[attr-defined]
    assert roles["viewer"] == "Liest Ergebnisse"
    assert not set(roles.values()) & set(ROLES)


def test_the_menu_works_without_a_script_and_by_keyboard(sign_in: SignIn) -> None:
    page = sign_in("marketing").get("/console").text
    outline = Outline(page)
    assert outline.all("script") == []
    [button] = [one for one in outline.all("button") if "popovertarget" in one]
    assert button["popovertarget"] in {one.get("id") for one in outline.all("div")}
    current = [one["href"] for one in outline.all("a") if "aria-current" in one]
    assert current[0] == "/console"
    assert page.index('href="#content"') < page.index("<nav"), "whoever tabs can pass over the menu"
    assert "Kim Beispiel Marketing" in text_of(page)


def test_the_consoles_stylesheet_is_small_fetches_nothing_and_is_kept_for_ever(edge: Site) -> None:
    answer = edge.get(console_stylesheet_url())
    assert (answer.status_code, answer.mimetype) == (200, "text/css")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.text == console_stylesheet()
    assert len(answer.data) < 10_000
    assert "url(" not in answer.text
    assert "@import" not in answer.text


def test_a_row_of_a_table_says_its_headings_itself_for_phones() -> None:
    page = drawn(
        """{% call parts.table("People", ["Name", ("Score", "number")]) %}
        <tr><th scope="row">Anna</th>{{ parts.cell("Score", 12, "number") }}{{ parts.cell("Owner") }}</tr>
        {% endcall %}"""
    )
    cells = Outline(page).all("td")
    assert [one["data-label"] for one in cells] == ["Score", "Owner"]
    assert [one.get("class", "").split() for one in cells] == [["number"], ["none"]]
    [scrolls] = [one for one in Outline(page).all("div") if one.get("class") == "scrolls"]
    assert scrolls["tabindex"] == "0", "it scrolls by keyboard"


def test_what_people_wrote_stays_text_in_every_part() -> None:
    evil = '"><script>alert(1)</script>'
    page = drawn(
        """{{ parts.head(evil, evil, evil) }}{{ parts.cell(evil, evil) }}{{ parts.asked("q", evil, evil) }}
        {{ parts.picked("s", evil, [(evil, evil)], evil) }}{{ parts.entered("e", evil, evil, messages=[evil]) }}
        {{ parts.pager(evil, evil, evil) }}{{ parts.tabs(evil, [(evil, evil, 1, true)]) }}
        {{ parts.nothing(evil, evil) }}{{ parts.badge(evil, evil) }}{{ parts.notice(evil) }}
        {{ parts.numbers([(evil, evil, evil)]) }}
        {% call parts.table(evil, [evil]) %}{% endcall %}{% call parts.filters(evil, evil) %}{% endcall %}""".replace(
            "evil", repr(evil)
        )
    )
    assert "<script" not in page
    assert page.count("&lt;script&gt;") > 20


@pytest.mark.parametrize(
    ("path", "token", "status"),
    [
        ("/console/outbox", None, 403),
        ("/console/profiles/00000000-0000-7000-8000-000000000007", None, 404),
        ("/console/nothing", None, 404),
        ("/console/outbox", "any", 405),
        ("/console/sign-out", "of another session", 400),
    ],
)
def test_whoever_is_signed_in_keeps_the_menu_when_something_does_not_work(
    sign_in: SignIn, path: str, token: str | None, status: int
) -> None:
    kim = sign_in("sales")
    answer = kim.get(path) if token is None else kim.post(path, _token=token)
    outline = Outline(answer.text)
    assert answer.status_code == status
    assert {one.path for one in menu_for("sales", path)} <= {one["href"] for one in outline.all("a")}
    assert outline.all("div").count({"id": "content", "tabindex": "-1"}) == 1, "where the skip link leads"
    assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("same-origin", "no-store")
    offered = outline.value("_token") or ""
    assert kim.site.post("/console/sign-out", {"_token": offered}).status_code == 303
    assert "Sign out" not in kim.get(path).text


def test_whoever_is_not_signed_in_sees_no_menu_where_nothing_is(site: Site, edge: Site) -> None:
    for one in (site, edge):
        one.client.set_cookie(COOKIE, "made up")
        answer = one.get("/console/nothing", headers={"Accept-Language": "en"})
        assert answer.status_code == 404
        assert "There is nothing here" in answer.text
        assert "/console/sign-out" not in answer.text
