"""What somebody allowed, with all that proves it; also of people who are not known any more."""

from dataclasses import dataclass

from sqlalchemy import Connection

from bridge.errors import UnknownProfile
from bridge.profiles.address import Address
from bridge.profiles.proofs import Record, records
from bridge.store import consent_proofs, profiles


@dataclass(frozen=True, slots=True)
class Consents:
    """The consents of an address, newest first. known: whether there is a profile; else only proofs are kept."""

    email: str
    known: bool
    records: tuple[Record, ...]


def show_consents(connection: Connection, address: Address) -> Consents:
    """Every consent of an address that is still to be proved. Raises UnknownProfile when nothing is kept of it."""
    kept = records(consent_proofs.of_address(connection, address.key))
    try:
        profile = profiles.by_address(connection, address)
    except UnknownProfile:
        if not kept:
            raise
        return Consents(address.sending, known=False, records=kept)
    return Consents(profile.email, known=True, records=kept)
