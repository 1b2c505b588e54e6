"""`leadbridge judge`: what somebody reads who tries a trace."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bridge.cli import cli

TRACES = Path(__file__).parents[1] / "traces"


def judged(*arguments: str, stdin: str | None = None) -> Result:
    """Run the command."""
    return CliRunner().invoke(cli, ["judge", *arguments], input=stdin)


@pytest.mark.parametrize("file", sorted(TRACES.glob("*.json")), ids=lambda file: file.stem)
def test_every_trace_is_as_it_says(file: Path) -> None:
    done = judged(str(file))
    assert done.exit_code == 0, done.output


def test_a_trace_is_printed_line_by_line() -> None:
    done = judged(str(TRACES / "machine-barracuda-everything-at-once.json"))
    first, headings, *lines = done.stdout.splitlines()
    assert "Barracuda" in first
    assert headings.split() == ["after", "what", "verdict", "points", "signs"]
    assert all("scanner" in line for line in lines if line.startswith(("1", "2", "3")))
    assert lines[-1] == "points 0, no hand-over"


def test_programs_read_json() -> None:
    done = judged(str(TRACES / "machine-barracuda-everything-at-once.json"), "--json")
    found = json.loads(done.stdout)
    assert (found["points"], found["handed_over"], found["contradictions"]) == (0, {}, [])
    assert {"after", "link", "verdict", "signs", "points"} <= set(found["hits"][0])


def trace(**facts: object) -> str:
    """A trace of one click on one of two links."""
    hit = {
        "after": 900,
        "link": "a",
        "network": "203.0.113.7",
        "agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    }
    return json.dumps({"title": "A click", "by": "person", "links": 2, "hits": [hit | facts]})


def test_a_trace_may_come_from_another_program() -> None:
    done = judged("-", stdin=trace())
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "points 2, no hand-over")


def test_a_contradiction_is_named_and_is_no_success() -> None:
    done = judged("-", stdin=trace(method="HEAD", agent="curl/8.5.0").replace('"person"', '"machine"'))
    assert done.exit_code == 0
    done = judged("-", stdin=trace(agent="curl/8.5.0"))
    assert done.exit_code == 1
    assert "not as the trace says: 900s a: a person's, but it does not count" in done.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "-: not JSON"),
        ("[]", "-: expected a JSON object with title, by and hits"),
        (
            '{"title": "x", "by": "both", "hits": [{"after": 1, "link": "a"}]}',
            "hits[0].by: needed in a trace",
        ),
        (trace(after=1e300), "hits[0].after: Must be greater than"),
        (trace(proof="page", link=None), "hits[0].link"),
        ('{"title": "x"}', "hits: Missing data for required field."),
        (trace(after="soon"), "hits[0].after: Not a valid number."),
        (trace(open=True), "hits[0]: expected exactly one of open, link and proof"),
        (trace(nettwork="x"), "hits[0].nettwork: Unknown field."),
        (trace(network="nowhere"), "hits[0].network: Not a valid IP address."),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, words: str) -> None:
    done = judged("-", stdin=text)
    assert done.exit_code == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = judged(str(tmp_path / "none.json"))
    assert (done.exit_code, done.stderr) == (1, f"{tmp_path / 'none.json'}: No such file or directory\n")
