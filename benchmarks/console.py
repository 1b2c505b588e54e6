"""How long each page of the console takes among very many: again and again, over HTTP.

`python -m benchmarks.console` fills a database of its own with a million people and ten million events, opens every
page, asks for people in every way and order, and says of each whether 95 of 100 answers come within 100 ms.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from time import monotonic, perf_counter
from urllib.parse import quote, urlencode
from uuid import uuid4

import click
from sqlalchemy import Connection, text

from benchmarks.crowd import fill_with_people
from benchmarks.ground import Ground, fresh_ground
from bridge.flow.accounts.console_accounts import add_account, open_session
from bridge.flow.unit import unit_of_work
from bridge.profiles.finding import ORDERS

QUESTIONS: Mapping[str, Mapping[str, str]] = {
    "everybody": {},
    "a first name, one of sixteen": {"q": "anna"},
    "two letters": {"q": "an"},
    "a rare name": {"q": "hofsteinker"},
    "first name and name": {"q": "anna hofstein"},
    "two words that are both frequent": {"q": "klinik mehmet"},
    "an address": {"q": "bjorn.steindorer2997@firma4.example"},
    "a company's domain": {"q": "@firma17.example"},
    "a big provider": {"q": "gmail.com"},
    "a telephone number": {"q": "030 / 1 002 999"},
    "its last six digits": {"q": "002999"},
    "nobody": {"q": "xyzxyz"},
    "stage": {"stage": "won"},
    "stage and topic": {"stage": "won", "topic": "sepa"},
    "interest shown by many": {"interest": "sepa"},
    "interest shown by few": {"interest": "warenwirtschaft"},
    "stage and interest": {"stage": "lost", "interest": "warenwirtschaft"},
    "interest shown and another chosen": {"interest": "warenwirtschaft", "topic": "sepa"},
    "a frequent name and a rare interest": {"q": "anna", "interest": "warenwirtschaft"},
    "stage and owner, nobody": {"stage": "prospect", "owner": "mira"},
    "owner, with a thousand who wait": {"owner": "mira"},
    "owner and a first name": {"owner": "mira", "q": "anna"},
    "a campaign of two years ago": {"source": "sommer 3"},
    "a partner who brings few": {"source": "partner77"},
    "no channel": {"source": "direct"},
    "two channels, nobody": {"source": "google referral"},
    "excluded": {"state": "excluded"},
    "held": {"state": "held"},
    "many points": {"from": "95"},
    "so many points exactly": {"from": "5", "to": "5"},
    "points that nobody has": {"to": "-100"},
    "all at once": {
        "q": "gmail klinik",
        "stage": "prospect",
        "topic": "sepa",
        "source": "google",
        "from": "1",
    },
}

PAGES: Mapping[str, str] = {
    "results": "/console",
    "results, a year": "/console?per=year",
    "results, all time": "/console?per=all",
    "results by form": "/console/results/form",
    "results by campaign, all time": "/console/results/campaign?per=all",
    "results by reason, a year": "/console/results/reason?per=year",
    "results as a sheet": "/console/results/channel.csv",
    "a person": "/console/profiles/{person}",
    "the person who did most": "/console/profiles/{busiest}",
    "what that person did, further back": "/console/profiles/{busiest}/events?after={back}",
    "a company with a hundred people": "/console/companies/firma17.example",
    "the company with the most people": "/console/companies/firma1.example",
    "the board": "/console/handovers",
    "the board, one's own": "/console/handovers?who=person:mira",
    "the board, what came back": "/console/handovers?column=returned",
    "the board, what is late": "/console/handovers?late=1",
    "a hand-over": "/console/handovers/{handover}",
    "held leads": "/console/held",
    "held forms": "/console/held/forms",
    "outbox": "/console/outbox",
    "outbox, a rare kind": "/console/outbox?kind=operator",
    "outbox, a kind that nothing waits of": "/console/outbox?kind=digest",
    "outbox, refused": "/console/outbox?heap=refused",
    "outbox, given up": "/console/outbox?heap=dead&kind=sales",
    "a delivery": "/console/outbox/{delivery}",
    "dead letters": "/console/outbox/letters",
    "feeds and webhooks": "/console/outbox/sources",
    "programme": "/console/programme",
    "export": "/console/export",
    "audit log": "/console/audit",
    "audit log of one person": "/console/audit?subject={person}",
    "audit log, a deed": "/console/audit?what=person.excluded",
    "audit log, nobody": "/console/audit?who=nobody@example.com",
    "accounts": "/console/accounts",
    "own account": "/console/account",
}
GOAL = 100.0
"""Milliseconds, within which 95 of 100 answers shall come."""


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds of the answer in the middle, and of that which 95 of 100 do not exceed."""

    what: str
    middle: float
    slow: float

    @property
    def holds(self) -> bool:
        """Whether that is soon enough."""
        return self.slow <= GOAL

    def __str__(self) -> str:
        verdict = "" if self.holds else "   too slow"
        return f"{self.what:50} p50 {self.middle:6.0f} ms   p95 {self.slow:6.0f} ms{verdict}"


