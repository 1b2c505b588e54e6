"""From a form to a suppressed address, with every part a process of its own and nobody who helps."""

import json
import time
from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from tests.conftest import Servers
from tests.edge import signed
from tests.mailservers.postfix import Postfix
from tests.promises.processes import running
from tests.together import eventually

GONE = signed.ANNA | {"fields": {"email": "gone@kunde.example", "company": "Kunde"}}

pytestmark = [pytest.mark.xdist_group("mail servers"), pytest.mark.faults]


@pytest.mark.promise("R12", "SMTP trouble: a form to an unknown user leads to a suppression within a minute")
def test_a_real_bounce_suppresses_the_address_within_a_minute(
    postfix: Postfix, servers: Servers, one_engine: Engine, saw: Callable[..., None]
) -> None:
    settings = {
        "SMTP_URL": postfix.url,
        "RETURN_PATH": "bounces@example.com",
        "BOUNCE_MAILBOX": f"maildir:{postfix.bounces}",
    }
    with running(servers, one_engine, **settings) as bridge:
        body = json.dumps(GONE).encode()
        since = time.monotonic()
        headers = signed.headers(body) | {"Content-Type": "application/json"}
        assert bridge.ask("POST", signed.PATH, data=body, headers=headers).status_code == 202
        assert eventually(lambda: bool(bridge.rows("suppressions"))), bridge.log("cron")
        seconds = time.monotonic() - since
        saw(seconds_from_form_to_suppression=round(seconds, 1))
        assert seconds < 60
        assert [row["reason"] for row in bridge.rows("suppressions")] == ["bounced"]
