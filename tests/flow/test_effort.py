"""Reading for fifty people takes as many questions to the database as reading for one."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import cycle, islice

from bridge.flow.accept_submission import accept_submission, accept_submissions
from bridge.flow.confirm_address import confirm_address
from bridge.flow.record_hits import record_hits
from bridge.flow.record_visits import record_visits
from bridge.flow.score_profiles import score_profiles
from bridge.flow.show_profile import show_profile
from bridge.ids import new_id
from bridge.intake.records import Hit, Record, Request, Submission, Visit
from bridge.store import profiles
from bridge.store.events import MOST_OF_A_MAIL, EventRow, of_their_mails
from bridge.store.events import add as add_events
from bridge.store.mails import Content, handed
from bridge.store.tables import events, mails
from bridge.store.tables import profiles as profile_rows
from tests import make
from tests.house import House
from tests.statements import questions, statements


def subscribers(house: House, numbers: Iterable[int]) -> None:
    """People who confirmed and whose first mail is written; nobody has been woken to send it."""
    for number in numbers:
        sent = make.submission(email=f"person{number}@firma{number}.example", at=house.clock())
        with house.unit() as unit:
            accept_submission(unit, sent, house.clock())
            confirm_address(unit, sent.id, Request())
    scoring(house)
    with house.unit() as unit:
        for row in house.rows(mails):
            handed(unit.connection, make.NOON, [Content(row.id, "Willkommen", True, [])])


def everybody_opens(house: House) -> None:
    """Everybody who got a mail opens it; the opens have settled."""
    now = house.clock()
    opened = [Hit("mail.opened", row.id, None, Request(None, make.A_BROWSER)) for row in house.rows(mails)]
    with house.unit() as unit:
        record_hits(unit, [(Record(new_id(), now, hit), hit) for hit in opened])
    house.clock.move(minutes=1)


def scoring(house: House) -> int:
    """How many questions scoring everybody takes."""
    ids = [row.id for row in house.rows(profile_rows)]
    with statements(house.engine) as seen, house.unit() as unit:
        score_profiles(unit, ids)
    return questions(seen)


def test_scoring_fifty_people_asks_no_more_than_scoring_one(house: House) -> None:
    subscribers(house, [0])
    everybody_opens(house)
    for_one = scoring(house)
    subscribers(house, range(1, 50))
    everybody_opens(house)
    assert scoring(house) == for_one
    assert all(("mail-opened", 1) in house.points(row.email) for row in house.rows(profile_rows)[:3])


def test_scoring_fifty_people_takes_as_many_statements_as_scoring_one(house: House) -> None:
    """Writing included: of mails that left, and of opens."""
    subscribers(house, [0])
    effort(house, sent_to_everybody)
    for_one = [effort(house, everybody_opens), effort(house, sent_to_everybody)]
    subscribers(house, range(1, 50))
    assert [effort(house, everybody_opens), effort(house, sent_to_everybody)] == for_one
    assert house.points("person49@firma49.example")[-2:] == [("mail-opened", 1), ("mail-sent", -1)]


def effort(house: House, happens: Callable[[House], None]) -> int:
    """How many statements it takes to score what happens to everybody."""
    happens(house)
    with statements(house.engine) as seen:
        scoring(house)
    return len(seen)


def a_week_passes(house: House) -> None:
    """The second mail of the sequence is due."""
    house.clock.move(days=8)


def sent_to_everybody(house: House) -> None:
    """Everybody's mail was sent just now."""
    sent = [
        EventRow(new_id(), row.profile_id, "mail.sent", house.clock(), house.clock(), row.id, verdict="human")
        for row in house.rows(mails)
    ]
    with house.unit() as unit:
        add_events(unit.connection, sent)


def test_of_a_mail_that_is_hit_without_end_the_newest_are_read_whatever_is_known(house: House) -> None:
    subscribers(house, [0])
    (mail,) = house.rows(mails)
    at = [house.clock() + timedelta(seconds=number // 2) for number in range(MOST_OF_A_MAIL + 5)]
    hits = [EventRow(new_id(), mail.profile_id, "link.clicked", when, when, mail.id) for when in at]
    hits.sort(key=lambda row: (row.at, -row.id.int))
    with house.unit() as unit:
        add_events(unit.connection, hits)
        newest = of_their_mails(unit.connection, hits[-1:])[mail.id]
        assert newest == sorted(hits[5:], key=lambda row: (row.at, row.id))
        for known in (hits[:1], hits[::100], hits):
            assert of_their_mails(unit.connection, known)[mail.id] == newest


def test_fifty_due_steps_take_as_many_statements_as_one(house: House) -> None:
    subscribers(house, [0])
    for_one = effort(house, a_week_passes)
    subscribers(house, range(1, 50))
    assert effort(house, a_week_passes) == for_one
    assert sum(row.step == 1 for row in house.rows(mails)) == 50


def test_taking_in_fifty_hits_asks_no_more_than_taking_in_one(house: House) -> None:
    subscribers(house, [0])
    with statements(house.engine) as for_one:
        everybody_opens(house)
    subscribers(house, range(1, 50))
    with statements(house.engine) as for_all:
        everybody_opens(house)
    assert len(for_all) == len(for_one)


def clicks_and_opens(house: House, count: int) -> list[tuple[Record, Hit]]:
    """So many hits of everybody's mails, also of people who work together and of people who are not watched."""
    letters = [row.id for row in house.rows(mails)]
    asker = Request("203.0.113.7", make.A_BROWSER, headers={"accept": "*/*"})
    hits = [
        Hit("link.clicked", mail, None, asker, 1, "https://www.example.com/sepa")
        if number % 3
        else Hit("mail.opened", mail, None, asker)
        for number, mail in enumerate(islice(cycle(letters), count))
    ]
    return [(Record(new_id(), house.clock(), hit), hit) for hit in hits]


def test_taking_in_a_thousand_hits_takes_as_many_statements_as_taking_in_ten(house: House) -> None:
    subscribers(house, range(10))
    house.objects("person9@firma9.example")
    with house.unit() as unit:
        record_hits(unit, clicks_and_opens(house, 10))
    with statements(house.engine) as for_ten, house.unit() as unit:
        record_hits(unit, clicks_and_opens(house, 10))
    with statements(house.engine) as for_thousand, house.unit() as unit:
        assert record_hits(unit, clicks_and_opens(house, 1000)) == 900
    assert len(for_thousand) == len(for_ten) < 15


def test_taking_in_fifty_forms_takes_as_many_statements_as_taking_in_one(house: House) -> None:
    """Of people who confirm, of people who are known, and of people who are not."""
    subscribers(house, range(50))
    known = [form_of(house, number) for number in range(50)]
    with statements(house.engine) as for_two, house.unit() as unit:
        accept_submissions(unit, [known[0], form_of(house, 100)])
    with statements(house.engine) as for_all, house.unit() as unit:
        accept_submissions(unit, [*known[1:], *(form_of(house, number) for number in range(101, 150))])
    assert len(for_all) == len(for_two) < 35
    assert sum(row.kind == "form.submitted" for row in house.rows(events)) == 150


def form_of(house: House, number: int) -> tuple[Submission, datetime]:
    context = {"visitor": f"{number:032x}", "ip": "203.0.113.7", "user_agent": make.A_BROWSER}
    address = f"person{number}@firma{number}.example"
    form = make.submission("webinar", address, at=house.clock(), context=context)
    return form, house.clock()


def test_taking_in_fifty_visits_asks_no_more_than_taking_in_one(house: House) -> None:
    """Of known people, of somebody who arrives through a link, and of nobody known."""
    subscribers(house, range(50))
    letters = [row.id for row in house.rows(mails)]
    seen = [visit_of(house, number, arrival=letters[number]) for number in range(50)]
    with statements(house.engine) as for_one, house.unit() as unit:
        record_visits(unit, [seen[0], visit_of(house, 100)])
    with statements(house.engine) as for_all, house.unit() as unit:
        record_visits(unit, [*seen[1:], *(visit_of(house, number) for number in range(101, 150))])
    assert len(for_all) == len(for_one) < 15
    assert sum(row.kind == "page.visited" for row in house.rows(events)) == 50


def visit_of(house: House, number: int, **facts: object) -> tuple[Record, Visit]:
    seen = Visit(f"{number:032x}", "https://www.example.com/", Request(None, make.A_BROWSER), **facts)  # type: ignore[arg-type]
    return Record(new_id(), house.clock(), seen), seen


def test_the_profile_page_asks_the_same_whatever_happened(house: House) -> None:
    house.submit()
    with statements(house.engine) as young:
        house.lead()
    house.confirm()
    house.answer(house.lead_by_form(), "accepted")
    house.tick(days=30)
    house.submit(email="ben@beispiel.example")
    with statements(house.engine) as old, house.engine.connect() as connection:
        anna = profiles.lock_by_key(connection, "anna@beispiel.example")
        show_profile(connection, house.world, anna)
    assert len(old) == len(young)
