"""Addresses that leave, and what comes back through them."""

from datetime import timedelta
from uuid import UUID

import pytest

from bridge.delivery.links import (
    Arrival,
    ClickTarget,
    DownloadTarget,
    Links,
    read_arrival,
    read_click,
    read_confirm,
    read_download,
    read_lead,
    read_open,
    read_preferences,
    read_unsubscribe,
    with_arrival,
)
from bridge.delivery.tokens import ARRIVAL, CLICK, DOWNLOAD, OPEN, PREFERENCES, UNSUBSCRIBE, Tokens
from bridge.errors import ExpiredToken, InvalidToken
from tests import make

TOKENS = Tokens(["a-key-that-only-tests-know"])
LINKS = Links("https://leads.example.com", TOKENS)
SOMEBODY, A_MAIL = UUID(int=1), UUID(int=2)


def _token(url: str, path: str) -> str:
    start = f"https://leads.example.com/{path}/"
    assert url.startswith(start)
    return url.removeprefix(start)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.example.com/sepa",
        "https://www.example.com/?q=a%20b&c=ä#oben",
        "https://müller.example/Überblick/€",
        "https://www.example.com/" + "lang/" * 200,
        "mailto:kontakt@example.com",
    ],
)
def test_a_tracked_link_leads_to_exactly_where_the_mail_said(url: str) -> None:
    target = ClickTarget(A_MAIL, 3, url)
    assert read_click(TOKENS, _token(LINKS.click(target), "t/c")) == target


def test_a_pixel_knows_its_mail() -> None:
    token = _token(LINKS.pixel(A_MAIL), "t/o").removesuffix(".gif")
    assert read_open(TOKENS, token) == A_MAIL


@pytest.mark.parametrize("mail", [A_MAIL, None])
def test_a_download_knows_whose_it_is_and_what_carried_it(mail: UUID | None) -> None:
    target = DownloadTarget(SOMEBODY, mail, "globe-next-download")
    assert read_download(TOKENS, _token(LINKS.download(target), "d")) == target


@pytest.mark.parametrize("mail", [A_MAIL, None])
def test_unsubscribing_knows_who_and_from_which_mail(mail: UUID | None) -> None:
    assert read_unsubscribe(TOKENS, _token(LINKS.unsubscribe(SOMEBODY, mail), "unsubscribe")) == (
        SOMEBODY,
        mail,
    )


def test_preferences_know_whose_they_are() -> None:
    assert read_preferences(TOKENS, _token(LINKS.preferences(SOMEBODY), "preferences")) == (SOMEBODY, None)
    with_mail = _token(LINKS.preferences(SOMEBODY, A_MAIL), "preferences")
    assert read_preferences(TOKENS, with_mail) == (SOMEBODY, A_MAIL)


def test_a_confirmation_is_good_for_fourteen_days() -> None:
    token = _token(LINKS.confirm(SOMEBODY, make.NOON), "confirm")
    assert read_confirm(TOKENS, token, make.NOON + timedelta(days=14)) == SOMEBODY
    with pytest.raises(ExpiredToken):
        read_confirm(TOKENS, token, make.NOON + timedelta(days=15))


def test_a_profile_link_is_good_for_half_a_year_at_most() -> None:
    token = _token(LINKS.lead(SOMEBODY, make.NOON), "leads")
    assert read_lead(TOKENS, token, make.NOON + timedelta(days=180)) == SOMEBODY
    with pytest.raises(ExpiredToken):
        read_lead(TOKENS, token, make.NOON + timedelta(days=181))


@pytest.mark.parametrize("hit", [UUID(int=3), None])
def test_a_page_learns_from_which_mail_and_by_which_click_somebody_comes(hit: UUID | None) -> None:
    url = with_arrival(TOKENS, "https://www.example.com/sepa?a=1", Arrival(A_MAIL, hit), make.NOON)
    address, _, token = url.partition("#lb=")
    assert address == "https://www.example.com/sepa?a=1"
    assert read_arrival(TOKENS, token, make.NOON) == Arrival(A_MAIL, hit)


def test_an_arrival_from_before_clicks_were_named_names_the_mail() -> None:
    token = TOKENS.sign(ARRIVAL, A_MAIL.bytes, make.NOON)
    assert read_arrival(TOKENS, token, make.NOON) == Arrival(A_MAIL)


@pytest.mark.parametrize("length", [0, 15, 17, 31, 33])
def test_an_arrival_of_another_length_is_none(length: int) -> None:
    with pytest.raises(InvalidToken):
        read_arrival(TOKENS, TOKENS.sign(ARRIVAL, b"x" * length, make.NOON), make.NOON)


@pytest.mark.parametrize("payload", [b"", b"short", bytes(17), bytes(18) + b"\xff\xfe", bytes(34) + b"\xff"])
def test_a_signed_token_of_another_shape_is_invalid(payload: bytes) -> None:
    for purpose, read in (
        (OPEN, read_open),
        (PREFERENCES, read_preferences),
        (UNSUBSCRIBE, read_unsubscribe),
    ):
        with pytest.raises(InvalidToken):
            read(TOKENS, TOKENS.sign(purpose, payload))


def test_a_link_to_letters_that_make_no_sense_is_invalid() -> None:
    with pytest.raises(InvalidToken):
        read_click(TOKENS, TOKENS.sign(CLICK, bytes(18) + b"\xff\xfe"))
    with pytest.raises(InvalidToken):
        read_download(TOKENS, TOKENS.sign(DOWNLOAD, bytes(32) + b"\xff\xfe"))
