"""`leadbridge report funnel` and `report sources`: which form brought the deals, and why leads came back."""

import csv
import json
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import Engine

from bridge.clock import utc_now
from tests.conftest import Servers
from tests.house import Clock, House
from tests.presentation.conftest import Say


def test_a_table_a_sheet_and_json_say_which_form_brought_the_deal(
    say: Say, servers: Servers, engine: Engine
) -> None:
    house = House(engine, clock=Clock(utc_now() - timedelta(hours=1)))
    won, lost = house.lead_by_points(), house.lead_by_form("ben@kunde.example")
    house.answer(won, "accepted")
    house.answer(won, "won", amount=Decimal(1200), currency="EUR")
    house.answer(lost, "rejected", reason="no-budget")
    abroad = house.lead_by_form("cleo@kunde.example")
    house.answer(abroad, "accepted")
    house.answer(abroad, "won", amount=Decimal(40), currency="USD")

    def told(*words: str) -> str:
        return say(*words, DATABASE_URL=servers.database_url)

    assert "counted anew" in told("figures", "rebuild")
    *lines, last = told("report", "funnel").splitlines()[2:]
    funnel = {line[:20].strip(): line[20:].split() for line in lines}
    assert funnel["leads"] == ["3"]
    assert funnel["handed over"] == ["3", "300.0%"]
    assert funnel["won"] == ["2", "100.0%", "1200.00"]
    assert last == "turnover is in euros; beside it: 40.00 USD, deals: 1"
    assert "won_in_USD" in told("report", "funnel", "--csv").splitlines()[-1]
    header, first, *_ = csv.reader(told("report", "sources", "--by", "form", "--csv").splitlines())
    assert (header[0], first[0]) == ("form", "globe-next-download")
    assert dict(zip(header, first, strict=True))["won"] == "1"
    assert dict(zip(header, first, strict=True))["turnover"] == "1200.00"
    found = json.loads(told("report", "sources", "--by", "reason", "--json", "--since", "2020-01-01"))
    assert found["sources"] == [
        {"key": "no-budget", "counts": {"rejected": 1, "lost": 0}, "turnover": "0.00"}
    ]
    assert found["elsewhere"] == [{"currency": "USD", "deals": 1, "amount": "40.00"}]
