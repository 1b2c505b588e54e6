"""The preset *exact*, number by number."""

import pytest

from bridge.program.model import Program
from tests import make
from tests.rules.story import Story


@pytest.fixture
def story() -> Story:
    return Story(make.program(make.EXACT))


def test_sales_qualified_begins_at_twelve_points() -> None:
    assert make.program(make.EXACT).stages.threshold == 12


def test_marketing_qualified_needs_a_company_and_a_confirmed_address() -> None:
    stages = make.program(make.EXACT).stages
    assert stages.requires == ("company",)
    assert stages.marketing_when.source == "confirmed"


def test_each_form_gives_two_points_once(story: Story) -> None:
    assert story.happens("form.submitted", form="download", form_kind="download") == {"form-submitted": 2}
    assert story.happens("form.submitted", form="download", form_kind="download") == {}
    assert story.happens("form.submitted", form="webinar", form_kind="event") == {"form-submitted": 2}


def test_asking_to_be_called_back_gives_eight_points_more(story: Story) -> None:
    points = story.happens("form.submitted", form="callback", form_kind="callback")
    assert points == {"form-submitted": 2, "callback-requested": 8}
    assert story.happens("form.submitted", form="callback", form_kind="callback") == {}


def test_choosing_topics_gives_two_points_once_in_a_lifetime(story: Story) -> None:
    assert story.happens("preferences.saved", topics=[]) == {}
    assert story.happens("preferences.saved", topics=["sepa"]) == {"preferences-saved": 2}
    assert story.waits(days=400).happens("preferences.saved", topics=["erp"]) == {}


def test_each_downloaded_file_gives_two_points_once(story: Story) -> None:
    assert story.happens("file.downloaded", file="globe-next.pdf") == {"file-downloaded": 2}
    assert story.waits(days=1).happens("file.downloaded", file="globe-next.pdf") == {}
    assert story.happens("file.downloaded", file="sepa.pdf") == {"file-downloaded": 2}


def test_a_page_gives_two_points_a_day_and_all_pages_four(story: Story) -> None:
    assert story.happens("page.visited", page="/prices") == {"page-visited": 2}
    assert story.happens("page.visited", page="/prices") == {}
    assert story.happens("page.visited", page="/features") == {"page-visited": 2}
    assert story.happens("page.visited", page="/contact") == {}, "four points a day are the most"
    assert story.waits(days=1).happens("page.visited", page="/prices") == {"page-visited": 2}


def test_a_day_of_page_visits_ends_at_midnight_of_the_programme(story: Story) -> None:
    story.waits(hours=10, minutes=59)  # 23:59 in Berlin, 22:59 UTC
    assert story.happens("page.visited", page="/prices") == {"page-visited": 2}
    assert story.waits(minutes=1).happens("page.visited", page="/prices") == {"page-visited": 2}


def test_the_first_opening_of_a_mail_gives_one_point(story: Story) -> None:
    welcome, second = story.mail(), story.mail()
    assert story.opens(welcome) == {"mail-opened": 1}
    assert story.opens(welcome) == {}
    assert story.opens(second) == {"mail-opened": 1}


def test_each_link_of_a_mail_gives_two_points_once(story: Story) -> None:
    welcome, second = story.mail(), story.mail()
    assert story.clicks(welcome, "a") == {"link-clicked": 2}
    assert story.waits(minutes=1).clicks(welcome, "a") == {}
    assert story.clicks(second, "a") == {"link-clicked": 2}, "the same address in another mail counts anew"


def test_a_second_link_of_one_mail_lifts_to_exactly_the_threshold(story: Story) -> None:
    welcome = story.mail()
    story.clicks(welcome, "a")
    points = story.waits(seconds=10).clicks(welcome, "b")
    assert points == {"link-clicked": 2, "several-clicks": 8}
    assert story.score == 12


def test_a_third_link_gives_only_its_own_points(story: Story) -> None:
    welcome = story.mail()
    story.clicks(welcome, "a")
    story.waits(seconds=10).clicks(welcome, "b")
    assert story.waits(seconds=10).clicks(welcome, "c") == {"link-clicked": 2}
    assert story.score == 14


