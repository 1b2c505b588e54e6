"""The preset *artegic*, number by number."""

import pytest

from tests import make
from tests.rules.story import Story


@pytest.fixture
def story() -> Story:
    return Story(make.program(make.ARTEGIC))


def test_sales_qualified_is_whoever_exceeds_a_hundred_points() -> None:
    assert make.program(make.ARTEGIC).stages.threshold == 101


def test_marketing_qualified_needs_twenty_points_too() -> None:
    assert make.program(make.ARTEGIC).stages.marketing_when.source == "confirmed && score >= 20"


def test_an_opened_mail_gives_five_points_once(story: Story) -> None:
    welcome = story.mail()
    assert story.opens(welcome) == {"mail-opened": 5}
    assert story.opens(welcome) == {}


def test_a_clicked_link_gives_ten_points_once(story: Story) -> None:
    welcome = story.mail()
    assert story.clicks(welcome, "a") == {"link-clicked": 10}
    assert story.waits(minutes=1).clicks(welcome, "a") == {}
    assert story.clicks(welcome, "b") == {"link-clicked": 10}, "there is no short cut for several clicks"


def test_a_downloaded_file_gives_twenty_points_once(story: Story) -> None:
    assert story.happens("file.downloaded", file="globe-next.pdf") == {"file-downloaded": 20}
    assert story.happens("file.downloaded", file="globe-next.pdf") == {}


def test_a_mail_without_reaction_costs_ten_points_once(story: Story) -> None:
    welcome = story.mail()
    assert story.waits(days=7).happens("mail.ignored", welcome) == {"mail-ignored": -10}
    assert story.happens("mail.ignored", welcome) == {}


def test_a_mail_that_could_not_be_tracked_cannot_be_ignored(story: Story) -> None:
    assert story.happens("mail.ignored", story.mail(tracked=False)) == {}


def test_only_a_completed_follow_up_gives_thirty_points(story: Story) -> None:
    assert story.happens("sequence.completed", sequence="welcome", sequence_kind="welcome") == {}
    points = story.happens("sequence.completed", sequence="sepa", sequence_kind="follow-up")
    assert points == {"sequence-completed": 30}


@pytest.mark.parametrize("kind", ["sales.rejected", "sales.lost"])
@pytest.mark.parametrize(
    ("before", "after"), [(120, 50), (105, 50), (100, 50), (95, 47), (45, 22), (5, 2), (0, 0), (-10, -10)]
)
def test_what_sales_gives_back_is_halved_to_fifty_at_most(
    story: Story, kind: str, before: int, after: int
) -> None:
    _bring_to(story, before)
    story.happens(kind, reason="no-need", subject="Kein Bedarf")
    assert story.score == after


def test_a_form_and_a_sent_mail_give_nothing(story: Story) -> None:
    assert story.happens("form.submitted", form="download", form_kind="callback") == {}
    assert story.happens("mail.sent", story.mail()) == {}


def _bring_to(story: Story, score: int) -> None:
    if score % 10:
        story.opens(story.mail())
    while story.score < score:
        story.clicks(story.mail(), "a")
    while story.score > score:
        story.happens("mail.ignored", story.mail())
    assert story.score == score
