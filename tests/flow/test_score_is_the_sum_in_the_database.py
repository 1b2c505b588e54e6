"""Whatever happens in whatever order, and however often a job runs: a profile's score is the sum of its ledger."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, func, select, text

from bridge.delivery.letters import Letter
from bridge.errors import LeadbridgeError
from bridge.flow.accept_submission import accept_submission
from bridge.flow.erase_profile import erase_profile
from bridge.flow.expire_points import expire_points
from bridge.flow.record_hits import record_hits
from bridge.flow.score_profiles import score_profiles
from bridge.ids import new_id
from bridge.intake.records import Hit, Record, Submission
from bridge.profiles.address import parse_address
from bridge.store.tables import handovers, ledger, outbox, profiles
from tests import make
from tests.conftest import empty
from tests.house import House
from tests.promise import few_or_many

Thing = TypeVar("Thing")
PEOPLE = st.sampled_from(["anna@beispiel.example", "ben@beispiel.example"])
TOO_LATE = suppress(LeadbridgeError)
"""Links of people who were erased, and answers to what is over, are refused: that is all that happens."""
WRONG_SUMS = """
    select p.email, p.score, coalesce(sum(l.points) filter (where l.topic = ''), 0) as total
    from profiles p left join ledger l on l.profile_id = p.id
    group by p.id having p.score <> coalesce(sum(l.points) filter (where l.topic = ''), 0)
"""
WRONG_INTERESTS = """
    select p.email, p.shown_interests, s.topics from profiles p
    left join lateral (select coalesce(jsonb_agg(topic order by topic), '[]') as topics from (
        select topic from ledger l where l.profile_id = p.id and topic <> '' group by topic having sum(points) > 0
    ) t) s on true where p.shown_interests <> s.topics
