"""Reading the URL of an SMTP server."""

import pytest

from connectors.smtp import SmtpServer

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("url", "port", "tls"),
    [
        ("smtp://mail.example.com", 25, "offered"),
        ("smtp://u:p@mail.example.com", 587, "require"),
        ("smtps://u:p@mail.example.com", 465, "implicit"),
        ("smtp://mail.example.com:2525?starttls=never", 2525, "never"),
        ("smtp://mail.example.com?starttls=require", 25, "require"),
        ("smtp://u:p@mail.example.com:1025/?starttls=never", 1025, "never"),
    ],
)
def test_port_and_encryption_follow_from_what_the_url_says(url: str, port: int, tls: str) -> None:
    server = SmtpServer.from_url(url)
    assert (server.host, server.port, server.tls) == ("mail.example.com", port, tls)


def test_user_and_password_are_percent_decoded_and_the_password_stays_hidden() -> None:
    server = SmtpServer.from_url("smtp://me%40example.com:p%2Fw%40+d@mail.example.com?timeout=2.5")
    assert (server.user, server.password, server.timeout) == ("me@example.com", "p/w@+d", 2.5)
    assert "p/w@+d" not in repr(server)


def test_ten_minutes_are_left_to_consider_a_whole_mail_unless_the_url_says_otherwise() -> None:
    assert SmtpServer.from_url("smtp://mail.example.com?timeout=5").verdict == 600
    assert SmtpServer.from_url("smtp://mail.example.com?verdict=900").verdict == 900


def test_an_ipv6_host_is_read() -> None:
    server = SmtpServer.from_url("smtp://[::1]:2525")
    assert (server.host, server.port) == ("::1", 2525)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example.com",
        f"http://u:{SECRET}@mail.example.com",
        f"smtp://u:{SECRET}@",
        f"smtp://u:{SECRET}/x@mail.example.com",
        f"smtp://u:x#{SECRET}@mail.example.com",
        f"smtp://u:x?{SECRET}@mail.example.com",
        f"smtp://u:{SECRET}@mail.example.com:99999",
        f"smtp://u:{SECRET}@mail.example.com?{SECRET}=1",
        f"smtp://u:{SECRET}@mail.example.com?starttls={SECRET}",
        f"smtp://u:{SECRET}@mail.example.com?starttls=implicit",
        f"smtp://u:{SECRET}@mail.example.com?starttls=offered",
        f"smtps://u:{SECRET}@mail.example.com?starttls=require",
        f"smtp://u:{SECRET}@mail.example.com?timeout=0",
        f"smtp://u:{SECRET}@mail.example.com?timeout=soon",
        f"smtp://u:{SECRET}@mail.example.com?verdict=0",
        f"smtp://u:{SECRET}%0A@mail.example.com",
        f"smtp://u:{SECRET}%FF@mail.example.com",
        f"smtp://{SECRET}@mail.example.com",
        f"smtp://:{SECRET}@mail.example.com",
    ],
)
def test_a_wrong_url_is_explained_without_the_password(url: str) -> None:
    with pytest.raises(ValueError, match=" ") as caught:
        SmtpServer.from_url(url)
    assert SECRET not in str(caught.value)
