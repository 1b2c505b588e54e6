"""T3: no tracking without consent: mails without pixel and with plain links, and no hits after a withdrawal."""

import json
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine

from bridge.inbox import CaughtMail
from bridge.journal import depth
from bridge.store.tables import metadata
from tests.conftest import Servers
from tests.edge.test_forms import own_program
from tests.promises.processes import Processes, running
from tests.together import eventually

pytestmark = [
    pytest.mark.xdist_group("promise T3"),
    pytest.mark.promise("T3", "no pixel, plain links, nothing stored after a withdrawal"),
]

WEBSITE = "https://www.example.com"
OURS = {"confirm", "d", "me", "preferences", "unsubscribe"}
"""Pages and files of ours that a mail may lead to without watching anybody."""

COUNTED = {"mail_counts", "counted_hits"}
"""Tables with numbers and marks that lead to nobody."""

_number = count(1)


@pytest.fixture(scope="module")
def bridge(
    servers: Servers, one_engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Processes]:
    """Web, ingest, two workers and cron, each a process; the programme names a website with our script."""
    named = f'[website]\norigins = ["{WEBSITE}"]\n\n[[topics]]\nid = "sepa"'
    program = own_program(Path(tmp_path_factory.mktemp("t3")), ('[[topics]]\nid = "sepa"', named))
    with running(servers, one_engine, SETTLE="300ms,600ms", PROGRAM=program) as processes:
        yield processes


@pytest.fixture
def email() -> str:
    """The address of somebody whom no other test knows."""
    return f"anna@firma{next(_number)}.example"


def links(mail: CaughtMail) -> list[str]:
    """Every address in a mail, in either part, pictures and all."""
    return re.findall(r"https?://[^\s<>\"')]+", mail.text + " " + (mail.html or ""))


def link(mail: CaughtMail, path: str) -> str:
    """The first link of that kind."""
    return next(one for one in links(mail) if urlsplit(one).path.startswith(f"/{path}/"))


def subscribe(bridge: Processes, email: str, *allows: str) -> CaughtMail:
    """Somebody sends the form and confirms; returns the welcome mail."""
    boxes = {f"consent_{purpose}": "1" for purpose in allows}
    form = {"email": email, "first_name": "Anna", "company": "Beispiel GmbH"} | boxes
    assert bridge.ask("POST", "/forms/globe-next-download", data=form).status_code == 303
    confirmation = bridge.wait_for_mail(email, 1)
    assert bridge.ask("POST", link(confirmation, "confirm")).status_code == 303
    return bridge.wait_for_mail(email, 2)


def choose(bridge: Processes, welcome: CaughtMail, *allows: str) -> None:
    """Save the preference centre with these boxes ticked."""
    boxes = {f"consent_{purpose}": "1" for purpose in allows}
    answer = bridge.ask("POST", link(welcome, "preferences"), data={"language": "de", **boxes})
    assert answer.headers["Location"].endswith("saved=1")


def click(bridge: Processes, welcome: CaughtMail) -> str:
    """Open the mail and follow its first tracked link; where it leads."""
    pixel = bridge.ask("GET", link(welcome, "t/o"))
    assert pixel.headers["Content-Type"] == "image/gif"
    answer = bridge.ask("GET", link(welcome, "t/c"))
    assert answer.status_code == 302
    return answer.headers["Location"]


def watched(bridge: Processes, email: str) -> list[str]:
    """What is stored of what somebody opened and clicked."""
    [person] = [row["id"] for row in bridge.rows("profiles") if row["email"] == email]
    kinds = {"mail.opened", "link.clicked", "page.visited"}
    return [
        row["kind"] for row in bridge.rows("events") if row["profile_id"] == person and row["kind"] in kinds
    ]


