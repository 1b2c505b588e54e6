"""To whom deliveries go, as an operator reads it; addresses of webhooks may hold secrets."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from bridge.cli.deliveries import facts, print_delivery
from bridge.flow.sending.show_addressees import addressees
from bridge.store.outbox import Delivery
from connectors.contract import Refused
from tests import make
from tests.flow.test_webhook_endpoints import OPERATOR, hook
from tests.house import ANNA, House

ADDRESS = "https://hooks.example.com:8443/services/T0/SECRET?key=SECRET"


def told(house: House) -> dict[str, str]:
    """Kind of delivery → whom it goes to; of several the last."""
    rows = house.outbox()
    with house.engine.connect() as connection:
        to = addressees(connection, house.world, rows)
    return {row.kind: to[row.id] for row in rows}


def of_kind(house: House, kind: str) -> Delivery:
    """A delivery of that kind."""
    return next(row for row in house.outbox() if row.kind == kind)


def test_everybody_is_named_whom_something_goes_to(engine: Engine) -> None:
    program = replace(make.demo_program(), webhooks=(hook(ADDRESS),))
    house = House(engine, program, operator=OPERATOR)
    house.reply = Refused("554 5.7.1 rejected", "ours", "5.7.1")
    house.submit(form="rueckruf")
    person = house.program.people[str(of_kind(house, "sales").payload["person"])]
    assert told(house) == {
        "mail": ANNA,
        "sales": person.email,
        "operator": OPERATOR,
        "webhook": "crm at https://hooks.example.com:8443",
    }


def test_a_webhook_is_shown_line_by_line_without_its_path(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    house = House(engine, replace(make.demo_program(), webhooks=(hook(ADDRESS),)))
    house.submit(form="rueckruf")
    row = of_kind(house, "webhook")
    print_delivery(row, "crm", house.clock(), house.program.timezone)
    said = capsys.readouterr().out
    assert "because      the programme asks for it\n" in said
    assert ["body.data.email", ANNA] in [line.split() for line in said.splitlines()]
    assert "{" not in said
    assert facts(row, "crm")["payload"]["url"] == "https://hooks.example.com:8443"
    assert "SECRET" not in said + str(facts(row, "crm"))
