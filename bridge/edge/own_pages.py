"""Pages of ours that stand in every mail: scanners open them as they open everything, and are recognised by it."""

import logging
from uuid import UUID

from bridge.edge.extension import asker, services
from bridge.errors import JournalUnavailable
from bridge.intake.records import HIT, Hit, to_body
from bridge.program.events import OWN_PAGE

log = logging.getLogger(__name__)


def note_opened(page: str, profile: UUID, mail: UUID | None) -> None:
    """Write down that a page was opened by the link of a mail; failing to do so holds nobody up."""
    if mail is None:
        return
    bridge = services()
    try:
        hit = Hit(OWN_PAGE, mail, profile, asker(), url=page)
        bridge.journal.append(HIT, to_body(hit), bridge.clock(), durable=False)
    except JournalUnavailable as error:
        log.error("an opened page was not journalled", extra={"reason": str(error)})
