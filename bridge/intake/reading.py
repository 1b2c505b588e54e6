"""How ingest reads the journal back.

A record is JSON with short, stable names: records written before an upgrade are read after it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from msgspec import DecodeError, Struct
from msgspec.json import Decoder

from bridge.errors import LeadbridgeError
from bridge.intake.records import (
    HIT,
    NOTICE,
    SUBMISSION,
    UNSUBSCRIBE,
    USE,
    VISIT,
    WITHDRAWAL,
    Body,
    Hit,
    PageUse,
    Record,
    Request,
    Submission,
    Unsubscription,
    Visit,
    Withdrawal,
)
from connectors.contract import Notice


class UnreadableRecord(LeadbridgeError):
    """A journal record that makes no sense; it goes to the dead letters."""


@dataclass
class NotUnderstood(UnreadableRecord):
    """A mail provider's event that is proven, and not as the provider's documentation describes it. why: in words."""

    provider: str
    why: str

    def __str__(self) -> str:
        return (
            f"{self.provider} told something that makes no sense: {self.why}. “leadbridge dead list --json” "
            f"shows it, and {self.provider}’s own log says what it was. Block the address if it should not be "
            "mailed (“leadbridge suppression add”), then “leadbridge dead drop ID”"
        )


def parse_record(record_id: UUID, kind: str, received_at: datetime, body: str | bytes) -> Record:
    """Read a journal record back. body: JSON. Raises UnreadableRecord for anything that `to_body` did not write."""
    decoder = _DECODERS.get(kind)
    if decoder is None:
        raise UnreadableRecord(f"unknown kind of record {kind!r}")
    try:
        read = decoder.decode(body)
    except (DecodeError, ValueError, RecursionError) as error:
        raise (_not_understood(kind, body) or UnreadableRecord(f"{kind}: {error}")) from error
    return Record(record_id, received_at, read.built() if isinstance(read, _Hit | _Unsubscription) else read)


class _Hit(Struct):
    """A hit as it is written: what it lacks may stand before what it needs."""

    kind: Literal["mail.opened", "link.clicked", "file.downloaded", "own-page.opened"]
    request: Request
    mail: UUID | None = None
    profile: UUID | None = None
    link: int | None = None
    url: str | None = None
    form: str | None = None

    def built(self) -> Hit:
        return Hit(self.kind, self.mail, self.profile, self.request, self.link, self.url, self.form)


class _Unsubscription(Struct):
    profile: UUID
    how: str
    request: Request
    mail: UUID | None = None

    def built(self) -> Unsubscription:
        return Unsubscription(self.profile, self.mail, self.how, self.request)


class _Raw(Struct):
    """What a provider told and nobody understood, as `edge/hooks.py` writes it."""

    source: str
    raw: Any


def _not_understood(kind: str, body: str | bytes) -> NotUnderstood | None:
    if kind != NOTICE:
        return None
    try:
        told = _RAW.decode(body)
    except (DecodeError, ValueError, RecursionError):
        return None
    return NotUnderstood(told.source, str(told.raw).partition(": ")[0])


_RAW = Decoder(_Raw)
_DECODERS: dict[str, Decoder[Body | _Hit | _Unsubscription]] = {
    kind: Decoder(shape)
    for kind, shape in {
        SUBMISSION: Submission,
        HIT: _Hit,
        UNSUBSCRIBE: _Unsubscription,
        VISIT: Visit,
        USE: PageUse,
        WITHDRAWAL: Withdrawal,
        NOTICE: Notice,
    }.items()
}
