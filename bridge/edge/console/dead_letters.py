"""Dead letters: what could not be processed, tried again or forgotten."""

import logging
from collections.abc import Callable
from uuid import UUID

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bridge import i18n
from bridge.edge.console.contents import readable
from bridge.edge.console.frame import Visit, console, console_page, needs, visit
from bridge.edge.console.places import address, read_place
from bridge.flow.retry import NothingToRetry, note_failure, retry_letter
from bridge.store import dead_letters
from bridge.store.dead_letters import DeadLetter

log = logging.getLogger(__name__)

letters = console("dead_letters")

PATH = "/console/outbox/letters"
ON_A_PAGE = 25
"""Each is shown with all that it says."""
SOURCES = {
    "journal": "Record of the journal",
    "scoring": "Points and series of a person",
    "figures": "Figures of a day",
    "step remind": "Reminding sales of a lead",
    "step escalate": "Telling the head of a team of a lead",
    "step give_back": "Giving a lead back to marketing after a long silence",
    "step ask": "Asking sales how a lead stands",
    "step back_from_lost": "Nurturing a lost lead again",
    "step release": "Releasing a held lead",
}
"""Where a letter comes from → what that is called."""
RULES = {"rule": "Rule %(name)s", "fit": "Fit rule %(name)s"}
"""The same of rules, which are named."""
DONE = {
    "processed": "The letter is processed.",
    "forgotten": "The letter is forgotten.",
    "gone": "This letter is not there any more.",
    "cannot": "This letter can only be read or forgotten.",
}


@letters.get(PATH)
@needs("operate")
def show() -> Response:
    """What could not be processed, the oldest first."""
    with visit() as on:
        on.note("dead_letters.listed")
        return _page(on)


@letters.post(f"{PATH}/<uuid:letter_id>/retry")
@needs("operate")
def retry(letter_id: UUID) -> AnyResponse:
    """Process it again. When that fails once more it stays, and the page that follows says why."""
    with visit() as on:
        try:
            with on.unit.connection.begin_nested():
                done = "processed" if retry_letter(on.unit, letter_id) else "gone"
        except Exception as error:  # a letter is here because of an error that nobody foresaw
            log.warning("a dead letter failed again", extra={"letter": str(letter_id)}, exc_info=error)
            note_failure(on.unit, letter_id, error)
            on.note("letter.failed_again", "letter", str(letter_id))
            done = "cannot" if isinstance(error, NothingToRetry) else "failed"
        if done == "processed":
            on.note("letter.processed", "letter", str(letter_id))
    return redirect(address(PATH, done=done, letter=str(letter_id) if done == "failed" else None), 303)


@letters.post(f"{PATH}/<uuid:letter_id>/drop")
@needs("operate")
def drop(letter_id: UUID) -> AnyResponse:
    """Forget it."""
    with visit() as on:
        done = "gone" if dead_letters.take(on.unit.connection, letter_id) is None else "forgotten"
        if done == "forgotten":
            on.note("letter.forgotten", "letter", str(letter_id))
    return redirect(address(PATH, done=done), 303)


def _page(on: Visit) -> Response:
    connection, after = on.unit.connection, read_place(request.args.get("after"))
    found = dead_letters.page(connection, ON_A_PAGE, after)
    say = i18n.translations(on.language).gettext
    return console_page(
        "console/dead_letters.html",
        on,
        rows=[(row, title(row.source, say), readable(row.content), _can_retry(row)) for row in found.rows],
        count=dead_letters.count_some(connection),
        most_counted=dead_letters.MOST_COUNTED,
        begin_url=address(PATH) if after else "",
        more_url=address(PATH, found.further) if found.further else "",
        error=_failed_again(on),
        message=DONE.get(request.args.get("done", "")),
    )


def _failed_again(on: Visit) -> str | None:
    """Why the letter that was just tried failed once more; None where there was none, or it is gone."""
    if request.args.get("done") != "failed":
        return None
    try:
        letter = dead_letters.get(on.unit.connection, UUID(request.args.get("letter", "")))
    except ValueError:
        return None
    return letter.error if letter else None


def title(source: str, say: Callable[[str], str]) -> str:
    """What a letter is about; of a mail provider, that it told something."""
    kind, _, name = source.partition(" ")
    if name and kind in RULES:
        return say(RULES[kind]) % {"name": name}
    return say(SOURCES[source]) if source in SOURCES else say("Message of %(name)s") % {"name": source}


def _can_retry(row: DeadLetter) -> bool:
    return row.source in ("scoring", "figures") or _is_readable(row)


def _is_readable(row: DeadLetter) -> bool:
    return row.source == "journal" and "raw" not in row.payload.get("body", {})
