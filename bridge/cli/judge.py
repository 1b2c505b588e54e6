"""`leadbridge judge`: what the judgement makes of a recorded trace."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from bridge.cli.environment import data_folder
from bridge.cli.printing import as_json, print_json, print_table
from bridge.errors import LeadbridgeError
from bridge.judgement.networks import Networks, load_networks
from bridge.judgement.networks_file import networks_path
from bridge.judgement.traces import InvalidTrace, Trace, parse_trace
from bridge.program.loading import load_program
from bridge.qualification.rehearsal import Played, Rehearsal, rehearse
from bridge.settings import program_path, settle_times


@click.command()
@click.argument("trace", metavar="TRACE")
@as_json
def judge(trace: str, as_json: bool) -> None:
    """Verdicts and points for a recorded trace of opens and clicks; "-" reads standard input.

    Exits with 1 when something is not as the trace says: a machine's hit that counts, a person's click that does
    not. tests/traces/README.md describes the format.
    """
    read = _read(trace)
    counts, hands_over = settle_times(os.environ)
    program = load_program(program_path(os.environ))
    result = rehearse(program, _networks(), counts, hands_over, read)
    wrong = result.contradicts(read)
    if as_json:
        print_json(_summary(read, result, wrong))
    else:
        _print(read, result, wrong)
    sys.exit(1 if wrong else 0)


def _read(name: str) -> Trace:
    try:
        content = json.loads(sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8"))
    except OSError as error:
        raise LeadbridgeError(f"{name}: {error.strerror}") from error
    except ValueError as error:
        raise LeadbridgeError(f"{name}: not JSON: {error}") from error
    try:
        return parse_trace(content)
    except InvalidTrace as error:
        raise LeadbridgeError("\n".join(f"{name}: {line}" for line in str(error).splitlines())) from error


def _networks() -> Networks:
    """The known networks that workers of this data folder use."""
    refreshed = networks_path(data_folder())
    return load_networks(refreshed if refreshed.exists() else None)


def _summary(trace: Trace, result: Rehearsal, wrong: list[str]) -> dict[str, Any]:
    return {
        "title": trace.title,
        "by": trace.by,
        "points": sum(one.points for one in result.played),
        "handed_over": result.handed_over,
        "withdrawn": sorted(result.withdrawn),
        "hits": [
            {
                **asdict(one.step),
                "verdict": one.verdict.kind,
                "signs": one.verdict.signs,
                "points": one.points,
            }
            for one in result.played
        ],
        "contradictions": wrong,
    }


def _print(trace: Trace, result: Rehearsal, wrong: list[str]) -> None:
    click.echo(trace.title)
    several = len({one.step.to for one in result.played}) > 1
    both = ["by"] if trace.by == "both" else []
    headings = ("after", *(["to"] if several else []), *both, "what", "verdict", "points", "signs")
    print_table(headings, [_line(one, several, bool(both)) for one in result.played], "nothing happened")
    click.echo(f"\npoints {sum(one.points for one in result.played)}, {_outcome(result)}")
    for words in wrong:
        click.echo(f"not as the trace says: {words}", err=True)


def _line(one: Played, several: bool, both: bool) -> list[str]:
    step = one.step
    what = "open" if step.open else f"{step.method} {step.link}"
    who = [*([step.to] if several else []), *([step.by] if both else [])]
    return [
        f"{step.after:g}s",
        *who,
        what,
        one.verdict.kind,
        f"{one.points:+d}",
        ", ".join(one.verdict.signs),
    ]


def _outcome(result: Rehearsal) -> str:
    if not result.handed_over:
        return "no hand-over"
    told = [
        f"{name} after {after:g}s{' (withdrawn)' if name in result.withdrawn else ''}"
        for name, after in result.handed_over.items()
    ]
    return f"handed over: {', '.join(told)}"
