"""The mailer against real SMTP servers that take, refuse, fall silent and hang up."""

import asyncio
import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from connectors.contract import Answer, Deferred, Receipt, Refused
from connectors.smtp import OutgoingMail, SmtpMailer, SmtpServer

SILENCE, HANG_UP, PONDERING = "silence", "hang up", "250 after a while"
MAIL = OutgoingMail(
    sender="Firma <hallo@firma.example>",
    recipient="anna@kunde.example",
    subject="Grüße",
    text="Grüße\n.\n..\nEnde\n",
    html="<p>Grüße</p>",
    message_id="0190-abc@firma.example",
    date=datetime(2026, 11, 3, 9, 30, tzinfo=UTC),
    language="de",
)


class Script:
    """What the server answers, step by step; "250 OK" once a step's answers are used up."""

    def __init__(self, **answers: list[str]) -> None:
        self.answers = answers
        self.mails: list[tuple[str, list[str], bytes]] = []
        self.commands: list[str] = []

    async def play(self, step: str, server: Any) -> str:
        self.commands.append(step)
        answer = self.answers[step].pop(0) if self.answers.get(step) else "250 OK"
        if answer == SILENCE:
            await asyncio.sleep(10)
        if answer == PONDERING:
            await asyncio.sleep(2.5)
        if answer == HANG_UP:
            server.transport.abort()
        if answer.startswith("421"):
            server.loop.call_later(0.01, server.transport.close)
        return answer

    async def handle_MAIL(self, server: Any, _: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        answer = await self.play("mail", server)
        if answer.startswith("250"):
            envelope.mail_from, envelope.mail_options = address, options
        return answer

    async def handle_RCPT(self, server: Any, _: Any, envelope: Any, address: str, __: list[str]) -> str:  # noqa: N802
        answer = await self.play("rcpt", server)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, _: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return await self.play("data", server)


class Server:
    """A real server on a free port, in a thread, that counts its connections and leaves none open."""

    def __init__(self, script: Script, *, ssl_context: ssl.SSLContext | None = None, **options: Any) -> None:
        self.sessions: list[SMTP] = []
        self.loop = asyncio.new_event_loop()
        self._script, self._options = script, options
        listening = self.loop.create_server(self._session, "127.0.0.1", 0, ssl=ssl_context)
        self._server = self.loop.run_until_complete(listening)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()

    def _session(self) -> SMTP:
        self.sessions.append(SMTP(self._script, hostname="localhost", loop=self.loop, **self._options))
        return self.sessions[-1]

    @property
    def connections(self) -> int:
        return len(self.sessions)

    def hang_up(self) -> None:
        asyncio.run_coroutine_threadsafe(self._abort(), self.loop).result()

    async def _abort(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for session in self.sessions:
            # After a failed STARTTLS the session still holds both, and only the inner one was closed.
            for transport in (session.transport, session._original_transport):
                if isinstance(transport, asyncio.WriteTransport):
                    transport.abort()
        for _ in range(5):  # rounds of the loop, in which transports say that they are closed
            await asyncio.sleep(0)

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self._server.close)
        self.hang_up()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


Serve = Callable[..., Server]
Connect = Callable[..., SmtpMailer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:

        def start(script: Script, **options: Any) -> Server:
            server = Server(script, **options)
            stack.callback(server.stop)
            return server

        yield start


@pytest.fixture
def connect(serve: Serve) -> Iterator[Connect]:
    """Mailers by URL; those are closed before the servers are stopped."""
    with ExitStack() as stack:

        def open_mailer(url: str, **options: Any) -> SmtpMailer:
            mailer = SmtpMailer(SmtpServer.from_url(url), **options)
            stack.callback(mailer.close)
            return mailer

        yield open_mailer


def plain(server: Server, options: str = "timeout=20") -> str:
    return f"smtp://127.0.0.1:{server.port}?{options}"


def refused(answer: Answer) -> Refused:
    assert isinstance(answer, Refused)
    return answer


def deferred(answer: Answer) -> Deferred:
    assert isinstance(answer, Deferred)
    return answer


# --- one connection, many mails -------------------------------------------------------------------------


def test_a_mail_arrives_as_it_was_written(serve: Serve, connect: Connect) -> None:
    script = Script(data=["250 2.0.0 queued as 42"])
    answer = connect(plain(serve(script))).send(replace(MAIL, envelope_from="b+1@bounce.example"))
    assert answer == Receipt("250 2.0.0 queued as 42")
    sender, recipients, content = script.mails[0]
    assert (sender, recipients) == ("b+1@bounce.example", ["anna@kunde.example"])
    assert b"\r\nMessage-ID: <0190-abc@firma.example>\r\n" in content
    assert b"Gr=C3=BC=C3=9Fe\r\n=2E\r\n..\r\nEnde\r\n" in content


def test_the_empty_return_path_is_possible(serve: Serve, connect: Connect) -> None:
    script = Script()
    assert isinstance(connect(plain(serve(script))).send(replace(MAIL, envelope_from="")), Receipt)
    assert script.mails[0][0] == "<>"


def test_many_mails_share_one_connection_also_after_refusals(serve: Serve, connect: Connect) -> None:
    script = Script(rcpt=["250 OK", "550 5.1.1 unknown"], mail=["250 OK", "250 OK", "451 4.3.0 later"])
    server = serve(script)
    mailer = connect(plain(server))
    kinds = [type(mailer.send(MAIL)) for _ in range(5)]
    assert kinds == [Receipt, Refused, Deferred, Receipt, Receipt]
    assert server.connections == 1
    assert [recipients for _, recipients, _ in script.mails] == [["anna@kunde.example"]] * 3


def test_a_connection_is_replaced_after_its_share_of_mails(serve: Serve, connect: Connect) -> None:
    server = serve(Script())
    mailer = connect(plain(server), mails_per_connection=2)
    assert all(isinstance(mailer.send(MAIL), Receipt) for _ in range(5))
    assert server.connections == 3


def test_a_connection_that_was_idle_too_long_is_not_used_again(serve: Serve, connect: Connect) -> None:
    server = serve(Script())
    moments = iter([0.0, 0.0, 59.0, 59.0, 119.0, 119.0])
    mailer = connect(plain(server), clock=lambda: next(moments), idle_seconds=60.0)
    assert all(isinstance(mailer.send(MAIL), Receipt) for _ in range(2))
    assert server.connections == 1
    assert isinstance(mailer.send(MAIL), Receipt)
    assert server.connections == 2


def test_a_closed_mailer_opens_again(serve: Serve, connect: Connect) -> None:
    server = serve(Script())
    mailer = connect(plain(server))
    mailer.send(MAIL)
    mailer.close()
    mailer.close()
    assert isinstance(mailer.send(MAIL), Receipt)
    assert server.connections == 2


def test_a_server_that_hung_up_between_two_mails_is_called_again(serve: Serve, connect: Connect) -> None:
    server = serve(script := Script())
    mailer = connect(plain(server))
    mailer.send(MAIL)
    server.hang_up()
    assert isinstance(mailer.send(MAIL), Receipt)
    assert (server.connections, len(script.mails)) == (2, 2)


# --- refusals, delays, silence --------------------------------------------------------------------------


def test_an_unknown_recipient_is_refused_and_blamed(serve: Serve, connect: Connect) -> None:
    answer = refused(connect(plain(serve(Script(rcpt=["550 5.1.1 User unknown"])))).send(MAIL))
    assert answer == Refused("the server refused the recipient: 550 5.1.1 User unknown", "hard", "5.1.1")


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
def test_a_policy_refusal_blames_nobody(serve: Serve, connect: Connect, step: str) -> None:
    answer = refused(connect(plain(serve(Script(**{step: ["550 5.7.1 not from you"]})))).send(MAIL))
    assert not answer.bad_address


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
def test_a_temporary_failure_is_deferred(serve: Serve, connect: Connect, step: str) -> None:
    script = Script(**{step: ["451 4.7.1 Greylisted, try again in 300 seconds"]})
    assert deferred(connect(plain(serve(script))).send(MAIL)).after == timedelta(minutes=5)


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
def test_a_server_that_says_421_and_hangs_up_gets_the_mail_later(
    serve: Serve, connect: Connect, step: str
) -> None:
    server = serve(Script(**{step: ["421 4.3.2 shutting down"]}))
    mailer = connect(plain(server))
    assert "421 4.3.2 shutting down" in deferred(mailer.send(MAIL)).reason
    assert isinstance(mailer.send(MAIL), Receipt)
    assert server.connections == 2


def test_a_421_on_a_kept_connection_leads_to_a_new_one_at_once(serve: Serve, connect: Connect) -> None:
    server = serve(Script(mail=["250 OK", "421 4.4.2 idle too long"]))
    mailer = connect(plain(server))
    assert [type(mailer.send(MAIL)) for _ in range(2)] == [Receipt, Receipt]
    assert server.connections == 2


@pytest.mark.parametrize("step", ["mail", "rcpt"])
@pytest.mark.parametrize("event", [SILENCE, HANG_UP])
def test_silence_and_a_lost_line_before_the_text_are_deferred(
    serve: Serve, connect: Connect, step: str, event: str
) -> None:
    server = serve(script := Script(**{step: [event]}))
    mailer = connect(plain(server, "timeout=1.5"))
    assert "hung up or fell silent" in deferred(mailer.send(MAIL)).reason
    assert script.mails == []
    assert isinstance(mailer.send(MAIL), Receipt)


@pytest.mark.parametrize("event", [SILENCE, HANG_UP])
def test_after_the_final_dot_nobody_knows_so_the_retry_has_the_same_message_id(
    serve: Serve, connect: Connect, event: str
) -> None:
    server = serve(script := Script(data=[event]))
    mailer = connect(plain(server, "timeout=1.5&verdict=1.5"))
    assert "may have arrived or not" in deferred(mailer.send(MAIL)).reason
    assert isinstance(mailer.send(MAIL), Receipt)
    ids = [re.findall(rb"(?m)^Message-ID: (.+)\r$", content) for _, _, content in script.mails]
    assert ids == [[b"<0190-abc@firma.example>"]] * 2


def test_a_server_that_considers_a_whole_mail_for_long_gets_it_once(serve: Serve, connect: Connect) -> None:
    server = serve(script := Script(data=[PONDERING], rcpt=["250 OK", SILENCE]))
    mailer = connect(plain(server, "timeout=1.5"))
    assert isinstance(mailer.send(MAIL), Receipt)
    assert (
        "hung up or fell silent" in deferred(mailer.send(MAIL)).reason
    )  # other steps are as short as before
    assert len(script.mails) == 1


def test_a_server_that_is_away_defers_the_mail(connect: Connect) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but not listening: connections are refused
        url = f"smtp://127.0.0.1:{taken.getsockname()[1]}?timeout=1"
        assert "accepts no connection" in deferred(connect(url).send(MAIL)).reason


def test_a_server_that_never_greets_defers_the_mail(connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"smtp://127.0.0.1:{mute.getsockname()[1]}?timeout=1.5"
        assert isinstance(connect(url).send(MAIL), Deferred)


def test_a_mail_that_cannot_be_written_is_refused_before_any_connection(connect: Connect) -> None:
    answer = refused(connect("smtp://127.0.0.1:1").send(replace(MAIL, subject="a\r\nBcc: b@c.example")))
    assert "cannot be written" in answer.reason
    assert not answer.bad_address


@pytest.mark.parametrize("offered", [True, False])
def test_smtputf8_is_used_when_offered_and_missed_in_clear_words(
    serve: Serve, connect: Connect, offered: bool
) -> None:
    server = serve(script := Script(), enable_SMTPUTF8=offered)
    mailer = connect(plain(server))
    answer = mailer.send(replace(MAIL, recipient="jörg@kunde.example"))
    if offered:
        assert isinstance(answer, Receipt)
        assert script.mails[0][1] == ["jörg@kunde.example"]
    else:
        assert "SMTPUTF8" in refused(answer).reason
        assert not refused(answer).bad_address
    assert isinstance(mailer.send(MAIL), Receipt)


# --- login and encryption -------------------------------------------------------------------------------


def only_me(_: Any, __: Any, ___: Any, mechanism: str, data: Any) -> AuthResult:
    known = (data.login, data.password) == (b"me", b"p/w")
    return AuthResult(success=known, handled=False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for `localhost`, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl command to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = (
        f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        f"-subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout {key} -out {cert}"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    return cert, key


@pytest.fixture
def tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


@pytest.fixture
def trust(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificate[0])


def test_starttls_comes_before_the_login(
    serve: Serve, connect: Connect, tls: ssl.SSLContext, trust: ssl.SSLContext
) -> None:
    options = {"require_starttls": True, "auth_required": True, "authenticator": only_me}
    server = serve(Script(), tls_context=tls, **options)
    mailer = connect(f"smtp://me:p%2Fw@localhost:{server.port}?timeout=20", context=trust)
    assert [type(mailer.send(MAIL)) for _ in range(2)] == [Receipt, Receipt]
    assert server.connections == 1
    assert server.sessions[-1].session is not None
    assert server.sessions[-1].session.ssl is not None


def test_a_wrong_password_loses_no_mail_and_names_the_login(
    serve: Serve, connect: Connect, tls: ssl.SSLContext, trust: ssl.SSLContext
) -> None:
    server = serve(Script(), tls_context=tls, authenticator=only_me)
    mailer = connect(f"smtp://me:wrong@localhost:{server.port}?timeout=20", context=trust)
    reason = deferred(mailer.send(MAIL)).reason
    assert "refused the login" in reason
    assert "535" in reason
    assert "wrong" not in reason


def test_implicit_tls(serve: Serve, connect: Connect, tls: ssl.SSLContext, trust: ssl.SSLContext) -> None:
    server = serve(Script(), ssl_context=tls, auth_require_tls=False, authenticator=only_me)
    mailer = connect(f"smtps://me:p%2Fw@localhost:{server.port}?timeout=20", context=trust)
    assert isinstance(mailer.send(MAIL), Receipt)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_that_nobody_vouches_for_stops_the_mail(
    serve: Serve, connect: Connect, tls: ssl.SSLContext, scheme: str
) -> None:
    server = serve(script := Script(), **({"tls_context": tls} if scheme == "smtp" else {"ssl_context": tls}))
    mailer = connect(f"{scheme}://localhost:{server.port}?timeout=20")
    assert "certificate that is not trusted" in deferred(mailer.send(MAIL)).reason
    assert script.commands == []


def test_a_certificate_for_another_name_stops_the_mail(
    serve: Serve, connect: Connect, tls: ssl.SSLContext, trust: ssl.SSLContext
) -> None:
    server = serve(Script(), tls_context=tls)
    mailer = connect(plain(server), context=trust)  # 127.0.0.1 is not in the certificate
    assert "certificate that is not trusted" in deferred(mailer.send(MAIL)).reason


def test_starttls_that_is_required_but_missing_stops_the_mail(serve: Serve, connect: Connect) -> None:
    server = serve(script := Script())
    mailer = connect(plain(server, "starttls=require&timeout=20"))
    assert "STARTTLS" in deferred(mailer.send(MAIL)).reason
    assert script.commands == []


def test_starttls_is_left_alone_when_the_configuration_says_never(
    serve: Serve, connect: Connect, tls: ssl.SSLContext
) -> None:
    server = serve(Script(), tls_context=tls)
    assert isinstance(connect(plain(server, "starttls=never&timeout=20")).send(MAIL), Receipt)
    assert server.sessions[-1].session is not None
    assert server.sessions[-1].session.ssl is None
