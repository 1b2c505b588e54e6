"""Opens and clicks: people score, machines do not, and every hit rests before it counts."""

import re
from dataclasses import replace

from bridge.delivery.letters import Letter
from bridge.profiles.overview import TimelineLine
from tests.house import House


def hits(house: House) -> list[TimelineLine]:
    """Opens and clicks on Anna's timeline, oldest first."""
    kinds = {"mail.opened", "link.clicked"}
    return [line for line in reversed(house.lead().timeline) if line.kind in kinds]


def test_an_open_counts_once_for_a_mail(house: House) -> None:
    welcome = house.subscriber()
    for _ in range(3):
        house.open(welcome)
        house.tick(minutes=5)
    assert house.points().count(("mail-opened", 1)) == 1


def test_a_click_counts_once_for_a_link(house: House) -> None:
    welcome = house.subscriber()
    for _ in range(3):
        house.click(welcome, 1)
        house.tick(minutes=5)
    assert house.points().count(("link-clicked", 2)) == 1
    assert house.to_sales() == []


def test_a_click_counts_for_the_topic_of_its_link(house: House) -> None:
    welcome = house.subscriber()
    house.click(welcome, 1)
    house.tick(minutes=5)
    assert {row.topic: row.score for row in house.lead().topics}["sepa"] == 2


def test_every_point_has_a_reason_in_plain_words(house: House) -> None:
    house.lead_by_points()
    reasons = [line.reason for line in house.lead().ledger if line.topic is None]
    assert reasons == [
        "mehrere Links in „Willkommen bei Globe Next“ geklickt",
        "Klick auf „Zum Erfahrungsbericht“ in „Willkommen bei Globe Next“",
        "Klick auf „SEPA-Checkliste lesen“ in „Willkommen bei Globe Next“",
        "„Willkommen bei Globe Next“ gesendet",
        "Formular „Globe Next im Überblick (PDF)“ gesendet",
    ]


def test_a_click_rests_before_it_counts(house: House) -> None:
    welcome = house.subscriber()
    house.click(welcome, 1)
    house.tick(seconds=19)
    assert hits(house)[0].pending
    assert ("link-clicked", 2) not in house.points()
    house.tick(seconds=1)
    assert not hits(house)[0].pending
    assert house.points()[-1] == ("link-clicked", 2)


def test_the_decisive_click_counts_only_after_the_second_settle_time(house: House) -> None:
    welcome = house.subscriber()
    house.click(welcome, 1)
    house.clock.move(seconds=30)
    house.click(welcome, 2)
    house.tick(seconds=119)
    assert house.lead().score == 3
    assert [hit.pending for hit in hits(house)] == [False, True]
    house.tick(seconds=1)
    assert house.lead().score == 12
    assert house.lead().stage == "sales_qualified"


def test_a_head_request_scores_nothing_but_is_kept(house: House) -> None:
    welcome = house.subscriber()
    house.click(welcome, 1, method="HEAD")
    house.tick(minutes=5)
    assert [(hit.verdict, hit.signs[0]) for hit in hits(house)] == [("scanner", "HEAD request")]
    assert ("link-clicked", 2) not in house.points()


def test_a_prefetch_scores_nothing_but_is_kept(house: House) -> None:
    welcome = house.subscriber()
    house.open(welcome, purpose="prefetch")
    house.tick(minutes=5)
    assert [(hit.verdict, hit.signs) for hit in hits(house)] == [("prefetch", ("prefetch header",))]
    assert ("mail-opened", 1) not in house.points()


def test_a_hit_without_a_browsers_name_scores_nothing_but_is_kept(house: House) -> None:
    welcome = house.subscriber()
    house.click(welcome, 1, agent="")
    house.click(welcome, 2, agent=None)
    house.tick(minutes=5)
    assert [hit.verdict for hit in hits(house)] == ["scanner", "scanner"]
    assert house.lead().score == 1


def test_a_machine_that_follows_every_link_scores_nothing(house: House) -> None:
    welcome = house.subscriber()
    for number in range(1, len(house.tracked_links(welcome)) + 1):
        house.click(welcome, number)
        house.clock.move(seconds=2)
    house.tick(minutes=5)
    assert {hit.verdict for hit in hits(house)} == {"scanner"}
    assert all(hit.signs for hit in hits(house))
    assert house.lead().score == 1
    assert house.to_sales() == []


def test_two_links_within_a_second_are_a_machine(house: House) -> None:
    welcome = house.subscriber()
    house.click(welcome, 1)
    house.click(welcome, 2)
    house.tick(minutes=5)
    assert [hit.verdict for hit in hits(house)] == ["scanner", "scanner"]


