"""What views need of the running process, by way of the application and never of a global."""

from typing import cast

from flask import Request, current_app, request

from bridge import i18n
from bridge.edge.network import request_facts
from bridge.intake import records
from bridge.wiring import Services

KEY = "bridge"


def services() -> Services:
    """The services of the application that answers this request."""
    return cast(Services, current_app.extensions[KEY])


def asker() -> records.Request:
    """What is kept of this request."""
    return request_facts(request.environ, services().settings.trusted_proxies)


def wanted_language(of: Request | None = None) -> str:
    """The language that the browser asks for, among those we speak."""
    header = (of or request).headers.get("Accept-Language")
    return i18n.negotiate(header, services().program.language)
