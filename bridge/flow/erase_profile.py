"""Erase a person. A keyed hash stays: that they were erased, and that the address must not be mailed again."""

from dataclasses import dataclass
from datetime import datetime

from bridge.errors import UnknownProfile
from bridge.flow.adopt_visits import KEPT as VISITS
from bridge.flow.results.mark_people import wake_ups
from bridge.flow.sending.announce import announce_erasure
from bridge.flow.unit import Unit
from bridge.profiles.address import Address
from bridge.profiles.consent import standing
from bridge.profiles.fields import full_name
from bridge.store import consent_proofs, consents, erasure, erasures, gone_figures, profiles, suppressions
from bridge.store.erasure import Names
from bridge.store.profiles import ProfileRow
from bridge.store.suppressions import KEPT


@dataclass(frozen=True, slots=True)
class Traces:
    """By what an erased person is found outside of the database. at: later records are of a new beginning."""

    address: Address
    at: datetime
    ids: frozenset[str] = frozenset()
    name: str = ""


def erase_profile(unit: Unit, address: Address) -> Traces:
    """Remove a profile and all that belongs to it, and what was held of that address. Raises UnknownProfile.

    After the commit, what lies outside of the database is to be removed by the traces that this returns.
    """
    erasures.hold(unit.connection, [address.key])
    try:
        profile = profiles.lock_by_key(unit.connection, address.key)
    except UnknownProfile:
        if not erasure.knows(unit.connection, address):
            raise
        erasure.erase(unit.connection, None, address, Names())
        _note(unit, address, Names())
        return Traces(address, unit.now)
    keep_count(unit, profile)
    names = remove_profile(unit, profile)
    address = Address(profile.email, profile.email_key)
    _note(unit, address, names)
    return Traces(address, unit.now, names.ids, full_name(profile.fields))


def keep_count(unit: Unit, profile: ProfileRow) -> None:
    """Note what a locked profile counts, as numbers: before anything of it goes, or is told apart from it."""
    zone = unit.program.timezone
    closed = unit.now.astimezone(zone).date() - VISITS
    gone_figures.keep(unit.connection, profile.id, zone, wake_ups(unit.program), closed)


def remove_profile(unit: Unit, profile: ProfileRow) -> Names:
    """Remove a locked profile and all that belongs to it but the proofs of its consents; tell who keeps a copy.

    A keyed hash stays where advertising was declined. Returns by what the person was known.
    """
    if standing(consents.of_profile(unit.connection, profile.id)).get("email") == "withdrawn":
        suppressions.suppress(unit.connection, profile.email_key, "unsubscribed", unit.now, KEPT)
    names = erasure.names_of(unit.connection, profile.id)
    erasure.erase(unit.connection, profile.id, Address(profile.email, profile.email_key), names)
    announce_erasure(unit, profile.id)
    return names


def _note(unit: Unit, address: Address, names: Names) -> None:
    """Somebody wants nothing to be kept, so no proof is, and what is still under way brings nobody back."""
    consent_proofs.drop(unit.connection, address.key)
    erasures.add(unit.connection, {address.key, *names.browsers}, unit.now)
