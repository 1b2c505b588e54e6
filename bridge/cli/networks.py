"""`leadbridge networks …`: the known networks of mail scanners, data centres, mail proxies and relays."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from ipaddress import ip_address
from pathlib import Path

import click

from bridge.cli.environment import data_folder
from bridge.cli.groups import CommandGroup
from bridge.cli.printing import as_json, print_json, print_table
from bridge.flow.refresh_networks import Refreshed, refresh_networks
from bridge.judgement.network_sources import KINDS, Source, packaged_sources, read_sources
from bridge.judgement.networks import merged, networks_of
from bridge.judgement.networks_file import networks_path


@click.group(cls=CommandGroup)
def networks() -> None:
    """Networks of mail scanners, data centres, mail proxies and relays."""


@networks.command()
@click.option(
    "--from",
    "mirror",
    metavar="URL",
    help="A copy of the lists, for servers without the internet: each at URL/<source>.",
)
@as_json
def refresh(mirror: str | None, as_json: bool) -> None:
    """Fetch the published lists and use them instead of the packaged ones; processes notice within a minute."""
    from bridge.wiring import published_networks  # `--help` does not need all this

    path = networks_path(data_folder())
    done: list[Refreshed] = []
    try:
        for one in refresh_networks(path, _lists(mirror), published_networks, datetime.now(UTC).date()):
            done.append(one)
            if not as_json:
                click.echo(_line(one))
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from error
    _conclude(path, done, as_json)


def _lists(mirror: str | None) -> list[Source]:
    lists = [source for source in packaged_sources().values() if source.document]
    return [replace(one, document=f"{mirror.rstrip('/')}/{one.id}") for one in lists] if mirror else lists


def _line(one: Refreshed) -> str:
    if one.failure:
        return f"FAIL  {one.name}: {one.failure}\n      → its {one.networks:,} networks stay as they are"
    counts = f"{one.published:,} published, {one.networks:,} when aggregated"
    return f"ok    {one.name}: {counts}, {one.seconds:.1f} s"


def _conclude(path: Path, done: list[Refreshed], as_json: bool) -> None:
    failed = [one for one in done if one.failure]
    wrote = len(failed) < len(done)
    if as_json:
        print_json({"file": str(path) if wrote else None, "sources": done})
    elif wrote:
        click.echo(f"wrote {path}")
    else:
        click.echo("nothing could be fetched; nothing was written", err=True)
    if failed:
        raise SystemExit(1)


@networks.command()
@click.argument("ip", required=False)
@as_json
def show(ip: str | None, as_json: bool) -> None:
    """Say which networks are in use and since when; with an address, what it is."""
    path = networks_path(data_folder())
    refreshed = read_sources(path) if path.exists() else {}
    sources = merged(refreshed)
    if ip is not None:
        _show_address(sources, ip, as_json)
    elif as_json:
        print_json(
            {"file": str(path) if refreshed else None, "sources": [_facts(source) for source in sources]}
        )
    else:
        _show_sources(path if refreshed else None, sources)


def _show_address(sources: Iterable[Source], ip: str, as_json: bool) -> None:
    try:
        ip_address(ip)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="IP") from error
    found = networks_of(sources).of(ip)
    if as_json:
        print_json({"ip": ip, "kind": found and found.kind, "name": found and found.name})
    else:
        click.echo(f"{ip}: {found.kind}, {found.name}" if found else f"{ip}: no known network")


def _show_sources(path: Path | None, sources: list[Source]) -> None:
    if path:
        click.echo(f"{path}, and what it does not cover from the package")
    else:
        click.echo("the packaged networks; “leadbridge networks refresh” fetches newer ones")
    rows = [
        (source.id, source.kind, len(source.networks), source.noted, "" if source.document else "by hand")
        for source in sources
    ]
    print_table(["source", "kind", "networks", "noted", ""], rows, "")
    counts = Counter[str]()
    for source in sources:
        counts[source.kind] += len(source.networks)
    click.echo(", ".join(f"{counts[kind]:,} {kind}" for kind in reversed(KINDS)))


def _facts(source: Source) -> dict[str, str | int | date]:
    return {
        "id": source.id,
        "kind": source.kind,
        "name": source.name,
        "networks": len(source.networks),
        "noted": source.noted,
        "address": source.address,
        "document": source.document or packaged_sources()[source.id].document,
    }