def test_a_person_counts_after_a_machine_has_been_there(house: House) -> None:
    welcome = house.subscriber()
    for number in range(1, 5):
        house.click(welcome, number)
    house.clock.move(minutes=30)
    house.click_two(welcome)
    assert house.lead().stage == "sales_qualified"


def test_links_count_as_different_decisions_ten_seconds_apart(house: House) -> None:
    welcome = house.subscriber()
    house.click(welcome, 1)
    house.clock.move(seconds=9)
    house.click(welcome, 2)
    house.tick(minutes=5)
    assert house.lead().score == 5, "both clicks, but not yet several"
    house.click(welcome, 3)
    house.tick(minutes=5)
    assert house.lead().score == 12


def test_hits_of_a_person_who_is_gone_are_dropped(house: House) -> None:
    welcome = house.subscriber()
    house.erase()
    house.click(welcome, 1)
    house.tick(minutes=5)
    house.submit()
    assert hits(house) == []


def test_a_download_needs_no_consent_to_tracking(house: House) -> None:
    house.submit(allows=())
    house.download(house.sent[-1])
    house.tick(seconds=20)
    assert house.points()[-1] == ("file-downloaded", 2)


def test_pages_of_ours_that_are_opened_in_a_burst_give_a_scanner_away(house: House) -> None:
    welcome = house.subscriber()
    house.click(welcome, 1)
    house.clock.move(seconds=2)
    house.click(welcome, 2)
    house.clock.move(seconds=2)
    house.open_own_page(welcome, "unsubscribe")
    house.tick(minutes=5)
    assert house.lead().score == 1
    assert house.consents()["email"] == "given"


def test_opening_the_page_to_unsubscribe_gives_no_points(house: House) -> None:
    welcome = house.subscriber()
    house.open_own_page(welcome, "unsubscribe")
    house.tick(minutes=5)
    assert house.lead().score == 1
    assert house.lead().timeline[0].verdict == "human"


def with_hidden_link(house: House) -> House:
    """A house whose mails carry a link that people do not see."""
    verdicts = replace(house.program.verdicts, hidden_link=True)
    return House(house.engine, program=replace(house.program, verdicts=verdicts), clock=house.clock)


def test_mails_carry_a_hidden_link_only_when_the_programme_wants_it(house: House) -> None:
    assert hidden_links(house.subscriber()) == []
    trap = with_hidden_link(house).subscriber("bert@beispiel.example")
    [address] = hidden_links(trap)
    assert address not in trap.text


def test_who_follows_the_hidden_link_is_a_machine_with_all_it_does(house: House) -> None:
    trapping = with_hidden_link(house)
    welcome = trapping.subscriber()
    trapping.click(welcome, 1)
    trapping.clock.move(seconds=45)
    trapping.follow(hidden_links(welcome)[0])
    trapping.tick(minutes=5)
    assert [line.verdict for line in hits(trapping)] == ["scanner", "scanner"]
    assert trapping.lead().score == 1


def hidden_links(letter: Letter) -> list[str]:
    """Where links lead that people do not see."""
    return re.findall(r'<a href="([^"]+)"[^>]*display: none[^>]*>', letter.html)


def test_a_machine_that_fetches_the_download_scores_nothing(house: House) -> None:
    welcome = house.subscriber()
    house.download(welcome, method="HEAD")
    house.download(welcome, agent="")
    house.tick(minutes=5)
    assert ("file-downloaded", 2) not in house.points()


def test_a_machine_that_asks_for_a_receipts_file_with_head_first_is_recognised(house: House) -> None:
    house.submit(allows=())
    house.download(house.sent[-1], method="HEAD")
    house.clock.move(seconds=1)
    house.download(house.sent[-1])
    house.tick(minutes=5)
    assert ("file-downloaded", 2) not in house.points()
    house.tick(hours=1)
    house.download(house.sent[-1])
    house.tick(minutes=5)
    assert ("file-downloaded", 2) in house.points(), "a person counts afterwards"


def test_several_files_at_once_are_no_burst(house: House) -> None:
    house.submit(allows=())
    house.submit(form="sepa-checkliste", allows=())
    for receipt in house.sent:
        house.download(receipt)
    house.tick(minutes=5)
    assert house.points().count(("file-downloaded", 2)) == 2


def test_several_clicks_top_up_to_exactly_the_threshold(house: House) -> None:
    house.lead_by_points()
    assert house.points()[-3:] == [("link-clicked", 2), ("link-clicked", 2), ("several-clicks", 7)]
    assert house.lead().score == house.program.stages.threshold
