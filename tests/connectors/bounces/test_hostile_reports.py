"""Reading a message costs no more than its length, whoever made it how long; or it is given up."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from connectors.bounces import Apart, UnreadableReport, read_report, understand
from tests.connectors.bounces.test_corpus import DELIVERY, MARKS, VERDICTS, raw

FROM = b"From: MAILER-DAEMON@beispiel.example\n"
MIXED = FROM + b"Content-Type: multipart/mixed; boundary=b\n\n"
SAYS = b"\n\n550 5.1.1 user unknown\n"
STATUS = b"\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; %b\n"


def folded(size: int) -> bytes:
    """Encoded words that become one long word."""
    return b"\n ".join([b"=?us-ascii?q?" + b"a" * 50 + b"?="] * (size // 50))


def part(kind: bytes, text: bytes) -> bytes:
    return (
        MIXED
        + (b"--b\nContent-Type: text/" + kind + b"\n\n550 5.1.1 user unknown\n" + text + b"\n") * 2
        + b"--b--\n"
    )


SHAPES: dict[str, Callable[[int], bytes]] = {
    "a long word in To": lambda n: FROM + b"To: " + b"a" * n + SAYS,
    "encoded words in To": lambda n: FROM + b"To: " + folded(n) + SAYS,
    "encoded words that never end": lambda n: FROM + b"To: " + b"=?a?q?" * (n // 6) + SAYS,
    "encoded words in X-Failed-Recipients": lambda n: FROM + b"X-Failed-Recipients: " + folded(n) + SAYS,
    "encoded words in Final-Recipient": lambda n: FROM + STATUS[1:] % folded(n) + b"Action: failed\n",
    "a tag that never ends": lambda n: part(b"html", b"<" * n),
    "a long tag that never ends": lambda n: part(b"html", b"<" + b"a" * n),
    "styles that never end": lambda n: part(b"html", b"<style " * (n // 7)),
    "styles in styles": lambda n: part(b"html", b"<style>" * (n // 7)),
    "an id that never ends": lambda n: part(b"plain", b"message-id:<" + b"@" * n),
    "parameters without end": lambda n: FROM + b'Content-Type: text/plain; a="' + b";" * n + SAYS,
    "a line of commas": lambda n: FROM + b"\n" + b"," * n + SAYS,
    "words for the library": lambda n: FROM + b"\nDie folgende " + b"<user " * (n // 6) + SAYS,
}


def seconds(message: bytes) -> float:
    begun = time.thread_time()
    understand(message)
    return time.thread_time() - begun


@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_as_long_takes_about_four_times_as_long(shape: str) -> None:
    short, long = (seconds(SHAPES[shape](n)) for n in (40_000, 160_000))
    assert long < 8 * short + 0.3, (short, long)
    assert short < 1


def test_what_stands_in_the_first_quarter_of_a_mebibyte_counts() -> None:
    long = raw("postfix-unknown-user") + b"x\n" * 500_000
    assert [one.trouble for one in read_report(long, MARKS).notices] == ["hard"]


@pytest.mark.parametrize(
    "date", [b"Mon, 1 Jan 99999999999999999999 00:00:00 +0000", b"1 Jan 2026 00:00:00 +99999999999999"]
)
def test_a_date_beyond_all_years_is_none(date: bytes) -> None:
    (notice,) = read_report(FROM + b"Date: " + date + SAYS, MARKS).notices
    assert notice.at is None


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    with closing(Apart()) as made:
        yield made


@pytest.mark.parametrize("name", list(VERDICTS)[::7])
def test_another_process_understands_the_same(apart: Apart, name: str) -> None:
    assert apart.understand(raw(name)) == understand(raw(name))


def test_what_cannot_be_read_there_is_said_here_and_the_next_is_read(apart: Apart) -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2000))
    with pytest.raises(UnreadableReport, match="too many parts"):
        apart.understand(FROM + deep)
    assert read_report(raw("postfix-unknown-user"), MARKS, apart.understand).notices[0].delivery == DELIVERY


def running(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_a_message_that_takes_too_long_is_given_up() -> None:
    sleeps = "import time; input(); time.sleep(600)"
    begun = time.monotonic()
    with (
        closing(Apart(0.5, running(sleeps))) as apart,
        pytest.raises(UnreadableReport, match=r"0\.5 seconds"),
    ):
        apart.understand(b"x")
    assert time.monotonic() - begun < 5


def test_a_message_that_ends_the_process_is_given_up() -> None:
    dies = "import os; input(); os.kill(os.getpid(), 9)"
    with (
        closing(Apart(command=running(dies))) as apart,
        pytest.raises(UnreadableReport, match="ended the process"),
    ):
        apart.understand(b"x")


def test_a_process_that_somebody_else_ended_is_started_again(apart: Apart) -> None:
    apart.understand(raw("postfix-unknown-user"))
    assert apart._reader._process
    apart._reader._process.kill()
    assert apart.understand(raw("postfix-unknown-user")).kind == "bounce"
