"""Sales in the programme file: what cannot be is a mistake, what is hardly meant is a doubt; both with their line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bridge.errors import InvalidProgram, Mistake
from bridge.program.doubting import doubts_about
from bridge.program.loading import load_program
from bridge.program.places import located
from tests import make

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)
WITHOUT_SALES = make.HEAD.partition("[sales]")[0] + '\n[scoring]\npreset = "exact"\n[sales]\n'
TARGET = '[[results.targets]]\nfigure = "{figure}"\nper = "{per}"\nat_least = {at_least}\n'


def person(name: str, *lines: str) -> str:
    """Somebody in sales."""
    known = [f'id = "{name}"', f'name = "{name.title()}"']
    if not any(line.startswith("email") for line in lines):
        known.append(f'email = "{name}@example.com"')
    return "\n".join(["[[sales.people]]", *known, *lines]) + "\n"


def away(*absences: str) -> str:
    """Days of March 2026 as "9-12", with a stand-in as "9-12 ben"."""
    told = []
    for one in absences:
        days, _, instead = one.partition(" ")
        first, last = days.split("-")
        stand_in = f', instead = "{instead}"' if instead else ""
        told.append(f"{{from = 2026-03-{int(first):02}, to = 2026-03-{int(last):02}{stand_in}}}")
    return f"away = [{', '.join(told)}]"


class Desk:
    """A folder for a programme with these tables of sales."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "program.toml"

    def mistakes(self, tables: str) -> list[Mistake]:
        """What cannot be."""
        self.path.write_text(WITHOUT_SALES + tables, encoding="utf-8")
        with pytest.raises(InvalidProgram) as caught:
            load_program(self.path)
        return list(caught.value.mistakes)

    def doubts(self, tables: str) -> list[Mistake]:
        """What is hardly meant."""
        source = WITHOUT_SALES + tables
        self.path.write_text(source, encoding="utf-8")
        return located(source, doubts_about(load_program(self.path), NOON))

    def written(self, found: Mistake) -> str:
        """What stands on its line."""
        return self.path.read_text(encoding="utf-8").splitlines()[(found.line or 0) - 1]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk."""
    return Desk(tmp_path)


# Filters


@pytest.mark.parametrize(
    "written",
    ["https://x.example/", "kim@x.example", "*.x.example", "x.example/", "x .example", "x..example", "", "@"],
)
def test_a_filter_names_domains_that_an_address_can_have(desk: Desk, written: str) -> None:
    [found] = desk.mistakes(
        person("ann")
        + f'[[sales.filters]]\nid = "rivals"\ntitle = "R"\ndomains = ["ok.example", "{written}"]\n'
    )
    assert f"“{written}” is no domain of a mail address" in found.message
    assert (found.path, desk.written(found)[:7]) == ("sales.filters[rivals].domains[1]", "domains")


def test_domains_of_filters_are_read_as_addresses_are(desk: Desk) -> None:
    desk.doubts(
        person("ann")
        + '[[sales.filters]]\nid = "rivals"\ndomains = ["@Berg.example", "müller.example", "edu"]\n'
    )
    [rivals] = load_program(desk.path).desk.filters
    assert rivals.domains == ("berg.example", "xn--mller-kva.example", "edu")


# Absences


def test_nobody_stands_in_for_themselves(desk: Desk) -> None:
    [found] = desk.mistakes(person("ann", away("9-12 ann")) + person("ben"))
    assert found.message == "nobody can stand in for themselves, nor can “ann”"
    assert desk.written(found).startswith("away")


def test_a_stand_in_whom_nobody_knows_is_told_once(desk: Desk) -> None:
    [found] = desk.mistakes(person("ann", away("9-12 bem")) + person("ben"))
    assert found.message == "“bem” is not known; did you mean “ben”?"


@pytest.mark.parametrize("second", ["12-14 cleo", "10-11 cleo", "1-31 cleo", "12-14"])
def test_on_no_day_two_stand_in_for_one(desk: Desk, second: str) -> None:
    [found] = desk.mistakes(person("ann", away("9-12 ben", second)) + person("ben") + person("cleo"))
    assert found.path == "sales.people[ann].away[1]"
    assert "is away twice" in found.message
    assert desk.written(found).startswith("away")


@pytest.mark.parametrize("second", ["13-14 cleo", "12-14 ben"])
def test_absences_may_follow_each_other_and_overlap_with_one_stand_in(desk: Desk, second: str) -> None:
    assert desk.doubts(person("ann", away("9-12 ben", second)) + person("ben") + person("cleo")) == []


def test_who_stand_in_for_each_other_on_the_same_day_are_doubtful(desk: Desk) -> None:
    [found] = desk.doubts(person("ann", away("9-20 ben")) + person("ben", away("18-25 ann")))
    assert found.message == "on 2026-03-18 all of these are away and stand in for each other: “ann”, “ben”"
    assert (found.path, desk.written(found)[:4]) == ("sales.people[ann].away", "away")


def test_a_circle_of_three_is_told_once_and_one_that_is_over_not_at_all(desk: Desk) -> None:
    def three(days: str) -> str:
        ring = (("ann", "ben"), ("ben", "cleo"), ("cleo", "ann"))
        return "".join(person(name, away(f"{days} {instead}")) for name, instead in ring)

    [found] = desk.doubts(three("10-20") + person("dan", away("9-25 ann")))
    assert found.message.endswith("“ann”, “ben”, “cleo”")
    assert found.message.startswith("on 2026-03-12 ")
    assert desk.doubts(three("1-11")) == []
    assert desk.doubts(person("ann", away("9-12 ben")) + person("ben", away("13-20 ann"))) == []


# Brakes, territories, mailboxes


@pytest.mark.parametrize("many", ["people", "teams"])
def test_more_on_a_day_than_in_a_week_is_doubtful(desk: Desk, many: str) -> None:
    def brake(day: int) -> str:
        lines = f"max_per_day = {day}\nmax_per_week = 3"
        team = f'[[sales.teams]]\nid = "dach"\n{lines}\n'
        return person("ann", lines) if many == "people" else person("ann", 'team = "dach"') + team

    [found] = desk.doubts(brake(4))
    assert found.message == "4 on a day never come: after 3 the week is full"
    assert desk.written(found) == "max_per_day = 4"
    assert desk.doubts(brake(3)) == []


def test_a_territory_that_nobody_has_is_doubtful(desk: Desk) -> None:
    south = '[[sales.territories]]\nid = "south"\ncountries = ["DE"]\n'
    team = '[[sales.teams]]\nid = "dach"\nterritories = ["south"]\n'
    has = 'territories = ["south"]'
    for tables in (person("ann"), person("ann") + team):
        [found] = desk.doubts(tables + south)
        assert found.message.startswith("nobody has “south”")
        assert desk.written(found) == "[[sales.territories]]"
    for tables in (person("ann", has), person("ann", 'team = "dach"') + team):
        assert desk.doubts(tables + south) == []


def test_two_with_one_mailbox_are_doubtful(desk: Desk) -> None:
    [found] = desk.doubts(person("ann") + person("ben", 'email = "Ann@example.com"') + person("cleo"))
    assert found.message.startswith("“ann” has the same address")
    assert desk.written(found) == 'email = "Ann@example.com"'


# Targets


def test_one_figure_has_one_target_in_a_period(desk: Desk) -> None:
    week, month = ({"figure": "leads", "per": per} for per in ("week", "month"))
    both = TARGET.format(**week, at_least=2) + TARGET.format(**month, at_least=9)
    again = TARGET.format(**week, at_least=8)
    assert desk.doubts(person("ann") + both) == []
    [found] = desk.mistakes(person("ann") + both + again)
    assert (found.path, found.message) == (
        "results.targets[2]",
        "“leads” has a target for each week already",
    )
    assert desk.written(found) == "[[results.targets]]"


@pytest.mark.parametrize("figure", ["rejected", "expired", "lost", "unsubscribed"])
def test_what_nobody_wants_more_of_is_no_target(desk: Desk, figure: str) -> None:
    [found] = desk.mistakes(person("ann") + TARGET.format(figure=figure, per="month", at_least=3))
    assert found.message == f"of “{figure}” less is better, and a target is what should be reached at least"


def test_an_unknown_figure_is_answered_with_all_that_may_have_a_target(desk: Desk) -> None:
    [found] = desk.mistakes(person("ann") + TARGET.format(figure="umsatz", per="month", at_least=3))
    assert found.expected == (
        "one of accepted, confirmed, handed_over, leads, mails_clicked, mails_opened, mails_sent, mails_tracked, "
        "marketing_qualified, reactivated, turnover, visitors, won"
    )
