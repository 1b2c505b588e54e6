"""What has to stand in the DNS, so that receivers believe our mails."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bridge.cli.sending import Sending, is_address, is_local
from connectors.smtp.dkim_keys import DkimKey

_LONGEST_STRING = 255  # RFC 1035 3.3


@dataclass(frozen=True, slots=True)
class TxtRecord:
    """A TXT record. why: for a person."""

    name: str
    value: str
    why: str

    @property
    def strings(self) -> list[str]:
        """The value in pieces of at most 255 characters; whoever reads them puts them together."""
        return [
            self.value[start : start + _LONGEST_STRING]
            for start in range(0, len(self.value), _LONGEST_STRING)
        ]

    def __str__(self) -> str:
        """As a zone file has it."""
        quoted = [f'"{text}"' for text in self.strings]
        pieces = quoted[0] if len(quoted) == 1 else "(\n    {} )".format("\n    ".join(quoted))
        return f"{self.name}. IN TXT {pieces}"


def dkim_records(keys: Sequence[DkimKey], domain: str) -> list[TxtRecord]:
    """The public half of each key, for mails from this domain."""
    why = "lets receivers check our signature"
    return [TxtRecord(key.place(domain), key.record, why) for key in keys]


def suggested_records(sending: Sending) -> Iterator[TxtRecord]:
    """SPF and DMARC, as far as they can be told from here."""
    spf = f"v=spf1 {_mechanism(sending.host)} ~all"
    yield TxtRecord(sending.envelope, spf, "SPF: who may send for this domain")
    policy = f"v=DMARC1; p=none; rua=mailto:postmaster@{sending.domain}"
    yield TxtRecord(f"_dmarc.{sending.domain}", policy, "DMARC: what becomes of mails that pass neither")


def _mechanism(host: str | None) -> str:
    """What names the server that our mails leave from."""
    if host is None or is_local(host):
        return "a:THE-SERVER-THAT-SENDS-YOUR-MAILS"
    if is_address(host):
        return f"ip6:{host}" if ":" in host else f"ip4:{host}"
    return f"a:{host}"
