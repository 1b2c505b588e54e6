"""Opens, clicks and downloads become events: set-wise, and only where the person allowed it."""

from collections.abc import Iterable
from datetime import datetime

from bridge import i18n
from bridge.delivery.links import HIDDEN_NUMBER
from bridge.flow.count_mails import count_hits
from bridge.flow.unit import Unit
from bridge.intake.records import Hit, Record
from bridge.judgement.alone import HIDDEN
from bridge.judgement.sightings import FOLLOWED
from bridge.profiles.consent import Consent, allows_watching
from bridge.program.events import OWN_PAGE, WATCHED
from bridge.program.model import Program
from bridge.store import consents, due_events, events, mails, profiles
from bridge.store.events import EventRow
from bridge.store.mails import MailRow
from bridge.store.profiles import ProfileRow


def record_hits(unit: Unit, hits: Iterable[tuple[Record, Hit]]) -> int:
    """Store hits as events and return how many were new.

    Dropped are hits of mails and people that do not exist any more. Opens and clicks of people who do not allow
    tracking are counted without them. People are locked, so that nobody withdraws or is scored meanwhile. A number
    of statements that does not grow with the number of hits.
    """
    batch = list(hits)
    known_mails = mails.get(unit.connection, {hit.mail for _, hit in batch if hit.mail})
    owners = {mail.profile_id for mail in known_mails.values()} | {h.profile for _, h in batch if h.profile}
    people = {one.id: one for one in profiles.lock(unit.connection, owners)}
    answers = consents.of_profiles(unit.connection, people)
    rows, unwatched = [], []
    for record, hit in batch:
        mail = known_mails.get(hit.mail) if hit.mail else None
        owner = mail.profile_id if mail else hit.profile
        if owner not in people:
            continue
        if hit.kind not in WATCHED or (
            not people[owner].objected and _may_watch(mail, answers.get(owner, []), record.received_at)
        ):
            rows.append(_event(unit, record, hit, mail, people[owner]))
        elif mail is not None:
            unwatched.append((record, hit, mail))
    count_hits(unit, unwatched)
    new = events.add(unit.connection, rows)
    _look_again(unit, [row for row in rows if row.id in new])
    unit.to_score |= {row.profile_id for row in rows if row.id in new and row.due_at <= unit.now}
    return len(new)


def _may_watch(mail: MailRow | None, answers: list[Consent], at: datetime) -> bool:
    """To be watched is allowed by consent only. (A download is what the person asked for.)"""
    return mail is not None and mail.tracked and allows_watching(answers, at)


def _look_again(unit: Unit, rows: list[EventRow]) -> None:
    """What colleagues did at the same time may look different now."""
    within = unit.program.verdicts.recipients.within
    followed = [row for row in rows if row.organisation and row.kind in FOLLOWED]
    spans = [(str(row.organisation), row.at - within, row.at + within) for row in followed]
    if spans:
        due_events.judge_again(unit.connection, spans, max(row.due_at for row in followed))


def _event(unit: Unit, record: Record, hit: Hit, mail: MailRow | None, owner: ProfileRow) -> EventRow:
    data = {
        "method": hit.request.method,
        "user_agent": hit.request.user_agent,
        "ip": hit.request.ip,
        "purpose": hit.request.purpose,
        "headers": None if hit.request.headers is None else dict(hit.request.headers),
        "subject": mail.subject if mail else None,
        **(_click_facts(hit, mail) if hit.kind == "link.clicked" else {}),
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


def _click_facts(hit: Hit, mail: MailRow | None) -> dict[str, object]:
    if hit.link == HIDDEN_NUMBER:
        return {"link": HIDDEN, "subject": HIDDEN}
    link = next((one for one in mail.links if one["number"] == hit.link), None) if mail else None
    return {
        "link": hit.url,
        "subject": link["label"] if link else hit.url,
        "label": link["label"] if link else "",
        "topics": link["topics"] if link else [],
    }


def _download_facts(program: Program, hit: Hit) -> dict[str, object]:
    form = program.forms.get(hit.form or "")
    if form is None:
        return {"file": hit.form, "subject": hit.form, "topics": []}
    return {
        "file": form.download,
        "form": form.id,
        "subject": i18n.pick(form.title, program.language),
        "topics": list(form.topics),
    }
