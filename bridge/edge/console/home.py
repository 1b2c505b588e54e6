"""The first page of the console."""

from flask import Response

from bridge.edge.console.frame import console, console_page, needs, visit

home = console("home")


@home.get("/console")
@needs("results")
def show() -> Response:
    """What there is to see."""
    with visit() as on:
        return console_page("console/home.html", on)
