"""The proof of a person's consents, to be read, checked and printed."""

from flask import Blueprint, Response

from bridge.delivery.links import read_own_data
from bridge.edge.extension import services
from bridge.edge.gone import PRIVATE, gone
from bridge.edge.presentation import page
from bridge.errors import UnknownProfile
from bridge.flow.show_consents import show_consents
from bridge.profiles.address import Address
from bridge.store import profiles

consent_proofs = Blueprint("consent_proofs", __name__)


@consent_proofs.get("/me/<token>/consents")
def show(token: str) -> Response:
    """Every consent with its words, their hash, times, addresses and ways."""
    bridge = services()
    profile_id = read_own_data(bridge.tokens, token)
    try:
        with bridge.page_unit() as unit:
            profile = profiles.get(unit.connection, profile_id)
            found = show_consents(unit.connection, Address(profile.email, profile.email_key))
    except UnknownProfile:
        return gone()
    response = page(
        "pages/consents.html",
        program=bridge.program,
        now=unit.now,
        language=profile.language,
        email=found.email,
        records=found.records,
        own_data_url=f"/me/{token}",
    )
    response.headers.update(PRIVATE)
    return response
