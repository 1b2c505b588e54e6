"""Addresses as keyed hashes: what must be known of somebody who is not known any more.

The key is made once for an installation and kept in the database: signing keys come and go, this one stays.
"""

from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select

from bridge.profiles.address import address_hash
from bridge.store.tables import installation

_secrets: WeakKeyDictionary[Engine, bytes] = WeakKeyDictionary()


def hash_of(connection: Connection, email_key: str) -> str:
    """The keyed hash of an address (HMAC-SHA256, hex)."""
    secret = _secrets.get(connection.engine)
    if secret is None:
        found: str = connection.execute(select(installation.c.address_secret)).scalar_one()
        secret = _secrets[connection.engine] = bytes.fromhex(found)
    return address_hash(email_key, secret)
