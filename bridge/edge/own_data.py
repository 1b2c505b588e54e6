"""A person's own data: see, download, object, erase. The link stands in every mail to that person."""

import json
from dataclasses import replace
from uuid import UUID

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bridge import i18n
from bridge.delivery.links import read_erase, read_own_data
from bridge.edge.extension import asker, services, wanted_language
from bridge.edge.gone import PRIVATE, gone
from bridge.edge.presentation import file_response, page
from bridge.errors import ExpiredToken, InvalidFields, UnknownProfile
from bridge.flow.erase_profile import erase_profile
from bridge.flow.export_profile import export_profile
from bridge.flow.object_to_scoring import allow_scoring, object_to_scoring
from bridge.flow.request_erasure import request_erasure
from bridge.flow.retention import UNDER_WAY
from bridge.flow.show_profile import show_profile
from bridge.flow.unit import Unit
from bridge.profiles.address import Address, masked
from bridge.profiles.consent import SCORING
from bridge.store import handovers, profiles
from bridge.store.profiles import ProfileRow

own_data = Blueprint("own_data", __name__)

DONE = ("objected", "allowed", "asked", "lately", "unreachable")


@own_data.get("/me/<token>")
def show(token: str) -> Response:
    """Show what is stored, in plain words."""
    profile_id = read_own_data(services().tokens, token)
    try:
        with services().page_unit() as unit:
            return _page(unit, profiles.get(unit.connection, profile_id), token)
    except UnknownProfile:
        return gone()


@own_data.get("/me/<token>/data.json")
def download(token: str) -> Response:
    """Everything that is stored, as a file."""
    profile_id = read_own_data(services().tokens, token)
    try:
        with services().page_unit() as unit:
            profile = profiles.get(unit.connection, profile_id)
            found = export_profile(unit, _address(profile))
    except UnknownProfile:
        return gone()
    content = json.dumps(found, ensure_ascii=False, indent=2)
    name = i18n.translations(profile.language).gettext("your-data.json")
    response = file_response(name, content, "application/json")
    response.headers.update(PRIVATE)
    return response


@own_data.post("/me/<token>")
def act(token: str) -> AnyResponse:
    """Object, take the objection back, or ask to be erased."""
    profile_id = read_own_data(services().tokens, token)
    try:
        with services().page_unit() as unit:
            done = _do(unit, profile_id, request.form.get("action", ""))
    except UnknownProfile:
        return gone()
    return redirect(f"/me/{token}?done={done}", 303)


def _do(unit: Unit, profile_id: UUID, action: str) -> str:
    """What came of it, as one of DONE."""
    if action == "erase":
        return request_erasure(unit, profile_id)
    if action == "object":
        object_to_scoring(unit, profile_id, "own data page", asker())
        return "objected"
    if action == "allow":
        allow_scoring(unit, profile_id, "own data page", asker())
        return "allowed"
    say = i18n.translations(wanted_language()).gettext
    raise InvalidFields({"action": [say("Please choose one of the options.")]})


@own_data.get("/erase/<token>")
def ask(token: str) -> Response:
    """A page with a button; looking at it erases nothing."""
    try:
        profile_id = read_erase(services().tokens, token, services().clock())
        with services().page_unit() as unit:
            profile = profiles.get(unit.connection, profile_id)
    except ExpiredToken:
        return _erase_page("expired", 410)
    except UnknownProfile:
        return _erase_page("done-before", 410)
    return _erase_page("ask", 200, profile)


@own_data.post("/erase/<token>")
def erase(token: str) -> Response:
    """Erase everything. It may take longer than a page is given otherwise; pressed twice, it says so."""
    bridge = services()
    try:
        profile_id = read_erase(bridge.tokens, token, bridge.clock())
        with bridge.unit() as unit:
            profile = profiles.get(unit.connection, profile_id)
            traces = erase_profile(unit, _address(profile))
    except ExpiredToken:
        return _erase_page("expired", 410)
    except UnknownProfile:
        return _erase_page("done-before", 410)
    bridge.forget(traces)
    return _erase_page("done", 200, profile)


def _page(unit: Unit, profile: ProfileRow, token: str) -> Response:
    """The page speaks the person's language, so labels of fields and topics do, too."""
    program = replace(unit.program, language=profile.language)
    done = request.args.get("done")
    lead = show_profile(unit.connection, replace(unit.world, program=program), profile)
    answers = {one.stands.purpose: one.stands for one in lead.allowed}
    objection = answers.pop(SCORING, None)
    return _private(
        page(
            "pages/me.html",
            program=program,
            now=unit.now,
            language=profile.language,
            lead=lead,
            reasons_language=unit.program.language,
            told=[
                (program.person_name(one), at)
                for one, at in handovers.who_got(unit.connection, profile.id).items()
            ],
            consents=list(answers.values()),
            objection=objection,
            interests=[
                i18n.pick(program.topics[topic].title, profile.language)
                for topic in profile.interests
                if topic in program.topics
            ],
            done=done if done in DONE else None,
            under_way=UNDER_WAY.days,
            action=f"/me/{token}",
            download_url=f"/me/{token}/data.json",
            consents_url=f"/me/{token}/consents",
            preferences_url=unit.world.links.preferences(profile.id),
        )
    )


def _erase_page(state: str, status: int, profile: ProfileRow | None = None) -> Response:
    """state: "ask", "done", "done-before" or "expired"."""
    bridge = services()
    return _private(
        page(
            "pages/erase.html",
            language=profile.language if profile else wanted_language(),
            status=status,
            state=state,
            under_way=UNDER_WAY.days,
            email_masked=masked(profile.email) if profile else None,
            own_data_url=bridge.world.links.own_data(profile.id) if profile else None,
        )
    )


def _address(profile: ProfileRow) -> Address:
    return Address(profile.email, profile.email_key)


def _private(response: Response) -> Response:
    response.headers.update(PRIVATE)
    return response
