"""Who gets which wording of a step, and when one of them is better."""

from collections import Counter
from datetime import timedelta
from math import exp, lgamma, log
from uuid import UUID

import pytest

from benchmarks.false_winners import look_daily
from bridge.nurture.comparison import Comparison, Count, compare, evidence, likely_difference, winner_of
from bridge.nurture.telling import certainty, difference, told
from bridge.nurture.wordings import Wording, subject_of, wording_of
from bridge.program.sequences import Sequence, Step, Variant

DAY = timedelta(days=1)
OTHER = Variant("b", None, {"de": "Anders"})
STEP = Step("news", "news", variants=(OTHER,))
PEOPLE = [UUID(int=number) for number in range(4_000)]


def split(step: Step, decided: str | None = None) -> Counter[str | None]:
    chosen = {("welcome", "news"): decided} if decided else {}
    return Counter(wording_of("welcome", step, person, chosen).variant for person in PEOPLE)


def wordings(step: Step, sequence: str = "welcome") -> list[str | None]:
    return [wording_of(sequence, step, person, {}).variant for person in PEOPLE[:64]]


# -- who gets which


def test_a_step_of_one_wording_has_no_variants() -> None:
    assert wording_of("welcome", Step("news", "news"), PEOPLE[0], {}) == Wording("news", None)


def test_people_are_split_by_the_shares() -> None:
    assert 1_900 < split(STEP)["a"] < 2_100
    three = Step(
        "news", "news", variants=(Variant("b", "other", None, 2), Variant("c", None, {"de": "C"}, 5))
    )
    found = split(three)
    assert [round(found[name] / 500) for name in "abc"] == [1, 2, 5]


def test_a_person_keeps_a_wording_on_every_machine_and_for_ever() -> None:
    assert "".join(str(name) for name in wordings(STEP)[:16]) == "aaabaabababbbabb"


def test_who_gets_which_in_one_step_says_nothing_about_another() -> None:
    both = Counter(zip(wordings(STEP), wordings(STEP, "news"), strict=True))
    assert len(both) == 4
    assert min(both.values()) > 6


def test_a_wording_is_another_mail_or_the_same_with_another_subject() -> None:
    step = Step("news", "news", variants=(OTHER, Variant("c", "other", None)))
    found = {wording_of("welcome", step, person, {}) for person in PEOPLE[:50]}
    assert found == {Wording("news", "a"), Wording("news", "b"), Wording("other", "c")}
    sequence = Sequence("welcome", "welcome", "address.confirmed", (step,))
    subjects = [subject_of(sequence, "news", variant) for variant in ("a", "b", "c", "gone", None)]
    assert subjects == [None, {"de": "Anders"}, None, None, None]
    assert subject_of(sequence, "gone", "b") is None
    assert subject_of(None, "news", "b") is None


def test_what_was_chosen_is_for_everybody_and_the_marketer_has_the_last_word() -> None:
    by_hand = Step("news", "news", variants=(OTHER,), chosen="a")
    assert split(STEP, "b") == {"b": 4_000}
    assert split(by_hand, "b") == {"a": 4_000}
    assert len(split(STEP, "gone")) == 2, "what the programme does not have any more decides nothing"


# -- which is better


def of(*counts: tuple[int, int]) -> Comparison:
    """A comparison of (good, people)."""
    return compare({"abc"[at]: Count(people, good) for at, (good, people) in enumerate(counts)})


def exactly(worse: Count, better: Count) -> float:
    """P(second rate > first): the sum that E. Miller gives (Formulas for Bayesian A/B Testing, 2015)."""
    (a, b), (c, d) = ((one.good + 1, one.people - one.good + 1) for one in (worse, better))

    def beta(x: int, y: int) -> float:
        return lgamma(x) + lgamma(y) - lgamma(x + y)

    return sum(exp(beta(a + i, b + d) - log(d + i) - beta(1 + i, d) - beta(a, b)) for i in range(c))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((12, 140), (17, 151)),
        ((0, 0), (0, 0)),
        ((0, 10), (3, 10)),
        ((0, 3), (0, 0)),
        ((5, 5), (5, 6)),
        ((300, 9_000), (360, 9_100)),
        ((0, 2), (40, 2_000)),
        ((3_000, 100_000), (3_100, 100_000)),
    ],
)
def test_how_sure_one_can_be_agrees_with_the_exact_sum(one: tuple[int, int], other: tuple[int, int]) -> None:
    found, expected = of(one, other), exactly(Count(one[1], one[0]), Count(other[1], other[0]))
    assert (found.certainty if found.best == "b" else 1 - found.certainty) == pytest.approx(
        expected, abs=5e-5
    )


