"""`leadbridge route` and `leadbridge held leads`, as people run them."""

import json
from datetime import timedelta

from sqlalchemy import update

from bridge.clock import utc_now
from bridge.store.tables import held_leads, profiles
from tests.conftest import Servers
from tests.house import ANNA, House
from tests.presentation.conftest import Run, Say


def test_the_route_of_a_lead_is_told_and_nothing_changes(say: Say, house: House, servers: Servers) -> None:
    house.submit(
        form="bestellung", allows=(), phone="+49 89 99998 090", product="Globe Next Start", quantity="3"
    )
    here = {"DATABASE_URL": servers.database_url}
    before = house.lead()
    said = say("route", ANNA, **here)
    assert said.startswith(
        f"{ANNA}: stays with Mira Steinfeld: a sales form would join that hand-over; "
        "else it would go to Mira Steinfeld\n  Mira Steinfeld betreut beispiel.example.\n"
    )
    assert "place: DE; territory: deutschland" in said
    facts = json.loads(say("route", ANNA, "--form", "rueckruf", "--json", **here))
    assert (facts["goes_to"], facts["cause"], facts["measure"]) == ("mira", "form", "call_today")
    assert house.lead() == before


def test_the_route_of_somebody_excluded_says_why_nobody_gets_them(
    say: Say, house: House, servers: Servers
) -> None:
    house.submit()
    here = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
    with house.engine.begin() as connection:
        connection.execute(update(profiles).values(excluded=True))
    said = say("route", ANNA, **here)
    assert said.startswith(f"{ANNA}: is not handed over, since the person is excluded; else it would go to ")


def test_held_leads_are_listed_and_decided_about(run: Run, house: House, servers: Servers) -> None:
    for number in range(2):
        house.click_two(house.subscriber(f"p{number}@kontorwerk-software.example"))
    here = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
    listed = run("held", "leads", "list", **here).stdout
    assert "filter competitor" in listed
    assert "Anna Berg, Beispiel GmbH <p0@kontorwerk-software.example>" in listed
    first, second = (row["id"] for row in json.loads(run("held", "leads", "list", "--json", **here).stdout))
    released = run("held", "leads", "release", first, "--note", "a customer", **here)
    assert released.stdout == "handed over to Mira Steinfeld\n"
    assert "returned to marketing (-" in run("held", "leads", "return", second, **here).stdout
    again = run("held", "leads", "exclude", second, **here)
    assert (again.returncode, again.stderr) == (1, f"nothing is held under {second}\n")
    assert "at least 8 characters" in run("held", "leads", "exclude", "0123", **here).stderr
    held_days_ago(house, 80)
    [row] = json.loads(run("held", "leads", "rules", "--json", **here).stdout)
    assert (row["rule"], row["held"], row["released"], row["returned"]) == ("competitor", 2, 1, 1)
    told = run("held", "leads", "rules", **here).stdout.splitlines()
    assert told[0] == "leads that were held in the last 90 days:"
    assert told[2].split()[:5] == ["competitor", "2", "0", "1", "1"]
    held_days_ago(house, 95)
    assert run("held", "leads", "rules", **here).stdout == "no lead was held in the last 90 days\n"
    assert "competitor" in run("held", "leads", "rules", "--days", "100", **here).stdout
    assert run("route", "p0@kontorwerk-software.example", **here).stdout.startswith(
        "p0@kontorwerk-software.example: stays with Mira Steinfeld: a sales form would join that hand-over; "
        "else it would be held by the filter “competitor”, else go to Mira Steinfeld\n"
    )


def held_days_ago(house: House, days: int) -> None:
    """All of them, in the time in which commands live."""
    with house.engine.begin() as connection:
        connection.execute(update(held_leads).values(at=utc_now() - timedelta(days=days)))
