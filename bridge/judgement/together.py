"""What hits say about each other: bursts, rhythms, and who else was there at that moment.

Every function takes hits in any order and costs little more than sorting them, so that somebody who follows a link
a hundred thousand times holds up nobody.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from bridge.judgement.agents import agent_of
from bridge.judgement.clients import network_of
from bridge.judgement.networks import Networks
from bridge.judgement.sightings import CLICK, Sighting
from bridge.program.verdicts import Burst

SECONDS = timedelta(seconds=10)
"""What happens within these is one moment."""
MINUTE = timedelta(seconds=60)
TIME_TO_READ = timedelta(seconds=40)
A_FEW_MINUTES = timedelta(minutes=5)
SOON = timedelta(minutes=10)
LATEST = datetime.max.replace(tzinfo=UTC)
STEADY = 3
LONGEST_BEAT = timedelta(seconds=20)
DEVIATION = 0.05

Key = Callable[[Sighting], Hashable]


def in_order(hits: Iterable[Sighting]) -> list[Sighting]:
    """Hits by time."""
    return sorted(hits, key=lambda hit: (hit.at, hit.id))


def members(hits: Iterable[Sighting], burst: Burst, key: Key) -> set[UUID]:
    """The hits that lie in any window of the burst's length with as many different keys."""
    ordered, within, start, marked_to = in_order(hits), Counter[Hashable](), 0, 0
    found: set[UUID] = set()
    for end, hit in enumerate(ordered):
        within[key(hit)] += 1
        while hit.at - ordered[start].at > burst.within:
            within = _without(within, key(ordered[start]))
            start += 1
        if len(within) >= burst.count:
            found |= {one.id for one in ordered[max(start, marked_to) : end + 1]}
            marked_to = end + 1
    return found


def _without(counter: Counter[Hashable], key: Hashable) -> Counter[Hashable]:
    counter[key] -= 1
    if not counter[key]:
        del counter[key]
    return counter


def bursts(hits: Sequence[Sighting], limits: Sequence[Burst]) -> dict[UUID, Burst]:
    """Hit → the burst of different links that it belongs to.

    A machine that changes its address is one burst. Whoever follows a link meanwhile with another browser from
    another network is somebody else.
    """
    by_client: dict[Hashable, list[Sighting]] = defaultdict(list)
    for hit in hits:
        by_client[network_of(hit.ip), hit.user_agent].append(hit)
    found = {one: burst for group in by_client.values() for one, burst in _bursts(group, limits).items()}
    strangers = _strangers(hits, found)
    found |= _bursts([hit for hit in hits if hit.id not in strangers], limits)
    return found | _bursts([hit for hit in hits if hit.id in strangers], limits)


def _bursts(hits: Sequence[Sighting], limits: Sequence[Burst]) -> dict[UUID, Burst]:
    """A file and a link may be opened in one go, so that two are many only of clicks."""
    found: dict[UUID, Burst] = {}
    for limit in limits:
        concerned = [hit for hit in hits if limit.count > 2 or hit.kind == CLICK]
        for one in members(concerned, limit, _link):
            found.setdefault(one, limit)
    return found


def _strangers(hits: Sequence[Sighting], machines: Mapping[UUID, Burst]) -> set[UUID]:
    """Hits that share neither network nor agent with a machine that was there within a minute."""
    if not machines:
        return set()
    marked = [hit for hit in hits if hit.id in machines]
    agents, networks = Moments(marked, lambda h: h.user_agent), Moments(marked, lambda h: network_of(h.ip))
    return {
        hit.id
        for hit in hits
        if hit.id not in machines
        and not agents.near(hit.user_agent, hit.at, MINUTE)
        and not networks.near(network_of(hit.ip), hit.at, MINUTE)
    }


class Moments:
    """When hits with a certain key were seen."""

    def __init__(self, hits: Iterable[Sighting], key: Key) -> None:
        self._times: dict[Hashable, list[datetime]] = defaultdict(list)
        for hit in in_order(hits):
            self._times[key(hit)].append(hit.at)

    def near(self, key: Hashable, at: datetime, within: timedelta) -> bool:
        """Whether one of that key was seen so soon before or after."""
        times = self._times.get(key, [])
        place = bisect_left(times, at - within)
        return place < len(times) and times[place] <= at + within


def with_others_at_once(hits: Iterable[Sighting], key: Key, within: timedelta) -> set[UUID]:
    """The hits beside which, within that time, one with another key was seen."""
    return members([hit for hit in hits if key(hit)], Burst(2, within), key)


