"""The preference centre: topics, frequency, language, and whether mails may be watched."""

from datetime import timedelta

from tests.house import ANNA, House

FIRST, SECOND = "Willkommen bei Globe Next", "Drei Fragen vor dem Umstieg"


def nurture(house: House) -> list[str]:
    """Subjects of the advertising mails to Anna."""
    return [mail.subject for mail in house.mails_to(ANNA) if mail.list_unsubscribe_url]


def test_choosing_topics_gives_points_once(house: House) -> None:
    house.subscriber()
    before = house.lead().score
    house.save_preferences(ANNA, "sepa")
    house.save_preferences(ANNA, "sepa", "warenwirtschaft")
    assert house.points()[-1] == ("preferences-saved", 2)
    assert house.lead().score == before + 2


def test_saving_without_topics_gives_nothing(house: House) -> None:
    house.subscriber()
    before = house.lead().score
    house.save_preferences(ANNA)
    assert house.lead().score == before


def test_chosen_topics_count_for_the_topic(house: House) -> None:
    house.subscriber(form="webinar")
    house.save_preferences(ANNA, "warenwirtschaft")
    assert {row.topic: row.score for row in house.lead().topics}["warenwirtschaft"] == 2


def test_monthly_means_a_month_between_mails(house: House) -> None:
    house.subscriber()
    house.save_preferences(ANNA, frequency="monthly")
    house.tick(days=29)
    assert nurture(house) == [FIRST]
    house.tick(days=2)
    assert nurture(house) == [FIRST, SECOND]


def test_a_pause_is_kept_until_its_day(house: House) -> None:
    house.subscriber()
    until = (house.clock() + timedelta(days=60)).date()
    house.save_preferences(ANNA, frequency="paused", pause_until=until)
    house.tick(days=59)
    assert nurture(house) == [FIRST]
    house.tick(days=2)
    assert nurture(house) == [FIRST, SECOND]


def test_a_pause_can_be_ended_early(house: House) -> None:
    house.subscriber()
    house.save_preferences(ANNA, frequency="paused", pause_until=(house.clock() + timedelta(days=60)).date())
    house.tick(days=8)
    house.save_preferences(ANNA, frequency="normal")
    house.tick(days=1)
    assert nurture(house) == [FIRST, SECOND]


def test_the_next_mail_is_in_the_chosen_language(house: House) -> None:
    house.subscriber()
    house.save_preferences(ANNA, language="en")
    house.tick(days=8)
    assert nurture(house)[-1] == "Three questions before you switch"


def test_without_tracking_the_next_mail_has_no_pixel_and_plain_links(house: House) -> None:
    house.subscriber()
    house.save_preferences(ANNA, allowed={"email": True, "tracking": False})
    house.tick(days=8)
    mail = house.mails_to(ANNA)[-1]
    assert mail.subject == SECOND
    assert "/t/" not in mail.text + mail.html
    assert "https://www.example.com/" in mail.text


def test_hits_of_earlier_mails_are_dropped_once_tracking_is_withdrawn(house: House) -> None:
    welcome = house.subscriber()
    house.save_preferences(ANNA, allowed={"email": True, "tracking": False})
    house.clock.move(minutes=5)
    house.open(welcome)
    house.click_two(welcome)
    assert {line.kind for line in house.lead().timeline}.isdisjoint({"mail.opened", "link.clicked"})
    assert house.to_sales() == []


def test_allowing_tracking_later_tracks_only_later_mails(house: House) -> None:
    welcome = house.subscriber(allows=["email"])
    assert "/t/" not in welcome.html
    house.save_preferences(ANNA, allowed={"email": True, "tracking": True})
    house.tick(days=8)
    assert "/t/o/" in house.mails_to(ANNA)[-1].html


def test_unticking_mail_in_the_preference_centre_unsubscribes(house: House) -> None:
    house.subscriber()
    house.save_preferences(ANNA, allowed={"email": False, "tracking": True})
    assert house.consents()["email"] == "withdrawn"
    house.tick(days=60)
    assert nurture(house) == [FIRST]
