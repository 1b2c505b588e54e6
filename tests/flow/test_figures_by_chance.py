"""Whatever happens: figures kept up to date, counted anew and counted by hand are the same."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import delete

from bridge.errors import LeadbridgeError
from bridge.flow.results.roll_up import rebuild, roll_up_marked, roll_up_today
from bridge.flow.sequences.wake_sleepers import begin_series
from bridge.store import tables
from bridge.store.handover_times import paces
from tests import make
from tests.flow.figures_by_hand import Hand, stored
from tests.house import House

CHANNELS: tuple[dict[str, str], ...] = (
    {},
    {"source": "google", "medium": "cpc", "campaign": "SEPA"},
    {"source": " LinkedIn "},
    {"medium": "x"},
)
STEPS = 120


class Chance:
    """What people, browsers, machines, sales and the passing of time do, in an order that chance decides."""

    def __init__(self, house: House, seed: int) -> None:
        self.house, self.chance = house, Random(seed)
        self.deeds: list[tuple[int, Callable[[], None]]] = [
            (8, self.come),
            (6, self.confirm),
            (10, self.read),
            (6, self.visit),
            (8, self.answer),
            (3, self.ask_sales),
            (1, self.unsubscribe),
            (1, self.withdraw),
            (2, self.erase),
            (10, self.pass_time),
            (20, self.roll_up),
        ]

    def happen(self) -> None:
        """A step."""
        weights, deeds = zip(*self.deeds, strict=True)
        [deed] = self.chance.choices(deeds, weights)
        with suppress(LeadbridgeError, IndexError):  # it cannot be done now
            deed()

    def address(self) -> str:
        return f"person{self.chance.randrange(12)}@firma{self.chance.randrange(3)}.example"

    def browser(self) -> str:
        return f"{self.chance.randrange(6):032x}"

    def come(self) -> None:
        form = self.chance.choice(["globe-next-download", "sepa-checkliste", "kontakt"])
        allows = self.chance.choice([("email", "tracking"), ("email",), ("email", "tracking")])
        context = {"utm": self.chance.choice(CHANNELS), "visitor": self.browser()}
        late = timedelta(days=self.chance.choice([0, 0, 0, 0, 3, 20]))
        at = self.house.clock() - late
        sent = make.submission(
            form, self.address(), allows, at, context, message="Hallo", phone="+49 30 23125 010"
        )
        self.house.submit(sent)

    def confirm(self) -> None:
        waiting = [letter for letter in self.house.sent if "/confirm/" in letter.text]
        self.house.confirm(self.chance.choice(waiting[-6:]))

    def read(self) -> None:
        letters = [one for one in self.house.sent if "/t/c/" in one.text]
        letter, agent = self.chance.choice(letters[-10:]), self.chance.choice([make.A_BROWSER, "curl/8.5.0"])
        if self.chance.random() < 0.3:
            self.house.open(letter, agent=agent)
        else:
            self.house.click(letter, 1, agent=agent)
            self.house.clock.move(seconds=30)
            self.house.click(letter, 2, agent=agent)
        if self.chance.random() < 0.7:
            self.house.tick(seconds=150)

    def visit(self) -> None:
        self.house.visit("/preise", self.browser(), utm=self.chance.choice(CHANNELS))

    def ask_sales(self) -> None:
        self.house.lead_by_form(self.address())

    def answer(self) -> None:
        letter = self.chance.choice(self.house.to_sales()[-8:])
        answers: list[tuple[str, dict[str, object]]] = [
            ("accepted", {}),
            ("accepted", {}),
            ("rejected", {"reason": "only-informing"}),
            ("rejected", {"reason": "wrong-territory"}),
            ("forwarded", {"to": "mira"}),
            ("forwarded", {"to": "jonas"}),
            ("won", {"amount": Decimal(self.chance.randrange(1, 99_999)) / 100, "currency": "EUR"}),
            ("won", {}),
            ("won", {"amount": Decimal(self.chance.randrange(1, 99_999)), "currency": "USD"}),
            ("lost", {"reason": "no-budget"}),
        ]
        outcome, facts = self.chance.choice(answers)
        if outcome in ("accepted", "lost"):
            with suppress(LeadbridgeError):  # unless it was won
                self.house.answer(letter, "corrected", amount=Decimal(len(self.house.sent)), currency="EUR")
        self.house.answer(letter, outcome, **facts)

    def unsubscribe(self) -> None:
        self.house.unsubscribe(self.address())

    def withdraw(self) -> None:
        self.house.withdraw(self.browser())

    def erase(self) -> None:
        self.house.erase(self.address())

    def pass_time(self) -> None:
        self.house.tick(hours=self.chance.choice([1, 5, 11, 24, 72]))
        for _ in begin_series(self.house.unit, self.house.program):
            pass
        self.house.run()
        if self.chance.random() < 0.2:
            self.house.retain()

    def sales_is_silent(self) -> None:
        """For so long that leads go back to marketing, unless chance had them answered."""
        self.house.lead_by_form()
        self.house.clock.move(hours=(24 - self.house.clock().hour) % 24 + make.NOON.hour)
        for _ in range(16):
            self.house.tick(days=1)

    def a_lead_changes_hands(self) -> None:
        """Somebody accepts it, and passes it on to the other team."""
        letter = self.house.lead_by_form("hands@firma0.example")
        self.house.answer(letter, "accepted")
        self.roll_up()
        to = "jonas" if letter.recipient.startswith("mira") else "mira"
        self.house.answer(letter, "forwarded", to=to)

    def roll_up(self) -> None:
        days = self.chance.choice([roll_up_today, roll_up_marked])(self.house.unit)
        with suppress(StopIteration):  # killed after the first
            next(days)


def answers_add_up(house: House) -> None:
    """What became of hand-overs is what was handed over, of all of them and of each team."""
    ever = house.clock() - timedelta(days=1000)
    with house.engine.connect() as connection:
        known = paces(connection, ever, house.clock() + timedelta(days=1))
    for one in known:
        assert one.handed_over == one.accepted + one.rejected + one.expired + one.still_open
    assert known[0].handed_over == sum(one.handed_over for one in known[1:])
    assert known[0].expired, "nobody was left without an answer"


@pytest.mark.parametrize("seed", range(3))
def test_figures_kept_up_to_date_are_those_counted_anew_and_by_hand(house: House, seed: int) -> None:
    whole = make.whole_demo_program()
    wake_up = next(one for one in whole.sequences.values() if one.kind == "wake-up")
    soon = replace(wake_up, silence=timedelta(days=6), when=None)
    program = make.in_two_teams(house.program)
    house.program = replace(program, sequences={**program.sequences, soon.id: soon})
    house.world = replace(house.world, program=house.program)
    life = Chance(house, seed)
    for step in range(STEPS):
        if step == STEPS // 2:
            life.sales_is_silent()
            life.a_lead_changes_hands()
        life.happen()
    list(roll_up_marked(house.unit))
    kept = stored(house)
    assert not house.rows(tables.stale_days)
    with house.engine.begin() as connection:
        connection.execute(delete(tables.day_figures))
    list(rebuild(house.unit))
    assert stored(house) == kept
    assert Hand(house).count() == kept
    answers_add_up(house)
    assert len({figure for figure, *_ in kept}) >= 10, "too little happened to show anything"
