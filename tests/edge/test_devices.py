"""The door to profile pages: a device that nobody knows sees nothing before it shows a code."""

import json
import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import update
from werkzeug.test import Client

from bridge.delivery.tokens import Tokens
from bridge.ids import new_id
from bridge.store import handovers
from bridge.store.handovers import LinkRow
from bridge.store.tables import link_codes, link_openings, metadata, outbox, profile_links, sales_devices
from connectors.contract import Deferred, Receipt
from tests import make
from tests.conftest import Servers
from tests.edge.conftest import Open
from tests.edge.signing_in import ask_for_code, code_in, sign_in
from tests.edge.site import Site, is_locked_down, words
from tests.edge.test_pages import link, snapshot
from tests.flow.keeping import dump
from tests.house import KEY, PUBLIC, House
from tests.together import at_once

SECRETS_OF_THE_LEAD = ("Anna", "Berg", "Beispiel GmbH", "anna@", "23125", "Mittag")
MIRA, JONAS = "mira", "jonas"


@pytest.fixture
def path(house: House) -> str:
    """The link in the mail to sales after a request for a call, in a browser that nobody knows."""
    house.submit(form="rueckruf", allows=(), phone="+49 30 23125 010", message="Bitte vor Mittag.")
    house.clock.move(minutes=10)
    return link(house.to_sales()[-1], "leads")


def another_browser(site: Site) -> Site:
    """Another browser on the same site, without any cookie."""
    return replace(site, client=Client(site.client.application))


def link_for(house: House, person: str) -> str:
    """One more link to Anna's profile, for somebody in sales."""
    [known] = house.rows(profile_links)[:1]
    row = LinkRow(
        new_id(),
        known.profile_id,
        known.handover_id,
        person,
        house.clock(),
        house.clock() + timedelta(days=1),
    )
    with house.engine.begin() as connection:
        handovers.add_links(connection, [row])
    return house.world.links.lead(row.id, house.clock()).removeprefix(PUBLIC)


def says_nothing(page: str) -> bool:
    """Whether a page tells nothing of the lead."""
    return not any(one in page for one in SECRETS_OF_THE_LEAD)


def happened(house: House) -> list[str]:
    """What stands in the log, oldest first."""
    return [row.what for row in sorted(house.rows(link_openings), key=lambda row: row.id)]


def test_an_unknown_device_learns_nothing_of_the_lead(site: Site, house: House, path: str) -> None:
    before = snapshot(house.engine)
    for page in (site.get(path), site.client.head(path)):
        assert page.status_code == 200
        assert is_locked_down(page)
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "Set-Cookie" not in page.headers
        assert says_nothing(page.text)
    assert "m…d@e…e.com" in site.get(path).text
    assert snapshot(house.engine) == before
    assert set(happened(house)) == {"stopped"}


def test_the_code_goes_to_the_addressee_and_opens_the_page(site: Site, house: House, path: str) -> None:
    code = ask_for_code(site, house, path)
    letter = house.to_sales()[-1]
    assert letter.recipient == "mira.steinfeld@example.com"
    assert says_nothing(letter.text)
    assert "Firefox unter Linux" in ask_again_and_read(site, house, path)
    code = code_in(house.to_sales()[-1])
    asking = site.get(path)
    assert "Bitte geben Sie den Code ein" in words(asking.text)
    assert says_nothing(asking.text)
    shown = site.post(f"{path}/device", {"code": f" {code[:3]} {code[3:]}\n"})
    assert (shown.status_code, shown.location) == (303, path)
    assert "Anna Berg" in site.get(path).text


@pytest.mark.parametrize(
    ("asked", "kept"), [("?answer=won", "?answer=won"), ("?answer=%22%3E", "?answer=%22%3E")]
)
def test_the_answer_for_which_a_link_was_opened_comes_through_the_door(
    site: Site, house: House, path: str, asked: str, kept: str
) -> None:
    assert f'action="{path}/code{kept}"' in site.get(f"{path}{asked}").text
    assert site.post(f"{path}/code{asked}").location == f"{path}{kept}"
    house.tick(seconds=10)
    assert f'action="{path}/device{kept}"' in site.get(f"{path}{asked}").text
    shown = site.post(f"{path}/device{asked}", {"code": code_in(house.to_sales()[-1])})
    assert shown.location == f"{path}{kept}"


