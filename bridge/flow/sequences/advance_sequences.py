"""Do what is due at people's places in series."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID
from zoneinfo import ZoneInfo

from bridge.flow.sending.keep_quiet import zone_for
from bridge.flow.sequences.complete_series import tell_completed
from bridge.flow.sequences.pick_articles import Picked, Wanted, keep_articles, pick_articles
from bridge.flow.sequences.stand import Standing, last_mails, read_standing, wishes_of
from bridge.flow.unit import Unit
from bridge.ids import derived_id
from bridge.nurture.due import LOOK_AGAIN, Moved, Wishes, look_at
from bridge.nurture.places import Place
from bridge.nurture.wordings import Wording, wording_of
from bridge.store import enrolments, mails
from bridge.store.enrolments import Looks
from bridge.store.mails import MailRow
from bridge.store.outbox import Delivery
from bridge.store.profiles import ProfileRow


@dataclass(frozen=True, slots=True)
class _Looked:
    """A place as it was, and what becomes of it. mail: what goes out."""

    was: Place
    moved: Moved
    mail: MailRow | None = None

    @property
    def place(self) -> Place:
        return self.moved.place

    @property
    def step_id(self) -> str:
        return self.moved.step.id if self.moved.step else ""

    @property
    def needs_articles(self) -> bool:
        return self.moved.step is not None and self.moved.step.needs_articles


def advance(
    unit: Unit, people: Mapping[UUID, ProfileRow], choosing: Iterable[UUID] = (), kin: Iterable[str] = ()
) -> list[Place]:
    """Do what is due at these people's places. The caller holds the locks on the profiles' rows.

    Returns the places as they are now: those that were looked at, and all in series of `kin` of people who are
    `choosing`. A number of statements that does not grow with the number of people.
    """
    looks = Looks(_watched(unit), choosing, kin)
    known = enrolments.to_look_at(unit.connection, people, unit.now, looks)
    watched = set(looks.always)
    places = [one for one in known if one.is_active and (one.is_due(unit.now) or one.sequence in watched)]
    if not places:
        return known
    looked, picked = _look_at(unit, people, places)
    _write(unit, looked, picked)
    now_at = {one.place.id: one.place for one in looked}
    return [now_at.get(one.id, one) for one in known]


def _watched(unit: Unit) -> list[str]:
    """Series that may end before a step of theirs is due."""
    return [one.id for one in unit.program.sequences.values() if one.goal or one.at_handover == "end"]


def _look_at(
    unit: Unit, people: Mapping[UUID, ProfileRow], places: list[Place]
) -> tuple[list[_Looked], Picked]:
    standing = read_standing(unit, people, places)
    owners = [people[owner] for owner in dict.fromkeys(place.profile_id for place in places)]
    wishes = wishes_of(unit, owners, last_mails(standing.pasts))
    return _look(unit, standing, wishes, places, {})


def _look(
    unit: Unit,
    standing: Standing,
    wishes: Mapping[UUID, Wishes],
    places: list[Place],
    pointless: dict[UUID, set[str]],
) -> tuple[list[_Looked], Picked]:
    """Look at places one after another, and again while steps among them turn out to have nothing new to tell."""
    so_far = dict(wishes)
    looked = [_look_at_one(unit, standing, so_far, one, pointless.get(one.id, set())) for one in places]
    wanted = [
        Wanted(one.mail.id, standing.people[one.mail.profile_id], one.moved.step)
        for one in looked
        if one.mail and one.moved.step and one.moved.step.articles
    ]
    picked = pick_articles(unit, wanted) if wanted else {}
    empty = [one for one in looked if one.needs_articles and one.mail and not picked.get(one.mail.id)]
    if not empty:
        return looked, picked
    for one in empty:
        pointless.setdefault(one.was.id, set()).add(one.step_id)
    return _look(unit, standing, wishes, places, pointless)


def _look_at_one(
    unit: Unit, standing: Standing, wishes: dict[UUID, Wishes], place: Place, pointless: set[str]
) -> _Looked:
    owner = place.profile_id
    sequence = unit.program.sequences.get(place.sequence)
    holds, zone = standing.holds(place), _zone(unit, standing.people[owner])
    moved = look_at(place, sequence, wishes[owner], holds, unit.now, zone, pointless)
    if moved.step is None or standing.was_prepared(place, moved.position, moved.step.mail):
        return _Looked(place, moved)
    if wishes[owner].frequency == "monthly":  # it matters to nobody else
        wishes[owner] = replace(wishes[owner], last_mail=unit.now)
    wording = wording_of(place.sequence, moved.step, owner, standing.chosen)
    return _Looked(place, moved, _mail(unit, standing.people[owner], place, moved, wording))


def _zone(unit: Unit, person: ProfileRow) -> ZoneInfo:
    """Where a pause ends in the morning; for others it does not matter."""
    return zone_for(unit, person) if person.frequency == "paused" else unit.program.timezone


def _write(unit: Unit, looked: list[_Looked], picked: Picked) -> None:
    prepared = [one.mail for one in looked if one.mail]
    new = mails.add(unit.connection, prepared)
    looked = [_at_leisure(unit, one, new) for one in looked]
    enrolments.put(unit.connection, [one.place for one in looked if one.place != one.was])
    unit.send(_delivery(unit, mail) for mail in prepared if mail.id in new)
    if picked:
        keep_articles(unit, {mail.id: mail.profile_id for mail in prepared if mail.id in new}, picked)
    over = [one for one in looked if one.place.state == "completed"]
    tell_completed(unit, [one.place for one in over if one.mail is None or one.mail.id not in new])
    at_once = (one.place for one in looked if one.place.is_due(unit.now) or not one.place.is_active)
    unit.to_score |= {place.profile_id for place in at_once}  # what comes next need not wait for the sweep


def _at_leisure(unit: Unit, looked: _Looked, new: Collection[UUID]) -> _Looked:
    """The same; but a step that came round again sent nothing, and what comes next need not be at once."""
    if looked.mail is None or looked.mail.id in new or not looked.place.is_due(unit.now):
        return looked
    later = replace(looked.place, due_at=unit.now + LOOK_AGAIN)
    return replace(looked, moved=replace(looked.moved, place=later))


def _delivery(unit: Unit, mail: MailRow) -> Delivery:
    key = f"mail:{mail.id}"
    return unit.delivery("mail", "mail/nurture", "consent", key, profile=mail.profile_id, delivery_id=mail.id)


def _mail(unit: Unit, profile: ProfileRow, place: Place, moved: Moved, wording: Wording) -> MailRow:
    step_id = moved.step.id if moved.step else ""
    mail_id = derived_id("mail", place.id, place.round, step_id)
    return MailRow(
        id=mail_id,
        profile_id=profile.id,
        template=wording.mail,
        language=profile.language,
        message_id=unit.world.message_id(mail_id),
        created_at=unit.now,
        sequence=place.sequence,
        step=moved.position,
        step_id=step_id,
        round=place.round,
        variant=wording.variant,
    )
