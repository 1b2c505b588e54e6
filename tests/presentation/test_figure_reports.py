"""`leadbridge report funnel` and `report sources`: which form brought the deals, and why leads came back."""

import csv
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from bridge.clock import utc_now
from tests.conftest import Servers
from tests.house import Clock, House
from tests.presentation.conftest import Run, Say


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
    steps = list(csv.DictReader(told("report", "funnel", "--csv").splitlines()))
    assert (steps[-1]["figure"], steps[-1]["count"]) == ("turnover_USD", "1")
    assert [one["turnover"] for one in steps] == ["0.00"] * 6 + ["1200.00", "40.00"]
    header, first, *_ = csv.reader(told("report", "sources", "--by", "form", "--csv").splitlines())
    assert (header[0], first[0]) == ("form", "globe-next-download")
    assert dict(zip(header, first, strict=True))["won"] == "1"
    assert dict(zip(header, first, strict=True))["turnover"] == "1200.00"
    found = json.loads(told("report", "sources", "--by", "reason", "--json", "--since", "2020-01-01"))
    assert found["sources"] == [{"key": "no-budget", "counts": {"rejected": 1, "lost": 0}}], "no turnover"
    assert found["elsewhere"] == []
    assert told("report", "sources", "--by", "reason").splitlines()[1].split() == [
        "reason",
        "rejected",
        "lost",
    ]
    found = json.loads(told("report", "sources", "--by", "team", "--json"))
    assert found["elsewhere"] == [{"currency": "USD", "deals": 1, "amount": "40.00"}]


@pytest.mark.parametrize(
    "name", ["report funnel", "report sources", "report sequences", "export events", "figures rebuild"]
)
def test_nothing_is_told_or_counted_from_a_day_to_come(run: Run, servers: Servers, name: str) -> None:
    done = run(*name.split(), "--since", "2999-01-01", DATABASE_URL=servers.database_url)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Invalid value for '--since': 2999-01-01 is still to come, today is 20" in done.stderr


@pytest.mark.parametrize("forms", [("--json", "--csv"), ("--csv", "--json")])
def test_a_report_has_one_form_at_a_time(run: Run, forms: tuple[str, str]) -> None:
    for name in ("funnel", "sources", "sequences", "mails"):
        done = run("report", name, *forms)
        assert (done.returncode, done.stdout) == (2, "")
        assert "--json and --csv are two forms of the same: choose one of them" in done.stderr


@pytest.mark.parametrize("besides", [("--json",), ("--csv",), ("--since", "2026-01-01")])
def test_a_link_comes_alone(run: Run, besides: tuple[str, ...]) -> None:
    done = run("report", "sequences", "--link", *besides)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--link prints an address and nothing else: leave --since, --json and --csv out" in done.stderr