def ask_again_and_read(site: Site, house: House, path: str) -> str:
    """Ask for a code with Firefox; what the mail says."""
    site.post(f"{path}/code", headers={"User-Agent": make.A_BROWSER})
    house.tick(seconds=10)
    return house.to_sales()[-1].text


def test_what_the_browser_keeps_is_out_of_reach_of_scripts_and_of_the_database(
    site: Site, house: House, path: str
) -> None:
    code = ask_for_code(site, house, path)
    cookie = site.post(f"{path}/device", {"code": code}).headers["Set-Cookie"]
    value, _, attributes = cookie.partition("; ")
    assert set(attributes.split("; ")) >= {
        "HttpOnly",
        "Secure",
        "Path=/leads",
        "SameSite=Lax",
        "Max-Age=43200",
    }
    secret = value.partition("=")[2]
    assert len(secret) == 43, "256 bits"
    everything = json.dumps(dump(house), default=str)
    assert secret not in everything
    assert code not in everything.replace(str(house.rows(link_codes)[0].id), "")


def test_a_plain_site_sets_a_plain_cookie(open_one: Open, servers: Servers, house: House, path: str) -> None:
    site = open_one(clock=house.clock, DATABASE_URL=servers.database_url, PUBLIC_URL="http://127.0.0.1:8000")
    code = ask_for_code(site, house, path)
    assert "Secure" not in site.post(f"{path}/device", {"code": code}).headers["Set-Cookie"]


def test_a_known_device_opens_all_links_of_its_person_and_none_of_a_colleague(
    site: Site, house: House, path: str
) -> None:
    sign_in(site, house, path)
    assert "Anna Berg" in site.get(link_for(house, MIRA)).text
    other = link_for(house, JONAS)
    assert says_nothing(site.get(other).text)
    sign_in(site, house, other)
    assert house.to_sales()[-1].recipient == "jonas.achterberg@example.com"
    for one in (path, other):
        assert "Anna Berg" in site.get(one).text, "two people share a computer"


def test_another_browser_needs_a_code_of_its_own(site: Site, house: House, path: str) -> None:
    code = ask_for_code(site, house, path)
    stranger = another_browser(site)
    assert site.post(f"{path}/device", {"code": code}).status_code == 303
    assert stranger.post(f"{path}/device", {"code": code}).status_code == 422
    assert says_nothing(stranger.get(path).text)


def test_a_cookie_that_we_did_not_give_opens_nothing(site: Site, house: House, path: str) -> None:
    sign_in(site, house, path)
    [device] = house.rows(sales_devices)
    stranger = another_browser(site)
    for forged in (device.secret_hash, str(device.id), "", "x" * 5000, MIRA):
        page = stranger.get(path, headers={"Cookie": f"leadbridge-device-mira={forged}"})
        assert page.status_code == 200
        assert says_nothing(page.text)


def test_a_device_is_forgotten_over_night(site: Site, house: House, path: str) -> None:
    sign_in(site, house, path)
    house.clock.move(hours=11, minutes=59)
    assert "Anna Berg" in site.get(path).text
    house.clock.move(minutes=1)
    assert says_nothing(site.get(path).text)


# Codes


def wrong(code: str) -> str:
    """Another number of six digits."""
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_wrong_code_is_said_to_be_wrong_and_after_five_the_right_one_is_too(
    site: Site, house: House, path: str
) -> None:
    code = ask_for_code(site, house, path)
    assert "Noch 5 Versuche." in words(site.get(path).text)
    for left in ("Noch 4 Versuche.", "Noch 3 Versuche.", "Noch 2 Versuche.", "Noch 1 Versuch."):
        page = site.post(f"{path}/device", {"code": wrong(code)})
        assert page.status_code == 422
        assert "Der Code stimmt nicht." in words(page.text)
        assert left in words(page.text)
        assert says_nothing(page.text)
    for typed in (wrong(code), code, "12a"):
        page = site.post(f"{path}/device", {"code": typed})
        assert page.status_code == 422
        assert "Fünfmal wurde ein falscher Code eingegeben" in words(page.text)
        assert "Code senden" in page.text
    assert "Code senden" in site.get(path).text
    sign_in(site, house, path)
    assert happened(house).count("code_wrong") == 5


