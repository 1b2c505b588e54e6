"""To whom a lead goes, and why: every sentence of docs/sales-desk.md about it."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from bridge.errors import InvalidProgram
from bridge.program.model import Program
from bridge.qualification.leads import Channels, Conditions, Lead, lead_of
from bridge.qualification.routing import Route, route
from bridge.qualification.territories import Roster, territories_of
from bridge.qualification.workload import Workload, has_brakes
from tests import make

THURSDAY = date(2026, 3, 12)
DESK = """
[program]
name = "Test"
language = "en"
imprint = "https://www.example.com/impressum"
privacy = "https://www.example.com/datenschutz"
[[topics]]
id = "sepa"
title = "SEPA"
[[fields]]
id = "country"
type = "text"
label = "Country"
[[fields]]
id = "postcode"
type = "text"
label = "Postcode"
[[fields]]
id = "industry"
type = "text"
label = "Industry"
[[fields]]
id = "employees"
type = "choice"
label = "Employees"
choices = ["1-9", "250+"]
[[forms]]
id = "callback"
kind = "callback"
channel = "sales"
title = "Callback"
fields = ["email!", "phone"]
[[forms]]
id = "order"
kind = "order"
channel = "sales"
title = "Order"
fields = ["email!"]
topics = ["sepa"]
[scoring]
preset = "exact"
[sales]
"""


def people(**more: str) -> str:
    """Ann, Ben and Cleo of sales, and what else stands in their tables."""
    return "".join(
        f'[[sales.people]]\nid = "{name}"\nname = "{name.title()}"\nemail = "{name}@example.com"\n'
        f"{more.get(name, '')}\n"
        for name in ("ann", "ben", "cleo")
    )


def desk(tables: str = "", **more: str) -> Program:
    return make.program(DESK + people(**more) + tables)


def territory(name: str, *lines: str) -> str:
    return f'[[sales.territories]]\nid = "{name}"\ntitle = "{name.title()}"\n' + "\n".join(lines) + "\n"


GERMANY = territory("germany", 'countries = ["DE"]')
SOUTH = territory("south", 'countries = ["DE"]', 'postcodes = ["80000-87999", "9"]')
HAS_GERMANY, HAS_SOUTH = 'territories = ["germany"]', 'territories = ["south"]'


@dataclass
class Desk:
    """Sales at a moment."""

    program: Program
    workload: Workload

    def to(self, lead: Lead, not_to: str | None = None) -> Route:
        found = territories_of(Conditions(self.program, lead))
        return route(self.program, lead, found, self.workload, Roster(self.program), not_to)

    def gets(self, lead: Lead, not_to: str | None = None) -> str | None:
        person = self.to(lead, not_to).person
        return person.id if person else None

    def gives(self, *leads: Lead) -> list[str | None]:
        """Who gets these, one after another."""
        found = []
        for number, lead in enumerate(leads):
            person = self.to(lead).person
            found.append(person.id if person else None)
            if person:
                at = make.NOON + timedelta(minutes=number)
                self.workload.give(person, lead.cause, lead.company, at)
        return found


def at(program: Program, **facts: Any) -> Desk:
    return Desk(program, Workload(**({"today": THURSDAY} | facts)))


def a_lead(fields: dict[str, str] | None = None, address: str = "eva@firma.example", **facts: Any) -> Lead:
    known = {"company": address.partition("@")[2]} | facts
    return lead_of(make.person(fields=fields or {}), address, facts.pop("score", 12), **known)


IN_MUNICH = {"country": "Deutschland", "postcode": "80331"}
IN_BERLIN = {"country": "DE", "postcode": "10115"}


# Whose it is already


def test_a_lead_goes_to_its_owner_whatever_else_holds() -> None:
    sales = at(desk(SOUTH, cleo=HAS_SOUTH), companies={"firma.example": "cleo"}, pending=Counter(ben=9))
    assert sales.gets(a_lead(IN_MUNICH, owner="ben")) == "ben"
    assert sales.to(a_lead(IN_MUNICH, owner="ben")).because == ("Ben has had this lead before.",)


def test_an_owner_who_left_sales_is_none() -> None:
    assert at(desk()).gets(a_lead(owner="somebody-who-left")) == "ann"


def test_a_colleagues_sales_person_gets_it_before_any_territory() -> None:
    sales = at(desk(SOUTH, cleo=HAS_SOUTH), companies={"firma.example": "ben"})
    assert sales.gets(a_lead(IN_MUNICH)) == "ben"
    assert sales.to(a_lead(IN_MUNICH)).because == ("Ben looks after firma.example.",)


def test_people_with_addresses_of_a_free_provider_are_no_colleagues() -> None:
    sales = at(desk(), companies={"gmail.com": "ben"})
    assert sales.gets(a_lead(address="eva@gmail.com", company=None)) == "ann"


def test_colleagues_who_come_together_go_to_one_person() -> None:
    leads = [a_lead(address=f"{name}@firma.example") for name in "abc"]
    assert at(desk()).gives(*leads) == ["ann", "ann", "ann"]


# Territories


def test_the_narrowest_territory_counts() -> None:
    sales = at(desk(GERMANY + SOUTH, ann=HAS_GERMANY, cleo=HAS_SOUTH))
    assert sales.gets(a_lead(IN_MUNICH)) == "cleo"
    assert sales.to(a_lead(IN_MUNICH)).because == ("Territory: South.",)
    assert sales.gets(a_lead(IN_BERLIN)) == "ann"


def test_a_territory_that_nobody_has_is_passed_over() -> None:
    assert at(desk(GERMANY + SOUTH, ben=HAS_GERMANY)).gets(a_lead(IN_MUNICH)) == "ben"


def test_territories_of_the_team_are_everybodys_in_it() -> None:
    team = '[[sales.teams]]\nid = "dach"\nterritories = ["south"]\n'
    sales = at(desk(SOUTH + team, ben='team = "dach"', cleo='team = "dach"'))
    assert sales.gives(*(a_lead(IN_MUNICH, f"a@{n}.example") for n in range(3))) == ["ben", "cleo", "ben"]


def test_equally_narrow_territories_share_their_leads() -> None:
    big = territory("big", 'countries = ["DE"]', 'sizes = ["250+"]')
    software = territory("software", 'countries = ["DE"]', 'industries = ["Software"]')
    sales = at(desk(big + software, ben='territories = ["software"]', cleo='territories = ["big"]'))
    both = {"country": "D", "employees": "250+", "industry": "Software"}
    assert sales.gives(a_lead(both, "a@a.example"), a_lead(both, "b@b.example")) == ["ben", "cleo"]
    assert sales.gets(a_lead({"country": "D", "industry": "Software"})) == "ben"


@pytest.mark.parametrize(
    "interest", [{"topics": {"sepa": 2}}, {"interests": ("sepa",)}, {"form": "order", "cause": "form"}]
)
def test_a_topic_is_of_interest_by_points_choice_or_form(interest: dict[str, Any]) -> None:
    program = desk(territory("sepa", 'topics = ["sepa"]'), cleo='territories = ["sepa"]')
    facts = interest | ({"form": program.forms["order"]} if "form" in interest else {})
    assert at(program).gets(a_lead(**facts)) == "cleo"
    assert at(program).gets(a_lead(topics={"sepa": 0})) == "ann"


def test_a_condition_sees_the_lead_and_the_person() -> None:
    when = "lead.form_kind == 'order' && profile.industry == 'Handel' && lead.domain.endsWith('.example')"
    program = desk(territory("orders", f'when = "{when}"'), cleo='territories = ["orders"]')
    order = a_lead({"industry": "Handel"}, cause="form", form=program.forms["order"])
    assert at(program).gets(order) == "cleo"
    assert at(program).gets(replace(order, form=program.forms["callback"])) == "ann"


def test_a_condition_that_fails_does_not_hold_and_is_told() -> None:
    program = desk(
        territory("odd", 'when = "1 / (size(lead.industry) - 3) > 0"'), cleo='territories = ["odd"]'
    )
    conditions = Conditions(program, a_lead({"industry": "Bau"}))
    assert territories_of(conditions) == []
    assert conditions.failed == ["1 / (size(lead.industry) - 3) > 0"]


def test_who_lives_in_nobodys_territory_goes_to_people_without_one() -> None:
    sales = at(desk(SOUTH, ann=HAS_SOUTH))
    assert sales.gives(*(a_lead(IN_BERLIN, f"a@{n}.example") for n in range(2))) == ["ben", "cleo"]
    assert sales.to(a_lead(IN_BERLIN, "x@x.example")).because[0] == "No territory of anybody has this lead."


@pytest.mark.parametrize(
    ("fields", "unknown"),
    [
        ({"postcode": "83229"}, " Unknown: country."),
        ({}, " Unknown: country, postcode."),
        ({"country": "DE"}, " Unknown: postcode."),
        ({"country": "nowhere", "postcode": "80331"}, " Unknown: country."),
        ({"postcode": "10115"}, ""),
        ({"country": "AT"}, ""),
    ],
)
def test_what_is_unknown_is_said_where_no_territory_fits(fields: dict[str, str], unknown: str) -> None:
    because = at(desk(SOUTH, ann=HAS_SOUTH)).to(a_lead(fields)).because[0]
    assert because == f"No territory of anybody has this lead.{unknown}"


def test_where_everybody_has_a_territory_everybody_gets_what_lies_outside() -> None:
    sales = at(desk(SOUTH, ann=HAS_SOUTH, ben=HAS_SOUTH, cleo=HAS_SOUTH))
    assert sales.gives(*(a_lead(IN_BERLIN, f"a@{n}.example") for n in range(3))) == ["ann", "ben", "cleo"]


# Where somebody is


@pytest.mark.parametrize(
    ("fields", "country"),
    [
        ({"country": "DE"}, "DE"),
        ({"country": " Österreich "}, "AT"),
        ({"country": "Switzerland"}, "CH"),
        ({"country": "Schweiz", "phone": "+49 30 23125 010"}, "CH"),
        ({"country": "Atlantis", "phone": "+43 1 5855670"}, "AT"),
        ({"phone": "0049 30 23125010"}, "DE"),
        ({"phone": "030 23125010"}, ""),
        ({"phone": "+8835100012"}, ""),
        ({"postcode": "80331"}, ""),
        ({}, ""),
    ],
)
def test_the_country_is_what_was_answered_else_that_of_the_telephone(
    fields: dict[str, str], country: str
) -> None:
    assert a_lead(fields).country == country


# Among several


def test_whoever_has_fewest_in_hand_is_next() -> None:
    sales = at(desk(), pending=Counter(ann=3, ben=1, cleo=2))
    assert sales.gets(a_lead()) == "ben"
    assert sales.to(a_lead()).because == ("Of 3 people Ben has the fewest leads in hand: 1.",)


def test_among_those_with_as_few_whoever_waits_longest_is_next() -> None:
    newest = {"ann": make.NOON, "ben": make.NOON - timedelta(days=2), "cleo": make.NOON - timedelta(days=1)}
    sales = at(desk(), newest=newest)
    assert sales.gets(a_lead()) == "ben"
    assert sales.to(a_lead()).because == ("Of 3 people Ben has waited longest, with 0 leads in hand.",)


def test_whoever_never_got_one_waits_longest() -> None:
    assert at(desk(), newest={"ann": make.NOON, "ben": make.NOON}).gets(a_lead()) == "cleo"


def test_else_the_order_of_the_programme_decides() -> None:
    because = at(desk()).to(a_lead()).because
    assert because == ("Of 3 people who have as much in hand (0), Ann is named first.",)


def test_leads_go_round() -> None:
    leads = [a_lead(address=f"a@firma{number}.example") for number in range(7)]
    assert at(desk()).gives(*leads) == ["ann", "ben", "cleo", "ann", "ben", "cleo", "ann"]


# Away


def away(last: str = "2026-03-12", instead: str = "", first: str = "2026-03-09") -> str:
    stand_in = f', instead = "{instead}"' if instead else ""
    return f'away = [{{from = "{first}", to = "{last}"{stand_in}}}]'


def test_who_is_away_is_passed_over_until_the_last_day_is_over() -> None:
    program = desk(ann=away())
    assert at(program).gets(a_lead()) == "ben"
    assert at(program).to(a_lead()).because[0] == "Ann is away until 12 March 2026, and nobody stands in."
    assert at(program, today=date(2026, 3, 13)).gets(a_lead()) == "ann"
    assert at(program, today=date(2026, 3, 8)).gets(a_lead()) == "ann"


def test_a_stand_in_gets_what_would_have_come_also_from_outside_of_the_territory() -> None:
    sales = at(desk(SOUTH, ann=f"{HAS_SOUTH}\n{away(instead='cleo')}"))
    assert sales.gets(a_lead(IN_MUNICH)) == "cleo"
    assert "Ann is away until 12 March 2026; Cleo stands in." in sales.to(a_lead(IN_MUNICH)).because


def test_a_stand_in_who_is_away_has_a_stand_in_too() -> None:
    sales = at(desk(ann=away(instead="ben"), ben=away(instead="cleo")))
    assert sales.gets(a_lead(owner="ann")) == "cleo"


def test_who_stand_in_for_each_other_are_both_away() -> None:
    sales = at(desk(ann=away(instead="ben"), ben=away(instead="ann")))
    assert sales.gets(a_lead(owner="ann")) == "cleo"


def test_an_owner_who_is_away_keeps_sales_forms_and_nothing_else() -> None:
    sales = at(desk(ben=away()))
    assert sales.gets(a_lead(owner="ben", cause="form")) == "ben"
    assert sales.gets(a_lead(owner="ben")) == "ann"


def test_everybody_away_means_the_first_all_the_same() -> None:
    sales = at(desk(ann=away(), ben=away(), cleo=away()))
    assert sales.gets(a_lead()) == "ann"
    assert sales.to(a_lead()).because[-1] == "All of them are away: it goes to Ann all the same."


# Passed on


def test_who_passed_it_on_does_not_get_it_again() -> None:
    sales = at(desk(SOUTH, ann=HAS_SOUTH), companies={"firma.example": "ann"})
    passed = a_lead(IN_MUNICH, owner="ann", cause="rerouted")
    assert sales.gets(passed, not_to="ann") == "ben"


def test_it_goes_to_the_owner_if_that_is_somebody_else() -> None:
    assert at(desk()).gets(a_lead(owner="cleo", cause="rerouted"), not_to="ann") == "cleo"


def test_who_passed_it_on_does_not_get_it_as_a_stand_in() -> None:
    sales = at(desk(ben=away(instead="ann")))
    assert sales.gets(a_lead(owner="ben", cause="rerouted"), not_to="ann") == "ben"
    assert sales.gets(a_lead(cause="rerouted"), not_to="ann") == "cleo"


def test_where_there_is_nobody_else_it_stays_theirs() -> None:
    alone = make.program(DESK + people().partition('[[sales.people]]\nid = "ben"')[0])
    assert at(alone).gets(a_lead(cause="rerouted"), not_to="ann") == "ann"


# The brake


def test_who_is_full_today_is_passed_over() -> None:
    sales = at(desk(ann="max_per_day = 2"), pending=Counter(ben=5, cleo=5))
    leads = [a_lead(address=f"a@firma{number}.example") for number in range(3)]
    assert sales.gives(*leads) == ["ann", "ann", "ben"]
    words = "Ann has got as many leads today as the brake lets through (2)."
    assert words in sales.to(a_lead(address="x@x.example")).because


def test_a_week_is_counted_beside_the_day() -> None:
    sales = at(desk(ann="max_per_day = 2\nmax_per_week = 3"))
    sales.workload.people.this_week["ann"] = 2
    leads = [a_lead(owner="ann") for _ in range(2)]
    assert sales.gives(*leads) == ["ann", None]


def test_a_team_that_is_full_has_no_member_with_room() -> None:
    team = '[[sales.teams]]\nid = "dach"\ntitle = "DACH"\nmax_per_day = 2\n'
    sales = at(desk(team, ann='team = "dach"', ben='team = "dach"'), pending=Counter(cleo=9))
    leads = [a_lead(address=f"a@firma{number}.example") for number in range(3)]
    assert sales.gives(*leads) == ["ann", "ben", "cleo"]
    assert "DACH has got as many" in sales.to(a_lead(address="x@x.example")).because[0]


def test_an_owner_who_is_full_is_waited_for() -> None:
    sales = at(desk(ben="max_per_day = 1"))
    assert sales.gives(a_lead(owner="ben"), a_lead(owner="ben")) == ["ben", None]
    assert [one.id for one in sales.to(a_lead(owner="ben")).waits_for] == ["ben"]


def test_when_nobody_has_room_it_waits_for_whoever_has_first() -> None:
    full = "max_per_day = 1"
    sales = at(desk(ann=full, ben=full, cleo=full))
    leads = [a_lead(address=f"a@firma{number}.example") for number in range(4)]
    assert sales.gives(*leads) == ["ann", "ben", "cleo", None]
    assert [one.id for one in sales.to(leads[3]).waits_for] == ["ann", "ben", "cleo"]


def full(*people: str) -> Desk:
    """Sales where these people have got the one lead that their brake lets through today."""
    sales = at(desk(**dict.fromkeys(people, "max_per_day = 1")))
    for one in people:
        sales.workload.people.add(one)
    return sales


def test_the_brake_does_not_stop_sales_forms() -> None:
    assert full("ann").gets(a_lead(owner="ann", cause="form")) == "ann"


def test_what_is_sent_on_goes_to_those_who_have_room_first() -> None:
    passed = a_lead(cause="rerouted")
    assert full("ann").gets(passed) == "ben"
    assert full("ann", "ben").gets(passed, not_to="cleo") == "ann"


def test_who_has_the_company_and_is_full_gets_what_is_sent_on_only_when_nobody_has_room() -> None:
    passed = a_lead(cause="rerouted")
    for people, gets in ((("ben",), "ann"), (("ann", "ben"), "cleo"), (("ann", "ben", "cleo"), "ben")):
        sales = full(*people)
        sales.workload.companies["firma.example"] = "ben"
        assert sales.gets(passed) == gets
    said = sales.to(passed).because
    assert said[-1] == "Nobody has room, and what is passed on does not wait: to Ben."
    assert len([one for one in said if one.startswith("Ben has got as many leads today")]) == 1


@pytest.mark.parametrize(
    ("cause", "owner", "gets"),
    [("rerouted", "ben", "ben"), ("rerouted", None, "ann"), ("points", None, None), ("form", None, "ann")],
)
def test_of_people_who_are_all_away_the_first_is_said_to_get_it_only_when_that_is_so(
    cause: str, owner: str | None, gets: str | None
) -> None:
    full_and_away, full = f"{HAS_SOUTH}\nmax_per_day = 1\n{away()}", "max_per_day = 1"
    sales = at(desk(SOUTH, ann=full_and_away, ben=full, cleo=f"{HAS_SOUTH}\n{away()}"))
    for one in ("ann", "ben"):
        sales.workload.people.add(one)
    lead = a_lead(IN_MUNICH, cause=cause, owner=owner)
    assert sales.gets(lead) == gets
    said = "All of them are away: it goes to Ann all the same." in sales.to(lead).because
    assert said == (cause == "form")


def test_sales_forms_use_up_no_room_but_what_is_passed_on_does() -> None:
    sales = at(desk(ann="max_per_day = 1"))
    forms = [a_lead(owner="ann", cause="form") for _ in range(3)]
    assert sales.gives(*forms, a_lead(owner="ann", cause="rerouted"), a_lead(owner="ann")) == ["ann"] * 4 + [
        None
    ]


def test_a_programme_knows_whether_it_has_brakes() -> None:
    assert not has_brakes(desk())
    assert has_brakes(desk(ben="max_per_week = 5"))
    assert has_brakes(desk('[[sales.teams]]\nid = "dach"\nmax_per_day = 2\n'))


def test_the_sentences_speak_the_programmes_language() -> None:
    german = make.program(DESK.replace('language = "en"', 'language = "de"') + people())
    assert at(german).to(a_lead(owner="ben")).because == ("Ben hat diesen Lead schon betreut.",)


def test_no_channel_is_none() -> None:
    assert Channels().is_none
    assert not Channels(letter=True).is_none


def test_only_the_sales_desk_knows_a_lead() -> None:
    filtered = '[[sales.filters]]\nid = "silent"\nwhen = "!lead.phone"\n'
    assert make.program(make.EXACT + filtered).desk.filters[0].when
    rule = '[[scoring.rules]]\nid = "mine"\non = "link.clicked"\npoints = 2\nwhen = "lead.phone"\n'
    with pytest.raises(InvalidProgram, match="known only in conditions below"):
        make.program(make.EXACT + rule)
