"""Reports in the shapes of the common mail servers, written for these tests: each with what it means."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bridge.delivery.message_ids import delivery_of
from bridge.delivery.return_paths import ReturnPaths
from connectors.bounces import Marks, read_report
from tests.house import KEY

CORPUS = Path(__file__).with_name("corpus")
VERDICTS: dict[str, dict[str, Any]] = json.loads((CORPUS / "verdicts.json").read_text(encoding="utf-8"))
DELIVERY = UUID("0199a1b2-c3d4-7e5f-8a6b-9c0d1e2f3a4b")
MARKS = Marks(ReturnPaths([KEY]).read, delivery_of)


def nobody(_: str) -> None:
    """Recognises nothing."""


PROOFS = {
    "return path": Marks(ReturnPaths([KEY]).read, nobody),
    "message id": Marks(nobody, delivery_of),
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
def test_windows_line_ends_change_nothing(name: str) -> None:
    told = read_report(raw(name), MARKS)
    again = read_report(raw(name).replace(b"\n", b"\r\n"), MARKS)
    assert [n.trouble for n in told.notices] == [n.trouble for n in again.notices]
    assert [n.delivery for n in told.notices] == [n.delivery for n in again.notices]
