"""What is read of a ledger, instead of all of it."""

from uuid import UUID

from bridge.store import ledger
from bridge.store.tables import events
from bridge.store.tables import profiles as profile_rows
from tests.house import House


def anna(house: House) -> UUID:
    """Somebody with a click of her own, a machine's that was taken back, and two pages."""
    welcome = house.subscriber()
    house.click(welcome, 1)
    house.tick(minutes=3)
    house.visit("/sepa")
    house.visit("/preise")
    house.tick(minutes=3)
    for number in (1, 2, 3):
        house.click(welcome, number)
        house.clock.move(seconds=0.1)
    house.tick(minutes=3)
    (person,) = house.rows(profile_rows)
    return UUID(str(person.id))


def test_entries_of_a_key_are_read_with_what_took_them_back(house: House) -> None:
    person = anna(house)
    with house.engine.connect() as connection:
        everything = ledger.of_profile(connection, person)
        for entry in everything:
            given = [one for one in everything if (one.rule, one.once_key) == (entry.rule, entry.once_key)]
            known = {one.id for one in given}
            expected = [one for one in everything if one.id in known or one.undoes in known]
            assert ledger.of_keys(connection, [(person, entry.rule, entry.once_key)]) == {person: expected}
        assert ledger.of_keys(connection, [(person, "link-clicked", "no such key")]) == {}


def test_entries_of_a_rule_are_all_of_them(house: House) -> None:
    person = anna(house)
    with house.engine.connect() as connection:
        everything = ledger.of_profile(connection, person)
        for rule in {entry.rule for entry in everything}:
            expected = [one for one in everything if one.rule == rule]
            assert ledger.of_rules(connection, [(person, rule)]) == {person: expected}


def test_scores_of_topics_are_their_sums(house: House) -> None:
    person = anna(house)
    with house.engine.connect() as connection:
        everything = ledger.of_profile(connection, person)
        topics = {entry.topic for entry in everything if entry.topic}
        expected = {one: sum(entry.points for entry in everything if entry.topic == one) for one in topics}
        assert ledger.topic_scores(connection, [person]) == {person: expected}
    assert expected
    assert any(entry.undoes for entry in everything), [row.verdict for row in house.rows(events)]
