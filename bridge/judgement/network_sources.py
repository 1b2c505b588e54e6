"""Where known networks are written down: the packaged file, and the one that `leadbridge networks refresh` writes."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal, get_args

from bridge.errors import InvalidNetworks
from bridge.judgement.blocks import Block, block

NetworkKind = Literal["cloud", "relay", "mail-proxy", "scanner"]
KINDS: tuple[NetworkKind, ...] = get_args(NetworkKind)
"""The weaker before the stronger."""


@dataclass(frozen=True, slots=True)
class Source:
    """Networks of one kind that are published together.

    address: where people read about them. document: the list for machines, "" when there is none; shape: how that
    list is written. noted: when the networks were looked up.
    """

    id: str
    kind: NetworkKind
    name: str
    address: str
    noted: date
    networks: tuple[Block, ...]
    document: str = ""
    shape: str = ""


@cache
def packaged_sources() -> Mapping[str, Source]:
    """The sources that come with Leadbridge, by their ids."""
    text = (resources.files(__package__) / "data" / "networks.toml").read_text("utf-8")
    return _sources("the packaged networks.toml", tomllib.loads(text))


def read_sources(path: Path) -> Mapping[str, Source]:
    """Read a refreshed file. Raises InvalidNetworks, which names file and place, and OSError."""
    try:
        document = json.loads(path.read_text("utf-8"))
    except ValueError as error:  # no JSON, or no UTF-8
        raise InvalidNetworks(str(path), str(error)) from error
    return _sources(str(path), document)


def written(sources: Mapping[str, Source]) -> str:
    """The text of a file that `read_sources` reads."""
    return json.dumps(
        {
            "sources": [
                {
                    "id": source.id,
                    "kind": source.kind,
                    "name": source.name,
                    "address": source.address,
                    "noted": source.noted.isoformat(),
                    "networks": [str(network) for network in source.networks],
                }
                for source in sources.values()
            ]
        },
        indent=1,
    )


def _sources(file: str, document: Any) -> Mapping[str, Source]:
    entries = document.get("sources") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise InvalidNetworks(file, "has no list “sources”")
    return {
        source.id: source
        for place, entry in enumerate(entries, 1)
        for source in [_source(file, place, entry)]
    }


def _source(file: str, place: int, entry: Any) -> Source:
    where = f"source {place}"
    try:
        where = f"source {place}, “{entry['id']}”"
        if entry["kind"] not in KINDS:
            raise ValueError(f"kind “{entry['kind']}” is unknown")
        noted = entry["noted"]
        return Source(
            id=str(entry["id"]),
            kind=entry["kind"],
            name=str(entry["name"]),
            address=str(entry["address"]),
            noted=noted if isinstance(noted, date) else date.fromisoformat(noted),
            networks=tuple(map(block, entry["networks"])),
            document=entry.get("document", ""),
            shape=entry.get("shape", ""),
        )
    except KeyError as error:
        raise InvalidNetworks(file, f"{where}: {error.args[0]} is missing") from error
    except (TypeError, ValueError) as error:
        raise InvalidNetworks(file, f"{where}: {error}") from error
