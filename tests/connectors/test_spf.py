"""SPF: which addresses a record lets in, term by term, and when nobody can tell."""

import pytest

from connectors.dns import Silent
from connectors.dns.spf import permits, spf_records
from tests.connectors.zone import Zone

OURS, SIX, OTHER = "203.0.113.7", "2001:db8::7", "198.51.100.9"
ELSEWHERE = {
    "A example.com": [OURS],
    "A mail.example.com": [OURS, SIX],
    "MX example.com": ["mail.example.com"],
    "MX silent.example": None,
    "TXT provider.example": ["v=spf1 ip4:203.0.113.0/24 -all"],
    "TXT soft.example": ["v=spf1 ?all"],
    "TXT two.example": ["v=spf1 -all", "v=spf1 +all"],
    "TXT loop.example": ["v=spf1 include:loop.example -all"],
}


def verdict(record: str, address: str = OURS) -> str:
    return permits(Zone({**ELSEWHERE, "TXT example.com": ["hello", record]}), "example.com", address)


@pytest.mark.parametrize(
    ("record", "address", "expected"),
    [
        ("v=spf1 ip4:203.0.113.7 -all", OURS, "pass"),
        ("v=spf1 ip4:203.0.113.7 -all", OTHER, "fail"),
        ("v=spf1 ip4:203.0.113.0/28 ~all", OURS, "pass"),
        ("v=spf1 ip4:203.0.113.0/28 ~all", OTHER, "softfail"),
        ("v=spf1 ip6:2001:db8::/32 -all", SIX, "pass"),
        ("v=spf1 ip6:2001:db8::/32 -all", OURS, "fail"),
        ("v=spf1 a -all", OURS, "pass"),
        ("v=spf1 a/24 -all", "203.0.113.99", "pass"),
        ("v=spf1 a:mail.example.com -all", SIX, "pass"),
        ("v=spf1 a:mail.example.com/24//64 -all", "2001:db8::99", "pass"),
        ("v=spf1 a:mail.example.com/24//64 -all", "2001:db9::99", "fail"),
        ("v=spf1 mx -all", OURS, "pass"),
        ("V=SPF1 MX -ALL", OTHER, "fail"),
        ("v=spf1 include:provider.example -all", OURS, "pass"),
        ("v=spf1 include:provider.example -all", OTHER, "fail"),
        ("v=spf1 include:soft.example -all", OTHER, "fail"),
        ("v=spf1 redirect=provider.example", OURS, "pass"),
        ("v=spf1 redirect=provider.example exp=why.example", OTHER, "fail"),
        ("v=spf1 -ip4:203.0.113.7 +all", OURS, "fail"),
        ("v=spf1 ?all", OURS, "neutral"),
        ("v=spf1", OURS, "neutral"),
        ("v=spf1 exists:%{i}.example -all", OURS, "unknown"),
        ("v=spf1 ptr -all", OURS, "unknown"),
        ("v=spf1 include:two.example -all", OURS, "broken"),
        ("v=spf1 include:none.example -all", OURS, "broken"),
        ("v=spf1 redirect=none.example", OURS, "broken"),
        ("v=spf1 ip4:203.0.113.700 -all", OURS, "broken"),
        ("v=spf1 ipv4:203.0.113.7 -all", OURS, "broken"),
        ("v=spf1 include:loop.example -all", OURS, "broken"),
        ("v=spf1 " + "a:none.example " * 11 + "-all", OURS, "broken"),
    ],
)
def test_a_record_decides_term_by_term(record: str, address: str, expected: str) -> None:
    assert verdict(record, address) == expected


def test_a_domain_without_a_record_says_nothing() -> None:
    assert permits(Zone({}), "example.com", OURS) == "none"
    assert verdict("v=spf10 -all") == "none"


def test_two_records_are_none() -> None:
    zone = Zone(ELSEWHERE)
    assert len(spf_records(zone, "two.example")) == 2
    assert permits(zone, "two.example", OURS) == "broken"


def test_silence_is_passed_on() -> None:
    with pytest.raises(Silent):
        verdict("v=spf1 mx:silent.example -all")
