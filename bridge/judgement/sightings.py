"""What the judgement sees, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from bridge.judgement import signs
from bridge.program.events import OWN_PAGE

Kind = Literal["human", "prefetch", "scanner", "unknown"]

CLICK, OPEN, DOWNLOAD, VISIT = "link.clicked", "mail.opened", "file.downloaded", "page.visited"
FOLLOWED = frozenset({CLICK, DOWNLOAD, OWN_PAGE})
"""Hits that follow a link, as opposed to loading a picture."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A hit as the judgement sees it.

    link: what distinguishes one link of the mail from another. recipient: to whom the mail went. accepted_at: when
    the mail was accepted for delivery, None when that is not known. headers: telling headers of the request by their
    names in small letters; None when nobody noted them, which is a sign of nothing.
    """

    id: UUID
    at: datetime
    kind: str
    link: str = ""
    recipient: UUID | None = None
    accepted_at: datetime | None = None
    method: str = "GET"
    user_agent: str | None = None
    ip: str | None = None
    purpose: str | None = None
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """Something that machines do not do. hit: the very click that it followed, where that is known.

    how: "form" (a form was posted), "button" (a confirmation, settings …), "page" (a page was used, not only
    loaded).
    """

    at: datetime
    how: str
    hit: UUID | None = None
    user_agent: str | None = None
    ip: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who it was, and the signs that led there. proved: somebody proved to be a person."""

    kind: Kind
    signs: tuple[str, ...] = ()
    proved: bool = False

    @property
    def is_machine(self) -> bool:
        """True when the hit must not count."""
        return self.kind != "human"

    @property
    def is_doubtful(self) -> bool:
        """True when it counts, but not as one of several clicks that qualify somebody at once."""
        return not self.proved and any(signs.bare(sign) in signs.DOUBTS for sign in self.signs)
