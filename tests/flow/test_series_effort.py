"""Series of thirty people take as many statements as those of one, whatever their steps ask for."""

from sqlalchemy import Engine

from bridge.flow.accept_submission import accept_submission
from bridge.flow.confirm_address import confirm_address
from bridge.flow.score_profiles import score_profiles
from bridge.flow.sequences.wake_sleepers import begin_series
from bridge.intake.records import Request
from bridge.program.expressions import compile_expression
from bridge.program.sequences import Sequence
from bridge.store.tables import enrolments, mails, profiles
from tests import make
from tests.flow.series import DAY, house_with, step
from tests.house import House
from tests.statements import statements

WELCOME = Sequence(
    "welcome",
    "welcome",
    "address.confirmed",
    (
        step("welcome"),
        step(None, 3, "ask", when=compile_expression("mail.opened"), otherwise="all"),
        step("first-questions", name="few"),
        step("wake-up", name="all", when=compile_expression("topics.sepa > 0")),
    ),
    goal=compile_expression("topics.sepa >= 100"),
)
SEPA = Sequence("sepa", "follow-up", None, (step("follow-up-sepa", 1),), topic="sepa")
SLEEP = Sequence("wake-up", "wake-up", None, (step("wake-up"),), silence=60 * DAY, again=180 * DAY)


def people(house: House, numbers: range) -> None:
    """People who sent a form about SEPA and confirmed; nobody has scored them yet."""
    for number in numbers:
        sent = make.submission("sepa-checkliste", f"person{number}@firma{number}.example", at=house.clock())
        with house.unit() as unit:
            accept_submission(unit, sent, house.clock())
            confirm_address(unit, sent.id, Request())


def scoring(house: House, after: float) -> int:
    """How many statements it takes to score everybody so many days later, and once more for what came of it."""
    house.clock.move(days=after)
    ids = [row.id for row in house.rows(profiles)]
    with statements(house.engine) as seen:
        for _ in range(2):
            with house.unit() as unit:
                score_profiles(unit, ids)
    return len(seen)


def waking(house: House) -> int:
    house.clock.move(days=70)
    with statements(house.engine) as seen:
        for _ in begin_series(house.unit, house.program):
            pass
    return len(seen)


def life(engine: Engine, number: int) -> tuple[House, list[int]]:
    """What the days of so many people take."""
    house = house_with(engine, WELCOME, SEPA, SLEEP)
    people(house, range(number))
    return house, [*(scoring(house, after) for after in (0, 3, 1, 1)), waking(house)]


def test_as_many_statements_for_thirty_as_for_one(engine: Engine) -> None:
    house, one = life(engine, 1)
    with engine.begin() as connection:
        connection.execute(profiles.delete())
    house, thirty = life(engine, 30)
    assert thirty[1:] == one[1:]
    assert thirty[0] - one[0] == 2 * 29, "who moves to another stage is written down one by one, and no more"
    assert len(house.rows(mails)) == 90
    assert {row.sequence for row in house.rows(enrolments) if row.state == "active"} == {"wake-up"}