def everything(bridge: Processes) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table but those that count without persons, as soon as no worker has anything to do."""
    assert eventually(
        lambda: (
            all(row["scored_at"] for row in bridge.rows("events"))
            and not any(row["state"] in {"due", "leased"} for row in bridge.rows("outbox"))
        )
    )
    return {name: sorted(bridge.rows(name), key=str) for name in metadata.tables if name not in COUNTED}


def at_rest(bridge: Processes) -> dict[str, list[dict[str, Any]]]:
    """The same, as soon as the journal is empty, too."""
    bridge.wait_for_ingest()
    return everything(bridge)


def counted(bridge: Processes) -> int:
    """How many opens and clicks were counted without persons."""
    return sum(row["count"] for row in bridge.rows("mail_counts") if row["kind"] != "sent")


def test_a_mail_without_consent_has_no_picture_of_ours_and_plain_links(bridge: Processes, email: str) -> None:
    welcome = subscribe(bridge, email, "email")
    for mail in bridge.mails(email):
        assert "<img" not in (mail.html or "")
        for one in links(mail):
            if one.startswith(bridge.url):
                assert urlsplit(one).path.split("/")[1] in OURS
            else:
                assert one.startswith(f"{WEBSITE}/")
                assert not urlsplit(one).query + urlsplit(one).fragment, "plain links name nobody"
    contents = {one for one in links(welcome) if one.startswith(WEBSITE)}
    assert len(contents) > 3


def test_a_mail_with_consent_is_watched(bridge: Processes, email: str) -> None:
    welcome = subscribe(bridge, email, "email", "tracking")
    assert click(bridge, welcome).startswith(f"{WEBSITE}/")
    assert eventually(lambda: sorted(watched(bridge, email)) == ["link.clicked", "mail.opened"])


def test_after_a_withdrawal_links_lead_on_and_nothing_is_stored_anywhere(
    bridge: Processes, email: str
) -> None:
    welcome = subscribe(bridge, email, "email", "tracking")
    choose(bridge, welcome, "email")
    before, numbers = at_rest(bridge), counted(bridge)
    assert click(bridge, welcome).startswith(f"{WEBSITE}/")
    assert at_rest(bridge) == before
    assert watched(bridge, email) == []
    assert counted(bridge) == numbers + 2, "an open and a click, of nobody"


def test_what_waited_in_the_journal_is_dropped_when_consent_is_withdrawn(
    bridge: Processes, email: str
) -> None:
    welcome = subscribe(bridge, email, "email", "tracking")
    at_rest(bridge)
    bridge.stop("ingest")
    click(bridge, welcome)
    choose(bridge, welcome, "email")
    click(bridge, welcome)
    assert depth(bridge.data / "journal")[0] == 4
    before = everything(bridge)
    bridge.start("ingest")
    assert at_rest(bridge) == before
    assert watched(bridge, email) == []


def test_a_consent_given_again_does_not_bring_the_time_between_back(bridge: Processes, email: str) -> None:
    welcome = subscribe(bridge, email, "email", "tracking")
    at_rest(bridge)
    bridge.stop("ingest")
    click(bridge, welcome)
    choose(bridge, welcome, "email")
    click(bridge, welcome)
    choose(bridge, welcome, "email", "tracking")
    bridge.start("ingest")
    at_rest(bridge)
    assert watched(bridge, email) == []


def test_a_click_that_had_not_counted_yet_is_forgotten_with_the_consent(
    bridge: Processes, email: str
) -> None:
    welcome = subscribe(bridge, email, "email", "tracking")
    at_rest(bridge)
    bridge.stop("score")
    try:
        click(bridge, welcome)
        assert eventually(lambda: len(watched(bridge, email)) == 2)
        choose(bridge, welcome, "email")
        assert watched(bridge, email) == []
    finally:
        bridge.start("score")
    at_rest(bridge)
    assert [
        row for row in bridge.rows("ledger") if row["rule"] == "link-clicked" and _is_of(bridge, row, email)
    ] == []


def _is_of(bridge: Processes, row: dict[str, Any], email: str) -> bool:
    return any(one["id"] == row["profile_id"] and one["email"] == email for one in bridge.rows("profiles"))


def test_who_objects_is_not_watched_either(bridge: Processes, email: str) -> None:
    welcome = subscribe(bridge, email, "email", "tracking")
    answer = bridge.ask("POST", link(welcome, "me"), data={"action": "object"})
    assert answer.headers["Location"].endswith("done=objected")
    before = at_rest(bridge)
    click(bridge, welcome)
    assert at_rest(bridge) == before


def test_who_withdrew_is_not_recognised_on_the_website(bridge: Processes, email: str) -> None:
    """The redirect is the same for everybody: no database is asked there. What it says, the bridge alone can read,
    and reads only with consent."""
    welcome = subscribe(bridge, email, "email", "tracking")
    choose(bridge, welcome, "email")
    at_rest(bridge)
    page, _, mark = click(bridge, welcome).partition("#lb=")
    visitor = f"{next(_number):032x}"
    told = json.dumps({"visitor": visitor, "page_url": page, "arrival": mark, "used": True})
    headers = {"Origin": WEBSITE, "Content-Type": "text/plain"}
    assert bridge.ask("POST", "/t/p", data=told, headers=headers).status_code == 204
    at_rest(bridge)
    assert visitor not in [row["value"] for row in bridge.rows("identities")]
    assert watched(bridge, email) == []
    [person] = [row["id"] for row in bridge.rows("profiles") if row["email"] == email]
    assert person not in [row["profile_id"] for row in bridge.rows("proofs_of_humanity") if row["hit_id"]]


def test_mails_sent_after_the_withdrawal_are_plain(bridge: Processes, email: str) -> None:
    welcome = subscribe(bridge, email, "email", "tracking")
    choose(bridge, welcome, "email")
    form = {"email": email, "company": "Beispiel GmbH"}
    bridge.ask("POST", "/forms/sepa-checkliste", data=form)
    receipt = bridge.wait_for_mail(email, 3)
    assert not any("/t/" in one for one in links(receipt))
    assert "<img" not in (receipt.html or "")
