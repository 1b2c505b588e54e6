"""Send mails over one kept connection."""

import smtplib
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from connectors.contract import Answer, Deferred, Receipt, Refused
from connectors.smtp.address import SmtpServer
from connectors.smtp.connection import connect, explain
from connectors.smtp.dkim import Key
from connectors.smtp.letter import Letter, dotted, letter_from
from connectors.smtp.message import OutgoingMail
from connectors.smtp.replies import CLOSING, Reply, Step, answer_to, read_reply

_GOODBYE_SECONDS = 2.0
_GO_AHEAD = 354
_UNKNOWN_OUTCOME = (
    "the connection broke while the text was handed over, so the mail may have arrived or not; "
    "a retry carries the same Message-ID"
)


class SmtpMailer:
    """Hands mails to one server and keeps the connection between them. Not thread-safe: one per thread.

    clock: seconds that only grow. keys: sign every mail with each of them (DKIM).
    context: another choice of trusted certificates than the machine's.
    The connection is closed after `mails_per_connection` mails, and not used again once it was idle for
    `idle_seconds`.
    """

    def __init__(
        self,
        server: SmtpServer,
        clock: Callable[[], float] = time.monotonic,
        *,
        keys: Sequence[Key] = (),
        context: ssl.SSLContext | None = None,
        mails_per_connection: int = 100,
        idle_seconds: float = 60.0,
    ) -> None:
        self._server = server
        self._clock = clock
        self._keys = keys
        self._context = context or ssl.create_default_context()
        self._mails_per_connection = mails_per_connection
        self._idle_seconds = idle_seconds
        self._session: smtplib.SMTP | None = None
        self._mails = 0
        self._used_at = 0.0

    def send(self, mail: OutgoingMail) -> Answer:
        """Hand over one mail; every failure is an answer, none an exception.

        Whatever goes wrong before the server judged the mail (network, TLS, login) is Deferred: it is the
        configuration's fault, and the mail must not be lost. So is a connection that broke after the text
        was sent: nobody knows whether it arrived, and the same Message-ID lets the other side notice.
        """
        try:
            letter = letter_from(mail, self._keys)
        except ValueError as error:
            return Refused(f"the mail cannot be written: {error}")
        self.close_if_idle()
        try:
            answer = self._hand_over(letter)
        except OSError as error:
            self._drop()
            return Deferred(explain(error, self._server))
        except BaseException:
            self._drop()  # interrupted in mid-dialogue: the next reply would be taken for another one
            raise
        self._tidy(answer)
        return answer

    def try_out(self) -> str | None:
        """Connect and log in, without a mail. None when the server lets us in, else its complaint."""
        try:
            self._open().noop()
        except OSError as error:
            self._drop()
            return explain(error, self._server)
        self.close()
        return None

    def close_if_idle(self) -> None:
        """Close a connection that was not used for `idle_seconds`; for a worker that waits."""
        if self._clock() - self._used_at >= self._idle_seconds:
            self.close()

    def close(self) -> None:
        """Say goodbye and close. The mailer may be used again: the next mail opens a new connection."""
        session, self._session = self._session, None
        if session is None:
            return
        with suppress(OSError):
            self._patience(session, _GOODBYE_SECONDS)
            session.quit()
        session.close()

    def _hand_over(self, letter: Letter) -> Answer:
        if letter.international and not self._open().has_extn("smtputf8"):
            return Refused("the mail has an address outside ASCII, and the server does not offer SMTPUTF8")
        reply = self._mail_from(letter)
        if not reply.good:
            return self._judged(reply, "sender")
        reply = read_reply(*self._open().rcpt(letter.recipient))
        if not reply.good:
            return self._judged(reply, "recipient")
        return self._text(letter)

    def _mail_from(self, letter: Letter) -> Reply:
        """MAIL FROM, the step at which a kept connection turns out to be dead: then on a new one."""
        if self._session is not None:
            with suppress(smtplib.SMTPServerDisconnected):
                reply = self._ask_mail_from(letter)
                if reply.code != CLOSING:
                    return reply
            self._drop()
        return self._ask_mail_from(letter)

    def _ask_mail_from(self, letter: Letter) -> Reply:
        session = self._open()
        options = ["SMTPUTF8", "BODY=8BITMIME"] if letter.international else []
        if session.has_extn("size"):
            options.append(f"SIZE={len(letter.content)}")
        return read_reply(*session.mail(letter.sender, options))

    def _text(self, letter: Letter) -> Answer:
        session = self._open()
        reply = read_reply(*session.docmd("DATA"))
        if reply.good:  # a success without the text means that replies and commands are out of step
            self._drop()
            return Deferred("the SMTP server answered out of step")
        if reply.code != _GO_AHEAD:
            return self._judged(reply, "text")
        try:
            session.send(dotted(letter.content))
            reply = self._verdict(session)
        except smtplib.SMTPServerDisconnected:
            self._drop()
            return Deferred(_UNKNOWN_OUTCOME)
        return self._judged(reply, "text")

    def _verdict(self, session: smtplib.SMTP) -> Reply:
        """The reply to a whole mail, for which a server that looks for viruses may need minutes."""
        self._patience(session, self._server.verdict)
        reply = read_reply(*session.getreply())
        self._patience(session, self._server.timeout)
        return reply

    @staticmethod
    def _patience(session: smtplib.SMTP, seconds: float) -> None:
        if session.sock is not None:
            session.sock.settimeout(seconds)

    def _judged(self, reply: Reply, step: Step) -> Answer:
        if reply.code == CLOSING:
            self._drop()
        return answer_to(reply, step)

    def _open(self) -> smtplib.SMTP:
        if self._session is None:
            self._session = connect(self._server, self._context)
            self._mails = 0
        return self._session

    def _tidy(self, answer: Answer) -> None:
        """Leave the connection ready for the next mail, or closed."""
        self._used_at = self._clock()
        self._mails += 1
        if self._mails >= self._mails_per_connection:
            self.close()
        elif self._session is not None and not isinstance(answer, Receipt):
            self._reset(self._session)

    def _reset(self, session: smtplib.SMTP) -> None:
        try:
            session.rset()
        except OSError:
            self._drop()

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()
