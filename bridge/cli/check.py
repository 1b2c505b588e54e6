"""`leadbridge check`: is a programme in order?"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from bridge.cli.endpoints import INNER, inner_feeds, is_of_the_sample, misaddressed, out_of_reach
from bridge.cli.environment import take_over_running_system
from bridge.cli.feed_trial import Told, ask_feeds
from bridge.cli.links import ask_links
from bridge.cli.printing import as_json, print_json
from bridge.clock import utc_now
from bridge.delivery.as_received import read_as_received
from bridge.delivery.proofreading import proofread
from bridge.errors import InvalidProgram, Mistake
from bridge.program.doubting import doubts_about
from bridge.program.loading import DEMO, load_program, program_file
from bridge.program.model import Program
from bridge.program.places import located, told_once
from bridge.settings import private_targets, program_path
from bridge.settings.reach import Reach
from connectors.web import NotPublic, literal_resolver, system_resolver
from connectors.web.guard import Resolve

ONE_OF = {
    "forms": "form",
    "topics": "topic",
    "rules": "rule",
    "mails": "mail",
    "sequences": "sequence",
    "people": "person",
}
"""Parts of a programme that are counted, and what a single one is called."""


LARGEST_DOWNLOAD = 50_000_000
"""Bytes; a file is held in memory while it is sent."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--links", is_flag=True, help="Ask each link that leads out whether anything is there.")
@as_json
def check(file: Path | None, links: bool, as_json: bool) -> None:
    """Validate a programme: every mistake with its place and what was expected.

    FILE: the programme's file, or its folder.

    Every mail is written to people who were invented. What is allowed, but perhaps not meant, is said and is no
    failure.
    """
    take_over_running_system()
    path = program_file(file or program_path(os.environ))
    try:
        program = load_program(path)
    except InvalidProgram as error:
        _refuse(path, error.mistakes, (), as_json)
        return
    asked = _ask(program, _reach(path)) if links else Asked()
    received = read_as_received(program)
    source = path.read_text(encoding="utf-8-sig")
    mistakes = [*proofread(program), *misaddressed(program), *received.mistakes, *asked.gone]
    said = doubts_about(program, utc_now())
    inner = () if links else inner_feeds(program, _reach(path, literal_resolver))
    doubts = located(source, told_once([*said, *inner, *received.doubts, *asked.doubts]))
    if mistakes:
        _refuse(path, located(source, told_once(mistakes)), doubts, as_json)
    _approve(path, program, doubts, asked, as_json)


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking links and feeds. links: how many were asked, None when none was to be."""

    links: int | None = None
    feeds: Sequence[Told] = ()
    gone: Sequence[Mistake] = ()
    doubts: Sequence[Mistake] = ()


def _ask(program: Program, reach: Reach) -> Asked:
    looked = ask_links(program, private_targets(os.environ))
    tried = ask_feeds(program, reach, utc_now())
    gone, doubts = [*looked.gone, *tried.gone], [*looked.doubts, *tried.doubts]
    return Asked(looked.asked, tried.told, gone, doubts)


def _reach(path: Path, resolve: Resolve = system_resolver) -> Reach:
    """Where the programme's feeds may be read. The demo's programme is read as the demo reads it."""
    environ = {**os.environ, "LEADBRIDGE_DEMO": "1"} if path.resolve() == DEMO.resolve() else os.environ
    return Reach.from_env(environ, resolve)


def _refuse(path: Path, mistakes: Iterable[Mistake], doubts: Iterable[Mistake], as_json: bool) -> None:
    """Say what is wrong, and end with status 1."""
    error = InvalidProgram(str(path), [*mistakes])
    if as_json:
        print_json({"valid": False, "mistakes": error.mistakes, "warnings": [*doubts]})
    else:
        click.echo(str(error), err=True)
        for doubt in doubts:
            click.echo(f"  warning: {doubt}", err=True)
    raise SystemExit(1)


def _approve(path: Path, program: Program, doubts: list[Mistake], asked: Asked, as_json: bool) -> None:
    parts, remarks = {many: len(getattr(program, many)) for many in ONE_OF}, list(_remarks(program, asked))
    if as_json:
        facts = {"valid": True, "mistakes": [], "name": program.name, "version": program.version, **parts}
        told = {"feeds": asked.feeds} if asked.links is not None else {}
        print_json(facts | told | {"remarks": remarks, "warnings": doubts})
        return
    counts = ", ".join(f"{n} {ONE_OF[many] if n == 1 else many}" for many, n in parts.items())
    click.echo(f"{path}: “{program.name}” is in order: {counts}")
    for remark in remarks:
        click.echo(f"  {remark}")
    for doubt in doubts:
        click.echo(f"  warning: {doubt}")


def _remarks(program: Program, asked: Asked) -> Iterator[str]:
    if idle := program.idle_mails:
        yield f"mails that nothing sends, for no sequence names them: {', '.join(idle)}"
    samples = sum(is_of_the_sample(feed.url) for feed in program.feeds.values())
    if samples and program.folder.resolve() != DEMO.parent.resolve():
        website = "of the sample website, which “make run” serves; elsewhere nobody reads them"
        yield f"{samples} {'feed is' if samples == 1 else 'feeds are'} {website}"
    for hook, error in out_of_reach(program, private_targets(os.environ), by_name=False):
        if isinstance(error, NotPublic):
            yield f"webhook {hook.id} reaches nobody: {error}; {INNER}"
    for form in program.forms.values():
        path = program.path_of(form.download) if form.download else None
        if path and path.stat().st_size > LARGEST_DOWNLOAD:
            size = path.stat().st_size // 1_000_000
            yield f"the download of {form.id} has {size} MB: better from a web server of its own, behind a link"
    if asked.links is not None:
        yield f"links that lead out: {asked.links} asked"
    yield from map(str, asked.feeds)
