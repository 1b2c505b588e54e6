"""When a mail that nobody waits for may leave: pure functions of the clock on the wall."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bridge.program.mailing import QuietHours

A_DAY = timedelta(days=1)


def allowed_from(moment: datetime, quiet: QuietHours | None, zone: ZoneInfo) -> datetime:
    """The moment itself, or when the quiet hours end in which it lies.

    Clocks are put forward and back within quiet hours: what counts is what the clock on the wall shows. An end that
    the clock shows twice is the second one; an end that it skips is an hour later.
    """
    if quiet is None:
        return moment
    local = moment.astimezone(zone)
    if not _lies_within(local.time(), quiet):
        return moment
    spans_midnight = quiet.ends <= quiet.begins and local.time() >= quiet.begins
    day = local.date() + A_DAY if spans_midnight else local.date()
    end = datetime.combine(day, quiet.ends, tzinfo=zone)
    return max(moment, *(end.replace(fold=fold).astimezone(UTC) for fold in (0, 1)))


def midnight(moment: datetime, zone: ZoneInfo, days: int = 0) -> datetime:
    """When the day began in which a moment lies, or a later day begins."""
    day = moment.astimezone(zone).date() + days * A_DAY
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def monday(moment: datetime, zone: ZoneInfo, weeks: int = 0) -> datetime:
    """When the week of the calendar began in which a moment lies, or a later one begins."""
    weekday = moment.astimezone(zone).weekday()
    return midnight(moment, zone, days=7 * weeks - weekday)


def _lies_within(shown: time, quiet: QuietHours) -> bool:
    if quiet.begins < quiet.ends:
        return quiet.begins <= shown < quiet.ends
    return shown >= quiet.begins or shown < quiet.ends
