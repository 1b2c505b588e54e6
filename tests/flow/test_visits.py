"""Visits of a browser become somebody's when that browser says who it is, and only with consent."""

from dataclasses import replace
from itertools import count
from uuid import UUID

import pytest

from bridge.flow.accept_submission import accept_submission
from bridge.flow.record_visits import record_visits
from bridge.ids import new_id
from bridge.intake.records import GivenConsent, Record, Request, Visit
from bridge.profiles.address import parse_address
from bridge.store import mails, profiles
from bridge.store.tables import events, identities, submissions, visits
from tests import make
from tests.house import ANNA, BROWSER, House
from tests.together import at_once

BEN = "ben@beispiel.example"
ANOTHER = "f" * 32


def form(
    house: House, email: str = ANNA, allows: tuple[str, ...] = ("email", "tracking"), **facts: object
) -> None:
    """Somebody sends a form from the browser."""
    house.submit(email=email, allows=allows, context={"visitor": BROWSER} | facts)


def pages(house: House, email: str = ANNA) -> list[str]:
    """What a person is known to have looked at, oldest first."""
    return [line.subject for line in reversed(house.lead(email).timeline) if line.kind == "page.visited"]


def test_a_visit_of_an_unknown_browser_is_nobodys(house: House) -> None:
    house.subscriber()
    house.visit()
    house.tick(minutes=5)
    assert pages(house) == []
    assert [(row.visitor, row.page) for row in house.rows(visits)] == [
        (BROWSER, "https://www.example.com/sepa")
    ]


def test_visits_become_a_persons_at_the_confirmation_and_not_before(house: House) -> None:
    house.visit("/preise", title="Preise")
    house.clock.move(minutes=1)
    house.visit("/sepa")
    house.clock.move(minutes=1)
    form(house)
    house.tick(minutes=5)
    assert pages(house) == []
    house.confirm()
    house.tick(seconds=1)
    assert pages(house) == ["Preise", "/sepa"]
    assert house.rows(visits) == []
    assert [points for points in house.points() if points[0] == "page-visited"] == [("page-visited", 2)] * 2


def test_a_visit_keeps_its_time_and_its_id(house: House) -> None:
    record = house.visit()
    house.clock.move(days=3)
    form(house)
    house.confirm()
    [event] = [row for row in house.rows(events) if row.kind == "page.visited"]
    assert (event.id, event.at) == (record.id, record.received_at)
    assert event.data["page"] == "/sepa"
    assert event.data["site"] == "https://www.example.com"


def test_a_known_persons_visit_counts_after_the_settle_time(house: House) -> None:
    form(house)
    house.confirm()
    house.visit("/preise")
    house.tick(seconds=19)
    assert ("page-visited", 2) not in house.points()
    house.tick(seconds=1)
    assert ("page-visited", 2) in house.points()


def test_a_page_counts_once_a_day_and_pages_at_most_four_points(house: House) -> None:
    form(house)
    house.confirm()
    for path in ("/preise", "/preise", "/sepa", "/referenzen"):
        house.visit(path)
        house.tick(minutes=1)
    assert house.points().count(("page-visited", 2)) == 2
    house.tick(days=1)
    house.visit("/preise")
    house.tick(minutes=1)
    assert house.points().count(("page-visited", 2)) == 3


def test_a_machines_visit_is_kept_and_scores_nothing(house: House) -> None:
    form(house)
    house.confirm()
    seen = Visit(BROWSER, "https://www.example.com/", Request(method="POST"))
    house.take_visits(Record(new_id(), house.clock(), seen))
    house.tick(minutes=1)
    [line] = [line for line in house.lead().timeline if line.kind == "page.visited"]
    assert (line.verdict, line.signs) == ("scanner", ("no user agent",))
    assert ("page-visited", 2) not in house.points()


def test_who_came_from_a_known_browser_was_a_visitor(house: House) -> None:
    house.visit()
    form(house)
    assert house.moves() == [("visitor", "prospect")]


@pytest.mark.parametrize("allows", [(), ("email",)])
def test_a_form_without_the_tracking_box_tells_nothing_of_a_browser(
    house: House, allows: tuple[str, ...]
) -> None:
    house.visit()
    form(house, allows=allows)
    if allows:
        house.confirm()
    assert (pages(house), house.rows(identities)) == ([], [])
    assert house.moves()[0] == (None, "prospect")
    assert len(house.rows(visits)) == 1


@pytest.mark.parametrize("visitor", ["", "short", "G" * 32, "0" * 33, 5, None, ["0" * 32]])
def test_an_id_that_no_browser_made_is_none(house: House, visitor: object) -> None:
    form(house, visitor=visitor)
    assert house.rows(identities) == []


def test_who_allowed_tracking_before_is_known_by_the_next_form(house: House) -> None:
    house.subscriber()
    house.clock.move(days=1)
    house.visit()
    house.clock.move(minutes=1)
    form(house)
    assert pages(house) == ["/sepa"]


