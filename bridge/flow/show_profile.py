"""The whole picture of one person, read in a fixed number of queries."""

from uuid import UUID

from sqlalchemy import Connection

from bridge.flow.profile_lines import (
    also_given,
    colleague,
    consent_line,
    fit_lines,
    handover_line,
    labelled,
    ledger_lines,
    mail_lines,
    source_of,
    submission_line,
    timeline_line,
    topics,
)
from bridge.flow.sales.permitted_channels import asked_sales, grounds_of
from bridge.flow.sales.show_accesses import access_lines
from bridge.flow.unit import World
from bridge.profiles.fields import full_name
from bridge.profiles.overview import Profile360, TimelineLine
from bridge.program.model import Program
from bridge.scoring.ledger import strongest
from bridge.store import (
    consents,
    events,
    handovers,
    ledger,
    mails,
    outbox,
    profiles,
    submissions,
    suppressions,
)
from bridge.store.paging import Page, Place
from bridge.store.profiles import ProfileRow


def show_profile(connection: Connection, world: World, profile: ProfileRow) -> Profile360:
    """Everything known about a person."""
    program = world.program
    entries = ledger.of_profile(connection, profile.id)
    lines = ledger_lines(sorted(entries, key=lambda entry: entry.at))
    forms = submissions.of_profile(connection, profile.id)
    answers = consents.of_profile(connection, profile.id)
    suppressed = suppressions.reason_for(connection, profile.email_key)
    happened = events.of_profile(connection, profile.id)
    fields = profile.fields
    return Profile360(
        id=profile.id,
        email=profile.email,
        name=full_name(fields),
        role=fields.get("role"),
        company=fields.get("company"),
        phone=fields.get("phone"),
        language=profile.language,
        stage=profile.stage,
        excluded=profile.excluded,
        objected=profile.objected,
        confirmed=profile.confirmed,
        suppressed=suppressed,
        score=profile.score,
        threshold=program.stages.threshold,
        fit=profile.fit,
        created_at=profile.created_at,
        paused_until=profile.pause_until if profile.frequency == "paused" else None,
        owner=program.person_name(profile.owner) if profile.owner else None,
        source=source_of(profile.first_touch),
        fields=fields,
        labelled=labelled(program, fields),
        permitted=grounds_of(profile, answers, asked_sales(program, forms), blocked=suppressed == "blocked"),
        also_given=also_given(program, profile.also_given, program.language),
        topics=topics(program, lines),
        strongest=tuple(reversed(ledger_lines(strongest(entries)))),
        ledger=lines,
        timeline=tuple(timeline_line(program, row) for row in happened),
        consents=tuple(consent_line(answer) for answer in reversed(answers)),
        mails=mail_lines(
            program,
            mails.of_profile(connection, profile.id),
            outbox.answers_to(connection, profile.id),
            happened,
        ),
        handovers=tuple(handover_line(program, row) for row in handovers.of_profile(connection, profile.id)),
        submissions=tuple(submission_line(program, row) for row in forms),
        colleagues=tuple(colleague(row) for row in profiles.colleagues(connection, profile)),
        accesses=access_lines(connection, program, profile.id),
        fit_reasons=fit_lines(program, profile),
        misfits=profile.misfits,
    )


def show_events(
    connection: Connection, program: Program, profile_id: UUID, limit: int, after: Place | None = None
) -> Page[TimelineLine]:
    """What happened to a person, newest first, page by page."""
    found = events.page_of_profile(connection, profile_id, limit, after)
    return Page(tuple(timeline_line(program, row) for row in found.rows), found.further)
