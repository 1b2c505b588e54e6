"""Sales as the programme describes it: territories, teams, absences, the brake, filters, and what is to be done.

Routing and reminders read it; nothing here decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal, get_args

from bridge.program.expressions import Expression

Text = Mapping[str, str]
Deed = Literal["call_today", "call_this_week", "letter", "mail", "nothing"]
DEEDS: tuple[Deed, ...] = get_args(Deed)


@dataclass(frozen=True, slots=True)
class Postcodes:
    """Postcodes from `first` to `last`, by as many characters as these have: "8" to "8" is 80000 to 89999."""

    first: str
    last: str

    def hold(self, postcode: str) -> bool:
        """Whether that postcode lies among them; spaces do not count."""
        known = "".join(postcode.split()).upper()
        return bool(known) and self.first <= known[: len(self.first)] and known[: len(self.last)] <= self.last


@dataclass(frozen=True, slots=True)
class Territory:
    """Whose leads somebody gets. What is empty asks for nothing; all that is not must hold.

    countries: ISO 3166 codes of two letters. industries, sizes: answers to the questions `industry` and `employees`.
    """

    id: str
    title: Text
    countries: tuple[str, ...] = ()
    postcodes: tuple[Postcodes, ...] = ()
    industries: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    when: Expression | None = None

    @property
    def asks(self) -> int:
        """How narrow it is: the number of things that it asks for. A postcode is narrower than its country."""
        plain = (self.countries, self.industries, self.sizes, self.topics, self.when)
        return sum(1 for one in plain if one) + 2 * bool(self.postcodes)


@dataclass(frozen=True, slots=True)
class Brake:
    """How many leads one may get; None for no end. Sales forms are not counted."""

    a_day: int | None = None
    a_week: int | None = None


NO_BRAKE = Brake()


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which somebody is away, the last one included. instead: who stands in, if anybody does."""

    first: date
    last: date
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """People of sales who share leads. lead: who is told when one of them does not answer."""

    id: str
    title: Text
    lead: str | None = None
    territories: tuple[str, ...] = ()
    brake: Brake = NO_BRAKE


@dataclass(frozen=True, slots=True)
class Filter:
    """What holds a lead back before sales hears of it, until somebody decides. Every key that is given must hold.

    domains: of mail addresses, with those below them. private: the address is of a free provider. outside: no
    territory has the lead. unreachable: no channel is permitted. sales_forms: whether it holds these back as well.
    """

    id: str
    title: Text
    domains: tuple[str, ...] = ()
    private: bool = False
    outside: bool = False
    unreachable: bool = False
    when: Expression | None = None
    sales_forms: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """What sales is asked to do with a lead; the first whose condition holds. A missing condition holds for all."""

    id: str
    title: Text
    deed: Deed
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """When sales works: from one time of the day to another, Monday to Friday, but for holidays.

    holidays: a country and, after "-", a part of it, such as "DE-BY"; None when every weekday is a working day.
    """

    opens: time = time(9)
    closes: time = time(17)
    holidays: str | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """After how long somebody is reminded. Working days but for the last, which is in days.

    remind: the sales person; escalate: the head of the team; give_back: the lead returns to marketing; ask: somebody
    who accepted and was silent since is asked, once.
    """

    remind: int = 1
    escalate: int = 2
    give_back: int = 10
    ask: int = 60


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything about sales but its people and reasons. address: lines, where letters come from."""

    territories: Mapping[str, Territory] = field(default_factory=dict)
    teams: Mapping[str, Team] = field(default_factory=dict)
    filters: tuple[Filter, ...] = ()
    measures: tuple[Measure, ...] = ()
    hours: Hours = field(default_factory=Hours)
    patience: Patience = field(default_factory=Patience)
    address: tuple[str, ...] = ()


Per = Literal["week", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should reach in a period. figure: a name of docs/results.md."""

    figure: str
    per: Per
    at_least: int


@dataclass(frozen=True, slots=True)
class Results:
    """What is asked of the results. digest: addresses that get the weekly mail."""

    targets: tuple[Target, ...] = ()
    digest: tuple[str, ...] = ()
