"""The box of a form that has nothing left to ask: a button alone is pressed by programs that look into mails, too."""

from uuid import UUID

from flask import request

from bridge import i18n
from bridge.edge.extension import services
from bridge.edge.telling import hit_facts
from bridge.ids import new_id
from bridge.judgement.judge import judge
from bridge.judgement.sightings import Sighting
from bridge.program.events import OWN_PAGE
from bridge.program.model import Form

BOX = "_wanted"
"""Its name; fields never begin like that."""


def asks_for_a_tick(form: Form) -> bool:
    """Whether the form, as it is shown, could be sent without anybody having filled in anything."""
    return not any(asked.required for asked in form.fields)


def is_ticked() -> bool:
    """Whether this request has the tick."""
    return bool(request.form.get(BOX))


def missing_tick(form: Form, language: str) -> dict[str, list[str]]:
    """The mistake by the box's name, when it was to be ticked and was not."""
    if is_ticked() or not asks_for_a_tick(form):
        return {}
    return {BOX: [i18n.translations(language).gettext("Please tick this box if you want that.")]}


def machine_at_work(person: UUID) -> str | None:
    """Why a form in which nothing was typed is kept for somebody to decide: judged like a hit, it is a machine's."""
    bridge = services()
    if bridge.settings.demo:  # where a browser by remote control stands for whoever tries it
        return None
    facts = hit_facts(request.environ, bridge.settings.trusted_proxies)
    seen = Sighting(
        new_id(),
        bridge.clock(),
        OWN_PAGE,
        recipient=person,
        method=facts.method,
        user_agent=facts.user_agent,
        ip=facts.ip,
        purpose=facts.purpose,
        headers=facts.headers,
    )
    verdict = judge(seen, (), bridge.program.verdicts, bridge.world.networks)
    return "machine" if verdict.is_machine else None
