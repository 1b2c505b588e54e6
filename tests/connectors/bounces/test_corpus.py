"""Reports in the shapes of the common mail servers, written for these tests: each with what it means."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bridge.delivery.message_ids import MessageIds
from bridge.delivery.return_paths import ReturnPaths
from connectors.bounces import Marks, read_report
from tests.house import KEY

CORPUS = Path(__file__).with_name("corpus")
VERDICTS: dict[str, dict[str, Any]] = json.loads((CORPUS / "verdicts.json").read_text(encoding="utf-8"))
DELIVERY = UUID("0199a1b2-c3d4-7e5f-8a6b-9c0d1e2f3a4b")
MESSAGE_ID = MessageIds([KEY]).write(DELIVERY, "hello@example.com")
MARKS = Marks(ReturnPaths([KEY]).read, MessageIds([KEY]).read)


def nobody(_: str) -> None:
    """Recognises nothing."""


PROOFS = {
    "return path": Marks(ReturnPaths([KEY]).read, nobody),
    "message id": Marks(nobody, MessageIds([KEY]).read),
}


def raw(name: str) -> bytes:
    return (CORPUS / f"{name}.eml").read_bytes()


def test_every_report_has_a_verdict_and_every_verdict_a_report() -> None:
    assert {file.stem for file in CORPUS.glob("*.eml")} == set(VERDICTS)
    assert len(VERDICTS) >= 40


@pytest.mark.parametrize("name", VERDICTS)
def test_a_report_is_understood(name: str) -> None:
    expected = VERDICTS[name]
    report = read_report(raw(name), MARKS)
    found = [{"trouble": n.trouble, "status": n.status, "recipient": n.recipient} for n in report.notices]
    assert (report.kind, found) == (expected["kind"], expected["findings"])
    assert all(notice.words and len(notice.words) <= 300 for notice in report.notices)


@pytest.mark.parametrize("name", [name for name, expected in VERDICTS.items() if expected["findings"]])
def test_a_report_is_attributed_by_what_proves_it_and_by_nothing_else(name: str) -> None:
    proved_by = VERDICTS[name]["proved_by"]
    found = {notice.delivery for notice in read_report(raw(name), MARKS).notices}
    assert found == {DELIVERY if proved_by else None}
    if proved_by == "return path":
        assert {one.delivery for one in read_report(raw(name), PROOFS["return path"]).notices} == {DELIVERY}
    if proved_by == "message id":
        assert {one.delivery for one in read_report(raw(name), PROOFS["return path"]).notices} == {None}


@pytest.mark.parametrize("name", VERDICTS)
@pytest.mark.parametrize("forged", [f"<{DELIVERY}@example.com>", f"<{DELIVERY}.{'a' * 16}@example.com>"])
def test_the_id_of_a_mail_proves_nothing_without_its_signature(name: str, forged: str) -> None:
    """Whoever can compute the id writes it wherever an id may stand; nobody but us can sign it."""
    text = raw(name).replace(MESSAGE_ID.encode(), forged.encode())
    assert {one.delivery for one in read_report(text, PROOFS["message id"]).notices} <= {None}


@pytest.mark.parametrize(
    "place",
    [
        "In-Reply-To: {}",
        "References: <x@example.com> {}",
        "X-Original-Message-ID: {}",
        "X: 1\n\nMessage-ID: {}",
    ],
)
def test_wherever_an_id_stands_only_a_signed_one_counts(place: str) -> None:
    for message, expected in ((MESSAGE_ID, DELIVERY), (f"<{DELIVERY}@example.com>", None)):
        text = raw("qmail-no-mailbox").replace(MESSAGE_ID.encode(), b"<none@example.com>")
        head, _, rest = text.partition(b"\n\n")
        field, _, line = place.format(message).partition("\n\n")
        changed = head + b"\n" + field.encode() + b"\n\n" + line.encode() + b"\n" + rest
        (notice,) = read_report(changed, PROOFS["message id"]).notices
        assert notice.delivery == expected, place


@pytest.mark.parametrize("name", VERDICTS)
def test_windows_line_ends_change_nothing(name: str) -> None:
    told = read_report(raw(name), MARKS)
    again = read_report(raw(name).replace(b"\n", b"\r\n"), MARKS)
    assert [n.trouble for n in told.notices] == [n.trouble for n in again.notices]
    assert [n.delivery for n in told.notices] == [n.delivery for n in again.notices]