def no_code_of(house: House) -> str:
    """Six digits that were never sent."""
    sent = {house.world.links.tokens.codes.write(row.id) for row in house.rows(link_codes)}
    return next(number for number in map("{:06d}".format, range(len(sent) + 1)) if number not in sent)


NO_CODES = (None, "", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "１２３４５６", "0" * 5000, "\x00")


def test_what_is_no_code_is_wrong_and_costs_no_try(site: Site, house: House, path: str) -> None:
    code = ask_for_code(site, house, path)
    for typed in NO_CODES:
        data = {} if typed is None else {"code": typed}
        page = site.post(f"{path}/device", data)
        assert page.status_code == 422
        assert "Es hat keinen Versuch gekostet. Noch 5 Versuche." in words(page.text)
    assert house.rows(sales_devices) == []
    assert "code_wrong" not in happened(house)
    assert 'value="12a&lt;"' in site.post(f"{path}/device", {"code": "12a<"}).text, "to be mended"
    assert site.post(f"{path}/device", {"code": code}).status_code == 303


def test_a_code_without_having_asked_for_one_is_wrong(site: Site, house: House, path: str) -> None:
    assert site.post(f"{path}/device", {"code": "000000"}).status_code == 422
    assert "code_wrong" not in happened(house), "there was nothing to guess"


def test_a_code_is_good_for_ten_minutes(site: Site, house: House, path: str) -> None:
    code = ask_for_code(site, house, path)
    house.clock.move(minutes=9, seconds=50)
    page = site.post(f"{path}/device", {"code": code})
    assert page.status_code == 422
    assert "Dieser Code gilt nicht mehr." in words(page.text)
    assert "Code senden" in site.get(path).text


def test_whoever_asks_again_does_not_take_a_code_away_that_is_good(
    site: Site, house: House, path: str
) -> None:
    code = ask_for_code(site, house, path)
    house.clock.move(minutes=9)
    assert ask_for_code(another_browser(site), house, path) == code
    house.clock.move(minutes=9)
    assert site.post(f"{path}/device", {"code": code}).status_code == 303, "good for ten minutes once more"
    assert ask_for_code(another_browser(site), house, path) != code, "a code is used once"


def test_a_code_that_was_guessed_at_too_often_is_followed_by_another(
    site: Site, house: House, path: str
) -> None:
    code = ask_for_code(site, house, path)
    for _ in range(5):
        site.post(f"{path}/device", {"code": wrong(code)})
    assert ask_for_code(site, house, path) != code


def test_three_codes_in_a_quarter_of_an_hour_are_enough(site: Site, house: House, path: str) -> None:
    for _ in range(3):
        code = ask_for_code(site, house, path)
    page = site.post(f"{path}/code")
    assert (page.status_code, page.headers["Retry-After"]) == (429, "870")
    assert "genug Codes" in words(page.text)
    assert "ab heute 13:25 Uhr" in words(page.text)
    assert says_nothing(page.text)
    assert site.post(f"{path}/device", {"code": code}).status_code == 303, "the last one is as good as before"
    stranger = another_browser(site)
    house.clock.move(seconds=869)
    assert stranger.post(f"{path}/code").status_code == 429
    house.clock.move(seconds=1)
    assert stranger.post(f"{path}/code").status_code == 303


def test_many_who_ask_at_once_get_three_codes(site: Site, house: House, path: str) -> None:
    at_once(8, lambda: another_browser(site).post(f"{path}/code"))
    assert len(house.rows(link_codes)) == 1, "one code, sent three times"
    assert happened(house).count("code_sent") == 3


def test_many_links_of_a_sales_person_have_no_more_codes_and_tries_than_one(
    site: Site, house: House, path: str
) -> None:
    links = [path, *(link_for(house, MIRA) for _ in range(9))]
    for minutes in range(0, 24 * 60, 16):
        for one in links:
            for network in ("203.0.113", "198.51.100", "192.0.2"):
                stranger = another_browser(site)
                whence = {"REMOTE_ADDR": f"{network}.7"}
                stranger.post(f"{one}/code", environ_overrides=whence)
                for _ in range(6):
                    stranger.post(f"{one}/device", {"code": no_code_of(house)}, environ_overrides=whence)
        house.clock.move(minutes=16)
        if minutes > 60:
            break
    assert happened(house).count("code_sent") == 16
    assert 0 < sum(row.tries for row in house.rows(link_codes)) <= 80


