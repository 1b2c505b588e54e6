"""Which period somebody asks the results for, and the links to others."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from flask import request

from bridge import i18n
from bridge.edge.console.frame import Visit
from bridge.flow.results import choose_period
from bridge.program.desk import Per
from bridge.program.periods import PERS, Everything, Period, Stretch, period

_OLDEST = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Choice:
    """A period that one can go to. query: what the address ends with; current: it is the one that is shown."""

    words: str
    query: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """The period that the address names, all time, or the usual one. today: in the programme's zone."""

    period: Stretch
    today: date
    language: str
    is_chosen: bool = True

    @property
    def words(self) -> str:
        """What it is called."""
        if isinstance(self.period, Everything):
            return i18n.translations(self.language).gettext("All time")
        return i18n.format_period(self.period.per, self.period.first, self.language)

    @property
    def query(self) -> str:
        """What an address ends with that asks for the same."""
        return _query(self.period)

    @property
    def is_under_way(self) -> bool:
        """Whether it is not over yet."""
        return isinstance(self.period, Everything) or self.period.whole.last >= self.today

    @property
    def has_before(self) -> bool:
        """Whether there is a time before it, in which what it counts may have begun."""
        return not isinstance(self.period, Everything)

    @property
    def kinds(self) -> list[Choice]:
        """The week, month, quarter and year in which it ends, or in which it is now; and all time."""
        say = i18n.translations(self.language).gettext
        names = {"week": say("Week"), "month": say("Month"), "quarter": say("Quarter"), "year": say("Year")}
        end = self.period.until(self.today).last
        every = Choice(say("All time"), _query(Everything(end)), isinstance(self.period, Everything))
        return [
            *(Choice(names[per], _query(period(per, end)), per == self.period.per) for per in PERS),
            every,
        ]

    @property
    def earlier(self) -> Choice | None:
        """The one before; all time has none."""
        if isinstance(self.period, Everything) or self.period.first <= _OLDEST:
            return None
        return self._beside(self.period.before)

    @property
    def later(self) -> Choice | None:
        """The one after, unless it has not begun."""
        if isinstance(self.period, Everything) or self.is_under_way:
            return None
        return self._beside(self.period.after)

    @property
    def just_begun(self) -> Choice | None:
        """The present one, where the last one is shown instead, since there is hardly anything in it yet."""
        return None if self.is_chosen else self.later

    def _beside(self, other: Period) -> Choice:
        return Choice(i18n.format_period(other.per, other.first, self.language), _query(other))


def asked(on: Visit) -> Asked:
    """What this request asks for; what is no period, or has not begun, asks for the present one.

    `of` is a day of it, or a week such as 2026-W10. Who asks for nothing gets the usual one; `per=all` is all time.
    """
    today = choose_period.today(on.unit.program, on.unit.now)
    if not {"per", "of"} & set(request.args):
        usual = choose_period.usual_period(on.unit.connection, today)
        return Asked(usual, today, on.language, is_chosen=False)
    if request.args.get("per") == "all":
        return Asked(choose_period.all_time(on.unit.connection, today), today, on.language)
    otherwise: Per = "week" if "W" in request.args.get("of", "") else "quarter"
    per = next((one for one in PERS if one == request.args.get("per")), otherwise)
    return Asked(period(per, min(max(_day(today), _OLDEST), today)), today, on.language)


def _day(today: date) -> date:
    try:
        return date.fromisoformat(request.args.get("of", ""))
    except ValueError:
        return today


def _query(of: Stretch) -> str:
    if isinstance(of, Everything):
        return urlencode({"per": of.per})
    return urlencode({"per": of.per, "of": of.first.isoformat()})
