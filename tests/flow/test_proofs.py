"""What people do and machines do not is noted of those who allow it, and their clicks need not wait."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import Row

from bridge.flow.accept_submission import accept_submission
from bridge.flow.confirm_address import confirm_address
from bridge.flow.held import release
from bridge.flow.record_uses import record_uses
from bridge.flow.unsubscribe import unsubscribe
from bridge.ids import new_id
from bridge.intake.records import ON_PAGE, ONE_CLICK, PageUse, Record, Request, Submission
from bridge.profiles.address import parse_address
from bridge.store import profiles as people
from bridge.store import submissions
from bridge.store.tables import consents, events, mails, proofs_of_humanity
from bridge.store.tables import submissions as submission_rows
from tests import make
from tests.flow.test_effort import subscribers
from tests.house import ANNA, BROWSER, House
from tests.statements import statements

ANNAS_PC = Request("203.0.113.7", make.A_BROWSER, "POST")


def noted(house: House, how: str) -> list[Row[tuple[object, ...]]]:
    """What proves a person in that way, oldest first."""
    return sorted((row for row in house.rows(proofs_of_humanity) if row.how == how), key=lambda row: row.at)


def use(house: House, arrival: UUID | None = None, hit: UUID | None = None) -> Record:
    """Somebody uses a page of the website in Anna's browser."""
    record = Record(new_id(), house.clock(), PageUse(BROWSER, ANNAS_PC, arrival, hit))
    take(house, record)
    return record


def take(house: House, *records: Record) -> None:
    """Uses of pages come out of the journal."""
    with house.unit() as unit:
        record_uses(unit, [(one, one.body) for one in records if isinstance(one.body, PageUse)])
    house.run()


def arrive(house: House) -> tuple[UUID, UUID]:
    """A subscriber clicks a link of the welcome mail; returns what the page there learns: mail and click."""
    house.click(house.mails_to(ANNA)[-1], 1)
    [click] = [row for row in house.rows(events) if row.kind == "link.clicked"]
    return click.mail_id, click.id


def by_browser(house: House, **facts: object) -> Submission:
    """A form that a browser posts."""
    return replace(make.submission(at=house.clock(), **facts), source="browser", request=ANNAS_PC)  # type: ignore[arg-type]


def anna(house: House) -> UUID:
    """Anna's id."""
    with house.engine.connect() as connection:
        return people.by_address(connection, parse_address(ANNA)).id


def known_browser(house: House) -> None:
    """Anna subscribes in her browser."""
    house.subscriber(context={"visitor": BROWSER})


# A page is used


def test_who_uses_the_page_that_a_link_led_to_need_not_wait(house: House) -> None:
    house.subscriber()
    came = arrive(house)
    house.clock.move(seconds=3)
    assert ("link-clicked", 2) not in house.points()
    record = use(house, *came)
    [proof] = noted(house, "page")
    assert (proof.id, proof.at, proof.how) == (record.id, record.received_at, "page")
    assert (proof.hit_id, proof.ip, proof.user_agent) == (came[1], "203.0.113.7", make.A_BROWSER)
    assert ("link-clicked", 2) in house.points()


def test_an_older_token_names_the_mail_and_that_is_enough(house: House) -> None:
    house.subscriber()
    use(house, arrive(house)[0])
    assert [proof.hit_id for proof in noted(house, "page")] == [None]


def test_a_known_browser_speaks_for_its_owner(house: House) -> None:
    known_browser(house)
    use(house)
    [proof] = noted(house, "page")
    assert (proof.hit_id, proof.profile_id) == (None, anna(house))


def test_the_mail_says_better_than_the_browser_whose_click_it_was(house: House) -> None:
    """Ben follows a link that Anna has passed on: it is her click that a person made."""
    house.subscriber("ben@beispiel.example", context={"visitor": BROWSER})
    house.subscriber()
    use(house, *arrive(house))
    assert [proof.profile_id for proof in noted(house, "page")] == [anna(house)]