def test_a_form_without_a_tracking_box_names_the_browser_of_whoever_allows_tracking(house: House) -> None:
    house.subscriber()
    house.visit()
    house.clock.move(minutes=1)
    house.submit(replace(make.submission(at=house.clock(), context={"visitor": BROWSER}), consents={}))
    assert pages(house) == ["/sepa"]


@pytest.mark.parametrize("boxes", [{}, {"tracking": GivenConsent(False, "Ja zu tracking")}])
def test_without_consent_a_forms_browser_is_not_kept_with_it(
    house: House, boxes: dict[str, GivenConsent]
) -> None:
    sent = make.submission(at=house.clock(), context={"visitor": BROWSER})
    house.submit(replace(sent, consents=boxes))
    [stored] = house.rows(submissions)
    assert "visitor" not in stored.context


def test_a_box_left_empty_names_no_browser_even_of_whoever_allows_tracking(house: House) -> None:
    house.subscriber()
    house.visit()
    house.clock.move(minutes=1)
    form(house, allows=("email",))
    assert (pages(house), house.rows(identities)) == ([], [])


def test_a_stranger_lays_no_visits_on_a_profile_that_confirms_another_form(house: House) -> None:
    house.visit("/strangers", ANOTHER)
    form(house, visitor=ANOTHER)
    house.clock.move(days=1)
    house.submit()
    house.confirm()
    house.visit("/strangers-later", ANOTHER)
    assert (pages(house), house.rows(identities)) == ([], [])


def test_a_browser_that_withdraws_is_forgotten_in_its_forms_too(house: House) -> None:
    form(house)
    house.withdraw()
    form(house, "ben@beispiel.example")
    assert ["visitor" in row.context for row in house.rows(submissions)] == [False, False]


def test_preferences_make_no_browser_known(house: House) -> None:
    form(house)
    house.visit()
    house.clock.move(minutes=1)
    house.save_preferences(ANNA, allowed={"email": True, "tracking": True})
    assert pages(house) == []
    house.confirm()
    assert pages(house) == ["/sepa"]


def test_a_browser_is_the_one_of_the_newest_form(house: House) -> None:
    form(house)
    house.confirm()
    house.visit("/annas")
    house.clock.move(minutes=1)
    form(house, BEN)
    house.confirm()
    house.visit("/bens")
    house.clock.move(minutes=1)
    assert (pages(house), pages(house, BEN)) == (["/annas"], ["/bens"])


def test_another_browsers_visits_are_not_hers(house: House) -> None:
    house.visit("/other", ANOTHER)
    form(house)
    house.confirm()
    house.visit("/other", ANOTHER)
    house.visit("/hers")
    assert pages(house) == ["/hers"]


def test_a_campaign_that_only_a_visit_knew_becomes_the_persons(house: House) -> None:
    house.visit("/landing", utm={"source": "messe", "campaign": "herbst"}, referrer="https://www.google.com/")
    house.visit("/second", utm={"source": "newsletter"})
    form(house, utm={})
    assert house.lead().source is None
    house.confirm()
    assert house.lead().source == "messe / herbst"


def test_a_campaign_that_a_form_named_stays(house: House) -> None:
    house.visit("/landing", utm={"source": "messe"})
    form(house)
    house.confirm()
    assert house.lead().source == "google / cpc"


# Withdrawing


def test_who_withdraws_in_the_preferences_is_watched_no_more(house: House) -> None:
    form(house)
    house.confirm()
    under_way = Record(
        new_id(), house.clock(), Visit(BROWSER, "https://www.example.com/late", make.submission().request)
    )
    house.clock.move(minutes=1)
    house.save_preferences(ANNA, allowed={"email": True, "tracking": False})
    house.clock.move(minutes=1)
    house.visit("/after")
    house.take_visits(under_way)
    assert (pages(house), house.rows(visits)) == ([], [])


def test_a_new_consent_does_not_bring_back_what_was_withdrawn(house: House) -> None:
    form(house)
    house.confirm()
    early = Record(
        new_id(), house.clock(), Visit(BROWSER, "https://www.example.com/early", make.submission().request)
    )
    house.save_preferences(ANNA, allowed={"email": True, "tracking": False})
    house.clock.move(minutes=1)
    between = Record(
        new_id(), house.clock(), Visit(BROWSER, "https://www.example.com/then", make.submission().request)
    )
    house.save_preferences(ANNA, allowed={"email": True, "tracking": True})
    house.take_visits(early, between)
    house.clock.move(seconds=1)
    house.visit("/now")
    assert (pages(house), house.rows(visits)) == (["/now"], [])


def test_a_browser_that_withdraws_is_forgotten(house: House) -> None:
    house.visit()
    house.visit("/other", ANOTHER)
    house.withdraw()
    assert [row.visitor for row in house.rows(visits)] == [ANOTHER]
    form(house)
    house.confirm()
    assert pages(house) == []


def test_visits_that_come_after_their_withdrawal_are_dropped(house: House) -> None:
    house.withdraw()
    house.visit()
    assert house.rows(visits) == []


