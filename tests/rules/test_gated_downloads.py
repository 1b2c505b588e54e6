"""What a form gives in return: a file beside the programme or an address, and a link that may expire."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from bridge.delivery.links import DownloadTarget, Links, read_download
from bridge.delivery.tokens import DOWNLOAD, Tokens
from bridge.errors import InvalidProgram, InvalidToken
from bridge.program.downloads import file_in, known_as, name_of
from bridge.program.model import Form
from tests import make

TOKENS = Tokens(["a-key-that-only-tests-know"])
SOMEBODY = UUID(int=7)


def form_with(lines: str) -> Form:
    """A form with these lines in its table."""
    return make.program(make.EXACT.replace('kind = "other"\n', f'kind = "download"\n{lines}\n', 1)).forms[
        "download"
    ]


def fault_of(lines: str) -> str:
    """What is said of them."""
    with pytest.raises(InvalidProgram) as caught:
        form_with(lines)
    [mistake] = caught.value.mistakes
    assert mistake.line
    return f"{mistake.path}: {mistake.message}"


def test_an_address_needs_no_file_beside_the_programme() -> None:
    form = form_with('download = "https://www.example.com/files/liste.pdf"\nlink_expires = "30d"')
    assert form.link_expires == timedelta(days=30)
    assert form_with('download = "http://localhost:8080/liste.pdf"').link_expires is None


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('download = "liste.pdf"', "forms[download].download: no file liste.pdf"),
        ('download = "../program.toml"', "forms[download].download: no file ../program.toml"),
        ('download = "/etc/passwd"', "forms[download].download: no file /etc/passwd"),
        ('download = "http://www.example.com/a.pdf"', "forms[download].download: http is for localhost"),
        ('download = "ftp://www.example.com/a.pdf"', "forms[download].download: not an address of a file"),
        ('download = "file:///etc/passwd"', "forms[download].download: not an address of a file"),
        ('download = "https:///a.pdf"', "forms[download].download: not an address of a file"),
        ('download = "a\\u0000b"', "forms[download].download: not the name of a file"),
        ('link_expires = "30d"', "forms[download].link_expires: there is no “download”"),
        (
            'download = "https://a.example/b"\nlink_expires = "0d"',
            "forms[download].link_expires: a link has to",
        ),
        ('download = "https://a.example/b"\nlink_expires = 30', "forms[download].link_expires: not a length"),
    ],
)
def test_what_cannot_be_given_is_said_with_its_line(lines: str, said: str) -> None:
    assert fault_of(lines).startswith(said)


@pytest.mark.parametrize(
    ("download", "name"),
    [
        ("liste.pdf", "liste.pdf"),
        ("2026/liste.pdf", "liste.pdf"),
        ("https://www.example.com/a/Pr%C3%BCfliste%20neu.pdf?key=1#page=2", "Prüfliste neu.pdf"),
        ("https://www.example.com/a/..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("https://www.example.com/", "download"),
        ("https://www.example.com", "download"),
    ],
)
def test_a_file_has_the_last_name_of_its_path(download: str, name: str) -> None:
    assert name_of(download) == name


def test_a_key_in_an_address_is_told_to_nobody() -> None:
    assert known_as("https://www.example.com/a.pdf?key=1") == "https://www.example.com/a.pdf"
    assert known_as("was ist das?.pdf") == "was ist das?.pdf"


def test_no_link_leads_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "files" / "inner").mkdir(parents=True)
    (tmp_path / "files" / "inner" / "a.pdf").write_bytes(b"a")
    (tmp_path / "secret").write_bytes(b"s")
    (tmp_path / "files" / "out").symlink_to(tmp_path)
    (tmp_path / "files" / "round").symlink_to(tmp_path / "files" / "inner")
    assert file_in(tmp_path, "inner/a.pdf") == file_in(tmp_path, "round/a.pdf")
    for name in ("../secret", "out/secret", "inner/../../secret", str(tmp_path / "secret"), "inner", ""):
        assert file_in(tmp_path, name) is None, name


def test_a_link_says_when_it_was_made_and_an_older_one_says_nothing() -> None:
    links = Links("https://leads.example.com", TOKENS)
    for since in (None, make.NOON):
        for mail in (None, UUID(int=9)):
            target = DownloadTarget(SOMEBODY, mail, "globe-next-download", since)
            assert read_download(TOKENS, links.download(target).rpartition("/")[2]) == target
    older = TOKENS.sign(DOWNLOAD, SOMEBODY.bytes + bytes(16) + b"globe-next-download")
    assert read_download(TOKENS, older) == DownloadTarget(SOMEBODY, None, "globe-next-download")


@pytest.mark.parametrize("payload", [b"", b"short", bytes(20), bytes(32) + b"\xff"])
def test_a_link_that_says_nothing_is_none(payload: bytes) -> None:
    with pytest.raises(InvalidToken):
        read_download(TOKENS, TOKENS.sign(DOWNLOAD, payload))


def test_a_link_is_over_after_its_time_and_not_before() -> None:
    form = form_with('download = "https://www.example.com/liste.pdf"\nlink_expires = "2d"')
    assert not form.link_is_over(make.NOON, make.NOON + timedelta(days=2))
    assert form.link_is_over(make.NOON, make.NOON + timedelta(days=2, seconds=1))
    assert not form.link_is_over(None, make.NOON + timedelta(days=900))
    assert not form_with('download = "https://www.example.com/liste.pdf"').link_is_over(
        make.NOON, make.NOON + timedelta(days=900)
    )
