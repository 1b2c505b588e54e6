"""An order that was entered with a wrong amount or date is put right; what was said before stays in the notes."""

from datetime import date
from decimal import Decimal

from bridge import i18n
from bridge.flow.sales.write_notes import noted
from bridge.flow.sending.announce import announce_correction
from bridge.flow.unit import Unit
from bridge.qualification.outcomes import Answer
from bridge.store import handovers
from bridge.store.handovers import HandoverRow
from bridge.store.profiles import ProfileRow


def correct_order(unit: Unit, profile: ProfileRow, row: HandoverRow, answer: Answer) -> bool:
    """Give a won hand-over another amount and date; none is one, too. Returns whether that changed anything.

    The order counts on the day on which it was won, which the table itself marks to be counted anew. The caller holds
    the lock on the profile's row.
    """
    currency = answer.currency if answer.amount is not None else None
    if (answer.amount, currency, answer.on) == (row.amount, row.currency, row.decided_on):
        return False
    handovers.change(
        unit.connection,
        row.id,
        amount=answer.amount,
        currency=currency,
        decided_on=answer.on,
        note=noted(unit, row, answer, *_said(unit, row, answer)),
    )
    announce_correction(
        unit,
        profile,
        row,
        amount=_text(answer.amount),
        currency=currency,
        date=answer.on.isoformat() if answer.on else None,
        was_amount=_text(row.amount),
        was_currency=row.currency,
    )
    return True


def _said(unit: Unit, row: HandoverRow, answer: Answer) -> list[str]:
    """What was, and what is now, as far as it changed."""
    say = i18n.translations(unit.program.language).gettext
    was, now = _money(unit, row.amount, row.currency), _money(unit, answer.amount, answer.currency)
    said = [say("order corrected: %(was)s → %(now)s") % {"was": was, "now": now}] if was != now else []
    if answer.on != row.decided_on:
        days = {"was": _day(unit, row.decided_on), "now": _day(unit, answer.on)}
        said.append(say("date of the order: %(was)s → %(now)s") % days)
    return said


def _money(unit: Unit, amount: Decimal | None, currency: str | None) -> str:
    language = unit.program.language
    without = i18n.translations(language).gettext("no amount")
    return without if amount is None else i18n.format_money(amount, currency, language)


def _day(unit: Unit, day: date | None) -> str:
    return i18n.format_day(day, unit.program.language) if day else "–"


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)