def test_how_far_ahead_the_best_is_agrees_with_a_million_draws() -> None:
    """10^6 draws of Beta(18, 135) − Beta(13, 129), by random.betavariate with seed 1: −0.0438 and 0.0958."""
    assert likely_difference(of((12, 140), (17, 151))) == pytest.approx((-0.0438, 0.0958), abs=5e-4)


def test_of_three_the_best_of_all_is_named() -> None:
    found = of((10, 100), (12, 100), (30, 100))
    assert (found.best, found.next_best) == ("c", "b")
    assert found.certainty > 0.99
    assert of((0, 0), (0, 0), (0, 0)).certainty == pytest.approx(1 / 3, abs=1e-4)


def test_of_equal_ones_the_first_leads() -> None:
    assert of((5, 100), (5, 100)).best == "a"
    assert of((5, 100), (5, 100)).certainty == pytest.approx(0.5, abs=1e-4)


# -- no winner too early


def test_nothing_is_decided_before_there_are_enough_people_a_week_and_certainty() -> None:
    clear, unclear = of((10, 200), (40, 200)), of((20, 200), (30, 200))
    assert winner_of(clear, 200, 7 * DAY) == "b"
    assert winner_of(clear, 201, 7 * DAY) is None
    assert winner_of(clear, 200, 6.9 * DAY) is None
    assert winner_of(unclear, 100, 90 * DAY) is None


def test_of_a_hundred_comparisons_of_equal_wordings_at_most_a_few_ever_end() -> None:
    """Whoever looks every day is not deceived more often; benchmarks/false_winners.py has the whole table."""
    found = look_daily((0.1, 0.1), 10, times=300)
    assert sum(found.won.values()) <= 0.03 * found.times
    three = look_daily((0.2, 0.2, 0.2), 5, times=100)
    assert sum(three.won.values()) <= 0.03 * three.times


def test_a_wording_that_is_clearly_better_wins_and_never_the_other() -> None:
    found = look_daily((0.1, 0.15), 10, times=60)
    assert found.share("b") > 0.85
    assert found.share("a") == 0


def test_evidence_is_what_a_difference_foretells_better() -> None:
    """Of ten clicks all with the first of two equally large groups: B(30, 20) / B(20, 20) times 2 to the tenth."""
    beta = lgamma(30) + lgamma(20) - lgamma(50) - 2 * lgamma(20) + lgamma(40)
    assert evidence(Count(50, 10), Count(50, 0)) == pytest.approx(beta + 10 * log(2))
    assert evidence(Count(50, 5), Count(50, 5)) < 0
    assert evidence(Count(50, 5), Count(0, 0)) == 0


def test_who_has_more_people_has_more_clicks_and_does_not_win_by_it() -> None:
    assert winner_of(of((40, 400), (160, 1_600)), 100, 30 * DAY) is None
    assert evidence(Count(400, 40), Count(1_600, 160)) < 0


# -- in words


def test_it_is_said_in_words() -> None:
    known = of((12, 140), (17, 151))
    assert told(known, "en") == "a 12 of 140, b 17 of 151; b is better with a probability of 77%"
    assert told(known, "de") == "a 12 von 140, b 17 von 151; b ist mit 77\xa0% Wahrscheinlichkeit besser"
    assert "c ist mit 99,5\xa0% Wahrscheinlichkeit am besten" in told(of((1, 99), (4, 99), (15, 99)), "de")
    assert difference(known, "de") == (
        "b gegenüber a: mit 95\xa0% Wahrscheinlichkeit zwischen −4,4 und +9,6 Prozentpunkten"
    )
    assert difference(known, "en").endswith("between −4.4 and +9.6 percentage points")


def test_nothing_is_called_more_certain_than_it_is() -> None:
    said = [certainty(share, "en") for share in (0.5, 0.8499, 0.98999, 0.99494, 0.999999)]
    assert said == ["50%", "84%", "98%", "99.4%", "more than 99.9%"]
