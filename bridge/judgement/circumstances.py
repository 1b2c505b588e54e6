"""Hints that hits get from those beside them: pace, networks, devices, and what was left out."""

from collections.abc import Hashable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from bridge.judgement.agents import agent_of
from bridge.judgement.clients import network_of
from bridge.judgement.networks import Networks
from bridge.judgement.sightings import Sighting
from bridge.judgement.windows import (
    MINUTE,
    SECONDS,
    SOON,
    Key,
    age_of,
    in_order,
    link_of,
    members,
    with_others_at_once,
)
from bridge.program.verdicts import Burst

TIME_TO_READ = timedelta(seconds=40)
"""Who reads what is behind each link of a mail pauses longer now and then."""
A_FEW_MINUTES = timedelta(minutes=5)
"""97 % of scanners are through by then; see the sources in tests/traces."""
LATEST = datetime.max.replace(tzinfo=UTC)
STEADY = 3
"""From three on there is a pattern: two of anything happen to everybody."""
LONGEST_BEAT = timedelta(seconds=20)
"""Longer pauses of equal length happen to people who look at the clock."""
DEVIATION = 0.05
"""People do not keep time that well."""
PAIR = Burst(2, timedelta(seconds=3))
"""Two tabs opened in one go; machines do it soon after delivery as well."""


def from_many_networks(clicks: Sequence[Sighting], networks: Networks) -> set[UUID]:
    """Clicks within seconds of one from elsewhere; relays change the address of people."""
    return with_others_at_once(clicks, _own_network(networks), SECONDS)


def _own_network(networks: Networks) -> Key:
    """The network of a hit, as a key; "" for relays, which change the address of people."""

    def network(hit: Sighting) -> str:
        known = networks.of(hit.ip)
        return "" if known is not None and known.kind == "relay" else network_of(hit.ip)

    return network


def from_many_devices(hits: Sequence[Sighting]) -> set[UUID]:
    """Hits within seconds of one by a device of another make."""
    return with_others_at_once(hits, lambda hit: agent_of(hit.user_agent).system, SECONDS)


def steady(clicks: Sequence[Sighting]) -> set[UUID]:
    """Clicks on three or more links, one after another, with equally long pauses."""
    firsts = _first_clicks(clicks)
    pauses = [later.at - earlier.at for earlier, later in pairwise(firsts)]
    if len(firsts) < STEADY or max(pauses) > LONGEST_BEAT:
        return set()
    mean = sum(pauses, timedelta()) / len(pauses)
    is_steady = all(
        abs(pause - mean) <= max(mean * DEVIATION, timedelta(milliseconds=500)) for pause in pauses
    )
    return {click.id for click in firsts} if is_steady else set()


def hurried(clicks: Sequence[Sighting]) -> set[UUID]:
    """Clicks of three or more links in a row, each less than ten seconds after the one before."""
    found: set[UUID] = set()
    run: list[Sighting] = []
    for click in _first_clicks(clicks):
        run = [*run, click] if run and click.at - run[-1].at < SECONDS else [click]
        if len(run) >= STEADY:
            found |= {one.id for one in run}
    return found


def paired(clicks: Sequence[Sighting]) -> set[UUID]:
    """Clicks on two links with hardly a breath between."""
    return members(clicks, PAIR, link_of)


def every_link(clicks: Sequence[Sighting], links: int) -> set[UUID]:
    """Clicks that leave out none of a mail's links, when there are several, with little time to read between."""
    firsts = _first_clicks(clicks)
    slowest = max((later.at - earlier.at for earlier, later in pairwise(firsts)), default=timedelta.max)
    is_whole = STEADY <= links <= len(firsts) and slowest <= TIME_TO_READ
    return members(clicks, Burst(links, A_FEW_MINUTES), link_of) if is_whole else set()


def unopened(clicks: Sequence[Sighting], opens: Sequence[Sighting]) -> set[UUID]:
    """Clicks soon after delivery before which nobody had loaded the mail's pictures.

    Many people load none, but they do not click within a minute, nor three links within ten.
    """
    first_open = min((hit.at for hit in opens), default=LATEST)
    early = [hit for hit in clicks if hit.accepted_at and hit.at < first_open]
    at_once = {hit.id for hit in early if age_of(hit) <= MINUTE}
    soon = [hit for hit in early if age_of(hit) <= SOON]
    return at_once | members(soon, Burst(STEADY, SOON), link_of)


def each_from_another_network(clicks: Sequence[Sighting], networks: Networks) -> set[UUID]:
    """Clicks on three or more links within minutes, no two from one network; relays may be like that."""
    return _each_from_another(clicks, _own_network(networks))


def each_from_another_device(clicks: Sequence[Sighting]) -> set[UUID]:
    """Clicks on three or more links within minutes, no two by browsers of one make."""
    return _each_from_another(clicks, _make)


def _each_from_another(clicks: Sequence[Sighting], key: Key) -> set[UUID]:
    firsts = _first_clicks(clicks)
    keys = {key(hit) for hit in firsts} - {""}
    is_new = len(firsts) >= STEADY and len(keys) == len(firsts)
    return members(firsts, Burst(STEADY, SOON), link_of) if is_new else set()


def changed(clicks: Sequence[Sighting]) -> set[UUID]:
    """Clicks minutes after one on another link that shares neither network nor make of browser."""
    firsts = _first_clicks(clicks)
    return {
        hit.id
        for hit in firsts
        for other in firsts
        if timedelta(0) < hit.at - other.at <= SOON
        and _make(other) != _make(hit)
        and network_of(other.ip) != network_of(hit.ip)
    }


def parade(hits: Sequence[Sighting]) -> set[UUID]:
    """Hits among which within a minute three or more browsers of different makes were seen."""
    return members(hits, Burst(STEADY, MINUTE), _make)


def _make(hit: Sighting) -> Hashable:
    agent = agent_of(hit.user_agent)
    return agent.system, agent.family


def _first_clicks(clicks: Sequence[Sighting]) -> list[Sighting]:
    firsts: dict[str, Sighting] = {}
    for click in in_order(clicks):
        firsts.setdefault(click.link, click)
    return list(firsts.values())
