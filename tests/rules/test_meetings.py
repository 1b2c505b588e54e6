"""When and where the event takes place that a mail is about."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bridge.delivery.meetings import Meeting, as_variable, sample_meeting
from tests import make

BERLIN = ZoneInfo("Europe/Berlin")
FAIR = Meeting(datetime(2026, 12, 2, 9, tzinfo=UTC), {"de": "Halle 3", "en": "Hall 3"})


def test_an_event_is_told_in_words_by_the_clock_of_the_programme() -> None:
    assert as_variable(FAIR, "de", BERLIN) == {
        "date": "Mittwoch, 2. Dezember 2026",
        "time": "10:00 Uhr",
        "place": "Halle 3",
    }
    assert as_variable(FAIR, "en", BERLIN)["date"] == "Wednesday, 2 December 2026"
    assert as_variable(FAIR, "en", BERLIN)["time"] == "10:00"


def test_other_mails_know_of_no_event() -> None:
    assert set(as_variable(None, "de", BERLIN).values()) == {""}


def test_samples_have_an_event_where_a_series_of_events_sends_the_mail() -> None:
    program = make.whole_demo_program()
    meeting = sample_meeting(program, program.mails["webinar-reminder"], make.NOON)
    assert meeting
    assert meeting.at > make.NOON
    assert sample_meeting(program, program.mails["welcome"]) is None
