"""Bring the known networks up to date from the lists that their owners publish."""

import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bridge.errors import InvalidNetworks
from bridge.judgement.blocks import Block, aggregated, block
from bridge.judgement.network_sources import Source, read_sources, written

Fetch = Callable[[str, str], list[str]]
"""The networks of a published list, from its address and its shape. Raises NotFetched."""


class NotFetched(Exception):
    """A list that could not be had or read; why, in words an operator understands."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What became of a source. networks: how many it has now. published: how many its list had before they were
    aggregated, 0 when it was not fetched. failure: "" when all is well; then the old networks stay.
    """

    id: str
    name: str
    kind: str
    networks: int
    published: int
    seconds: float
    failure: str = ""


def refresh_networks(path: Path, lists: Iterable[Source], fetch: Fetch, today: date) -> Iterator[Refreshed]:
    """Fetch the published lists, one after another, and say of each what became of it; then write the file.

    lists: the sources as packaged; those without a document are left out. The file at `path` is replaced as a
    whole, and only when at least one list was fetched. A file that is there but broken is replaced as well. Raises
    OSError when the file cannot be written.
    """
    sources = _kept(path)
    fetched = False
    for packaged in lists:
        if not packaged.document:
            continue
        start = time.monotonic()
        old = sources.get(packaged.id, packaged)
        try:
            new, published = _fetched(packaged, fetch, today)
        except NotFetched as failure:
            yield _report(old, 0, start, str(failure))
            continue
        sources[packaged.id], fetched = new, True
        yield _report(new, published, start)
    if fetched:
        _write(path, written(sources))


def _kept(path: Path) -> dict[str, Source]:
    try:
        return dict(read_sources(path))
    except (InvalidNetworks, FileNotFoundError):
        return {}


def _fetched(source: Source, fetch: Fetch, today: date) -> tuple[Source, int]:
    published = fetch(source.document, source.shape)
    return replace(source, noted=today, networks=_aggregated(published)), len(published)


def _aggregated(published: Iterable[str]) -> tuple[Block, ...]:
    """As few networks as say the same. Raises NotFetched for what is no network, or covers half the internet."""
    try:
        return tuple(aggregated(map(block, published)))
    except ValueError as error:
        raise NotFetched(f"the list is not written as expected: {error}") from error


def _report(source: Source, published: int, start: float, failure: str = "") -> Refreshed:
    seconds = time.monotonic() - start
    return Refreshed(source.id, source.name, source.kind, len(source.networks), published, seconds, failure)


def _write(path: Path, text: str) -> None:
    """Under another name first, so that nobody ever reads half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=path.name, delete=False
    ) as file:
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(0o644)
            Path(file.name).replace(path)
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise
