"""What proves a person lifts the wait, and colleagues are looked at together."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import update

from bridge.flow.prove import prove
from bridge.ids import new_id
from bridge.profiles.address import parse_address
from bridge.profiles.overview import TimelineLine
from bridge.store import profiles
from bridge.store.humanity import ProofRow
from bridge.store.tables import events
from bridge.store.tables import mails as mail_rows
from tests import make
from tests.house import ANNA, House


def clicks(house: House, email: str = ANNA) -> list[TimelineLine]:
    """Clicks on the timeline, oldest first."""
    return [line for line in reversed(house.lead(email).timeline) if line.kind == "link.clicked"]


def uses_the_page(house: House, *, agent: str = make.A_BROWSER, ip: str = "203.0.113.7") -> None:
    """Anna's browser shows that a person sits in front of it."""
    with house.unit() as unit:
        person = profiles.by_address(unit.connection, parse_address(ANNA))
        proof = ProofRow(new_id(), person.id, unit.now, "page", ip=ip, user_agent=agent)
        prove(unit, [proof])
    house.run()


def test_a_proof_lets_a_click_count_at_once(house: House) -> None:
    welcome = house.subscriber()
    house.click(welcome, 1)
    house.clock.move(seconds=6)
    uses_the_page(house)
    assert house.points()[-1] == ("link-clicked", 2)
    assert clicks(house)[0].signs[0] == "proved by a page that was used"


def test_a_proof_hands_over_at_once(house: House) -> None:
    welcome = house.subscriber()
    house.click(welcome, 1)
    house.clock.move(seconds=30)
    house.click(welcome, 2)
    house.clock.move(seconds=6)
    uses_the_page(house)
    assert house.lead().stage == "sales_qualified"


def test_a_proof_outweighs_a_burst_that_waits(house: House) -> None:
    welcome = house.subscriber()
    for number in (1, 2, 3):
        house.click(welcome, number)
    house.clock.move(seconds=12)
    uses_the_page(house)
    assert [line.verdict for line in clicks(house)] == ["human"] * 3
    assert house.points().count(("link-clicked", 2)) == 3
    assert house.to_sales() == [], "three tabs at once are one decision"


def test_a_proof_outweighs_a_burst_that_was_judged(house: House) -> None:
    welcome = house.subscriber()
    for number in (1, 2, 3):
        house.click(welcome, number)
    house.tick(minutes=5)
    assert [line.verdict for line in clicks(house)] == ["scanner"] * 3
    uses_the_page(house)
    assert [line.verdict for line in clicks(house)] == ["human"] * 3
    assert house.points().count(("link-clicked", 2)) == 3


def test_a_proof_of_another_browser_lifts_nothing(house: House) -> None:
    welcome = house.subscriber()
    house.click(welcome, 1)
    house.clock.move(seconds=6)
    uses_the_page(house, agent="Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15")
    assert clicks(house)[0].pending
    house.tick(seconds=14)
    assert not clicks(house)[0].pending, "it counts after its own time"


def test_a_proof_does_not_speak_for_what_by_itself_is_a_machine(house: House) -> None:
    welcome = house.subscriber()
    house.click(welcome, 1, method="HEAD")
    house.clock.move(seconds=6)
    uses_the_page(house)
    house.tick(minutes=5)
    assert clicks(house)[0].verdict == "scanner"


def test_a_double_click_one_minute_apart_reaches_sales(house: House) -> None:
    welcome = house.subscriber()
    house.click(welcome, 1)
    house.tick(minutes=1)
    house.click(welcome, 2)
    for _ in range(5):
        house.tick(seconds=24)
    assert len(house.to_sales()) == 1


def colleagues(house: House, count: int) -> list[str]:
    """People of one company with their welcome mails."""
    people = [f"{name}@beispiel.example" for name in ("anna", "bert", "carla", "dora")[:count]]
    for email in people:
        house.submit(email=email, first_name=email.partition("@")[0].title())
        house.confirm()
    house.clock.move(seconds=40)
    return people


def test_a_gateway_that_follows_one_link_of_everybodys_mail_scores_nothing(house: House) -> None:
    people = colleagues(house, 4)
    for email in people:
        house.click(house.mails_to(email)[-1], 1)
        house.tick(seconds=18)
    house.tick(minutes=5)
    assert [clicks(house, email)[0].verdict for email in people] == ["scanner"] * 4
    assert {house.lead(email).score for email in people} == {1}


def test_what_counted_for_the_first_colleague_is_taken_back_when_the_third_follows(house: House) -> None:
    people = colleagues(house, 3)
    house.click(house.mails_to(people[0])[-1], 1)
    house.tick(seconds=29)
    assert house.lead(people[0]).score == 3
    house.click(house.mails_to(people[1])[-1], 1)
    house.tick(seconds=29)
    house.click(house.mails_to(people[2])[-1], 1)
    house.tick(minutes=1)
    assert [house.lead(email).score for email in people] == [1, 1, 1]
    assert all(row.rejudge_at is None for row in house.rows(events))


def test_colleagues_who_read_minutes_apart_are_people(house: House) -> None:
    people = colleagues(house, 3)
    for email in people:
        house.click(house.mails_to(email)[-1], 1)
        house.tick(minutes=3)
    assert {house.lead(email).score for email in people} == {3}


def test_people_of_a_free_mail_provider_are_no_colleagues(house: House) -> None:
    people = [f"{name}@gmail.com" for name in ("anna", "bert", "carla")]
    for email in people:
        house.submit(email=email)
        house.confirm()
    house.clock.move(seconds=40)
    for email in people:
        house.click(house.mails_to(email)[-1], 1)
    house.tick(minutes=5)
    assert {house.lead(email).score for email in people} == {3}


def test_a_click_before_the_mail_was_accepted_is_a_machines(house: House) -> None:
    welcome = house.subscriber()
    with house.unit() as unit:
        [mail] = house.rows(mail_rows)
        later = house.clock() + timedelta(seconds=20)
        unit.connection.execute(update(mail_rows).where(mail_rows.c.id == mail.id).values(sent_at=later))
    house.click(welcome, 1)
    house.tick(minutes=5)
    assert (clicks(house)[0].verdict, clicks(house)[0].signs[0]) == (
        "scanner",
        "before the mail was accepted",
    )


HEADLESS = make.A_BROWSER.replace("Firefox/140.0", "HeadlessChrome/154.0.0.0")


def trying_it_out(house: House) -> House:
    """A house in which somebody tries Leadbridge out."""
    demo = House(house.engine, clock=house.clock)
    demo.world = replace(demo.world, is_demo=True)
    return demo


def test_in_the_demo_a_remote_controlled_browser_on_this_machine_is_whoever_tries_it(house: House) -> None:
    demo = trying_it_out(house)
    demo.click(demo.subscriber(), 1, agent=HEADLESS, ip="127.0.0.1")
    demo.tick(minutes=1)
    assert clicks(demo)[0].verdict == "human"


def test_elsewhere_and_from_elsewhere_it_is_a_machine(house: House) -> None:
    house.click(house.subscriber(), 1, agent=HEADLESS, ip="127.0.0.1")
    house.tick(minutes=1)
    assert clicks(house)[0].verdict == "scanner"
    demo = trying_it_out(house)
    demo.click(demo.subscriber("bert@beispiel.example"), 1, agent=HEADLESS)
    demo.tick(minutes=1)
    assert clicks(demo, "bert@beispiel.example")[0].verdict == "scanner"
