"""Human or machine? The judgement of all hits of one mail, from what they say alone and together.

Link scanners follow the links of a mail within seconds of each other, mostly in the first five minutes after its
delivery, often under the name of a genuine browser. So no single sign is trusted for ever, and each verdict carries
the signs that led there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from bridge.judgement import alone, bursts, circumstances, clients, signs
from bridge.judgement.circumstances import STEADY
from bridge.judgement.networks import Networks
from bridge.judgement.sightings import CLICK, FOLLOWED, OPEN, Proof, Sighting, Verdict
from bridge.judgement.windows import MINUTE, Moments
from bridge.program.verdicts import Thresholds

COMES_BACK = timedelta(minutes=10)
"""A machine is recognised by its address and agent for that long; afterwards somebody else may have them."""
REACTION = timedelta(seconds=3)
"""Nobody sees a page, understands it and uses it sooner."""
A_DAY = timedelta(days=1)
"""An address keeps its owner at least that long, mostly."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What hits of one mail are judged by besides themselves.

    links: how many content links the mail has. colleagues: hits on mails to others of the same organisation.
    proofs: what the person did besides.
    """

    links: int = 0
    colleagues: Sequence[Sighting] = ()
    proofs: Sequence[Proof] = ()


@dataclass(slots=True)
class _Signs:
    """What was found about one hit. is_stubborn: only a form speaks against it."""

    prefetch: str | None = None
    own: list[str] = field(default_factory=list)
    strong: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    is_stubborn: bool = False


def judge(
    hit: Sighting,
    neighbours: Iterable[Sighting],
    thresholds: Thresholds,
    networks: Networks,
    scene: Scene = Scene(),
) -> Verdict:
    """Judge one hit. neighbours: the other hits of the same mail, itself included or not."""
    others = [other for other in neighbours if other.id != hit.id]
    return judge_mail([hit, *others], thresholds, networks, scene)[hit.id]


def judge_mail(
    hits: Sequence[Sighting], thresholds: Thresholds, networks: Networks, scene: Scene
) -> dict[UUID, Verdict]:
    """Hit → verdict, for all hits of one mail. Their order does not matter."""
    found = {hit.id: _alone(hit, networks) for hit in hits}
    followed = [hit for hit in hits if hit.kind in FOLLOWED and not found[hit.id].prefetch]
    _note_bursts(found, followed, thresholds)
    _note_colleagues(found, followed, scene.colleagues, thresholds)
    _note_company(found, hits, followed, networks, scene.links)
    _note_clients(found, hits)
    _note_sweeps(found, hits, scene.links)
    return {hit.id: _verdict(hit, found[hit.id], thresholds, scene.proofs) for hit in hits}


def revised(before: Verdict, judged: Verdict) -> Verdict:
    """The verdict on a hit that was judged before: once a machine, always a machine, unless somebody proves it."""
    return before if before.is_machine and not judged.is_machine and not judged.proved else judged


def _alone(hit: Sighting, networks: Networks) -> _Signs:
    agent = alone.agent_behind(hit)
    own = list(alone.strong_signs(hit, agent, networks))
    if hit.kind == CLICK and hit.accepted_at and hit.at < hit.accepted_at:
        own.append(signs.BEFORE_ACCEPTED)
    return _Signs(alone.prefetched(hit, agent), own, list(own), list(alone.hints(hit, agent, networks)))


def _note_bursts(found: Mapping[UUID, _Signs], followed: Sequence[Sighting], thresholds: Thresholds) -> None:
    for one, burst in bursts.bursts(followed, thresholds.bursts).items():
        found[one].strong.append(signs.named(signs.BURST, burst))


def _note_colleagues(
    found: Mapping[UUID, _Signs],
    followed: Sequence[Sighting],
    colleagues: Sequence[Sighting],
    thresholds: Thresholds,
) -> None:
    """A gateway in front of an organisation follows the links of everybody's mail at the same time."""
    if not colleagues:
        return
    machines, some = bursts.colleagues(followed, colleagues, thresholds.recipients)
    for hit in followed:
        if hit.id in machines:
            found[hit.id].strong.append(signs.named(signs.COLLEAGUES, thresholds.recipients))
        elif hit.id in some:
            found[hit.id].hints.append(signs.ONE_COLLEAGUE)


