"""What is promised of every page of the console: who is let in, and how little the database is asked."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple
from uuid import UUID

from bridge.app import create_app
from bridge.edge.console.roles import MAY, Right
from bridge.flow.accounts.console_accounts import ROLES
from bridge.store.tables import dead_letters, handovers, outbox
from connectors.contract import Deferred, Receipt
from tests.edge.console.conftest import Colleague, SignIn
from tests.edge.console.test_handover_papers import lives_at
from tests.edge.console.test_held import held_form
from tests.edge.console.test_outbox import buried
from tests.edge.site import Site
from tests.house import House
from tests.statements import statements

FORM = "?per=quarter"
MOST = {
    "/console": 24,
    "/console?per=all": 22,
    f"/console/results/form{FORM}": 8,
    "/console/results/form?per=all": 8,
    f"/console/results/funnel.csv{FORM}": 8,
    "/console/profiles": 10,
    "/console/profiles?q=lead&order=score": 14,
    "/console/profiles/{person}": 19,
    "/console/profiles/{person}/events": 8,
    "/console/companies/firm0.example": 8,
    "/console/handovers": 12,
    "/console/handovers?column=returned": 6,
    "/console/handovers/{handover}": 18,
    "/console/handovers/{handover}/letter": 18,
    "/console/handovers/{handover}/appointment.ics": 8,
    "/console/held": 8,
    "/console/held/forms": 8,
    "/console/outbox": 10,
    "/console/outbox/{delivery}": 8,
    "/console/outbox/letters": 8,
    "/console/outbox/sources": 8,
    "/console/programme": 6,
    "/console/export": 4,
    "/console/audit": 6,
    "/console/accounts": 6,
    "/console/account": 6,
}
"""Address → so many statements at most, with the four to six by which every page learns who asks and what waits.

Once a minute one page takes SEEING more, when its own are done: that the session was seen.
"""
SEEING = 1


class View(NamedTuple):
    """A view of the console that asks for a right, by an address of no particular person or thing."""

    method: str
    path: str
    needs: Right


def views(site: Site) -> Iterator[View]:
    """All of them."""
    app = create_app(site.services)
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.endpoint.startswith("console_") and hasattr(view, "needs"):
            path = re.sub(r"<uuid:\w+>", str(UUID(int=7)), rule.rule)
            path = re.sub(r"<any\('([\w-]+)'[^>]*>", r"\1", path)
            path = re.sub(r"<\w+>", "form", path)
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield View(method, path, view.needs)


def test_nobody_sees_or_does_anything_without_signing_in(site: Site) -> None:
    found = list(views(site))
    assert len(found) > 40
    answers = {view: site.client.open(view.path, method=view.method) for view in found}
    led_elsewhere = {view: answer.headers.get("Location", "") for view, answer in answers.items()}
    assert {answer.status_code for answer in answers.values()} == {303}
    assert [view for view, there in led_elsewhere.items() if not there.startswith("/console/sign-in")] == []


def test_every_view_asks_for_its_right(sign_in: SignIn) -> None:
    for role in ROLES:
        one = sign_in(role, f"{role}@example.com")
        barred = [view for view in views(one.site) if view.needs not in MAY[role]]
        ways = {"GET": one.get, "POST": one.post}
        assert [view for view in barred if ways[view.method](view.path).status_code != 403] == []


def test_no_page_asks_more_of_the_database_when_there_is_more_to_show(sign_in: SignIn, house: House) -> None:
    kim = sign_in()
    _busy_days(house, range(3))
    _look_at_everything(kim, house)  # once, for what a process asks only when it is new
    few = _look_at_everything(kim, house)
    _busy_days(house, range(3, 14))
    _look_at_everything(kim, house)  # once more, since time has passed and the session is seen again
    many = _look_at_everything(kim, house)
    assert {path: count for path, count in few.items() if count > MOST[path]} == {}
    assert {path: (few[path], count) for path, count in many.items() if count > few[path]} == {}


def test_once_a_minute_a_page_notes_that_its_session_was_seen(sign_in: SignIn, house: House) -> None:
    kim = sign_in()
    _statements_of(kim, "/console/programme")  # once, for what a process asks only when it is new
    usual = _statements_of(kim, "/console/programme")
    house.clock.move(minutes=2)
    at_last = [_statements_of(kim, "/console/programme") for _ in range(2)]
    assert at_last == [usual + SEEING, usual]
    assert usual <= MOST["/console/programme"]


def test_each_page_has_its_measure(site: Site) -> None:
    shape = re.compile(r"\?.*|/[0-9a-f-]{36}|/\{\w+\}|(?<=companies/)[\w.]+|(?<=results/)\w+")
    measured = {shape.sub("", path) for path in MOST}
    pages = {view.path for view in views(site) if view.method == "GET"}
    left = {shape.sub("", path) for path in pages} - measured
    assert left == {
        "/console/export/file",
        "/console/audit.csv",
        "/console/account/second-factor",
    }, "streams, and a page that shows a secret"


def _busy_days(house: House, numbers: range) -> None:
    """Leads of one company, a form that is held, a mail that waits and a dead letter for each number."""
    for number in numbers:
        house.lead_by_form(f"lead{number}@firm0.example", first_name=f"Lead {number}")
        lives_at(house, f"lead{number}@firm0.example")
        house.reply = Deferred("451 try again later")
        house.submit(email=f"late{number}@firm0.example", form="webinar", allows=())
        house.reply = Receipt("250 ok")
        held_form(house, f"spam{number}@firm0.example")
        buried(house, {"form": f"unknown {number}"})
        house.clock.move(minutes=1)


def _look_at_everything(kim: Colleague, house: House) -> dict[str, int]:
    """Page → how many statements it took."""
    known = {
        "person": house.lead("lead0@firm0.example").id,
        "handover": house.rows(handovers)[0].id,
        "delivery": house.rows(outbox)[0].id,
    }
    assert house.rows(dead_letters)
    return {path: _statements_of(kim, path.format(**known)) for path in MOST}


def _statements_of(kim: Colleague, path: str) -> int:
    """How many statements a page took, with those that follow when it is made."""
    with ExitStack() as stack:
        engines = (kim.site.services.page_engine, kim.site.services.engine)
        seen = [stack.enter_context(statements(engine)) for engine in engines]
        assert kim.get(path).status_code == 200, path
    return sum(map(len, seen))
