"""The event that mails of a series are about: when and where it takes place, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from bridge import i18n
from bridge.program.model import MailTemplate, Program

_CLOCK = {"de": "%H:%M Uhr", "en": "%H:%M"}
_ANY_DAY = datetime(2026, 1, 15, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Meeting:
    """When an event takes place for somebody, and where; an empty place is none."""

    at: datetime
    place: Mapping[str, str]


def as_variable(meeting: Meeting | None, language: str, zone: tzinfo) -> dict[str, str]:
    """What a marketer's text knows of an event; nothing but empty words without one."""
    if meeting is None:
        return dict.fromkeys(("date", "time", "place"), "")
    local = meeting.at.astimezone(zone)
    return {
        "date": i18n.format_whole_day(local.date(), language),
        "time": local.strftime(_CLOCK.get(language, _CLOCK["en"])),
        "place": i18n.pick(meeting.place, language) if meeting.place else "",
    }


def sample_meeting(program: Program, template: MailTemplate, now: datetime | None = None) -> Meeting | None:
    """An event for previews and checks of a mail; None when no event's series sends it. now: None for any moment."""
    at = now or _ANY_DAY
    for sequence in program.sequences.values():
        if sequence.kind == "event" and any(template.id in step.mails for step in sequence.steps):
            return Meeting(sequence.date_for(at) or at + timedelta(days=1), sequence.place)
    return None
