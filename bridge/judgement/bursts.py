"""Strong signs that several hits give together: bursts in one mail, sweeps over the mails of an organisation."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from uuid import UUID

from bridge.judgement.clients import network_of
from bridge.judgement.sightings import CLICK, Sighting
from bridge.judgement.windows import (
    MINUTE,
    SECONDS,
    SOON,
    Moments,
    age_of,
    link_of,
    members,
    with_others_at_once,
)
from bridge.program.verdicts import Burst


def bursts(hits: Sequence[Sighting], limits: Sequence[Burst]) -> dict[UUID, Burst]:
    """Hit → the burst of different links that it belongs to.

    A machine that changes its address is one burst. Whoever follows a link meanwhile with another browser from
    another network is somebody else.
    """
    if len(hits) < min((limit.count for limit in limits), default=0):
        return {}
    by_client: dict[Hashable, list[Sighting]] = defaultdict(list)
    for hit in hits:
        by_client[_client(hit)].append(hit)
    found = {one: burst for group in by_client.values() for one, burst in _bursts(group, limits).items()}
    strangers = _strangers(hits, found)
    found |= _bursts([hit for hit in hits if hit.id not in strangers], limits)
    return found | _bursts([hit for hit in hits if hit.id in strangers], limits)


def _bursts(hits: Sequence[Sighting], limits: Sequence[Burst]) -> dict[UUID, Burst]:
    """A file and a link may be opened in one go, so that two are many only of clicks."""
    found: dict[UUID, Burst] = {}
    for limit in limits:
        concerned = [hit for hit in hits if limit.count > 2 or hit.kind == CLICK]
        for one in members(concerned, limit, link_of):
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


def colleagues(
    own: Sequence[Sighting], others: Sequence[Sighting], limit: Burst
) -> tuple[set[UUID], set[UUID]]:
    """Hits on mails to several people at the same time: a gateway's, and those that only look a little like it.

    own: those of one mail, for which it is told. others: of colleagues.

    A gateway follows soon after delivery, or with one browser. Later, colleagues may look at a mail together.
    """

    def recipient(hit: Sighting) -> Hashable:
        return hit.recipient

    hits = [*own, *others]
    by_client: dict[Hashable, list[Sighting]] = {_client(hit): [] for hit in own}
    for hit in hits:
        if (group := by_client.get(_client(hit))) is not None:
            group.append(hit)
    groups = [[hit for hit in hits if age_of(hit) <= SOON or hit.accepted_at is None], *by_client.values()]
    machines = {one for group in groups for one in members(group, limit, recipient)}
    some = members(hits, limit, recipient) | with_others_at_once(hits, recipient, SECONDS)
    return machines, some


def _client(hit: Sighting) -> Hashable:
    """The browser, as far as one can tell."""
    return network_of(hit.ip), hit.user_agent
