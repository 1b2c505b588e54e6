"""What is to do about a lead as an appointment for a calendar: iCalendar (RFC 5545)."""

from datetime import datetime, timedelta
from uuid import UUID

from icalendar import Alarm, Calendar, Event

from bridge.ids import derived_id

LASTS = timedelta(minutes=30)
REMINDS = timedelta(minutes=10)


def appointment(
    lead: UUID, summary: str, description: str, at: datetime, now: datetime, url: str | None = None
) -> bytes:
    """An appointment that begins at that moment. lead: the hand-over; once more for it, the calendar moves it.

    url: of the page about the lead. Calendars are shared with colleagues, so it may open nothing by itself.
    """
    event = Event()
    event.add("uid", f"{derived_id('appointment', lead)}@leadbridge")
    event.add("dtstamp", now)
    event.add("sequence", int(now.timestamp()) % 2**31)
    event.add("dtstart", at)
    event.add("dtend", at + LASTS)
    event.add("summary", " ".join(summary.split()))
    event.add("description", "\n".join(part for part in (description, url) if part))
    if url:
        event.add("url", url)
    event.add("class", "PRIVATE")
    event.add_component(_alarm(summary))
    calendar = Calendar()
    calendar.add("prodid", "-//Leadbridge//DE")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _alarm(summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", " ".join(summary.split()))
    alarm.add("trigger", -REMINDS)
    return alarm