def test_a_use_is_no_visit(house: House) -> None:
    known_browser(house)
    use(house)
    house.tick(minutes=5)
    assert "page.visited" not in {row.kind for row in house.rows(events)}
    assert "page-visited" not in dict(house.points())


def test_the_same_record_twice_proves_once(house: House) -> None:
    known_browser(house)
    take(house, *[use(house)] * 2)
    assert len(noted(house, "page")) == 1


def test_an_unknown_browser_proves_nothing(house: House) -> None:
    house.subscriber()
    use(house)
    use(house, make.some_id(), make.some_id())
    assert noted(house, "page") == []


def test_a_browser_that_withdrew_proves_nothing(house: House) -> None:
    known_browser(house)
    came = arrive(house)
    house.withdraw()
    use(house)
    use(house, *came)
    assert noted(house, "page") == []


@pytest.mark.parametrize("allowed", [{"email": True, "tracking": False}, {"tracking": False}])
def test_nothing_is_noted_of_whoever_does_not_allow_it_any_more(
    house: House, allowed: dict[str, bool]
) -> None:
    known_browser(house)
    came = arrive(house)
    house.save_preferences(ANNA, allowed=allowed)
    use(house)
    use(house, *came)
    assert noted(house, "page") == []


def test_a_new_consent_brings_nothing_back_that_was_still_under_way(house: House) -> None:
    known_browser(house)
    late = Record(new_id(), house.clock(), PageUse(BROWSER, ANNAS_PC))
    house.save_preferences(ANNA, allowed={"tracking": False})
    house.save_preferences(ANNA, allowed={"tracking": True})
    take(house, late)
    assert noted(house, "page") == []


def test_nothing_is_noted_of_whoever_objects(house: House) -> None:
    known_browser(house)
    came = arrive(house)
    house.objects()
    use(house, *came)
    use(house)
    assert noted(house, "page") == []


def test_what_comes_after_an_erasure_is_dropped(house: House) -> None:
    known_browser(house)
    came = arrive(house)
    house.erase()
    use(house, *came)
    use(house)
    assert noted(house, "page") == []


def test_what_comes_late_from_before_an_erasure_is_not_the_newcomers(house: House) -> None:
    known_browser(house)
    late = Record(new_id(), house.clock(), PageUse(BROWSER, ANNAS_PC))
    house.clock.move(seconds=5)
    house.erase()
    house.clock.move(minutes=20)
    known_browser(house)
    take(house, late)
    assert noted(house, "page") == []
    use(house)
    assert len(noted(house, "page")) == 1


def test_fifty_uses_ask_no_more_than_one(house: House) -> None:
    """Of addressees, and of browsers that nobody knows."""
    subscribers(house, range(50))
    letters = [row.id for row in house.rows(mails)]
    uses = [
        PageUse(f"{number:032x}", ANNAS_PC, letter, make.some_id()) for number, letter in enumerate(letters)
    ]
    uses += [PageUse(f"{number:032x}", ANNAS_PC) for number in range(100, 150)]
    records = [(Record(new_id(), house.clock(), one), one) for one in uses]
    with statements(house.engine) as for_one, house.unit() as unit:
        record_uses(unit, [records[0], records[50]])
    with statements(house.engine) as for_all, house.unit() as unit:
        record_uses(unit, [*records[1:50], *records[51:]])
    assert len(for_all) == len(for_one) < 12
    assert len(noted(house, "page")) == 50


# A form is posted


def test_a_form_of_a_browser_proves_a_person(house: House) -> None:
    house.subscriber()
    house.clock.move(hours=1)
    sent = house.submit(by_browser(house, form="webinar"))
    [proof] = noted(house, "form")
    assert (proof.how, proof.hit_id, proof.at) == ("form", None, sent.at)
    assert (proof.ip, proof.user_agent) == ("203.0.113.7", make.A_BROWSER)


