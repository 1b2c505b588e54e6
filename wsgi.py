"""The WSGI entry for people who bring their own server: `gunicorn wsgi:application`.

Settings come from the environment. The application is built at its first request, so that a server may load
this file before it forks.
"""

from functools import cache

from bridge.app import from_environment
from bridge.edge.wsgi import Application, Environ, StartResponse

_built = cache(from_environment)


def application(environ: Environ, start_response: StartResponse) -> object:
    """Answer a request (PEP 3333)."""
    handler: Application = _built()
    return handler(environ, start_response)