"""


@dataclass
class RememberingHouse(House):
    """A house that remembers what arrived, so that it can arrive again."""

    submissions: list[Submission] = field(default_factory=list)
    hits: list[tuple[Record, Hit]] = field(default_factory=list)

    def submit(self, submission: Submission | None = None, /, **facts: object) -> Submission:
        """Send a form and remember it."""
        self.submissions.append(super().submit(submission, **facts))
        return self.submissions[-1]

    def _hit(self, hit: Hit) -> None:
        self.hits.append((Record(new_id(), self.clock(), hit), hit))
        with self.unit() as unit:
            record_hits(unit, self.hits[-1:])
        self.run()


class TwoPeople(RuleBasedStateMachine):
    """Everything that can happen to two people."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        empty(self.engine)
        demo = make.demo_program()
        rules = tuple(replace(rule, expires=timedelta(days=2)) for rule in demo.rules)
        self.house = RememberingHouse(self.engine, replace(demo, rules=rules))
        self.house.submit(email="anna@beispiel.example")
        self.house.confirm()

    @rule(email=PEOPLE, form=st.sampled_from(["globe-next-download", "webinar", "kontakt", "rueckruf"]))
    def submits(self, email: str, form: str) -> None:
        self.house.submit(email=email, form=form, phone="+49 30 23125 010")

    @precondition(lambda self: self._letters("/confirm/"))
    @rule(data=st.data())
    def confirms(self, data: st.DataObject) -> None:
        with TOO_LATE:
            self.house.confirm(_one_of(data, self._letters("/confirm/")))

    @precondition(lambda self: self._letters("/t/c/"))
    @rule(
        data=st.data(), links=st.sampled_from([(1,), (2,), (1, 2), (3, 1)]), apart=st.sampled_from([0.1, 30])
    )
    def clicks(self, data: st.DataObject, links: tuple[int, ...], apart: float) -> None:
        letter = _one_of(data, self._letters("/t/c/"))
        for number in links:
            self.house.click(letter, min(number, len(self.house.tracked_links(letter))))
            self.house.clock.move(seconds=apart)

    @precondition(lambda self: self._letters("/t/o/"))
    @rule(data=st.data())
    def opens(self, data: st.DataObject) -> None:
        self.house.open(_one_of(data, self._letters("/t/o/")))

    @precondition(lambda self: self._letters("/d/"))
    @rule(data=st.data())
    def downloads(self, data: st.DataObject) -> None:
        self.house.download(_one_of(data, self._letters("/d/")))

    @rule(email=PEOPLE, topics=st.sampled_from([(), ("sepa",), ("sepa", "auswertungen")]))
    def chooses_topics(self, email: str, topics: tuple[str, ...]) -> None:
        with TOO_LATE:
            self.house.save_preferences(email, *topics)

    @rule(email=PEOPLE)
    def unsubscribes(self, email: str) -> None:
        with TOO_LATE:
            self.house.unsubscribe(email)

    @rule(span=st.sampled_from([30, 150, 86400, 3 * 86400]))
    def waits_and_points_expire(self, span: int) -> None:
        self.house.tick(seconds=span)

    @precondition(lambda self: self.house.to_sales())
    @rule(
        data=st.data(),
        outcome=st.sampled_from(["accepted", "rejected", "lost", "won"]),
        reason=st.sampled_from(["only-informing", "no-need", "wrong-territory", "competitor"]),
    )
    def sales_answers(self, data: st.DataObject, outcome: str, reason: str) -> None:
        with TOO_LATE:
            self.house.answer(_one_of(data, self.house.to_sales()), outcome, reason=reason)

    @rule(email=PEOPLE)
    def is_erased(self, email: str) -> None:
        with TOO_LATE, self.house.unit() as unit:
            erase_profile(unit, parse_address(email))

    @rule()
    def every_job_runs_again(self) -> None:
        self.house.tick()
        before = self._all_there_is()
        with self.engine.connect() as connection:
            people = list(connection.scalars(select(profiles.c.id)))
            deliveries = list(connection.scalars(select(outbox.c.id).where(outbox.c.state == "sent")))
        for _ in range(2):
            with self.house.unit() as unit:
                score_profiles(unit, people)
            list(expire_points(self.house.unit))
        for delivery in deliveries:
            self.house.sender.deliver(delivery)
        assert self._all_there_is() == before

    @precondition(lambda self: self.house.submissions)
    @rule(data=st.data())
    def the_journal_is_read_again(self, data: st.DataObject) -> None:
        """What arrived before arrives again. (Of somebody who was erased it is a new beginning.)"""
        submission = _one_of(data, self.house.submissions)
        with self.house.unit() as unit:
            accept_submission(unit, submission, self.house.clock())
            record_hits(unit, self.house.hits)
        self.house.run()

    @invariant()
    def the_score_is_the_sum(self) -> None:
        with self.engine.connect() as connection:
            assert connection.execute(text(WRONG_SUMS)).all() == []

    @invariant()
    def interests_are_kept_as_the_ledger_has_them(self) -> None:
        with self.engine.connect() as connection:
            assert connection.execute(text(WRONG_INTERESTS)).all() == []

    @invariant()
    def nobody_is_handed_over_twice_at_once(self) -> None:
        pending = select(handovers.c.profile_id).where(handovers.c.state.in_(["open", "accepted"]))
        with self.engine.connect() as connection:
            found = list(connection.scalars(pending))
        assert len(set(found)) == len(found)

    def _letters(self, part: str) -> list[Letter]:
        team = {person.email for person in self.house.program.people.values()}
        return [letter for letter in self.house.sent if part in letter.html and letter.recipient not in team]

    def _all_there_is(self) -> list[int]:
        with self.engine.connect() as connection:
            counts = [
                connection.scalar(select(func.count()).select_from(table)) or 0
                for table in (profiles, ledger, handovers, outbox)
            ]
        return [*counts, len(self.house.sent)]


def _one_of(data: st.DataObject, things: list[Thing]) -> Thing:
    """Chosen by number, so that a failure prints no whole letters."""
    return things[data.draw(st.integers(0, len(things) - 1))]


@pytest.mark.promise("R8", "any history of two people, on the database")
def test_the_score_is_the_sum_of_the_ledger_at_every_commit(engine: Engine) -> None:
    class Machine(TwoPeople):
        pass

    Machine.engine = engine
    few = settings(
        max_examples=few_or_many(12, 100),
        stateful_step_count=15,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # shrinking a failure on a real database takes minutes; add Phase.shrink
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Machine, settings=few)
