"""What somebody reads, follows, fetches or asks for says which topics they are interested in."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from bridge.program.model import Program
from bridge.store.tables import events
from tests.house import House


def about(program: Program, *topics: str, text: str | None = None) -> Program:
    """The programme with a welcome mail that is about these topics. text: what it says instead."""
    welcome = replace(program.mails["welcome"], topics=topics)
    if text is not None:
        welcome = replace(welcome, text=dict.fromkeys(welcome.text, text))
    return replace(program, mails={**program.mails, "welcome": welcome})


LINKS = """
[Ohne Thema](https://www.example.com/preise)

[Mit Thema](https://www.example.com/lager "topics=warenwirtschaft")
"""


@pytest.fixture
def reading(engine: Engine, house: House) -> House:
    """A house whose welcome mail is about SEPA, with a link that has a topic of its own and one that has none."""
    return House(engine, about(house.program, "sepa", text=LINKS))


def topics_of(house: House, kind: str) -> list[list[str]]:
    """What events of a kind were about."""
    return [row.data.get("topics", []) for row in house.rows(events) if row.kind == kind]


def scores(house: House) -> dict[str, int]:
    """Topic → score, for those with any."""
    return {row.topic: row.score for row in house.lead().topics if row.score}


def test_an_opened_mail_counts_for_what_it_is_about(reading: House) -> None:
    welcome = reading.subscriber(form="webinar")
    before = scores(reading)
    reading.open(welcome)
    reading.tick(minutes=5)
    assert topics_of(reading, "mail.opened") == [["sepa"]]
    assert scores(reading) == {**before, "sepa": before.get("sepa", 0) + 1}


def test_a_link_without_topics_of_its_own_carries_those_of_its_mail(reading: House) -> None:
    reading.click(reading.subscriber(), 1)
    assert topics_of(reading, "link.clicked") == [["sepa"]]


def test_a_link_with_topics_of_its_own_carries_only_these(reading: House) -> None:
    reading.click(reading.subscriber(), 2)
    assert topics_of(reading, "link.clicked") == [["warenwirtschaft"]]


def test_a_mail_about_nothing_in_particular_counts_for_no_topic(engine: Engine, house: House) -> None:
    plain = House(engine, about(house.program, text=LINKS))
    welcome = plain.subscriber()
    plain.open(welcome)
    plain.click(welcome, 1)
    assert topics_of(plain, "mail.opened") + topics_of(plain, "link.clicked") == [[], []]


def test_a_file_counts_for_the_topics_of_its_form(house: House) -> None:
    form = house.program.forms["globe-next-download"]
    house.download(house.subscriber(form=form.id))
    assert topics_of(house, "file.downloaded") == topics_of(house, "form.submitted") == [list(form.topics)]


def test_a_mail_that_was_sent_or_ignored_says_nothing_about_interest(reading: House) -> None:
    reading.subscriber()
    reading.tick(days=8)
    assert topics_of(reading, "mail.sent")[:1] == topics_of(reading, "mail.ignored")[:1] == [[]]
