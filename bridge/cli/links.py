"""Links that lead out of a programme: where they stand, and whether anything is there."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from bridge.delivery.markdown import written_links
from bridge.errors import Mistake
from bridge.program.downloads import is_address, known_as
from bridge.program.model import Program
from connectors.web import Guard, Unreachable, look
from connectors.web.public import Network

AT_ONCE = 8
SECONDS, ALL_SECONDS = 10.0, 60.0
"""For one request, and until nobody is waited for any more."""
GONE = (404, 410)
Places = Mapping[str, list[Mistake]]
"""Address → where it stands; the message is still to be said."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of asking. asked: how many addresses. gone: where nothing is. doubts: where nobody could tell."""

    asked: int
    gone: list[Mistake]
    doubts: list[Mistake]


def ask_links(program: Program, allowed: Iterable[Network]) -> Looked:
    """Ask each address once, several at a time; after a minute those that are left are not asked any more."""
    places = links_of(program)
    guard = Guard(allowed)
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="link")
    answers = {pool.submit(look, guard, address, SECONDS): address for address in places}
    wait(answers, timeout=ALL_SECONDS)
    pool.shutdown(wait=False, cancel_futures=True)
    found = Looked(len(places), [], [])
    for answer, address in answers.items():
        said, is_gone = _said(answer)
        if said:
            whole = [_about(place, address, said) for place in places[address]]
            (found.gone if is_gone else found.doubts).extend(whole)
    return found


def links_of(program: Program) -> Places:
    """Every address with http or https that a mail, a page or a form leads to, without its fragment."""
    found: dict[str, list[Mistake]] = {}
    for url, place in _written(program):
        if url.startswith(("http://", "https://")) and not _is_filled_in(url):
            found.setdefault(url.partition("#")[0], []).append(place)
    return found


def _written(program: Program) -> Iterator[tuple[str, Mistake]]:
    for key in ("imprint", "privacy", "thanks"):
        yield getattr(program, key), Mistake(f"program.{key}", None, "")
    for form in program.forms.values():
        if form.thanks:
            yield form.thanks, Mistake(f"forms[{form.id}].thanks", None, "")
        if form.download and is_address(form.download):
            yield form.download, Mistake(f"forms[{form.id}].download", None, "")
    for mail in program.mails.values():
        for language, text in mail.text.items():
            for link in written_links(text):
                place = f"mails[{mail.id}].text, “{language}”"
                yield link.url, Mistake(place, link.line, "", file=mail.files.get(language, ""))


def _is_filled_in(url: str) -> bool:
    """Whether a part of it is somebody's own."""
    return "{{" in url or "%7B%7B" in url


def _said(answer: Future[int]) -> tuple[str, bool]:
    """What is wrong with it, "" for nothing; and whether that is certain."""
    if not answer.done() or answer.cancelled():
        return "was not asked in time", False
    try:
        status = answer.result()
    except Unreachable as error:
        return f"cannot be asked: {error}", False
    return (f"answers {status}", status in GONE) if status >= 400 else ("", False)


def _about(place: Mistake, address: str, said: str) -> Mistake:
    return Mistake(place.path, place.line, f"{known_as(address)} {said}", "", place.file)
