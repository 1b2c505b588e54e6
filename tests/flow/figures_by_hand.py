"""The figures of all days once more, by plain code over the rows, as docs/results.md has them."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from bridge.store import tables
from tests.house import House

Counted = dict[tuple[str, str, date, str], tuple[int, Decimal]]
"""Figure, dimension, day and key → how many, how much."""

FIELDS = ("figure", "dimension", "day", "key", "count", "amount")


def stored(house: House) -> Counted:
    """As they were rolled up."""
    return {tuple(row)[:4]: (row[4], row[5]) for row in _rows(house, tables.day_figures)}


def _rows(house: House, table: Any) -> list[tuple[Any, ...]]:
    return [tuple(row._mapping[name] for name in FIELDS) for row in house.rows(table)]


class Hand:
    """Reads every row, and counts one after another."""

    def __init__(self, house: House) -> None:
        self.zone, self.sellers = house.program.timezone, house.program.people
        self.wake_ups = {one.id for one in house.program.sequences.values() if one.kind == "wake-up"}
        self.people = {row.id: row for row in house.rows(tables.profiles)}
        self.handovers = sorted(house.rows(tables.handovers), key=lambda row: row.crossing)
        self.mails = {row.id: row for row in house.rows(tables.mails)}
        self.events = sorted(house.rows(tables.events), key=lambda row: (row.at, row.id))
        self.moves = sorted(house.rows(tables.stage_changes), key=lambda row: (row.at, row.id))
        self.visits = sorted(house.rows(tables.visits), key=lambda row: (row.at, row.id))
        self.forms: dict[Any, str] = {}
        for row in sorted(house.rows(tables.submissions), key=lambda row: (row.received_at, row.id)):
            if row.profile_id and row.state == "accepted":
                self.forms.setdefault(row.profile_id, row.form)
        self.found: dict[Any, list[Any]] = defaultdict(lambda: [0, Decimal(0)])
        for figure, dimension, day, key, count, amount in _rows(house, tables.gone_figures):
            self._add((figure, dimension, day, key), count, amount)

    def count(self) -> Counted:
        """Everything."""
        self._people()
        self._sales()
        self._mails()
        self._visitors()
        return {place: (count, amount) for place, (count, amount) in self.found.items()}

    def _add(self, place: tuple[str, str, date, str], count: int = 1, amount: Decimal = Decimal(0)) -> None:
        self.found[place][0] += count
        self.found[place][1] += amount

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _note(self, figure: str, at: datetime, told: dict[str, str], amount: Decimal = Decimal(0)) -> None:
        for dimension, key in {"": "", **told}.items():
            self._add((figure, dimension, self._day(at), key), 1, amount)

    def _origin(self, person: Any) -> dict[str, str]:
        channel, campaign = _came_by((self.people[person].first_touch or {}).get("utm"))
        return {"channel": channel, "campaign": campaign}

    def _whose(self, person: Any) -> dict[str, str]:
        return {"form": self.forms.get(person, ""), **self._origin(person)}

    def _of_kind(self, *kinds: str) -> Iterator[Row[Any]]:
        return (row for row in self.events if row.kind in kinds)

    def _people(self) -> None:
        for person in self.people.values():
            self._note("leads", person.created_at, self._whose(person.id))
        confirmed, qualified, left = set(), set(), set()
        for row in self._of_kind("address.confirmed"):
            if row.profile_id not in confirmed:
                self._note("confirmed", row.at, self._whose(row.profile_id))
            confirmed.add(row.profile_id)
        for row in self.moves:
            if _began(row) and row.profile_id not in qualified:
                self._note("marketing_qualified", row.at, self._whose(row.profile_id))
                qualified.add(row.profile_id)
        for row in self._of_kind("unsubscribed"):
            if (row.profile_id, self._day(row.at)) not in left:
                mail = _mail(self.mails.get(row.mail_id))
                self._note("unsubscribed", row.at, {**self._whose(row.profile_id), **mail})
            left.add((row.profile_id, self._day(row.at)))

    def _sales(self) -> None:
        accepted = {row.data["handover"]: row for row in self._of_kind("sales.accepted")}
        went_on = {(row.profile_id, row.crossing - 1) for row in self.handovers if row.cause == "rerouted"}
        came_back: set[Any] = set()
        for row in self.handovers:
            told = {
                **self._whose(row.profile_id),
                **_mail(self._newest_mail(row)),
                "team": row.team or "",
                "person": row.sales_person,
            }
            is_last = (row.profile_id, row.crossing) not in went_on
            first = accepted.get(str(row.id))
            got_it = told | self._who_accepted(first) if first else told
            if is_last and first:
                self._note("accepted", first.at, got_it)
            if is_last and row.state != "withdrawn":
                self._note("handed_over", row.at, got_it | {"cohort": self._cohort(row, went_on)})
                if row.profile_id in came_back or self._was_woken(row):
                    self._note("reactivated", row.at, got_it)
            if is_last and row.state in ("rejected", "expired", "lost", "won"):
                more = {"reason": row.reason or ""} if row.state in ("rejected", "lost") else {}
                self._note(row.state, row.decided_at, told | more, _euros(row))
                if row.state == "won":
                    self._add(
                        ("won", "currency", self._day(row.decided_at), row.currency or ""), 1, _worth(row)
                    )
                else:
                    came_back.add(row.profile_id)

    def _who_accepted(self, event: Row[Any]) -> dict[str, str]:
        """As the event names them."""
        [who] = (one for one in self.sellers.values() if one.name == event.data["subject"])
        return {"team": who.team or "", "person": who.id}

    def _cohort(self, handover: Row[Any], went_on: set[Any]) -> str:
        """The month in which its person became marketing-qualified first, where this came of it within 120 days."""
        began = min(
            (row.at for row in self.moves if row.profile_id == handover.profile_id and _began(row)),
            default=None,
        )
        if began is None or not timedelta(0) <= handover.at - began < timedelta(days=120):
            return ""
        earlier = (
            row
            for row in self.handovers
            if row.profile_id == handover.profile_id and row.crossing < handover.crossing
        )
        came = any(
            row.state != "withdrawn" and row.at >= began and (row.profile_id, row.crossing) not in went_on
            for row in earlier
        )
        return "" if came else f"{self._day(began):%Y-%m}"

    def _newest_mail(self, handover: Row[Any]) -> Row[Any] | None:
        before = [
            mail
            for mail in self.mails.values()
            if mail.profile_id == handover.profile_id
            and mail.sequence
            and mail.sent_at
            and timedelta(0) <= handover.at - mail.sent_at < timedelta(days=30)
        ]
        return max(before, key=lambda mail: mail.sent_at, default=None)

    def _was_woken(self, handover: Row[Any]) -> bool:
        of_wake_ups = (mail for mail in self.mails.values() if mail.sequence in self.wake_ups)
        return any(
            mail.profile_id == handover.profile_id and mail.sent_at and mail.sent_at <= handover.at
            for mail in of_wake_ups
        )

    def _mails(self) -> None:
        done = {
            (row.kind, row.mail_id)
            for row in self._of_kind("mail.opened", "link.clicked")
            if row.verdict == "human"
        }
        for row in self._of_kind("mail.sent"):
            mail = self.mails[row.mail_id]
            figures = ["mails_sent", *(["mails_tracked"] if mail.tracked else [])]
            figures += ["mails_opened"] if ("mail.opened", mail.id) in done else []
            figures += ["mails_clicked"] if ("link.clicked", mail.id) in done else []
            for figure in figures:
                self._note(figure, row.at, _mail(mail))

    def _visitors(self) -> None:
        known = {(row.profile_id, self._day(row.at)): row for row in self._of_kind("page.visited")}
        for (person, _), row in known.items():
            self._note("visitors", row.at, self._origin(person))
        browsers: dict[Any, Any] = {}
        for visit in self.visits:
            first = browsers.setdefault((visit.visitor, self._day(visit.at)), visit)
            if not first.utm and visit.utm:
                browsers[visit.visitor, self._day(visit.at)] = visit
        for visit in browsers.values():
            channel, campaign = _came_by(visit.utm)
            self._note("visitors", visit.at, {"channel": channel, "campaign": campaign})


def _began(move: Row[Any]) -> bool:
    """Whether somebody became marketing-qualified, not by coming back from sales."""
    return bool(move.became == "marketing_qualified" and move.was == "prospect")


def _worth(handover: Row[Any]) -> Decimal:
    return (handover.amount or Decimal(0)) if handover.state == "won" else Decimal(0)


def _euros(handover: Row[Any]) -> Decimal:
    return _worth(handover) if handover.currency == "EUR" else Decimal(0)


def _came_by(utm: Any) -> tuple[str, str]:
    known = {name: str(value).strip().lower()[:80] for name, value in (utm or {}).items()}
    named = [known[name] for name in ("source", "medium") if known.get(name)]
    return " / ".join(named) or "direct", known.get("campaign", "")


def _mail(mail: Row[Any] | None) -> dict[str, str]:
    return {"mail": mail.template if mail else "", "sequence": (mail.sequence or "") if mail else ""}