@click.command()
@click.option("--people", default=1_000_000, show_default=True, help="With ten events each.")
@click.option("--times", default=25, show_default=True, help="How often each page is opened.")
def main(people: int, times: int) -> None:
    """Print what 50 and 95 of 100 answers do not exceed, in milliseconds. Each page was opened once before."""
    began = monotonic()
    with fresh_ground() as ground:
        fill_with_people(
            ground.services.settings.database_url,
            people,
            lambda words: click.echo(f"{monotonic() - began:5.0f} s  {words}", err=True),
        )
        cookie, found = _signed_in(ground), []
        with ground.web("pages") as port, closing(HTTPConnection("127.0.0.1", port, timeout=30)) as web:
            for what, url in _urls(ground):
                found.append(_measured(web, what, url, cookie, times))
                click.echo(found[-1])
    slow = [one for one in found if not one.holds]
    click.echo(f"\n{len(found) - len(slow)} of {len(found)} pages hold p95 <= {GOAL:.0f} ms", nl=False)
    click.echo(f" at {people:,} people and {people * 10:,} events, in {monotonic() - began:.0f} s")
    for one in slow:
        click.echo(one)


def _signed_in(ground: Ground) -> str:
    services = ground.services
    with unit_of_work(services.engine, services.world, services.clock, lambda kind, ids: None) as unit:
        account = add_account(unit, "kim@example.com", "Kim", "admin", uuid4().hex)
        return f"leadbridge-console={open_session(unit, account, None)}"


def _urls(ground: Ground) -> Iterator[tuple[str, str]]:
    with ground.services.engine.connect() as connection:
        known = _known(connection)
    for what, path in PAGES.items():
        yield what, path.format(**known)
    for what, asked in QUESTIONS.items():
        for order in ORDERS:
            yield f"{what}, {order}", "/console/profiles?" + urlencode({**asked, "order": order})
    for order in ORDERS:
        yield f"everybody, further on, {order}", f"/console/profiles?order={order}&after={known['place']}"


_KNOWN = """
select (select id from profiles where stage = 'won' order by created_at desc limit 1) as person,
    (select id from handovers where state = 'open' limit 1) as handover,
    (select id from outbox where state = 'due' limit 1) as delivery,
    md5('person 0')::uuid as busiest,
    (select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00_"') || id from events
        where profile_id = md5('person 0')::uuid order by at offset 100 limit 1) as back,
    '0~2026-08-01T00:00:00+00:00~' || md5('person 0') as place
"""


def _known(connection: Connection) -> dict[str, str]:
    """What the addresses of pages name."""
    row = connection.execute(text(_KNOWN)).one()
    return {name: quote(str(value)) for name, value in row._mapping.items()}


def _measured(web: HTTPConnection, what: str, url: str, cookie: str, times: int) -> Took:
    _asked(web, url, cookie)
    took = sorted(_asked(web, url, cookie) for _ in range(times))
    return Took(what, took[len(took) // 2], took[int(len(took) * 0.95)])


def _asked(web: HTTPConnection, url: str, cookie: str) -> float:
    began = perf_counter()
    web.request("GET", url, headers={"Cookie": cookie})
    answer = web.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status} for {url}")
    return (perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
