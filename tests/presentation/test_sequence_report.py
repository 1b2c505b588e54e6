"""What happened in series, as commands print it."""

import csv
import json
from datetime import timedelta

from sqlalchemy import Engine

from bridge.clock import utc_now
from tests.conftest import Servers
from tests.house import Clock, House
from tests.presentation.conftest import Say


def test_a_table_a_sheet_and_json_say_the_same(say: Say, servers: Servers, engine: Engine) -> None:
    House(engine, clock=Clock(utc_now() - timedelta(hours=1))).subscriber()

    def report(*words: str) -> str:
        return say("report", "sequences", *words, DATABASE_URL=servers.database_url)

    lines = report().splitlines()
    assert lines[0].startswith("every number counts people; mails are counted by ")
    assert lines[2].startswith("welcome “Welcome” (welcome): 1 entered, ")
    assert lines[3].split()[:4] == ["entered", "sent", "opened", "clicked"]
    assert lines[4].split()[:3] == ["welcome", "1", "1"]
    assert lines[4].endswith("Welcome to Globe Next")
    header, first, *_ = csv.reader(report("--csv").splitlines())
    assert header[:5] == ["sequence", "step", "variant", "entered", "sent"]
    assert first[:5] == ["welcome", "", "", "1", "1"]
    [welcome, *_] = json.loads(report("--json", "--since", "2020-01-01"))["sequences"]
    assert (welcome["entered"], welcome["sent"], welcome["steps"][0]["id"]) == (1, 1, "welcome")
    assert "/reports/" in report("--link")
