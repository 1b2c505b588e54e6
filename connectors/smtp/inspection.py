"""Look at an SMTP server without sending a mail: does it let us in, and how is the line protected."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.smtp.address import SmtpServer
from connectors.smtp.connection import connect, explain


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was seen.

    complaint: why it does not let us in, or None. protocol: such as "TLSv1.3", or None in the clear.
    expires: when its certificate ends, aware, or None when it showed none. offers_tls: STARTTLS was on offer.
    """

    complaint: str | None
    protocol: str | None = None
    expires: datetime | None = None
    offers_tls: bool = False


def inspect(server: SmtpServer, context: ssl.SSLContext | None = None) -> Inspection:
    """Connect, log in and say goodbye; every failure is a complaint.

    context: another choice of trusted certificates than the machine's.
    """
    try:
        session = connect(server, context or ssl.create_default_context())
    except OSError as error:
        return Inspection(explain(error, server))
    try:
        line, offers = session.sock, session.has_extn("starttls")
        session.noop()
        if not isinstance(line, ssl.SSLSocket):
            return Inspection(None, offers_tls=offers)
        return Inspection(None, line.version(), _end(line), offers)
    except OSError as error:
        return Inspection(explain(error, server))
    finally:
        session.close()


def _end(line: ssl.SSLSocket) -> datetime | None:
    shown = (line.getpeercert() or {}).get("notAfter")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown)), UTC) if shown else None
