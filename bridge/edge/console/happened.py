"""Everything that happened to a person, however much that is, page by page."""

from dataclasses import replace
from uuid import UUID

from flask import Response, request

from bridge.edge.console.frame import console, console_page, needs, visit
from bridge.edge.console.places import address, read_place
from bridge.flow.show_profile import show_events
from bridge.profiles.fields import full_name
from bridge.store import profiles

happened = console("happened")

ON_A_PAGE = 100


@happened.get("/console/profiles/<uuid:profile_id>/events")
@needs("people")
def show(profile_id: UUID) -> Response:
    """What happened, newest first. Whoever looks is written down."""
    with visit() as on:
        profile = profiles.get(on.unit.connection, profile_id)
        on.note("person.seen", "profile", str(profile_id))
        program, after = replace(on.unit.program, language=on.language), read_place(request.args.get("after"))
        found = show_events(on.unit.connection, program, profile_id, ON_A_PAGE, after)
        person = f"/console/profiles/{profile_id}"
        return console_page(
            "console/happened.html",
            on,
            name=full_name(profile.fields) or profile.email,
            lines=found.rows,
            person_url=person,
            begin_url=f"{person}/events" if after else "",
            more_url=address(f"{person}/events", found.further) if found.further else "",
        )
