"""The second factor of an account: codes of an app (TOTP, RFC 6238), and codes on paper for the day it is lost.

The secret is sealed with a key made of the installation's; a copy of the database alone makes no code.
"""

import secrets
from base64 import b32encode
from hashlib import sha256

import pyotp

from bridge.errors import InvalidToken
from bridge.flow.unit import Unit
from bridge.store import accounts
from bridge.store.accounts import AccountRow

STEP = 30
"""Seconds that a code is shown."""
NEAR = (0, -1, 1)
"""Windows that a clock may be off, the likeliest first."""
RECOVERY_CODES, RECOVERY_OCTETS = 10, 10


def begin(unit: Unit, account: AccountRow) -> None:
    """Make a secret, unless there is one in use. It is asked for nowhere until `confirm` has seen a code of it."""
    present = accounts.lock(unit.connection, account.id)
    if present is None or present.totp_since is not None:
        return
    sealed = unit.world.links.tokens.second_factors.seal(pyotp.random_base32(), unit.now)
    accounts.change(
        unit.connection, account.id, totp_secret=sealed, totp_since=None, totp_step=None, recovery=[]
    )


def to_scan(unit: Unit, account: AccountRow) -> tuple[str, str]:
    """The secret to be typed, and the address to be scanned, of an account that has begun. Raises InvalidToken."""
    secret = unit.world.links.tokens.second_factors.open(account.totp_secret or "")
    app = pyotp.TOTP(secret, interval=STEP)
    return secret, app.provisioning_uri(name=account.email, issuer_name=unit.program.name)


def confirm(unit: Unit, account: AccountRow, typed: str) -> list[str] | None:
    """From now on a code is asked for, if this is one: codes for the paper, which are shown once; else None."""
    present = accounts.lock(unit.connection, account.id)
    if present is None or present.totp_since is not None or not _take_code(unit, present, typed):
        return None
    codes = [_grouped(secrets.token_bytes(RECOVERY_OCTETS)) for _ in range(RECOVERY_CODES)]
    accounts.change(
        unit.connection, account.id, totp_since=unit.now, recovery=[_hash(_plain(one)) for one in codes]
    )
    return codes


def shows(unit: Unit, account: AccountRow, typed: str) -> bool:
    """Whether that is a code of the account's app, or one of its paper. Each is good once."""
    present = accounts.lock(unit.connection, account.id)
    if present is None or present.totp_since is None:
        return False
    if _take_code(unit, present, typed):
        return True
    return accounts.use_recovery(unit.connection, account.id, _hash(_plain(typed)))


def remove(unit: Unit, account: AccountRow) -> None:
    """Ask for no second factor any more."""
    accounts.change(
        unit.connection, account.id, totp_secret=None, totp_since=None, totp_step=None, recovery=[]
    )


def _take_code(unit: Unit, account: AccountRow, typed: str) -> bool:
    """Use up a code. Also seals the secret anew when the installation's key has changed."""
    digits = "".join(typed.split())
    seals = unit.world.links.tokens.second_factors
    try:
        secret = seals.open(account.totp_secret or "")
    except InvalidToken:
        return False
    app = pyotp.TOTP(secret, interval=STEP)
    now = int(unit.now.timestamp()) // STEP
    step = next((now + off for off in NEAR if _is(digits, app.generate_otp(now + off))), None)
    if step is None or not accounts.take_step(unit.connection, account.id, step):
        return False
    if not seals.is_fresh(account.totp_secret or ""):
        accounts.change(unit.connection, account.id, totp_secret=seals.seal(secret, unit.now))
    return True


def _is(typed: str, code: str) -> bool:
    return secrets.compare_digest(typed.encode(), code.encode())


def _grouped(octets: bytes) -> str:
    """80 random bits as four groups of four letters and digits."""
    letters = b32encode(octets).decode().lower()
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _plain(typed: str) -> str:
    return "".join(one for one in typed[:80].lower() if one.isalnum())


def _hash(plain: str) -> str:
    """80 random bits need neither key nor salt."""
    return sha256(plain.encode()).hexdigest()
