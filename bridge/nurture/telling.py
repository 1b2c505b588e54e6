"""How wordings compare, in words."""

from bridge import i18n
from bridge.nurture.comparison import Comparison, likely_difference

FEWEST = 30
"""How many people each wording needs before anything is said: of fewer a single one changes everything."""
_NEARLY = 0.999
"""Nothing is said to be more certain."""
_IN_TENTHS = 0.99


def enough(comparison: Comparison, fewest: int = FEWEST) -> bool:
    """Whether each wording has so many people that something can be said."""
    return min(count.people for count in comparison.counts.values()) >= fewest


def told(comparison: Comparison, language: str, fewest: int = FEWEST) -> str:
    """Which wording leads, and how surely: “a 12 of 140, b 17 of 151; b is better with a probability of 77%”."""
    say = i18n.translations(language).gettext
    if not enough(comparison, fewest):
        return _too_few(comparison, language, fewest)
    if not any(count.good for count in comparison.counts.values()):
        return say("%(counts)s; nothing can be said yet") % {"counts": counts(comparison, language)}
    several = len(comparison.counts) > 2
    words = (
        say("%(counts)s; %(best)s is the best with a probability of %(certainty)s")
        if several
        else say("%(counts)s; %(best)s is better with a probability of %(certainty)s")
    )
    known = {"best": comparison.best, "certainty": certainty(comparison.certainty, language)}
    return words % (known | {"counts": counts(comparison, language)})


def _too_few(comparison: Comparison, language: str, fewest: int) -> str:
    words = i18n.translations(language).ngettext(
        "%(counts)s; too few to say anything: each needs %(fewest)s person",
        "%(counts)s; too few to say anything: each needs %(fewest)s people",
        fewest,
    )
    return words % {"counts": counts(comparison, language), "fewest": i18n.format_number(fewest, language)}


def counts(comparison: Comparison, language: str) -> str:
    """What the comparison rests on: “a 12 of 140, b 17 of 151”."""
    say = i18n.translations(language).gettext
    each = say("%(wording)s %(good)s of %(people)s")
    return ", ".join(
        each
        % {
            "wording": name,
            "good": i18n.format_number(count.good, language),
            "people": i18n.format_number(count.people, language),
        }
        for name, count in comparison.counts.items()
    )


def certainty(probability: float, language: str) -> str:
    """A probability as a percentage, never more than it is: whole, or in tenths where these matter."""
    if probability > _NEARLY:
        more = i18n.translations(language).gettext("more than %(share)s")
        return more % {"share": i18n.format_share(_NEARLY, language)}
    steps = 1000 if probability >= _IN_TENTHS else 100
    return i18n.format_share(int(probability * steps) / steps, language)


def difference(comparison: Comparison, language: str) -> str:
    """How far the best is ahead of the next best: “probably between −4.4 and +9.6 percentage points”."""
    lower, upper = (_points(bound, language) for bound in likely_difference(comparison))
    words = i18n.translations(language).gettext(
        "%(best)s over %(next_best)s: with a probability of 95%% between %(lower)s and %(upper)s percentage points"
    )
    known = {"best": comparison.best, "next_best": comparison.next_best}
    return words % (known | {"lower": lower, "upper": upper})


def _points(share: float, language: str) -> str:
    points = round(share * 100, 1)
    sign = "+" if points > 0 else "−" if points < 0 else "±"
    return sign + i18n.format_number(abs(points), language)
