"""Open a session with an SMTP server, encrypted and logged in, and explain why that failed."""

import smtplib
import socket
import ssl

from connectors.smtp.address import SmtpServer
from connectors.smtp.replies import read_reply


def connect(server: SmtpServer, context: ssl.SSLContext) -> smtplib.SMTP:
    """A session that has said hello and, where asked for, speaks TLS and is logged in.

    Raises OSError, of which all of smtplib's errors are kinds; nothing stays open then.
    """
    session = _dial(server, context)
    try:
        session.local_hostname = _own_name(session)
        session.ehlo_or_helo_if_needed()
        if _starts_tls(server, session):
            session.starttls(context=context)
            session.ehlo_or_helo_if_needed()
        if server.user is not None and server.password is not None:
            session.login(server.user, server.password)
    except BaseException:
        session.close()
        raise
    return session


def _dial(server: SmtpServer, context: ssl.SSLContext) -> smtplib.SMTP:
    # The name is a placeholder: without one smtplib asks the DNS for ours, and that knows no timeout.
    if server.tls == "implicit":
        return smtplib.SMTP_SSL(
            server.host, server.port, "localhost", timeout=server.timeout, context=context
        )
    return smtplib.SMTP(server.host, server.port, "localhost", timeout=server.timeout)


def _own_name(session: smtplib.SMTP) -> str:
    """What EHLO says: this machine's full name, or its address as RFC 5321 4.1.3 writes it."""
    name = socket.gethostname()
    if "." in name and name.isascii():
        return name
    address = session.sock.getsockname()[0] if session.sock else "127.0.0.1"
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


def _starts_tls(server: SmtpServer, session: smtplib.SMTP) -> bool:
    return server.tls == "require" or (server.tls == "offered" and session.has_extn("starttls"))


def explain(error: OSError, server: SmtpServer) -> str:
    """The failure of a connection in words an operator understands; never holds the password."""
    return f"the SMTP server {server.host}:{server.port} {_complaint(error)}"


def _complaint(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        reply = read_reply(error.smtp_code, error.smtp_error)
        return f"refused the login, check user and password: {reply}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"is not ready for us: {read_reply(error.smtp_code, error.smtp_error)}"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return f"lacks what the configuration asks for: {error}"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return f"hung up or fell silent: {error}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"shows a certificate that is not trusted: {error.verify_message}"
    return _network_complaint(error)


def _network_complaint(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return "has a name that cannot be resolved"
    if isinstance(error, TimeoutError):
        return "did not answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "accepts no connection"
    return f"cannot be used: {error.strerror or error}"
