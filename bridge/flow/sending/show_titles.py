"""What deliveries are called, as an operator reads it."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection

from bridge import i18n
from bridge.delivery.titles import TITLES
from bridge.flow.sending.write_together import NURTURE
from bridge.program.model import Program
from bridge.store import mails
from bridge.store.mails import MailRow
from bridge.store.outbox import Delivery


def titles(
    connection: Connection, program: Program, deliveries: Iterable[Delivery], language: str
) -> dict[UUID, str]:
    """Delivery → its title; of mails of series with their subject. One statement at most."""
    rows, say = list(deliveries), i18n.translations(language).gettext
    series = [row.id for row in rows if row.template == NURTURE]
    known = mails.get(connection, series) if series else {}
    return {
        row.id: say(TITLES.get(row.template, row.template))
        + (f": {_subject(program, known[row.id], language)}" if row.id in known else "")
        for row in rows
    }


def _subject(program: Program, mail: MailRow, language: str) -> str:
    """As it was written, or before that as the programme has it."""
    template = program.mails.get(mail.template)
    return mail.subject or (i18n.pick(template.subject, language) if template else "") or mail.template
