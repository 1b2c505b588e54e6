"""A unit of work: what it leads to happens after its commit."""

from bridge.flow.unit import Unit, unit_of_work
from bridge.store.tables import profiles
from tests.house import House


def test_what_is_done_afterwards_wakes_and_leads_on_like_everything_else(house: House) -> None:
    house.submit()
    [person] = house.rows(profiles)
    done = list[object]()

    def first(unit: Unit) -> None:
        unit.to_score.add(person.id)
        unit.afterwards.append(lambda _: done.append("then"))

    with unit_of_work(
        house.engine, house.world, house.clock, lambda kind, ids: done.append((kind, list(ids)))
    ) as unit:
        unit.afterwards.append(first)
    assert done == [("score", [person.id]), "then"]
