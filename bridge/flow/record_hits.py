"""Opens, clicks and downloads become events: set-wise, and only where the person allowed it."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from uuid import UUID

from bridge import i18n
from bridge.delivery.links import HIDDEN_NUMBER
from bridge.flow.count_mails import count_hits
from bridge.flow.judge_again import judge_colleagues_again
from bridge.flow.unit import Unit
from bridge.intake.records import Hit, Record
from bridge.judgement.alone import HIDDEN
from bridge.judgement.sightings import FOLLOWED
from bridge.profiles.consent import watched_since
from bridge.program.downloads import known_as
from bridge.program.events import OWN_PAGE, WATCHED
from bridge.program.model import Program
from bridge.store import consents, events, mails, profiles
from bridge.store.events import EventRow
from bridge.store.mails import Brief
from bridge.store.profiles import Person


def record_hits(unit: Unit, hits: Iterable[tuple[Record, Hit]]) -> int:
    """Store hits as events and return how many were new.

    Dropped are hits of mails and people that do not exist any more. Opens and clicks of people who do not allow
    tracking are counted without them. People are locked, so that nobody withdraws or is scored meanwhile. A number
    of statements that does not grow with the number of hits.
    """
    batch = list(hits)
    known_mails = mails.briefs(unit.connection, {hit.mail for _, hit in batch if hit.mail})
    owners = {mail.profile_id for mail in known_mails.values()} | {h.profile for _, h in batch if h.profile}
    people = profiles.lock_people(unit.connection, owners)
    since = _watched_since(unit, people.values())
    rows, unwatched = [], []
    for record, hit in batch:
        mail = known_mails.get(hit.mail) if hit.mail else None
        owner_id = mail.profile_id if mail else hit.profile
        if owner_id not in people:
            continue
        owner = people[owner_id]
        if hit.kind not in WATCHED or _may_watch(mail, since.get(owner.id), record.received_at):
            rows.append(_event(unit, record, hit, mail, owner))
        elif mail is not None:
            unwatched.append((record, hit, mail))
    count_hits(unit, unwatched)
    return _write(unit, rows)


def _watched_since(unit: Unit, people: Iterable[Person]) -> dict[UUID, datetime | None]:
    """Person → from when on they may be known by what they do, None where they may not."""
    answers = consents.on_watching(unit.connection, (one.id for one in people if not one.objected))
    return {person: watched_since(given) for person, given in answers.items()}


def _may_watch(mail: Brief | None, since: datetime | None, at: datetime) -> bool:
    """To be watched is allowed by consent only. (A download is what the person asked for.)"""
    return mail is not None and mail.tracked and since is not None and at >= since


def _write(unit: Unit, rows: list[EventRow]) -> int:
    """Write down what is new, and returns how many events that were."""
    known = events.known(unit.connection, (row.id for row in rows))
    new = {row.id: row for row in rows if row.id not in known}.values()
    events.add_new(unit.connection, new)
    unit.to_score |= {row.profile_id for row in new if row.due_at <= unit.now}
    if followed := [row for row in rows if row.organisation and row.kind in FOLLOWED]:
        unit.afterwards.append(partial(judge_colleagues_again, followed=followed))
    return len(new)


def _event(unit: Unit, record: Record, hit: Hit, mail: Brief | None, owner: Person) -> EventRow:
    data = {
        "method": hit.request.method,
        "user_agent": hit.request.user_agent,
        "ip": hit.request.ip,
        "purpose": hit.request.purpose,
        "headers": None if hit.request.headers is None else dict(hit.request.headers),
        "subject": mail.subject if mail else None,
        **({"topics": _topics(unit.program, mail) or None} if hit.kind == "mail.opened" else {}),
        **(_click_facts(unit.program, hit, mail) if hit.kind == "link.clicked" else {}),
        **({"link": hit.url} if hit.kind == OWN_PAGE else {}),
        **(_download_facts(unit.program, hit) if hit.kind == "file.downloaded" else {}),
    }
    return EventRow(
        id=record.id,
        profile_id=owner.id,
        kind=hit.kind,
        at=record.received_at,
        due_at=record.received_at + unit.world.settle.counts,
        mail_id=hit.mail if mail else None,
        organisation=owner.company_domain,
        data={key: value for key, value in data.items() if value not in (None, "")},
    )


def _topics(program: Program, mail: Brief | None) -> list[str]:
    """What a mail is about, as the programme says today."""
    template = program.mails.get(mail.template) if mail else None
    return list(template.topics) if template else []


def _click_facts(program: Program, hit: Hit, mail: Brief | None) -> dict[str, object]:
    if hit.link == HIDDEN_NUMBER:
        return {"link": HIDDEN, "subject": HIDDEN}
    link = next((one for one in mail.links if one["number"] == hit.link), None) if mail else None
    return {
        "link": hit.url,
        "subject": link["label"] if link else hit.url,
        "label": link["label"] if link else "",
        "topics": (link["topics"] if link else []) or _topics(program, mail),
    }


def _download_facts(program: Program, hit: Hit) -> dict[str, object]:
    form = program.forms.get(hit.form or "")
    if form is None:
        return {"file": hit.form, "subject": hit.form, "topics": []}
    return {
        "file": known_as(form.download or ""),
        "form": form.id,
        "subject": i18n.pick(form.title, program.language),
        "topics": list(form.topics),
    }