def test_a_stranger_in_another_network_keeps_nobody_from_a_code(site: Site, house: House, path: str) -> None:
    stranger = another_browser(site)
    whence = {"REMOTE_ADDR": "203.0.113.7"}
    for _ in range(10):
        if stranger.post(f"{path}/code", environ_overrides=whence).status_code == 429:
            house.clock.move(minutes=16)
    assert stranger.post(f"{path}/code", environ_overrides=whence).status_code == 429
    assert happened(house).count("code_sent") == 8
    house.clock.move(minutes=16)
    assert (
        stranger.post(f"{path}/code", environ_overrides=whence | {"REMOTE_ADDR": "203.0.113.99"}).status_code
        == 429
    )
    sign_in(site, house, path)


def test_of_two_who_show_the_same_code_one_is_let_in(site: Site, house: House, path: str) -> None:
    for _ in range(3):
        code = ask_for_code(site, house, path)
        answers: list[int] = []

        def show(code: str = code, answers: list[int] = answers) -> None:
            answers.append(another_browser(site).post(f"{path}/device", {"code": code}).status_code)

        at_once(2, show)
        assert sorted(answers) == [303, 422]
    assert len(house.rows(sales_devices)) == 3


def test_a_mail_that_is_tried_again_says_the_same_code_and_one_that_is_late_stays_away(
    site: Site, house: House, path: str
) -> None:
    house.reply = Deferred("451 later")
    site.post(f"{path}/code")
    house.tick(seconds=10)
    house.reply = Receipt("250 ok")
    house.tick(minutes=5)
    first, second = house.tried[-2:]
    assert code_in(first) == code_in(second)
    site.post(f"{path}/code")
    before = len(house.sent)
    house.tick(minutes=11)
    assert len(house.sent) == before
    assert [row.error for row in house.outbox("refused")] == ["the code was used, or is too old"]


def test_a_code_outlives_a_change_of_keys(
    site: Site, open_one: Open, servers: Servers, house: House, path: str
) -> None:
    site.post(f"{path}/code")
    house.tick(seconds=10)
    code = code_in(house.to_sales()[-1])
    changed = open_one(
        clock=house.clock, DATABASE_URL=servers.database_url, SECRET_KEYS=f"a-newer-and-longer-key,{KEY}"
    )
    assert changed.post(f"{path}/device", {"code": code}).status_code == 303
    stranger = Tokens(["somebody-elses-key"]).codes
    assert not any(stranger.fits(row.id, code) for row in house.rows(link_codes))


# What the door guards


@pytest.mark.parametrize(
    ("deed", "fields"),
    [
        ("outcome", {"outcome": "accepted"}),
        ("outcome", {"outcome": "rejected", "reason": "no-need", "note": "Ruft <b>nicht</b> zurück"}),
        ("fields", {"field": "company"}),
        ("close", {}),
    ],
)
def test_an_unknown_device_changes_nothing_and_is_told_so(
    site: Site, house: House, path: str, deed: str, fields: dict[str, str]
) -> None:
    watched = tuple(table for table in metadata.sorted_tables if table is not link_openings)
    before = snapshot(house.engine, watched)
    page = site.post(f"{path}/{deed}", fields)
    assert page.status_code == 403
    assert is_locked_down(page)
    assert says_nothing(page.text)
    assert "Das wurde nicht gespeichert" in words(page.text)
    assert ("Ruft &lt;b&gt;nicht&lt;/b&gt; zurück" in page.text) == ("note" in fields)
    assert snapshot(house.engine, watched) == before
    assert happened(house) == ["stopped"]


def test_a_known_device_is_sent_no_code(site: Site, house: House, path: str) -> None:
    sign_in(site, house, path)
    for deed in ("code", "device"):
        again = site.post(f"{path}/{deed}")
        assert (again.status_code, again.location) == (303, path)
    assert len(house.rows(link_codes)) == 1


