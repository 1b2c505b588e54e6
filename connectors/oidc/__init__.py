"""Signing in at an OpenID Connect provider: authorization code with PKCE (OpenID Connect Core 1.0, RFC 7636).

Nothing is kept between requests: the provider's keys are asked for anew, so that changed keys are known at once. The
caller may keep where its pages lie, and keeps what has to be remembered of somebody, out of the reader's reach.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

PATIENCE = 5
"""Seconds for each answer of the provider."""
ALGORITHMS = ("RS256", "PS256", "ES256", "RS384", "RS512", "ES384", "ES512", "EdDSA")
"""Signatures by a key of the provider's; none by a secret that we know as well, and none at all."""
SKEW = 60


class SignInFailed(Exception):
    """Somebody could not be told apart; why, for the log. Nothing of it is for the page."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are to a provider, and where it sends people back to."""

    issuer: str
    client_id: str
    client_secret: str
    returns_to: str


@dataclass(frozen=True, slots=True)
class Begun:
    """What is remembered of somebody who went there: each is random and good once."""

    state: str
    nonce: str
    verifier: str


def begin(client: Client, provider: Mapping[str, Any]) -> tuple[str, Begun]:
    """Where to send somebody, and what to remember. provider: see `discover`. Raises SignInFailed."""
    begun = Begun(*(secrets.token_urlsafe(32) for _ in range(3)))
    with _session(client) as session:
        address, _ = session.create_authorization_url(
            _place(provider, "authorization_endpoint"),
            state=begun.state,
            nonce=begun.nonce,
            code_verifier=begun.verifier,
        )
    return str(address), begun


def complete(
    client: Client,
    provider_of: Callable[[], Mapping[str, Any]],
    begun: Begun,
    returned: Mapping[str, str],
    now: int,
) -> Mapping[str, Any]:
    """What the provider says of somebody who came back, after everything was proved. Raises SignInFailed.

    provider_of: as `discover`, asked only for who comes with the right state. returned: the query of the address.
    now: seconds since 1970.
    """
    if not secrets.compare_digest(returned.get("state", "").encode(), begun.state.encode()):
        raise SignInFailed("the state is another one")
    if "code" not in returned:
        raise SignInFailed(f"the provider said {returned.get('error', 'nothing')[:100]!r}")
    if returned.get("iss", client.issuer) != client.issuer:
        raise SignInFailed("another provider answered")  # RFC 9207
    provider = provider_of()
    return _proved(client, provider, _id_token(client, provider, begun, returned["code"]), begun, now)


def _id_token(client: Client, provider: Mapping[str, Any], begun: Begun, code: str) -> str:
    from authlib.integrations.base_client import OAuthError

    try:
        with _session(client) as session:
            token = session.fetch_token(
                _place(provider, "token_endpoint"),
                code=code,
                code_verifier=begun.verifier,
                timeout=PATIENCE,
            )
    except (OAuthError, requests.RequestException, ValueError) as error:
        raise SignInFailed(f"the code was not taken: {error}") from error
    if not isinstance(token.get("id_token"), str):
        raise SignInFailed("the provider gave no ID token")
    return str(token["id_token"])


def _proved(
    client: Client, provider: Mapping[str, Any], id_token: str, begun: Begun, now: int
) -> Mapping[str, Any]:
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        keys = KeySet.import_key_set(_fetched(_place(provider, "jwks_uri")))  # type: ignore[arg-type]
        claims = jwt.decode(id_token, keys, algorithms=list(ALGORITHMS)).claims
        jwt.JWTClaimsRegistry(
            now=now,
            leeway=SKEW,
            iss={"essential": True, "value": client.issuer},
            aud={"essential": True, "value": client.client_id},
            sub={"essential": True},
            exp={"essential": True},
            nonce={"essential": True, "value": begun.nonce},
        ).validate(claims)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise SignInFailed(f"the ID token is not good: {error}") from error
    if claims.get("azp", client.client_id) != client.client_id:
        raise SignInFailed("the ID token is for somebody else")
    return claims


def discover(client: Client) -> Mapping[str, Any]:
    """Where the provider's pages lie (OpenID Connect Discovery 1.0). Raises SignInFailed."""
    found = _fetched(f"{client.issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != client.issuer:
        raise SignInFailed("the provider names itself otherwise")
    return found


def _place(provider: Mapping[str, Any], name: str) -> str:
    """An address of the provider's; without TLS only where the provider itself does without, on this machine."""
    address, issuer = str(provider.get(name, "")), str(provider["issuer"])
    if urlsplit(address).scheme not in {"https", urlsplit(issuer).scheme}:
        raise SignInFailed(f"the provider names no good {name}")
    return address


def _fetched(address: str) -> dict[str, Any]:
    try:
        answer = requests.get(address, timeout=PATIENCE, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise SignInFailed(f"the provider cannot be asked: {error}") from error
    if not isinstance(found, dict):
        raise SignInFailed("the provider's answer is not understood")
    return found


def _session(client: Client) -> Any:
    from authlib.integrations.requests_client import OAuth2Session

    return OAuth2Session(
        client.client_id,
        client.client_secret,
        scope="openid email profile",
        redirect_uri=client.returns_to,
        code_challenge_method="S256",
    )