def test_a_form_that_a_websites_server_passes_on_proves_what_it_tells_of_the_browser(house: House) -> None:
    house.subscriber()
    house.clock.move(hours=1)
    house.submit(form="webinar", context={"ip": "203.0.113.99", "user_agent": "Firefox"})
    assert [(proof.ip, proof.user_agent) for proof in noted(house, "form")] == [("203.0.113.99", "Firefox")]


@pytest.mark.parametrize("told", [{}, {"ip": "203.0.113.99"}, {"user_agent": "Firefox"}])
def test_a_websites_server_is_nobody(house: House, told: dict[str, str]) -> None:
    house.subscriber()
    house.clock.move(hours=1)
    house.submit(form="webinar", context=told)
    assert noted(house, "form") == []


def test_a_form_proves_nothing_before_its_sender_allows_it(house: House) -> None:
    house.submit(by_browser(house))
    house.submit(by_browser(house, form="webinar", allows=()))
    assert noted(house, "form") == []


def test_the_same_form_again_proves_nothing_more(house: House) -> None:
    house.subscriber()
    house.clock.move(hours=1)
    sent = by_browser(house, form="webinar")
    for once in (sent, sent, replace(sent, id=new_id(), key="another")):
        with house.unit() as unit:
            accept_submission(unit, once, house.clock())
    assert len(noted(house, "form")) == 1


def test_a_held_form_proves_nothing_and_nothing_when_it_is_released(house: House) -> None:
    house.subscriber()
    house.clock.move(hours=1)
    house.submit(replace(by_browser(house, form="webinar"), suspicion="too fast"))
    with house.engine.connect() as connection:
        [row] = submissions.held(connection)
    with house.unit() as unit:
        assert release(unit, row)
    assert noted(house, "form") == []


# A button is pressed


def test_the_button_of_the_confirmation_proves_a_person(house: House) -> None:
    house.subscriber()
    [proof] = noted(house, "button")
    assert {proof.at} == {row.at for row in house.rows(consents) if row.state == "given"}
    assert proof.hit_id is None
    assert (proof.ip, proof.user_agent) == ("203.0.113.7", make.A_BROWSER)


def test_pressing_it_twice_proves_once(house: House) -> None:
    house.subscriber()
    house.clock.move(seconds=5)
    with house.unit() as unit:
        confirm_address(unit, house.rows(submission_rows)[0].id, ANNAS_PC)
    assert len(noted(house, "button")) == 1


def test_a_confirmation_without_the_tracking_box_proves_nothing(house: House) -> None:
    house.subscriber(allows=("email",))
    assert noted(house, "button") == []


def test_saving_preferences_proves_a_person_where_they_allow_it(house: House) -> None:
    house.subscriber(allows=("email",))
    house.save_preferences(ANNA)
    assert noted(house, "button") == []
    house.save_preferences(ANNA, allowed={"email": True, "tracking": True})
    assert len(noted(house, "button")) == 1


def test_taking_consent_back_leaves_no_new_proof(house: House) -> None:
    house.subscriber()
    house.save_preferences(ANNA, allowed={"email": True, "tracking": False})
    assert len(noted(house, "button")) == 1


def leave(house: House, how: str) -> None:
    """Anna wants no more advertising."""
    house.clock.move(seconds=1)
    with house.unit() as unit:
        unsubscribe(unit, new_id(), anna(house), None, how, ANNAS_PC, house.clock())


def test_the_button_of_the_page_proves_a_person_and_the_mail_programs_one_click_does_not(
    house: House,
) -> None:
    house.subscriber()
    leave(house, ONE_CLICK)
    assert len(noted(house, "button")) == 1
    house.save_preferences(ANNA, allowed={"email": True, "tracking": True})
    leave(house, ON_PAGE)
    leave(house, ON_PAGE)
    assert len(noted(house, "button")) == 3, "of the confirmation, of the preferences, and of that page"


def test_a_posted_form_hurries_the_clicks_before_it(house: House) -> None:
    house.subscriber()
    arrive(house)
    house.clock.move(seconds=3)
    house.submit(by_browser(house, form="webinar"))
    assert ("link-clicked", 2) in house.points()