def test_a_device_is_signed_out_for_all_links(site: Site, house: House, path: str) -> None:
    sign_in(site, house, path)
    out = site.post(f"{path}/sign-out")
    assert (out.status_code, out.location) == (303, f"{path}?done=signed_out")
    assert "Max-Age=0" in out.headers["Set-Cookie"]
    said = words(site.get(out.location).text)
    assert "Dieser Browser ist abgemeldet Er öffnet keinen Ihrer Links mehr. Die Links selbst gelten" in said
    assert "Code senden" in said
    for one in (path, link_for(house, MIRA)):
        assert says_nothing(site.get(one).text)
    assert site.post(f"{path}/sign-out").status_code == 303, "twice does no harm"
    assert happened(house)[-3:] == ["signed_out", "stopped", "stopped"]


def test_a_link_is_closed_for_every_device_and_the_page_says_what_to_do(
    site: Site, house: House, path: str
) -> None:
    sign_in(site, house, path)
    other = link_for(house, JONAS)
    assert "Diesen Link schließen" in site.get(path).text
    closing = site.post(f"{path}/close")
    assert (closing.status_code, closing.location) == (303, f"{path}?done=closed")
    told = site.get(closing.location)
    assert told.status_code == 410
    assert is_locked_down(told)
    assert "Sie haben diesen Link geschlossen" in told.text
    assert "Ihre anderen Links gelten weiter" in told.text
    for response in (site.get(path), site.post(f"{path}/code"), site.post(f"{path}/device", {"code": "1"})):
        assert response.status_code == 410
        assert is_locked_down(response)
        assert says_nothing(response.text)
        assert "Dieser Link ist geschlossen" in response.text
    assert site.get(other).status_code == 200, "other links live on"


def test_a_link_of_somebody_who_left_the_team_opens_nothing(site: Site, house: House, path: str) -> None:
    sign_in(site, house, path)
    with house.engine.begin() as connection:
        connection.execute(update(profile_links).values(sales_person="somebody-else"))
    assert site.get(path).status_code == 410
    assert site.post(f"{path}/code").status_code == 410


def test_the_programme_may_leave_the_door_open(
    open_one: Open, servers: Servers, house: House, tmp_path: Path
) -> None:
    toml = make.EXACT.replace("[sales]\n", '[sales]\nlink = "open"\n')
    (tmp_path / "program.toml").write_text(toml, encoding="utf-8")
    open_house = House(house.engine, make.program(toml))
    open_house.submit(form="callback", allows=(), phone="+49 30 23125 010")
    path = link(open_house.to_sales()[-1], "leads")
    site = open_one(
        clock=open_house.clock, DATABASE_URL=servers.database_url, PROGRAM=str(tmp_path / "program.toml")
    )
    page = site.get(path)
    assert "anna@beispiel.example" in page.text
    assert "abmelden" not in page.text
    assert site.post(f"{path}/code").location == path
    assert site.post(f"{path}/outcome", {"outcome": "accepted"}).status_code == 303
    assert happened(open_house) == ["opened"]
    assert house.rows(link_codes) == []


# The log


def test_the_page_tells_who_opened_it_and_from_where(site: Site, house: House, path: str) -> None:
    behind = {"REMOTE_ADDR": "203.0.113.77"}
    stranger = another_browser(site)
    stranger.get(
        path, environ_overrides={"REMOTE_ADDR": "2001:db8:12:34::5"}, headers={"User-Agent": "curl/8"}
    )
    sign_in(site, house, path)
    site.get(path, environ_overrides=behind, headers={"User-Agent": make.A_BROWSER})
    log = words(site.get(path).text).partition("Wer diese Seite geöffnet hat")[2]
    assert "Seite geöffnet dieses Gerät" in log
    assert "Link von Mira Steinfeld · Firefox unter Linux · 203.0.113.0/24" in log
    assert "Unbekanntes Gerät, nichts gezeigt" in log
    assert "ein Programm · 2001:db8:12::/48" in log
    assert "203.0.113.77" not in log
    for what in ("Code gesendet", "Gerät angemeldet"):
        assert what in log
    site.get(path)
    site.get(path)
    assert "Seite geöffnet 4 × dieses Gerät" in words(site.get(path).text)


