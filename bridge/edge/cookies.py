"""The one way in which browsers keep something for us: out of reach of scripts, and for nobody else."""

from datetime import timedelta

from werkzeug.wrappers import Response

from bridge.edge.extension import services


def is_secure() -> bool:
    """Whether people reach us by https alone."""
    return services().settings.public_url.startswith("https://")


def cookie_named(name: str) -> str:
    """Where there is https with the prefix by which browsers take it from this host alone (RFC 6265bis).

    For the whole host: what is kept for a part of it has no prefix.
    """
    return f"__Host-{name}" if is_secure() else name


def keep_cookie(
    response: Response, name: str, value: str, lasting: timedelta | None = None, path: str = "/"
) -> None:
    """Let the browser keep something for us alone, for so long; None: until it is closed."""
    response.set_cookie(
        name, value, max_age=lasting, path=path, secure=is_secure(), httponly=True, samesite="Lax"
    )


def drop_cookie(response: Response, name: str, path: str = "/") -> None:
    """Take it back."""
    response.delete_cookie(name, path=path, secure=is_secure(), httponly=True, samesite="Lax")
