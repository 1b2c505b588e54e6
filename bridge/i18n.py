"""Words, dates and numbers in the reader's language. Message ids are English, German: locale/de.po."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent

from bridge.wishes import wishes

LANGUAGES = ("de", "en")
LOCALE_FOLDER = Path(__file__).parent / "locale"

_LOCALES = {"de": Locale("de", "DE"), "en": Locale("en", "GB")}
_RECENT_DAYS = 7


def pick(text: Mapping[str, str], language: str) -> str:
    """The words in the asked language, else in German, else in whatever language there is; "" when empty."""
    return text.get(language) or text.get("de") or next(iter(text.values()), "")


def negotiate(accept_language: str | None, default: str) -> str:
    """The language of LANGUAGES that an Accept-Language header (RFC 9110) prefers, else the default."""
    known = [(quality, tag.partition("-")[0]) for tag, quality in wishes(accept_language) if quality > 0]
    ours = [(quality, language) for quality, language in known if language in LANGUAGES]
    best = max(ours, key=lambda wish: wish[0], default=None)
    return best[1] if best else default


@dataclass(frozen=True, slots=True)
class Translations:
    """The catalogue of one language; what it does not know stays English.

    words: message id to (singular, plural); the plural repeats the singular where there is none.
    """

    words: Mapping[str, tuple[str, str]]

    def gettext(self, message: str) -> str:
        """The message in this language."""
        return self.words.get(message, (message, message))[0]

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """The message for that number of things. German and English differ only between one and the rest."""
        return self.words.get(singular, (singular, plural))[0 if number == 1 else 1]


@cache
def translations(language: str) -> Translations:
    """The catalogue of a language; of an unknown one, the empty catalogue, which speaks English."""
    path = LOCALE_FOLDER / f"{language}.po"
    if language not in LANGUAGES or not path.is_file():
        return Translations({})
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    return Translations({_id(m.id): _forms(m.string) for m in catalog if m.id and m.string and not m.fuzzy})


def _id(message_id: str | tuple[str, ...] | list[str]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def _forms(string: str | tuple[str, ...] | list[str]) -> tuple[str, str]:
    return (string, string) if isinstance(string, str) else (string[0], string[-1])


def format_when(moment: datetime, now: datetime, language: str, timezone: tzinfo) -> str:
    """A moment as people say it: "heute 14:32", "gestern 09:10", "vor 3 Tagen", then the date."""
    local = moment.astimezone(timezone)
    days = (local.date() - now.astimezone(timezone).date()).days
    if abs(days) > _RECENT_DAYS:
        return format_day(local.date(), language)
    words = translations(language)
    near = {0: words.gettext("today"), -1: words.gettext("yesterday"), 1: words.gettext("tomorrow")}
    if days in near:
        return f"{near[days]} {local:%H:%M}"
    if days < 0:
        return words.ngettext("%(num)s day ago", "%(num)s days ago", -days) % {"num": -days}
    return words.ngettext("in %(num)s day", "in %(num)s days", days) % {"num": days}


def format_since(moment: datetime, now: datetime, language: str, timezone: tzinfo) -> str:
    """Since when: "seit heute 14:32", "seit 3 Tagen", then the date."""
    days = (now.astimezone(timezone).date() - moment.astimezone(timezone).date()).days
    words = translations(language)
    if 1 < days <= _RECENT_DAYS:
        return words.ngettext("for %(num)s day", "for %(num)s days", days) % {"num": days}
    return words.gettext("since %(when)s") % {"when": format_when(moment, now, language, timezone)}


@lru_cache(maxsize=2048)
def format_day(day: date, language: str) -> str:
    """A date in words: "12. März 2026", "12 March 2026"."""
    return format_date(day, format="long", locale=_locale(language))


@lru_cache(maxsize=2048)
def format_whole_day(day: date, language: str) -> str:
    """A date with its day of the week: "Donnerstag, 12. März 2026", "Thursday, 12 March 2026"."""
    return format_date(day, format="full", locale=_locale(language))


@lru_cache(maxsize=2048)
def format_weekday(day: date, today: date, language: str) -> str:
    """The heading of a day: "Heute", "Gestern", "Donnerstag, 12. März 2026"."""
    words = translations(language)
    near = {0: words.gettext("Today"), -1: words.gettext("Yesterday")}
    return near.get((day - today).days) or format_whole_day(day, language)


@lru_cache(maxsize=2048)
def format_period(per: str, first: date, language: str) -> str:
    """A week, month, quarter or year by its first day: "KW 12, 2026", "März 2026", "1. Quartal 2026", "2026"."""
    if per == "week":
        year, week, _ = first.isocalendar()
        return translations(language).gettext("Week %(week)s, %(year)s") % {"week": week, "year": year}
    patterns = {"month": "LLLL yyyy", "quarter": "QQQQ yyyy", "year": "yyyy"}
    return format_date(first, format=patterns[per], locale=_locale(language))


@lru_cache(maxsize=2048)
def format_period_briefly(per: str, first: date, language: str) -> str:
    """The same for the foot of a picture: "KW 12", "Mär.", "Q1 26", "2026"."""
    if per == "week":
        return translations(language).gettext("W%(week)s") % {"week": first.isocalendar().week}
    patterns = {"month": "LLL", "quarter": "QQQ yy", "year": "yyyy"}
    return format_date(first, format=patterns[per], locale=_locale(language))


def format_lasting(seconds: float, language: str) -> str:
    """How long something took, in one unit: "40 Minuten", "5 Stunden", "12 Tage"."""
    several, minutes = translations(language).ngettext, max(1, round(seconds / 60))
    if minutes < 90:
        return several("%(num)s minute", "%(num)s minutes", minutes) % {"num": minutes}
    if (hours := round(seconds / 3600)) < 48:
        return several("%(num)s hour", "%(num)s hours", hours) % {"num": hours}
    days = round(seconds / 86400)
    return several("%(num)s day", "%(num)s days", days) % {"num": format_number(days, language)}


def format_exact(moment: datetime, language: str, timezone: tzinfo) -> str:
    """Date and time to the minute: "12. März 2026, 14:32"."""
    local = moment.astimezone(timezone)
    return f"{format_day(local.date(), language)}, {local:%H:%M}"


def format_to_the_second(moment: datetime, language: str, timezone: tzinfo) -> str:
    """Date and time that nobody can take for another: "12. März 2026, 14:32:05 (UTC+01:00)"."""
    local = moment.astimezone(timezone)
    beside_utc = local.isoformat(timespec="seconds")[-6:]
    return f"{format_day(local.date(), language)}, {local:%H:%M:%S} (UTC{beside_utc})"


@lru_cache(maxsize=2048)
def format_number(number: int | float | Decimal, language: str) -> str:
    """A number with the separators of the language: 1.234,5 or 1,234.5; with a minus sign, not a hyphen."""
    return format_decimal(number, locale=_locale(language)).replace("-", "−")


@lru_cache(maxsize=2048)
def format_share(share: float | Decimal, language: str) -> str:
    """A share of 1 as a percentage with at most one decimal place: "12,5 %", "12.5%"."""
    return format_percent(
        share, format="#,##0.#\xa0%" if language == "de" else "#,##0.#%", locale=_locale(language)
    )


def percents(share: float) -> Decimal:
    """A share of 1 in whole percents, in tenths where it is less than one. A half goes up: 1 of 8 are 13."""
    of_a_hundred = Decimal(str(share)) * 100
    smallest = Decimal(1) if of_a_hundred >= 1 else Decimal("0.1")
    return of_a_hundred.quantize(smallest, ROUND_HALF_UP)


def format_rate(share: float, language: str) -> str:
    """The same with its sign: "13 %", "13%"."""
    return format_share(percents(share) / 100, language)


def format_money(amount: Decimal, currency: str | None, language: str) -> str:
    """An amount with its currency: "1.200,00 €"; without one, the bare number."""
    if currency is None:
        return format_number(amount, language)
    return format_currency(amount, currency, locale=_locale(language))


def format_euros(amount: int | Decimal, language: str) -> str:
    """A large amount without its cents: "12.400 €", "€12,400"."""
    pattern = "#,##0\xa0¤" if language == "de" else "¤#,##0"
    return format_currency(amount, "EUR", format=pattern, locale=_locale(language), currency_digits=False)


def _locale(language: str) -> Locale:
    return _LOCALES.get(language, _LOCALES["en"])
