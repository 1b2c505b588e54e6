"""A small OpenID Connect provider: real requests, real signatures, and whatever lies a test wants told."""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "leadbridge", "a-secret-of-the-provider-that-is-long-enough"


@dataclass
class Provider:
    """The provider. claims: what it says of whoever signs in, over what is true; alg, key: how it signs.

    discovered: how often it was asked where its pages lie. answers: cleared, it lets everybody wait.
    """

    now: int
    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    alg: str = "RS256"
    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signs_with: Any = None
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    discovered: int = 0
    answers: Event = field(default_factory=Event)

    @property
    def settings(self) -> dict[str, str]:
        """How Leadbridge finds it."""
        return {"OIDC_ISSUER": self.issuer, "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET}

    def visit(self, address: str) -> dict[str, str]:
        """Somebody comes by that address, and signs in: the query with which they are sent back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.asked[code] = query
        return {"code": code, "state": query["state"]}

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """An ID token for a code, which is good once, for whoever holds secret and verifier."""
        expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        query = self.asked.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if query is None or authorization != f"Basic {expected}" or query["code_challenge"] != challenge:
            return None
        said = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "248289761001",
            "iat": self.now,
            "exp": self.now + 300,
            "nonce": query["nonce"],
            "email": "kim@example.com",
            "email_verified": True,
            "name": "Kim Beispiel",
        } | self.claims
        key = self.signs_with or (OctKey.import_key(SECRET) if self.alg == "HS256" else self.key)
        signed = jwt.encode({"alg": self.alg, "kid": "one"}, said, key, algorithms=[self.alg])
        return {"access_token": "a", "token_type": "Bearer", "id_token": signed}

    def answer(self, path: str) -> dict[str, Any] | None:
        """What lies at a path."""
        self.answers.wait(timeout=20)
        if path == "/.well-known/openid-configuration":
            self.discovered += 1
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        return {"keys": [self.key.as_dict(private=False)]} if path == "/keys" else None


@contextmanager
def running(now: int) -> Iterator[Provider]:
    """A provider that listens on this machine."""
    provider = Provider(now)
    provider.answers.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(provider.answer(self.path))

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(sent).items()}
            self._say(provider.token(form, self.headers.get("Authorization", "")))

        def _say(self, body: dict[str, Any] | None) -> None:
            self.send_response(200 if body is not None else 400)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body if body is not None else {"error": "invalid_grant"}).encode())

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        provider.issuer = f"http://127.0.0.1:{server.server_port}"
        yield provider
        server.shutdown()
