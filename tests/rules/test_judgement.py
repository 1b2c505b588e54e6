"""Human or machine? The signs by which link scanners and prefetchers give themselves away."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from bridge.judgement import judge as judgement
from bridge.judgement.networks import packaged_networks
from bridge.judgement.sightings import Proof, Sighting, Verdict
from bridge.program.verdicts import Thresholds
from tests import make


def judge(hit: Sighting, neighbours: Iterable[Sighting]) -> Verdict:
    """As the packaged lists and the default thresholds have it."""
    return judgement.judge(hit, neighbours, Thresholds(), packaged_networks())


def _click(link: str = "a", second: float = 0, agent: str | None = make.A_BROWSER, **more: Any) -> Sighting:
    at = make.NOON + timedelta(seconds=second)
    return Sighting(uuid4(), at, "link.clicked", link, user_agent=agent, **more)


def _open(second: float = 0, agent: str | None = make.A_BROWSER) -> Sighting:
    return Sighting(uuid4(), make.NOON + timedelta(seconds=second), "mail.opened", "", user_agent=agent)


def test_a_single_click_is_a_persons() -> None:
    verdict = judge(_click(), [_click()])
    assert (verdict.kind, verdict.signs, verdict.is_machine) == ("human", (), False)


@pytest.mark.parametrize("purpose", ["prefetch", "Prefetch", "prefetch;prerender"])
def test_what_says_that_it_prefetches_does(purpose: str) -> None:
    verdict = judge(_click(purpose=purpose), [])
    assert (verdict.kind, verdict.is_machine) == ("prefetch", True)


def test_a_head_request_is_no_persons() -> None:
    verdict = judge(_click(method="HEAD"), [])
    assert (verdict.kind, verdict.signs, verdict.is_machine) == ("scanner", ("HEAD request",), True)


@pytest.mark.parametrize("agent", [None, "", "  "])
def test_nobodys_browser_is_nameless(agent: str | None) -> None:
    assert judge(_click(agent=agent), []).signs == ("no user agent",)
    assert judge(_open(agent=agent), []).is_machine


def test_nobody_follows_two_links_within_a_second() -> None:
    clicks = [_click("a", 0), _click("b", 1)]
    assert [judge(click, clicks).signs[0] for click in clicks] == ["links in a burst: 2 in 1s"] * 2


def test_somebody_may_follow_two_links_within_a_few_seconds() -> None:
    clicks = [_click("a", 0), _click("b", 1.01)]
    assert [judge(click, clicks).kind for click in clicks] == ["human", "human"]


def test_a_double_click_is_a_persons() -> None:
    clicks = [_click("a", 0), _click("a", 0.2)]
    assert [judge(click, clicks).kind for click in clicks] == ["human", "human"]


def test_nobody_follows_three_links_within_ten_seconds() -> None:
    clicks = [_click("a", 0), _click("b", 4), _click("c", 10)]
    expected = ("links in a burst: 3 in 10s",)
    assert [judge(click, clicks).signs[:1] for click in clicks] == [expected] * 3


def test_three_links_with_time_to_read_are_a_persons() -> None:
    clicks = [_click("a", 0), _click("b", 12), _click("c", 31)]
    assert [judge(click, clicks).kind for click in clicks] == ["human"] * 3


def test_a_click_an_hour_after_the_scanner_is_a_persons() -> None:
    scanner = [_click(link, 0.1 * number) for number, link in enumerate("abcde")]
    person = _click("a", 3600)
    assert all(judge(click, [*scanner, person]).is_machine for click in scanner)
    assert judge(person, [*scanner, person]).kind == "human"


def test_a_scanner_that_follows_links_and_downloads_gives_itself_away() -> None:
    download = Sighting(uuid4(), make.NOON, "file.downloaded", "globe.pdf", user_agent=make.A_BROWSER)
    hits = [download, _click("a", 0.5), _click("b", 0.9)]
    assert all(judge(hit, hits).is_machine for hit in hits)


def test_a_person_may_open_the_file_and_a_link_in_one_go() -> None:
    download = Sighting(uuid4(), make.NOON, "file.downloaded", "globe.pdf", user_agent=make.A_BROWSER)
    hits = [download, _click("a", 0.5)]
    assert [judge(hit, hits).kind for hit in hits] == ["human", "human"]


def test_opens_are_no_clicks() -> None:
    neighbours = [_open(0), _open(0.1), _click("a", 0.2)]
    assert [judge(hit, neighbours).kind for hit in neighbours] == ["human"] * 3


def test_the_judgement_does_not_depend_on_the_order_of_neighbours() -> None:
    clicks = [_click("a", 0), _click("b", 4), _click("c", 8), _click("d", 60)]
    assert [judge(c, clicks) for c in clicks] == [judge(c, reversed(clicks)) for c in clicks]


def test_two_hints_are_as_good_as_a_sign() -> None:
    clicks = [_click("a", 0), _click("b", 5), _click("c", 10.1)]
    assert [judge(click, clicks).kind for click in clicks] == ["scanner"] * 3
    assert "three links with no time to read" in judge(clicks[0], clicks).signs


def test_few_headers_and_no_pictures_are_one_hint() -> None:
    bare = _click(accepted_at=make.NOON - timedelta(seconds=20), headers={"accept": "*/*"})
    assert judge(bare, []).kind == "human"
    assert len(judge(bare, []).signs) == 3


def test_what_happens_to_everybody_keeps_no_click_from_being_one_of_several() -> None:
    soon = _click(accepted_at=make.NOON - timedelta(seconds=20))
    assert judge(soon, []).signs and not judge(soon, []).is_doubtful
    old = _click(
        agent="Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/60.0 Safari/537.36"
    )
    assert judge(old, []).is_doubtful


def _proved(how: str, second: float, hits: list[Sighting], links: int) -> list[str]:
    proof = Proof(make.NOON + timedelta(seconds=second), how, hits[0].id, make.A_BROWSER, None)
    scene = judgement.Scene(links, proofs=[proof])
    return [judgement.judge(hit, hits, Thresholds(), packaged_networks(), scene).kind for hit in hits[:1]]


@pytest.mark.parametrize(
    ("how", "second", "links", "kind"),
    [
        ("page", 8, 6, "human"),  # three tabs of six
        ("page", 1, 6, "scanner"),  # nobody is that quick
        ("page", 8, 3, "human"),  # all three, hours after the mail came
        ("form", 1, 3, "human"),
    ],
)
def test_a_proof_is_weighed_against_a_burst(how: str, second: float, links: int, kind: str) -> None:
    tabs = [_click("a", 0), _click("b", 0.4), _click("c", 0.8)]
    assert _proved(how, second, tabs, links) == [kind]


@pytest.mark.parametrize(("how", "kind"), [("page", "scanner"), ("button", "scanner"), ("form", "human")])
def test_who_takes_every_link_of_a_long_mail_at_once_needs_a_form(how: str, kind: str) -> None:
    sweep = [_click(link, number / 4) for number, link in enumerate("abcde")]
    assert _proved(how, 20, sweep, 5) == [kind]
