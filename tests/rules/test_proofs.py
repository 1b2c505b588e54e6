"""One record for each consent: what was asked, confirmed and taken back belongs together."""

from datetime import datetime, timedelta
from uuid import UUID

from bridge.profiles.consent import text_hash
from bridge.profiles.proofs import Proof, Record, records
from tests import make

FORM, OTHER = make.some_id(), make.some_id()


def proof(state: str, hour: float, form: UUID | None = FORM, purpose: str = "email", **more: object) -> Proof:
    known = {
        "text": "Ja",
        "text_hash": text_hash("Ja"),
        "language": "de",
        "how": "form",
        "place": "/",
        "form": "kontakt",
        "program_version": "v1",
        "ip": "203.0.113.7",
        "user_agent": make.A_BROWSER,
        "message_id": None,
        "keep_until": None,
    }
    at = make.NOON + timedelta(hours=hour)
    identity = {"id": make.some_id(), "purpose": purpose, "state": state, "at": at, "submission_id": form}
    return Proof(**(known | identity | more))  # type: ignore[arg-type]


def told(*proofs: Proof) -> list[tuple[str, list[str]]]:
    """Purpose and states of each record, newest first."""
    return [(record.first.purpose, [step.state for step in record.steps]) for record in records(proofs)]


def test_a_request_and_its_confirmation_are_one_record() -> None:
    assert told(proof("requested", 0), proof("given", 1)) == [("email", ["requested", "given"])]


def test_two_forms_are_two_records() -> None:
    stories = told(proof("requested", 0), proof("requested", 1, OTHER), proof("given", 2, OTHER))
    assert stories == [("email", ["requested", "given"]), ("email", ["requested"])]


def test_purposes_of_one_form_are_proved_apart() -> None:
    stories = told(proof("requested", 0, purpose="phone"), proof("requested", 0), proof("given", 1))
    assert stories == [("phone", ["requested"]), ("email", ["requested", "given"])]


def test_a_withdrawal_ends_everything_of_its_purpose_that_stands() -> None:
    stories = told(
        proof("given", 0),
        proof("given", 1, OTHER),
        proof("given", 1, purpose="tracking"),
        proof("withdrawn", 2, None),
    )
    assert stories == [
        ("tracking", ["given"]),
        ("email", ["given", "withdrawn"]),
        ("email", ["given", "withdrawn"]),
    ]


def test_what_is_given_again_is_a_new_record() -> None:
    stories = told(proof("given", 0), proof("withdrawn", 1, None), proof("given", 2, None))
    assert stories == [("email", ["given"]), ("email", ["given", "withdrawn"])]


def test_a_form_that_is_confirmed_after_an_unsubscribe_stands() -> None:
    stories = told(proof("requested", 0), proof("withdrawn", 1, None), proof("given", 2))
    assert stories == [("email", ["requested", "withdrawn", "given"])]


def test_a_withdrawal_of_nothing_known_stands_alone() -> None:
    assert told(proof("withdrawn", 0, None)) == [("email", ["withdrawn"])]


def test_a_website_whose_clock_is_fast_changes_no_story() -> None:
    (record,) = records([proof("given", 0), proof("requested", 0.05)])
    assert [step.state for step in record.steps] == ["requested", "given"]
    assert record.state == "given"


def test_a_record_is_kept_as_long_as_one_of_its_proofs() -> None:
    soon, later = make.NOON, make.NOON + timedelta(days=1)

    def kept(*ends: datetime | None) -> datetime | None:
        return Record(tuple(proof("given", 0, keep_until=end) for end in ends)).kept_until

    assert kept(soon, later) == later
    assert kept(soon, None) is None
