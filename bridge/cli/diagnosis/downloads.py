"""Gated downloads: whether their files are there, and whether the sources of copies answer."""

from collections.abc import Iterator

from bridge.cli.diagnosis.finding import Finding
from bridge.errors import FileAway, LeadbridgeError
from bridge.program.downloads import is_address, known_as
from bridge.program.model import Form
from bridge.wiring import Services
from connectors.web import Unreachable, look

SECONDS = 5.0


def files(services: Services) -> Iterator[Finding]:
    """One finding for each that is not as it should be, or one for all. Sources are asked, and nothing is fetched."""
    try:
        offered = [form for form in services.program.forms.values() if form.download]
    except LeadbridgeError:
        return
    found = [finding for form in offered for finding in _looked(services, form)]
    if offered and not found:
        yield Finding("downloads", True, f"{len(offered)} file(s), all there")
    yield from found


def _looked(services: Services, form: Form) -> Iterator[Finding]:
    name, download = f"download {form.id}", form.download or ""
    if is_address(download):
        yield from _source(services, name, download)
        return
    try:
        services.files.find(download)
    except FileAway as error:
        yield Finding(name, False, str(error), f"put it into {services.program.folder / 'files'}")


def _source(services: Services, name: str, address: str) -> Iterator[Finding]:
    copy = services.files.copy_of(address)
    kept = f"the copy of {copy.looked_at:%Y-%m-%d %H:%M} UTC is given out" if copy else "there is no copy yet"
    try:
        status = look(services.files.guard, address, SECONDS)
        failure = f"{known_as(address)} answers {status}" if status >= 400 else ""
    except Unreachable as error:
        failure = f"{known_as(address)} cannot be asked: {error}"
    if failure:
        advice = "correct the address, or mend its server; “leadbridge cron” asks again every 20 minutes"
        yield Finding(name, None if copy else False, f"{failure}; {kept}", advice)
    elif copy is None:
        yield Finding(
            name, None, kept, "“leadbridge cron” fetches it within 20 minutes, else who wants it first"
        )