@pytest.mark.parametrize("before", [0, 1, 2, 4, 5])
def test_several_clicks_top_up_whatever_was_there_before(story: Story, before: int) -> None:
    for number in range(before):
        story.happens("form.submitted", form=f"form-{number}")
    welcome = story.mail()
    story.clicks(welcome, "a")
    story.waits(seconds=10).clicks(welcome, "b")
    assert story.score == max(12, 2 * before + 4)


def test_two_links_within_ten_seconds_are_not_several_clicks(story: Story) -> None:
    welcome = story.mail()
    story.clicks(welcome, "a")
    assert story.waits(seconds=9.999).clicks(welcome, "b") == {"link-clicked": 2}


def test_links_of_two_mails_are_not_several_clicks(story: Story) -> None:
    welcome, second = story.mail(), story.mail()
    story.clicks(welcome, "a")
    assert story.waits(minutes=5).clicks(second, "b") == {"link-clicked": 2}


def test_somebody_above_the_threshold_is_not_brought_down_to_it(story: Story) -> None:
    story.happens("form.submitted", form="callback", form_kind="callback")
    welcome = story.mail()
    story.clicks(welcome, "a")
    assert story.waits(seconds=10).clicks(welcome, "b") == {"link-clicked": 2}
    assert story.score == 14


def test_a_tracked_mail_costs_a_point_until_minus_six(story: Story) -> None:
    for _ in range(9):
        story.happens("mail.sent", story.mail())
    assert story.score == -6
    assert [entry.points for entry in story.of("mail-sent")] == [-1] * 6


def test_a_mail_that_could_not_be_tracked_costs_nothing(story: Story) -> None:
    assert story.happens("mail.sent", story.mail(tracked=False)) == {}
    assert story.happens("mail.sent") == {}


@pytest.mark.parametrize("kind", ["sales.rejected", "sales.lost"])
@pytest.mark.parametrize(("before", "after"), [(12, 6), (7, 6), (6, 6), (4, 4), (0, 0), (-3, -3)])
def test_what_sales_gives_back_falls_to_six(story: Story, kind: str, before: int, after: int) -> None:
    _bring_to(story, before)
    story.happens(kind, reason="no-need", subject="Kein Bedarf")
    assert story.score == after


@pytest.mark.parametrize(
    "kind", ["mail.ignored", "sequence.completed", "unsubscribed", "sales.won", "sales.accepted"]
)
def test_what_the_preset_does_not_name_gives_nothing(story: Story, kind: str) -> None:
    assert story.happens(kind, story.mail(), sequence_kind="follow-up") == {}


def test_the_reasons_are_plain_words(story: Story) -> None:
    welcome = story.mail(subject="Willkommen")
    story.clicks(welcome, "SEPA-Checkliste")
    story.happens("preferences.saved", topics=["sepa", "erp"])
    assert [entry.reason for entry in story.entries if not entry.topic] == [
        "Klick auf „SEPA-Checkliste“ in „Willkommen“",
        "Interessen gewählt: SEPA, ERP",
    ]


@pytest.mark.parametrize("preset", [make.EXACT, make.ARTEGIC])
def test_both_presets_bring_the_reasons_of_sales(preset: str) -> None:
    months = {id_: (reason.back_after, reason.effect) for id_, reason in make.program(preset).reasons.items()}
    assert months == {
        "only-informing": (0, "nurture"),
        "not-reached": (1, "nurture"),
        "no-need": (6, "nurture"),
        "no-budget": (9, "nurture"),
        "later": (0, "nurture"),
        "not-entitled": (0, "nurture"),
        "other-supplier": (18, "nurture"),
        "does-not-fit": (0, "fit_down"),
        "wrong-territory": (0, "reroute"),
        "already-customer": (0, "reroute"),
        "competitor": (0, "exclude"),
        "applicant": (0, "exclude"),
        "spam": (0, "exclude"),
        "no-contact": (0, "block"),
    }


@pytest.mark.parametrize("preset", [make.EXACT, make.ARTEGIC])
def test_two_reasons_ask_for_something(preset: str) -> None:
    program: Program = make.program(preset)
    assert {id_: reason.asks for id_, reason in program.reasons.items() if reason.asks} == {
        "later": "date",
        "not-entitled": "note",
    }


def _bring_to(story: Story, score: int) -> None:
    if score % 2:
        story.opens(story.mail())
    while story.score < score:
        story.clicks(story.mail(), "a")
    while story.score > score:
        story.happens("mail.sent", story.mail())
    assert story.score == score