def test_a_known_browser_that_withdraws_is_nobodys_any_more(house: House) -> None:
    form(house)
    house.confirm()
    house.visit("/before")
    house.withdraw()
    house.visit("/after")
    form(house, allows=())
    house.visit("/later")
    assert pages(house) == ["/before"]
    assert [row.profile_id for row in house.rows(identities)] == [None]


# Arriving through a tracked link


def mail_of(house: House, email: str = ANNA) -> UUID:
    """The welcome mail of a person."""
    with house.unit() as unit:
        profile = profiles.by_address(unit.connection, parse_address(email))
        return mails.of_profile(unit.connection, profile.id)[0][0].id


def test_who_arrives_through_a_tracked_link_is_known(house: House) -> None:
    house.subscriber()
    house.visit("/before")
    house.clock.move(days=1)
    house.visit("/landing", arrival=mail_of(house))
    house.visit("/next")
    assert pages(house) == ["/before", "/landing", "/next"]


def test_arrivals_and_forms_of_the_same_browsers_hinder_each_other_not(house: House) -> None:
    house.subscriber()
    mail, numbers = mail_of(house), count()

    def arrive(browser: str) -> None:
        seen = Visit(browser, "https://www.example.com/", Request(method="POST"), arrival=mail)
        with house.unit() as unit:
            record_visits(unit, [(Record(new_id(), house.clock(), seen), seen)])

    def send(browser: str) -> None:
        with house.unit() as unit:
            sent = make.submission(at=house.clock(), context={"visitor": browser})
            accept_submission(unit, sent, house.clock())

    def arrive_or_send() -> None:
        number = next(numbers)
        (arrive if number % 2 else send)(f"{number // 2:032x}")

    for _ in range(10):
        at_once(8, arrive_or_send)
    assert {row.profile_id for row in house.rows(identities)} == {house.lead().id}
    assert len(house.rows(identities)) == 40


def test_a_forwarded_link_does_not_overrule_a_form(house: House) -> None:
    house.subscriber()
    house.clock.move(minutes=1)
    form(house, BEN)
    house.confirm()
    house.visit("/landing", arrival=mail_of(house))
    assert (pages(house), pages(house, BEN)) == ([], ["/landing"])


def test_a_link_of_somebody_who_withdrew_tells_nothing(house: House) -> None:
    house.subscriber()
    mail = mail_of(house)
    house.save_preferences(ANNA, allowed={"email": True, "tracking": False})
    house.visit("/landing", arrival=mail)
    assert (pages(house), house.rows(identities)) == ([], [])


def test_a_link_of_a_mail_that_is_gone_tells_nothing(house: House) -> None:
    house.visit("/landing", arrival=make.some_id())
    assert house.rows(identities) == []
    assert len(house.rows(visits)) == 1


# Once, and not for ever


def test_the_same_record_twice_is_one_visit(house: House) -> None:
    record = house.visit()
    house.take_visits(record, record)
    assert len(house.rows(visits)) == 1
    form(house)
    house.confirm()
    house.take_visits(record)
    house.tick(minutes=5)
    house.take_visits(record)
    assert pages(house) == ["/sepa"]
    assert house.points().count(("page-visited", 2)) == 1


def test_a_visit_that_found_its_person_goes_to_no_other(house: House) -> None:
    record = house.visit()
    form(house)
    house.confirm()
    house.clock.move(minutes=1)
    form(house, BEN)
    house.confirm()
    house.take_visits(record)
    assert (pages(house), pages(house, BEN)) == (["/sepa"], [])


def test_a_visit_waits_thirty_days_for_its_person(house: House) -> None:
    house.visit("/old")
    house.clock.move(days=1)
    house.visit("/young")
    house.clock.move(days=29, seconds=1)
    form(house)
    house.confirm()
    assert pages(house) == ["/young"], "even when nobody cleaned up"


def test_old_visits_are_forgotten_and_their_addresses_sooner(house: House) -> None:
    house.visit()
    house.retain(days=7, seconds=1)
    assert [row.ip for row in house.rows(visits)] == [None]
    house.retain(days=22)
    assert len(house.rows(visits)) == 1
    house.retain(days=1)
    assert house.rows(visits) == []


def test_a_withdrawal_is_remembered_as_long_as_something_may_be_under_way(house: House) -> None:
    house.withdraw()
    house.retain(days=30)
    assert len(house.rows(identities)) == 1
    house.retain(seconds=1)
    assert house.rows(identities) == []


def test_the_first_touch_is_the_one_that_the_website_remembers(house: House) -> None:
    first = {
        "page_url": "https://www.example.com/",
        "utm": {"source": "messe"},
        "at": "2026-03-01T08:00:00+00:00",
    }
    form(house, first_touch=first)
    assert house.lead().source == "messe"
    form(house, first_touch={"utm": {"source": "later"}})
    assert house.lead().source == "messe"


def test_objecting_stops_the_points(house: House) -> None:
    form(house)
    house.confirm()
    house.objects()
    house.visit()
    house.tick(minutes=1)
    assert ("page-visited", 2) not in house.points()
