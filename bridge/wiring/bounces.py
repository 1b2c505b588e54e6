"""How bounces and complaints come back: the mailbox that the settings name, and who understands its messages."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing

from bridge.delivery.message_ids import MessageIds
from bridge.delivery.return_paths import ReturnPaths
from bridge.errors import MailboxAway
from bridge.flow.sending.read_bounces import Seen, read_bounces
from bridge.flow.unit import Opened
from connectors.bounces import Apart, Marks, Report, read_report
from connectors.mailbox import MailboxAddress, MailboxUnavailable, open_mailbox

log = logging.getLogger(__name__)


class Bounces:
    """Reads the mailbox for bounces. address: None when there is none. opened: opens a unit of work."""

    def __init__(
        self,
        address: MailboxAddress | None,
        return_paths: ReturnPaths,
        message_ids: MessageIds,
        opened: Opened,
    ) -> None:
        self.address = address
        self._marks = Marks(return_paths.read, message_ids.read)
        self._opened = opened
        self._stuck: set[str] = set()

    def read(self) -> Iterator[Seen]:
        """Take what waits, message by message. Raises MailboxAway."""
        if self.address is None:
            return
        try:
            with open_mailbox(self.address) as mailbox, closing(Apart()) as apart:
                yield from read_bounces(mailbox, self._understanding(apart), self._opened, stuck=self._stuck)
        except MailboxUnavailable as error:
            raise MailboxAway(str(error)) from error

    def waiting(self) -> int:
        """How many messages lie there, counted up to a thousand. Raises MailboxAway."""
        if self.address is None:
            return 0
        try:
            with open_mailbox(self.address) as mailbox:
                return len(mailbox.waiting(1000))
        except MailboxUnavailable as error:
            raise MailboxAway(str(error)) from error

    def understand(self, raw: bytes) -> Report:
        """What a message says. Raises UnreadableReport."""
        with closing(Apart()) as apart:
            return self._understanding(apart)(raw)

    def _understanding(self, apart: Apart) -> Callable[[bytes], Report]:
        return lambda raw: read_report(raw, self._marks, apart.understand)
