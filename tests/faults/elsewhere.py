"""Another node: a data folder, an address and a mailbox of its own, over servers that may be somebody else's."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.catcher import MailCatcher
from bridge.up.ports import free_port
from tests.edge.site import environment
from tests.faults.servers import OwnServers
from tests.promises.processes import Processes


@contextmanager
def elsewhere(folder: Path, own: OwnServers) -> Iterator[Processes]:
    """The node until the block ends; nothing runs there yet."""
    bind = f"127.0.0.1:{free_port()}"
    with MailCatcher(folder / "var" / "inbox") as catcher:
        settings = environment(
            folder,
            DATABASE_URL=own.postgres.url,
            REDIS_URL=own.valkey.url,
            SMTP_URL=catcher.url,
            BIND=bind,
            PUBLIC_URL=f"http://{bind}",
            MAIL_PACE="1000/second",
        )
        processes = Processes(f"http://{bind}", folder / "var", settings, own.engine)
        try:
            yield processes
        finally:
            processes.stop_all()
