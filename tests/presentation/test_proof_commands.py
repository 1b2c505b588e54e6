"""`leadbridge consent show` and `leadbridge retention run`, as a tired operator reads them."""

import json

import pytest

from bridge.store import consent_proofs
from tests.conftest import Servers
from tests.house import ANNA, House
from tests.presentation.conftest import Say

TEXT = "Ja, „gern“ – it's fine.\nAuch dienstags. 👍"


@pytest.fixture
def told(house: House) -> House:
    """Anna allows calls and mail, and takes mail back."""
    house.submit(context={"ip": "198.51.100.20", "page_url": "https://www.example.com/sepa"})
    house.confirm()
    house.save_preferences(ANNA, allowed={"email": False, "phone": True})
    return house


def test_every_consent_is_told_with_its_whole_story(say: Say, told: House, servers: Servers) -> None:
    said = say("consent", "show", ANNA, DATABASE_URL=servers.database_url)
    assert said.startswith(f"{ANNA}: 3 consents, newest first\n")
    phone, tracking, email = said.split("\n\n")[1:4]
    assert phone.startswith("phone: given\n")
    assert "does not prove whose telephone number it is" in phone
    assert tracking.startswith("tracking: given\n")
    assert email.startswith("email: withdrawn\n")
    for fact in (
        "words      Ja zu email",
        "form       globe-next-download",
        "page       https://www.example.com/sepa",
        "asked for  2026-03-12 13:00:00 CET by a form of the website",
        "from 198.51.100.20",
        "given      2026-03-12 13:00:01 CET by the button behind the confirmation mail",
        f"mail {told.sent[0].message_id}",
        "withdrawn  2026-03-12 13:00:02 CET in the preference centre",
        "kept       until 2029-03-12 13:00:02 CET",
    ):
        assert fact in email, fact
    assert "printf %s 'the words' | sha256sum" in said


def test_programs_get_the_same_facts(say: Say, told: House, servers: Servers) -> None:
    found = json.loads(say("consent", "show", ANNA, "--json", DATABASE_URL=servers.database_url))
    assert [(one["purpose"], one["state"]) for one in found] == [
        ("phone", "given"),
        ("tracking", "given"),
        ("email", "withdrawn"),
    ]
    (record,) = [one for one in told.records() if one.first.purpose == "email"]
    assert found[2]["text_hash"] == record.first.text_hash
    assert [step["at"] for step in found[2]["steps"]] == [step.at.isoformat() for step in record.steps]
    assert found[2]["steps"][1]["message_id"] == told.sent[0].message_id


def test_who_is_gone_is_still_proved(say: Say, told: House, servers: Servers) -> None:
    with told.unit() as unit:
        consent_proofs.outlive(unit.connection, ANNA, unit.now)
    told.retain(days=800)
    said = say("consent", "show", ANNA, DATABASE_URL=servers.database_url)
    assert "Nobody is known by this address any more" in said
    assert said.count("SHA-256") == 3


def test_nobody_is_said_to_be_nobody_in_one_line(house: House, servers: Servers, fail: Say) -> None:
    for nobody in ("nobody@beispiel.example", "no address"):
        said = fail("consent", "show", nobody, DATABASE_URL=servers.database_url)
        assert said.strip() == f"nobody is known as {nobody}"


def test_a_dry_run_says_what_would_go_and_a_run_what_went(say: Say, house: House, servers: Servers) -> None:
    house.submit()
    said = say("retention", "run", "--dry-run", DATABASE_URL=servers.database_url)
    assert "1      people who never confirmed" in said
    assert "14 days after their form" in said
    assert said.endswith("nothing was changed\n")
    assert house.lead()
    told = json.loads(say("retention", "run", "--json", DATABASE_URL=servers.database_url))
    assert not told["dry_run"]
    gone = {rule["what"]: rule["count"] for rule in told["rules"] if rule["count"]}
    assert gone == {"people who never confirmed": 1, "proofs of consents": 2}
    again = say("retention", "run", DATABASE_URL=servers.database_url)
    assert again.endswith("\n0 gone\n")