def _note_company(
    found: Mapping[UUID, _Signs],
    hits: Sequence[Sighting],
    followed: Sequence[Sighting],
    networks: Networks,
    links: int,
) -> None:
    """Hints that a hit gets from those beside it."""
    clicks = [hit for hit in followed if hit.kind == CLICK]
    direct = [hit for hit in hits if alone.agent_behind(hit).kind == "browser"]
    clean = [hit for hit in hits if hit.kind == OPEN and not (found[hit.id].strong or found[hit.id].hints)]
    for one in circumstances.parade(direct):
        found[one].strong.append(signs.PARADE)
    devices = circumstances.from_many_devices(direct)
    for sign, concerned in (
        (signs.EVERY_LINK, circumstances.every_link(clicks, links)),
        (signs.RHYTHM, circumstances.steady(clicks)),
        (signs.HURRY, circumstances.hurried(clicks)),
        (signs.PAIR, circumstances.paired(clicks)),
        (signs.MANY_NETWORKS, circumstances.from_many_networks(clicks, networks)),
        (signs.NEW_NETWORKS, circumstances.each_from_another_network(clicks, networks)),
        (signs.NEW_DEVICES, circumstances.each_from_another_device(clicks)),
        (signs.CHANGED, circumstances.changed(clicks)),
        (signs.MANY_DEVICES, devices),
        (signs.UNOPENED, circumstances.unopened(clicks, [hit for hit in clean if hit.id not in devices])),
    ):
        for one in concerned:
            found[one].hints.append(sign)


def _note_clients(found: Mapping[UUID, _Signs], hits: Sequence[Sighting]) -> None:
    """Whatever else a machine fetches, it fetches as a machine."""
    machines = [hit for hit in hits if found[hit.id].strong]
    by_client = Moments(machines, lambda hit: (hit.ip, hit.user_agent))
    by_address = Moments(machines, lambda hit: hit.ip)
    bursting = [hit for hit in machines if len(found[hit.id].strong) > len(found[hit.id].own)]
    by_network = Moments(bursting, lambda hit: clients.network_of(hit.ip))
    for hit in hits:
        mine, network = found[hit.id], clients.network_of(hit.ip)
        is_known = by_client.near((hit.ip, hit.user_agent), hit.at, COMES_BACK)
        is_near = bool(network) and by_network.near(network, hit.at, MINUTE)
        if not mine.strong and (is_known or is_near):
            mine.strong.append(signs.SAME_CLIENT)
        elif not mine.strong and hit.ip and by_address.near(hit.ip, hit.at, A_DAY):
            mine.hints.append(signs.ADDRESS)


def _note_sweeps(found: Mapping[UUID, _Signs], hits: Sequence[Sighting], links: int) -> None:
    """Tabs are some of a mail's links. Who takes all of them at once, or the hidden one, scrolls and presses, too."""
    swept = [hit for hit in hits if any(signs.bare(sign) == signs.BURST for sign in found[hit.id].strong)]
    taken = {hit.link for hit in swept if hit.kind == CLICK}
    if STEADY <= links <= len(taken):
        for hit in swept:
            mine = found[hit.id]
            mine.is_stubborn = links > STEADY or signs.UNOPENED in mine.hints
    trapped = [hit for hit in hits if signs.HIDDEN_LINK in found[hit.id].own]
    by_client = Moments(trapped, lambda hit: (hit.ip, hit.user_agent))
    for hit in hits:
        found[hit.id].is_stubborn |= by_client.near((hit.ip, hit.user_agent), hit.at, COMES_BACK)


def _verdict(hit: Sighting, mine: _Signs, thresholds: Thresholds, proofs: Sequence[Proof]) -> Verdict:
    if mine.prefetch:
        return Verdict("prefetch", (mine.prefetch,))
    noticed = tuple(dict.fromkeys([*mine.strong, *mine.hints]))
    proof = _proof_for(hit, mine, proofs, thresholds.proof_reaches_back)
    if proof is not None:
        return Verdict("human", (signs.PROOFS[proof.how], *noticed), proved=True)
    if mine.strong or signs.weight(mine.hints) >= thresholds.hints:
        return Verdict("scanner", noticed)
    if hit.kind == OPEN and mine.hints:
        return Verdict("unknown", noticed)
    return Verdict("human", noticed)


def _proof_for(hit: Sighting, mine: _Signs, proofs: Sequence[Proof], reach: timedelta) -> Proof | None:
    """The proof that speaks for a hit: of that very click, or of the same browser soon after it.

    None speaks for a hit that by itself is a machine's. Sandboxes scroll and press buttons, but type no addresses:
    against a sweep only a form helps, and nobody sees, understands and uses a page at once.
    """
    if mine.own:
        return None
    for proof in proofs:
        waited = proof.at - hit.at
        is_near = timedelta(0) <= waited <= reach
        same = clients.same_agent(proof, hit) and clients.same_network(proof, hit)
        weighs = proof.how == "form" or not (mine.is_stubborn or (mine.strong and waited < REACTION))
        if weighs and (proof.hit == hit.id or (is_near and same)):
            return proof
    return None
