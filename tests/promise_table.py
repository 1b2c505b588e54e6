"""`pytest --promises`: one table of all promises at the end, and a failure when one is broken or was not tried."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any

import pytest

from tests.promise import PROMISES

KEPT, BROKEN, NOT_RUN = "kept", "BROKEN", "not run"
_MARK = "promise"
_WIDTH = 100


@dataclass
class Shown:
    """What one test shows of some promises: id → words. outcome: "passed", "failed" or "skipped"."""

    promises: dict[str, str]
    outcome: str = "skipped"
    why: str = ""
    seconds: float = 0.0
    numbers: dict[str, Any] = field(default_factory=dict)

    def hear(self, report: pytest.TestReport) -> None:
        """Take in what one phase of the test came to: setup, call or teardown."""
        self.seconds += report.duration
        self.numbers = {name: value for name, value in report.user_properties if name != _MARK}
        if report.failed or hasattr(report, "wasxfail"):
            self.outcome = "failed"
        elif report.skipped:
            self.why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        elif report.when == "call" and self.outcome != "failed":
            self.outcome = "passed"


@dataclass(eq=False)  # pytest keeps its plugins in sets
class PromiseTable:
    """Gathers the tests of each promise, also those that other processes ran."""

    shown: dict[str, Shown] = field(default_factory=dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A phase of a test is over."""
        marks = [str(value) for name, value in report.user_properties if name == _MARK]
        if marks:
            promises = dict(mark.split("|", 1) for mark in marks)
            self.shown.setdefault(report.nodeid, Shown(promises)).hear(report)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A promise that is broken, or that no test tried, fails the run."""
        if any(self.state(promise) != KEPT for promise in PROMISES):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the table."""
        terminalreporter.section("promises")
        for line in self.lines():
            terminalreporter.line(line, red=f" {BROKEN} " in line, yellow=f" {NOT_RUN} " in line)

    def tests_of(self, promise: str) -> list[Shown]:
        """The tests that show a promise."""
        return [test for test in self.shown.values() if promise in test.promises]

    def state(self, promise: str) -> str:
        """What became of a promise."""
        outcomes = {test.outcome for test in self.tests_of(promise)}
        if "failed" in outcomes:
            return BROKEN
        return KEPT if "passed" in outcomes else NOT_RUN

    def lines(self) -> Iterator[str]:
        """The table: a line for each promise, and beneath it what its tests saw."""
        states = [self.state(promise) for promise in PROMISES]
        for promise, state in zip(PROMISES, states, strict=True):
            yield from self._of_promise(promise, state)
        yield ""
        yield ", ".join(f"{states.count(state)} {state}" for state in (KEPT, BROKEN, NOT_RUN))

    def _of_promise(self, promise: str, state: str) -> Iterator[str]:
        tests = self.tests_of(promise)
        ran = [test for test in tests if test.outcome != "skipped"]
        tally = f"  ({_counted(len(ran), 'test')}, {sum(test.seconds for test in ran):.0f} s)" if ran else ""
        yield f"{promise:<4} {state:<8} {PROMISES[promise]}{tally}"
        for words in dict.fromkeys(test.promises[promise] for test in ran):
            numbers = _together(test.numbers for test in ran if test.promises[promise] == words)
            if numbers:
                yield from _indented(f"{words}: {_listed(numbers)}")
        for why in dict.fromkeys(test.why for test in tests if test.why):
            yield from _indented(f"skipped: {why}")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Know `--promises`."""
    parser.addoption(
        "--promises", action="store_true", help="print what became of each promise; fail if one is open"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Gather where results come together: with several processes, in the one that started the others."""
    if config.getoption("--promises") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(PromiseTable())


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """Let every test carry its promises along with its result. Raises UsageError for one that nobody made."""
    for item in items:
        for mark in item.iter_markers(_MARK):
            promise, words = mark.args
            if promise not in PROMISES:
                raise pytest.UsageError(f"{item.nodeid}: there is no promise {promise}")
            item.user_properties.append((_MARK, f"{promise}|{words}"))


def _together(several: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Numbers of tests that show the same: counts are added, of measures the largest stands."""
    all_of_them: dict[str, Any] = {}
    for numbers in several:
        for name, number in numbers.items():
            known = all_of_them.get(name)
            if isinstance(known, int) and isinstance(number, int):
                number = known + number
            elif isinstance(known, float):
                number = max(known, number)
            all_of_them[name] = number
    return all_of_them


def _listed(numbers: dict[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {_short(number)}" for name, number in numbers.items())


def _short(number: object) -> str:
    return f"{number:.3g}" if isinstance(number, float) else str(number)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _indented(text: str) -> Iterator[str]:
    first, *rest = wrap(text, _WIDTH)
    yield f"              · {first}"
    for line in rest:
        yield f"                {line}"