def test_whatever_somebody_does_without_end_hides_nothing_else_in_the_log(
    site: Site, house: House, path: str
) -> None:
    thief = another_browser(site)
    sign_in(thief, house, path)
    for number in range(101):
        house.clock.move(seconds=1)
        thief.get(path)
        another_browser(site).get(path, environ_overrides={"REMOTE_ADDR": f"203.0.113.{number}"})
    house.clock.move(minutes=61)
    sign_in(site, house, path)
    log = words(site.get(path).text).partition("Wer diese Seite geöffnet hat")[2]
    assert log.count("Gerät angemeldet") == 2
    assert "Seite geöffnet 99 ×" in log, "the newest hundred are counted"
    assert "Unbekanntes Gerät, nichts gezeigt 101 ×" in log
    assert len([row for row in house.rows(link_openings) if row.what == "stopped"]) == 1


def test_no_answer_at_the_door_is_kept_or_tells_where_somebody_was(
    site: Site, house: House, path: str
) -> None:
    code = ask_for_code(site, house, path)
    deeds = [("code", {}), ("device", {"code": "1"}), ("device", {"code": code}), ("code", {})]
    deeds += [("outcome", {"outcome": "accepted"}), ("outcome", {}), ("fields", {}), ("sign-out", {})]
    deeds += [("close", {}), ("nothing", {})]
    for deed, fields in deeds:
        for answer in (site.post(f"{path}/{deed}", fields), site.get(f"{path}/{deed}"), site.get(path)):
            assert answer.headers["Cache-Control"] == "no-store", (deed, answer.status_code)
            assert answer.headers["Referrer-Policy"] == "no-referrer", (deed, answer.status_code)


def test_of_what_staff_did_an_export_tells_only_when_the_page_was_opened(
    site: Site, house: House, path: str
) -> None:
    sign_in(site, house, path)
    site.get(path, headers={"User-Agent": make.A_BROWSER})
    found = house.export()
    assert [set(row) for row in found["link_openings"]] == [{"id", "link_id", "at"}]
    assert "Firefox" not in json.dumps(found["link_openings"])
    assert not [row for row in found["outbox"] if row["template"] == "sales/code"]


def test_erasing_takes_codes_and_log_along_and_leaves_the_device(site: Site, house: House, path: str) -> None:
    sign_in(site, house, path)
    ask_for = another_browser(site).post(f"{path}/code")
    assert ask_for.status_code == 303
    house.erase()
    house.tick(seconds=10)
    assert house.rows(link_codes) == house.rows(link_openings) == []
    assert len(house.rows(sales_devices)) == 1
    assert house.outbox("refused")[-1].error == "the link to the profile or the sales person is gone"
    assert site.get(path).status_code == 410


def test_addresses_codes_and_devices_are_forgotten_in_time(site: Site, house: House, path: str) -> None:
    sign_in(site, house, path)
    house.retain(days=8)
    assert {row.ip for row in house.rows(link_openings)} == {None}
    assert house.rows(link_codes) == []
    assert len(house.rows(sales_devices)) == 1
    house.retain(days=24)
    assert house.rows(sales_devices) == []
    assert not [row for row in house.rows(outbox) if row.template == "sales/code"]


def test_no_token_stands_in_a_log(
    site: Site, house: House, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sign_in(site, house, path)
    for deed in ("", "/outcome", "/device", "/code", "/nothing", "/sign-out", "/close"):
        site.get(path + deed)
        site.post(path + deed, {"outcome": "nonsense"})
    site.get(path)
    token = path.rpartition("/")[2]
    assert caplog.records
    assert not [record for record in caplog.records if token in str(vars(record))]


def test_a_made_up_link_is_not_found_before_anybody_asks_the_database(edge: Site) -> None:
    for deed in ("code", "device", "sign-out", "close"):
        assert edge.post(f"/leads/{'x' * 60}/{deed}").status_code == 404
    known = edge.services.world.links.lead(UUID(int=1), edge.services.clock()).removeprefix(PUBLIC)
    assert edge.post(f"{known}/code").status_code == 503
