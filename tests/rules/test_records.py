"""Journal records: what was written is read back, and whatever else lies there is told apart."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.intake.batch import Batch
from bridge.intake.reading import UnreadableRecord, parse_record
from bridge.intake.records import (
    Body,
    Hit,
    PageUse,
    Record,
    Request,
    Submission,
    Unsubscription,
    Visit,
    Withdrawal,
    kind_of,
    to_body,
)
from tests import make

REQUEST = Request("203.0.113.7", make.A_BROWSER, "GET", None)
SOMEBODY, A_MAIL, AN_ID = make.some_id(), make.some_id(), make.some_id()
A_VISITOR = "0123456789abcdef" * 2
RECORDS: list[Body] = [
    make.submission(phone="030 1", message="Grüße\n€"),
    Hit("link.clicked", A_MAIL, None, REQUEST, 3, "https://müller.example/€"),
    Hit("mail.opened", A_MAIL, None, Request(headers={"accept": "*/*", "accept-language": "1"})),
    Hit("file.downloaded", None, SOMEBODY, REQUEST, form="webinar"),
    Unsubscription(SOMEBODY, A_MAIL, "one-click", REQUEST),
    Unsubscription(SOMEBODY, None, "page", REQUEST),
    Visit(A_VISITOR, "https://www.example.com/sepa", REQUEST),
    Visit(
        A_VISITOR,
        "https://www.example.com/größe",
        REQUEST,
        "Größe €",
        "https://www.example.com/",
        {"source": "google"},
        "de-DE",
        A_MAIL,
    ),
    PageUse(A_VISITOR, REQUEST),
    PageUse(A_VISITOR, REQUEST, A_MAIL, AN_ID),
    Withdrawal(A_VISITOR),
]


def _read(kind: str, body: Any) -> Record:
    return parse_record(AN_ID, kind, make.NOON, json.dumps(body))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: kind_of(record))
def test_what_was_written_is_read_back(record: Body) -> None:
    body = json.loads(json.dumps(to_body(record)))
    assert _read(kind_of(record), body) == Record(AN_ID, make.NOON, record)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: kind_of(record))
def test_a_record_of_a_newer_version_may_hold_more(record: Body) -> None:
    body = json.loads(json.dumps(to_body(record))) | {"something_new": 1}
    assert _read(kind_of(record), body).body == record


def test_a_record_of_an_older_version_may_hold_less() -> None:
    assert _read("hit", {"kind": "mail.opened", "mail": str(A_MAIL), "request": {}}).body == Hit(
        "mail.opened", A_MAIL, None, Request()
    )
    old = {"visitor": A_VISITOR, "page": "https://www.example.com/", "request": {}, "arrival": str(A_MAIL)}
    assert _read("visit", old).body == Visit(A_VISITOR, "https://www.example.com/", Request(), arrival=A_MAIL)


def test_a_batch_sorts_records_by_what_they_are() -> None:
    batch = Batch()
    for record in RECORDS:
        batch.add(Record(AN_ID, make.NOON, record))
    found = (
        batch.submissions,
        batch.hits,
        batch.unsubscriptions,
        batch.visits,
        batch.uses,
        batch.withdrawals,
    )
    sorted_in = [[body for _, body in records] for records in found]
    assert sorted_in == [RECORDS[:1], RECORDS[1:4], RECORDS[4:6], RECORDS[6:8], RECORDS[8:10], RECORDS[10:]]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("letter", {}),
        ("", {}),
        ("hit", None),
        ("hit", []),
        ("hit", "text"),
        ("hit", {"kind": "page.burned", "request": {}}),
        ("hit", {"kind": "mail.opened"}),
        ("hit", {"kind": "mail.opened", "mail": "x", "request": {}}),
        ("hit", {"kind": "mail.opened", "request": {"headers": ["accept"]}}),
        ("hit", {"kind": "mail.opened", "request": {"headers": {"accept": 1}}}),
        ("submission", {}),
        ("visit", {"visitor": A_VISITOR, "request": {}}),
        ("visit", {"visitor": A_VISITOR, "page": "https://www.example.com/", "request": {}, "utm": 5}),
        ("page-use", {"request": {}}),
        ("page-use", {"visitor": A_VISITOR, "request": {}, "hit": "x"}),
        ("visitor-withdrawal", {}),
        ("unsubscribe", {"profile": "nobody", "how": "page", "request": {}}),
    ],
)
def test_what_makes_no_sense_is_told_apart(kind: str, body: Any) -> None:
    with pytest.raises(UnreadableRecord):
        _read(kind, body)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60)
@given(st.sampled_from(RECORDS), st.data())
def test_a_record_with_one_value_exchanged_is_read_or_told_apart(
    record: Submission | Hit | Unsubscription, data: st.DataObject
) -> None:
    body = to_body(record)
    body[data.draw(st.sampled_from(sorted(body)))] = data.draw(ANYTHING)
    try:
        read = _read(kind_of(record), body)
    except UnreadableRecord:
        return
    assert isinstance(read.body, type(record))
