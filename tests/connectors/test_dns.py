"""The resolver against a real name server, which answers, denies, fails and falls silent."""

import socket
import threading
from collections.abc import Iterator

import pytest
from dns import flags, message, rcode, rrset

from connectors.dns import Silent
from connectors.dns.resolver import DnsResolver

ZONE = {
    ("lb2026._domainkey.example.com.", "TXT"): '"v=DKIM1; k=rsa; p=MIIB" "IjAN" "äö"',
    ("example.com.", "MX"): "20 backup.example.com.\n10 Mail.example.com.",
    ("no-mail.example.com.", "MX"): "0 .",
    ("mail.example.com.", "A"): "203.0.113.7",
    ("mail.example.com.", "AAAA"): "2001:db8::7",
    ("7.113.0.203.in-addr.arpa.", "PTR"): "mail.example.com.",
}


def answer(question: bytes) -> bytes | None:
    """What a name server says; names that begin with "silent" or "broken" do so."""
    asked = message.from_wire(question)
    name, kind = asked.question[0].name, asked.question[0].rdtype
    reply = message.make_response(asked)
    reply.flags |= flags.RA
    if str(name).startswith("silent"):
        return None
    if str(name).startswith("broken"):
        reply.set_rcode(rcode.SERVFAIL)
    found = ZONE.get((str(name).lower(), kind.name))
    if found:
        reply.answer.append(rrset.from_text_list(name, 60, "IN", kind.name, found.split("\n")))
    elif not any(other == str(name).lower() for other, _ in ZONE):
        reply.set_rcode(rcode.SERVFAIL if str(name).startswith("broken") else rcode.NXDOMAIN)
    return reply.to_wire()


@pytest.fixture
def dns() -> Iterator[DnsResolver]:
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    stopped = threading.Event()

    def serve() -> None:
        while not stopped.is_set():
            question, sender = server.recvfrom(4096)
            reply = answer(question) if len(question) > 1 else None
            if reply:
                server.sendto(reply, sender)

    thread = threading.Thread(target=serve)
    thread.start()
    yield DnsResolver(["127.0.0.1"], server.getsockname()[1], patience=0.3)
    stopped.set()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waking:
        waking.sendto(b".", server.getsockname())
    thread.join()
    server.close()


def test_the_strings_of_a_text_are_one(dns: DnsResolver) -> None:
    assert dns.txt("lb2026._domainkey.example.com") == ["v=DKIM1; k=rsa; p=MIIBIjANäö"]


def test_mail_servers_come_in_the_order_of_preference(dns: DnsResolver) -> None:
    assert dns.mx("example.com") == ["mail.example.com", "backup.example.com"]
    assert dns.mx("no-mail.example.com") == [""]


def test_names_have_addresses_and_addresses_have_names(dns: DnsResolver) -> None:
    assert dns.addresses("mail.example.com") == ["203.0.113.7", "2001:db8::7"]
    assert dns.names("203.0.113.7") == ["mail.example.com"]


def test_what_does_not_exist_is_no_failure(dns: DnsResolver) -> None:
    assert dns.txt("example.com") == dns.txt("none.example.com") == dns.addresses("none.example.com") == []


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("silent.example.com", "no answer in time"),
        ("broken.example.com", "no name server could answer"),
        ("a" * 64 + ".example.com", "LabelTooLong"),
    ],
)
def test_silence_is_told_apart_from_absence(dns: DnsResolver, name: str, why: str) -> None:
    with pytest.raises(Silent, match=why):
        dns.txt(name)
