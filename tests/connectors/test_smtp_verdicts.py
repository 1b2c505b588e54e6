"""Whose fault it is, in the words of many servers."""

import pytest

from connectors.smtp.verdicts import STATUS, Blame, blame

SAID: dict[Blame, tuple[tuple[str, str, int | None], ...]] = {
    "hard": (
        ("5.1.1", "User unknown in virtual mailbox table", 550),
        ("5.1.2", "Bad destination mailbox address: domain not found", 550),
        ("5.1.3", "illegal character in local part", 553),
        ("5.1.6", "recipient no longer on server", 550),
        ("5.1.10", "RESOLVER.ADR.RecipientNotFound", 550),
        ("5.1.10", "Domain has null MX", 556),
        ("5.2.1", "The email account that you tried to reach is disabled", 550),
        ("5.2.1", "Mailbox closed", 550),
        ("5.5.0", "Requested action not taken: mailbox unavailable (S2017062302)", 550),
        ("5.3.0", "<anna@kunde.example>... User unknown", 553),
        ("", "sorry, no mailbox here by that name (#5.1.1 - chkuser)", 511),
        ("", "<anna@kunde.example> No such user here", 550),
        ("", "Invalid recipient <anna@kunde.example>", 550),
        ("", "delivery error: dd Not a valid recipient", 554),
        ("", "Unrouteable address", 550),
        ("", "The mail server could not deliver mail: the account has been deactivated", 550),
        ("", "Empfänger unbekannt", 550),
        ("5.4.4", "Host or domain name not found. Name service error", None),
        ("", "this host accepts no mail", 556),
    ),
    "soft": (
        ("4.2.2", "The recipient's inbox is out of storage space", 452),
        ("5.2.2", "mailbox full", 552),
        ("4.4.7", "Delivery time expired", None),
        ("4.7.1", "greylisted for too long", 451),
        ("5.4.1", "Recipient address rejected: Access denied", 550),
        ("5.4.6", "Routing loop detected", 554),
        ("5.4.7", "Delivery expired", None),
        ("5.3.2", "System not accepting network messages", 521),
        ("", "Requested mail action aborted: exceeded storage allocation", 552),
        ("", "Postfach voll", 550),
        ("5.0.0", "account is over quota", 550),
        ("5.1.4", "Destination mailbox address ambiguous", 550),
    ),
    "ours": (
        ("5.7.1", "User unknown to us because you are on a list", 550),
        ("5.7.26", "this mail is unauthenticated", 550),
        ("5.1.8", "Sender address rejected: Domain not found", 550),
        ("5.1.7", "Bad sender's mailbox address syntax", 501),
        ("5.3.4", "Message size exceeds fixed limit", 552),
        ("5.2.3", "Message length exceeds administrative limit", 550),
        ("5.6.0", "Malformed content", 554),
        ("5.5.2", "Syntax error", 500),
        ("5.2.1", "(DNS:B1) refused", 521),
        ("5.2.0", "Message rejected due to spam content", 552),
        ("5.1.0", "<hello@example.com> sender rejected", 550),
        ("", "Mailbox unavailable: invalid DNS MX or A/AAAA resource record", 550),
        ("", "Verification failed for <hello@example.com>: No Such User Here: Sender verify failed", 550),
        ("", "Email not accepted for policy reasons", 554),
        ("", "Sender address rejected: Domain not found", 550),
        ("", "<mail.example.com>: Helo command rejected: Host not found", 550),
        ("", "Administrative prohibition", 550),
        ("", "Unknown user; relay not permitted", 550),
        ("", "Transaction failed", 554),
        ("5.0.0", "", None),
    ),
}


@pytest.mark.parametrize(
    ("verdict", "status", "text", "code"),
    [(verdict, *said) for verdict, lines in SAID.items() for said in lines],
)
def test_a_refusal_blames_whom_it_should(verdict: Blame, status: str, text: str, code: int | None) -> None:
    assert blame(status, text, code) == verdict


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("550 5.1.1 unknown", "5.1.1"),
        ("(#5.1.1)", "5.1.1"),
        ("<ex1.beispiel.example #5.1.1>", "5.1.1"),
        ("Client host [5.1.1.7] blocked", None),
        ("from 2.5.1.1 by us", None),
        ("version 3.5.1.2", None),
        ("see 5.1.10.", "5.1.10"),
    ],
)
def test_a_status_is_told_from_a_network_address(text: str, status: str | None) -> None:
    found = STATUS.search(text)
    assert (found[0] if found else None) == status
