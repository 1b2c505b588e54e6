"""Random requests: whatever somebody may send to a route that takes a body."""

import json
import random
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.edge.signed import ANNA, PATH, headers

PLACES = (
    PATH,
    "/forms/kontakt",
    "/forms/globe-next-download",
    "/forms/nothing",
    "/t/p",
    "/unsubscribe/x.y",
    "/preferences/x.y",
    "/ask/x.y",
    "/me/x.y",
    "/erase/x.y",
    "/confirm/x.y",
    "/leads/x.y/outcome",
    "/leads/x.y/device",
    "/hooks/postmark",
    "/hooks/ses",
    "/nothing",
)
KINDS = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "text/plain;charset=utf-8",
    "application/json; charset=utf-16",
    "application/x-www-form-urlencoded; charset=utf-7",
    "application/octet-stream",
    "",
    ";",
)
NAMES = (
    "email",
    "company",
    "phone",
    "form",
    "fields",
    "consents",
    "context",
    "visitor",
    "outcome",
    "_stamp",
    "\x00",
)
WORDS = (
    "",
    "anna@beispiel.example",
    "\x00",
    "'; drop table profiles; --",
    "{{7*7}}",
    "💥" * 9,
    "\ud7ff",
    "9" * 400,
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request."""

    target: str
    body: bytes
    headers: Mapping[str, str]


def attempt(chance: random.Random, places: tuple[str, ...] = PLACES) -> Attempt:
    """A random one: noise, a shape of the right kind with nonsense in it, or a good one with a few bytes changed."""
    body = chance.choice(MAKERS)(chance)
    target = chance.choice(places)
    said = {
        "Content-Type": chance.choice(KINDS),
        "Accept": chance.choice(("", "text/html", "application/json")),
    }
    if target == PATH and chance.random() < 0.8:
        said |= {"Content-Type": "application/json"} | headers(body, str(chance.random()))
    if target == "/t/p":
        said["Origin"] = "https://leads.example.com"
    return Attempt(target, body, said)


def _noise(chance: random.Random) -> bytes:
    return chance.randbytes(chance.choice((0, 1, 30, 3000)))


def _json(chance: random.Random) -> bytes:
    return json.dumps(_value(chance, 4)).encode("utf-8", "surrogatepass")


def _value(chance: random.Random, depth: int) -> object:
    if depth and chance.random() < 0.5:
        return {chance.choice(NAMES): _value(chance, depth - 1) for _ in range(chance.randint(0, 5))}
    if depth and chance.random() < 0.3:
        return [_value(chance, depth - 1) for _ in range(chance.randint(0, 4))]
    return chance.choice((None, True, 0, -1, 1e300, 10**30, *WORDS))


def _near_json(chance: random.Random) -> bytes:
    good = bytearray(json.dumps(ANNA | {"consents": {"email": {"given": True, "text": "Ja"}}}).encode())
    for _ in range(chance.randint(1, 4)):
        good[chance.randrange(len(good))] = chance.choice(b'{}[]",:\\\x00\xff0a')
    return bytes(good)


def _form(chance: random.Random) -> bytes:
    letters = string.printable + "%%%&&==ä\x00"
    return "".join(chance.choices(letters, k=chance.randint(0, 400))).encode()


def _parts(chance: random.Random) -> bytes:
    part = 'Content-Disposition: form-data; name="{}"{}\r\n\r\n{}'
    more = chance.choice(("", '; filename="a"', "; filename*=utf-8''%ff", '; name="b"'))
    parts = [
        part.format(chance.choice(NAMES), more, chance.choice(WORDS)) for _ in range(chance.randint(0, 9))
    ]
    whole = (
        "--x\r\n" + "\r\n--x\r\n".join(parts) + chance.choice(("\r\n--x--\r\n", "\r\n--x", "", "\r\n--x--x"))
    )
    return whole.encode("utf-8", "surrogatepass")


MAKERS: tuple[Callable[[random.Random], bytes], ...] = (_noise, _json, _near_json, _form, _parts)
