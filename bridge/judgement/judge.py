"""Human or machine? A pure judgement of a hit by itself and its neighbours.

The signs come from what is published about link scanners and privacy proxies: they prefetch with telling
headers, use HEAD, hide their agent, or follow many links of one mail within seconds.
"""

from collections.abc import Iterable
from datetime import timedelta

from bridge.judgement.sightings import FOLLOWED, Sighting, Verdict

BURST = timedelta(seconds=10)
BURST_LINKS = 3
AT_ONCE = timedelta(seconds=1)


def judge(hit: Sighting, neighbours: Iterable[Sighting]) -> Verdict:
    """Judge a hit. neighbours: the other hits of the same mail, in any order, itself included or not."""
    if hit.purpose and "prefetch" in hit.purpose.lower():
        return Verdict("prefetch", ("prefetch header",))
    signs = tuple(_signs(hit, neighbours))
    return Verdict("scanner", signs) if signs else Verdict("human")


def _signs(hit: Sighting, neighbours: Iterable[Sighting]) -> Iterable[str]:
    if hit.method == "HEAD":
        yield "HEAD request"
    if not (hit.user_agent or "").strip():
        yield "no user agent"
    if hit.kind == "link.clicked":
        clicks = [other for other in neighbours if other.kind == "link.clicked"]
        yield from _at_once(hit, clicks)
        yield from _burst(hit, clicks)
    elif (
        hit.kind == "file.downloaded"
    ):  # somebody may open a file and a link in one go; a scanner opens everything
        yield from _burst(hit, [other for other in neighbours if other.kind in FOLLOWED])


def _at_once(hit: Sighting, clicks: list[Sighting]) -> Iterable[str]:
    links = {other.link for other in clicks if abs(other.at - hit.at) <= AT_ONCE} | {hit.link}
    if len(links) > 1:
        yield f"{len(links)} links within a second"


def _burst(hit: Sighting, clicks: list[Sighting]) -> Iterable[str]:
    if _most_links_within(BURST, hit, clicks) >= BURST_LINKS:
        yield f"{BURST_LINKS} or more links within {BURST.seconds} seconds"


def _most_links_within(span: timedelta, hit: Sighting, clicks: list[Sighting]) -> int:
    """The largest number of different links in any window of that length that contains the hit."""
    near = sorted((c for c in clicks if abs(c.at - hit.at) <= span), key=lambda c: c.at)
    starts = [c.at for c in near if c.at <= hit.at] or [hit.at]
    return max(len({c.link for c in near if start <= c.at <= start + span} | {hit.link}) for start in starts)
