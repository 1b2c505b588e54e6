"""What each role of the console may see and do."""

from collections.abc import Mapping
from typing import Literal

Right = Literal[
    "own", "results", "programme", "people", "desk", "decide", "export", "operate", "accounts", "audit"
]
"""own: one's own account. people: profiles and companies. desk: hand-overs, with their answers. decide: what is held.
operate: outbox, dead letters, feeds."""

_EVERYBODY: frozenset[Right] = frozenset({"own", "results", "programme"})
_SALES: frozenset[Right] = _EVERYBODY | {"people", "desk"}
_MARKETING: frozenset[Right] = _EVERYBODY | {"people", "desk", "decide", "export"}
_ADMIN: frozenset[Right] = _MARKETING | {"operate", "accounts", "audit"}

MAY: Mapping[str, frozenset[Right]] = {
    "viewer": _EVERYBODY,
    "sales": _SALES,
    "marketing": _MARKETING,
    "admin": _ADMIN,
}
"""Role → rights."""
