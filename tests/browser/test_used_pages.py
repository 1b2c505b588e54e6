"""A page that somebody uses, in a real browser: a hand on mouse or keyboard tells so, a script cannot."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_site_script import (
    Guest,
    confirm,
    guest,
    link_of,
    send_form,
    website,
)

__all__ = ["guest", "website"]

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

HANDS: dict[str, Callable[[Page], None]] = {
    "mouse": lambda page: page.mouse.click(200, 200),
    "keyboard": lambda page: page.keyboard.press("ArrowDown"),
    "wheel": lambda page: page.mouse.wheel(0, 50),
}

BY_SCRIPT = """() => {
    const more = {bubbles: true, cancelable: true, composed: true}
    for (const target of [window, document, document.body]) {
        for (const kind of ["pointerdown", "pointerup", "click", "mousedown", "touchstart", "touchmove"])
            target.dispatchEvent(new PointerEvent(kind, more))
        for (const kind of ["keydown", "keypress", "keyup"])
            target.dispatchEvent(new KeyboardEvent(kind, {...more, key: "a"}))
        target.dispatchEvent(new WheelEvent("wheel", {...more, deltaY: 100}))
    }
    const box = document.body.appendChild(document.createElement("input"))
    box.style.marginTop = "5000px"
    box.click()
    box.focus()
    box.scrollIntoView()
    box.select()
    document.execCommand("insertText", false, "a")
    scrollTo(0, 0)
    scrollBy({top: 500, behavior: "smooth"})
    location.hash = "somewhere"
}"""


def uses(guest: Guest) -> list[dict[str, object]]:
    """What the bridge was told of pages that are used."""
    guest.page.wait_for_timeout(300)
    return [body for body in guest.bodies() if body.get("used")]


@pytest.mark.parametrize("page", ["plain", "own"])
@pytest.mark.parametrize("hand", HANDS)
def test_who_uses_a_page_is_told_of_once(guest: Guest, hand: str, page: str) -> None:
    guest.goto(f"/{page}.html")
    guest.consent(True)
    assert uses(guest) == []
    HANDS[hand](guest.page)
    assert uses(guest) == [{"visitor": guest.cookies()[0]["value"], "used": True}]
    answer = guest.told[-1].response()
    assert answer is not None and answer.status == 204
    for use in HANDS.values():
        use(guest.page)
    guest.consent(True)
    assert (len(uses(guest)), len(guest.told)) == (1, 2), "once for each page, and no second visit"


def test_a_finger_uses_a_page(browser: Browser, guest: Guest) -> None:
    context = browser.new_context(has_touch=True)
    page = context.new_page()
    told: list[str] = []
    page.on("request", lambda sent: told.append(sent.post_data or "") if sent.url.endswith("/t/p") else None)
    page.goto(f"{guest.website.url}/plain.html")
    page.evaluate("leadbridge.consent(true)")
    page.touchscreen.tap(100, 100)
    page.wait_for_timeout(300)
    context.close()
    assert ['"used":true' in body for body in told] == [False, True]


def test_the_next_page_is_told_of_by_itself(guest: Guest) -> None:
    guest.goto("/plain.html")
    guest.consent(True)
    guest.page.mouse.click(200, 200)
    guest.goto("/form.html")
    assert len(uses(guest)) == 1
    guest.page.keyboard.press("Tab")
    assert len(uses(guest)) == 2


def test_no_script_of_the_page_can_use_it(guest: Guest) -> None:
    guest.goto("/plain.html")
    guest.consent(True)
    guest.page.evaluate(BY_SCRIPT)
    assert uses(guest) == []
    guest.page.keyboard.press("a")
    assert len(uses(guest)) == 1


def test_nothing_is_told_before_consent_and_a_use_before_it_is_not_made_up_for(guest: Guest) -> None:
    guest.goto("/plain.html")
    for use in HANDS.values():
        use(guest.page)
    assert guest.told == []
    guest.consent(True)
    assert (len(guest.told), uses(guest)) == (1, [])


def test_nothing_is_told_after_a_withdrawal(guest: Guest) -> None:
    guest.goto("/plain.html")
    guest.consent(True)
    guest.consent(False)
    for use in HANDS.values():
        use(guest.page)
    assert uses(guest) == []


def test_a_withdrawal_in_another_tab_counts_here_too(guest: Guest) -> None:
    guest.goto("/plain.html")
    guest.consent(True)
    guest.context.clear_cookies()
    guest.page.mouse.click(200, 200)
    assert uses(guest) == []


@pytest.mark.parametrize(
    "signal",
    [
        "Object.defineProperty(navigator, 'doNotTrack', {value: '1'})",
        "Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})",
    ],
)
def test_nothing_is_told_of_whoever_does_not_want_to_be_watched(guest: Guest, signal: str) -> None:
    guest.context.add_init_script(signal)
    guest.goto("/plain.html")
    guest.consent(True)
    for use in HANDS.values():
        use(guest.page)
    assert guest.told == []


def test_nothing_is_told_where_visits_are_left_out(guest: Guest) -> None:
    guest.goto("/silent.html")
    guest.consent(True)
    guest.page.mouse.click(200, 200)
    assert guest.told == []


def test_the_page_behind_a_tracked_link_says_by_which_click_somebody_came(guest: Guest) -> None:
    email = "benutzt@beispiel.example"
    guest.goto("/form.html")
    send_form(guest, email)
    confirm(guest, email)
    guest.page.goto(link_of(guest, email, "Willkommen", "t/c"))
    guest.consent(True)
    guest.page.mouse.click(200, 200)
    [use] = uses(guest)
    assert use["arrival"] == guest.bodies()[0]["arrival"]
    assert guest.pages_of(email, 1) == ["Plain"], "a use is no second visit"
