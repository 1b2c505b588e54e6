"""Hits as they are stored, and what the judgement says of them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar, get_args
from uuid import UUID

from bridge.flow.unit import Unit
from bridge.judgement.judge import COMES_BACK, Scene, judge_mail, revised
from bridge.judgement.sightings import DOWNLOAD, FOLLOWED, Kind, Proof, Sighting, Verdict
from bridge.judgement.windows import SECONDS
from bridge.program.events import HITS
from bridge.program.verdicts import Thresholds
from bridge.store import events, humanity, mails
from bridge.store.events import EventRow
from bridge.store.humanity import ProofRow
from bridge.store.mails import MailRow

SETTLED = timedelta(days=1)
"""After that a verdict stays: addresses are forgotten, lists of machines change, and sales has acted on it."""
LOOPBACK = frozenset({"127.0.0.1", "::1"})
HEADLESS = "HeadlessChrome"
CLOCKS_DIFFER = timedelta(seconds=1)
ON_PURPOSE = Verdict("human")
KINDS: Mapping[str, Kind] = {kind: kind for kind in get_args(Kind)}


@dataclass(frozen=True, slots=True)
class History:
    """What is needed to judge and score some people's events: their mails, and what happened around them."""

    mails: Mapping[UUID, MailRow]
    by_mail: Mapping[UUID, list[EventRow]]
    colleagues: Mapping[str, list[Sighting]]
    proofs: Mapping[UUID, list[ProofRow]]
    verdicts: dict[UUID, Verdict] = field(default_factory=dict)


def read_history(unit: Unit, rows: Iterable[EventRow]) -> History:
    """Read what surrounds these events, and judge them. A fixed number of statements, however many they are."""
    concerned = list(rows)
    hits = [row for row in concerned if row.kind in HITS]
    mail_ids = {row.mail_id for row in concerned if row.mail_id}
    history = History(
        mails=mails.get(unit.connection, mail_ids) if mail_ids else {},
        by_mail=events.of_their_mails(unit.connection, concerned) if mail_ids else {},
        colleagues=_colleagues(unit, hits),
        proofs=humanity.of_profiles(unit.connection, {row.profile_id for row in hits}) if hits else {},
    )
    for mail_id, of_mail in history.by_mail.items():
        history.verdicts.update(_judge_mail(unit, history, history.mails.get(mail_id), of_mail))
    for rows_together in _outside_mails(unit, [row for row in hits if row.mail_id is None]):
        history.verdicts.update(_judge_mail(unit, history, None, rows_together))
    return history


def _outside_mails(unit: Unit, hits: list[EventRow]) -> Iterable[list[EventRow]]:
    """What of these is to be judged together: the downloads of one file by one person, and all else alone.

    Several files may be wanted at once, but whoever asks for one with HEAD, and then loads it, is one machine.
    """
    downloads = [row for row in hits if row.kind == DOWNLOAD]
    yield from ([row] for row in hits if row.kind != DOWNLOAD)
    if downloads:
        since, people = min(row.at for row in downloads) - COMES_BACK, {row.profile_id for row in downloads}
        yield from events.downloads_without_mail(unit.connection, people, since).values()


def verdict_on(history: History, row: EventRow, now: datetime) -> Verdict:
    """Today's verdict; what is old stays as it was.

    Only hits can be a machine's; whatever else happened, somebody did on purpose.
    """
    if row.kind not in HITS:
        return ON_PURPOSE
    judged = history.verdicts.get(row.id)
    if row.scored_at is None:
        return judged or ON_PURPOSE
    before = Verdict(KINDS[row.verdict], row.signs)
    return before if judged is None or row.at < now - SETTLED else revised(before, judged)


def _colleagues(unit: Unit, hits: Iterable[EventRow]) -> dict[str, list[Sighting]]:
    """What happened to mails of the same organisations at about the same time, oldest first."""
    within = unit.program.verdicts.recipients.within
    spans = [
        (row.organisation, row.at - within, row.at + within)
        for row in hits
        if row.organisation
        and row.kind in FOLLOWED
        and (row.scored_at is None or row.at > unit.now - SETTLED)
    ]
    found = events.of_organisations(unit.connection, spans) if spans else {}
    return {organisation: [sighting(row, None) for row in rows] for organisation, rows in found.items()}


def _judge_mail(
    unit: Unit, history: History, mail: MailRow | None, rows: list[EventRow]
) -> dict[UUID, Verdict]:
    hits = [row for row in rows if row.kind in HITS]
    if not hits:
        return {}
    owner, organisation = hits[0].profile_id, hits[0].organisation or ""
    meanwhile = _meanwhile(history.colleagues.get(organisation, []), hits, unit.program.verdicts)
    colleagues = [one for one in meanwhile if one.recipient != owner]
    proofs = [Proof(p.at, p.how, p.hit_id, p.user_agent, p.ip) for p in history.proofs.get(owner, [])]
    seen = [sighting(row, mail) for row in hits]
    if unit.world.is_demo:
        seen, proofs = [_trying_out(one) for one in seen], [_trying_out(one) for one in proofs]
    scene = Scene(links=len(mail.links) if mail else 0, colleagues=colleagues, proofs=proofs)
    return judge_mail(seen, unit.program.verdicts, unit.world.networks, scene)


def _meanwhile(seen: list[Sighting], hits: list[EventRow], thresholds: Thresholds) -> list[Sighting]:
    """Of what was seen, oldest first, that which is near enough to any of the hits to matter to it."""
    near = max(thresholds.recipients.within, SECONDS)
    since, until = min(row.at for row in hits) - near, max(row.at for row in hits) + near
    first, end = bisect_left(seen, since, key=_at), bisect_right(seen, until, key=_at)
    return seen[first:end]


def _at(one: Sighting) -> datetime:
    return one.at


Seen = TypeVar("Seen", Sighting, Proof)


def _trying_out(seen: Seen) -> Seen:
    """In the demo, a remote-controlled browser on this very machine stands for the person who tries it."""
    if seen.ip not in LOOPBACK or HEADLESS not in (seen.user_agent or ""):
        return seen
    named = replace(seen, user_agent=(seen.user_agent or "").replace(HEADLESS, "Chrome"))
    return replace(named, headers=None) if isinstance(named, Sighting) else named


def sighting(row: EventRow, mail: MailRow | None) -> Sighting:
    """A stored hit as the judgement sees it."""
    data = row.data
    return Sighting(
        id=row.id,
        at=row.at,
        kind=row.kind,
        link=str(data.get("link") or data.get("file") or ""),
        recipient=row.profile_id,
        accepted_at=_accepted_at(row, mail),
        method=str(data.get("method") or "GET"),
        user_agent=data.get("user_agent"),
        ip=data.get("ip"),
        purpose=data.get("purpose"),
        headers=data.get("headers"),
    )


def _accepted_at(row: EventRow, mail: MailRow | None) -> datetime | None:
    """When the mail was accepted, as far as clocks agree.

    None for a hit that may belong to an earlier attempt, of which nobody heard the end.
    """
    if mail is None or mail.sent_at is None or (mail.handed_at is not None and row.at < mail.handed_at):
        return None
    return mail.sent_at - CLOCKS_DIFFER