def colleagues(hits: Sequence[Sighting], limit: Burst) -> tuple[set[UUID], set[UUID]]:
    """Hits on mails to several people at the same time: a gateway's, and those that only look a little like it.

    A gateway follows soon after delivery, or with one browser. Later, colleagues may look at a mail together.
    """

    def recipient(hit: Sighting) -> Hashable:
        return hit.recipient

    by_client: dict[Hashable, list[Sighting]] = defaultdict(list)
    for hit in hits:
        by_client[network_of(hit.ip), hit.user_agent].append(hit)
    groups = [[hit for hit in hits if _age(hit) <= SOON or hit.accepted_at is None], *by_client.values()]
    machines = {one for group in groups for one in members(group, limit, recipient)}
    some = members(hits, limit, recipient) | with_others_at_once(hits, recipient, SECONDS)
    return machines, some


def from_many_networks(clicks: Sequence[Sighting], networks: Networks) -> set[UUID]:
    """Clicks within seconds of one from elsewhere; relays change the address of people."""

    def network(hit: Sighting) -> str:
        known = networks.of(hit.ip)
        return "" if known is not None and known.kind == "relay" else network_of(hit.ip)

    return with_others_at_once(clicks, network, SECONDS)


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


def every_link(clicks: Sequence[Sighting], links: int) -> set[UUID]:
    """Clicks that leave out none of a mail's links, when there are several, with little time to read between."""
    firsts = _first_clicks(clicks)
    slowest = max((later.at - earlier.at for earlier, later in pairwise(firsts)), default=timedelta.max)
    is_whole = STEADY <= links <= len(firsts) and slowest <= TIME_TO_READ
    return members(clicks, Burst(links, A_FEW_MINUTES), _link) if is_whole else set()


def unopened(clicks: Sequence[Sighting], opens: Sequence[Sighting]) -> set[UUID]:
    """Clicks soon after delivery before which nobody had loaded the mail's pictures.

    Many people load none, but they do not click within a minute, nor three links within ten.
    """
    first_open = min((hit.at for hit in opens), default=LATEST)
    early = [hit for hit in clicks if hit.accepted_at and hit.at < first_open]
    at_once = {hit.id for hit in early if _age(hit) <= MINUTE}
    soon = [hit for hit in early if _age(hit) <= SOON]
    return at_once | members(soon, Burst(STEADY, SOON), _link)


def each_from_another_network(clicks: Sequence[Sighting], networks: Networks) -> set[UUID]:
    """Clicks on three or more links within minutes, no two from one network; relays may be like that."""

    def network(hit: Sighting) -> str:
        known = networks.of(hit.ip)
        return "" if known is not None and known.kind == "relay" else network_of(hit.ip)

    return _each_from_another(clicks, network)


def each_from_another_device(clicks: Sequence[Sighting]) -> set[UUID]:
    """Clicks on three or more links within minutes, no two by browsers of one make."""
    return _each_from_another(clicks, _make)


def _each_from_another(clicks: Sequence[Sighting], key: Key) -> set[UUID]:
    firsts = _first_clicks(clicks)
    keys = {key(hit) for hit in firsts} - {""}
    is_new = len(firsts) >= STEADY and len(keys) == len(firsts)
    return members(firsts, Burst(STEADY, SOON), _link) if is_new else set()


def changed(clicks: Sequence[Sighting]) -> set[UUID]:
    """Clicks on different links within minutes, of which no two share network or make of browser."""
    firsts = _first_clicks(clicks)
    return {
        hit.id
        for hit in firsts
        for other in firsts
        if abs(other.at - hit.at) <= SOON
        and _make(other) != _make(hit)
        and network_of(other.ip) != network_of(hit.ip)
    }


def parade(hits: Sequence[Sighting]) -> set[UUID]:
    """Hits among which within a minute three or more browsers of different makes were seen."""
    return members(hits, Burst(STEADY, MINUTE), _make)


def _make(hit: Sighting) -> Hashable:
    agent = agent_of(hit.user_agent)
    return agent.system, agent.family


def _link(hit: Sighting) -> Hashable:
    return hit.link


def _age(hit: Sighting) -> timedelta:
    return hit.at - hit.accepted_at if hit.accepted_at else timedelta.max


def _first_clicks(clicks: Sequence[Sighting]) -> list[Sighting]:
    firsts: dict[str, Sighting] = {}
    for click in in_order(clicks):
        firsts.setdefault(click.link, click)
    return list(firsts.values())
