"""What many tests share: the course's exam, one worker server behind real isolation, and submissions made of text."""

import signal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from autograder.checks import suite
from autograder.checks.suite import Suite
from autograder.course import settings as course
from autograder.course.settings import Course
from autograder.judging.judge import Judgement, judge
from autograder.sandbox import walls as sandbox
from autograder.sandbox.server import WorkerServer
from tests.making import ASSIGNMENT, cells, limited

ROOT = Path(__file__).parents[1]
Judge = Callable[..., Judgement]


@pytest.fixture(scope="session")
def the_course() -> Course:
    """The repository's own course."""
    return course.load(ROOT)


@pytest.fixture(scope="session")
def the_suite(the_course: Course) -> Suite:
    """The exam of softmax regression, drawn once."""
    return suite.prepare(ROOT, the_course, ASSIGNMENT)


@pytest.fixture(scope="session")
def isolation() -> sandbox.Isolation:
    """The strongest isolation of this machine; there must be one."""
    return sandbox.detect("auto")


@pytest.fixture(scope="session")
def server(isolation: sandbox.Isolation, the_course: Course) -> Iterator[WorkerServer]:
    """A worker server for all tests: what one submission does to it, the next would meet."""
    server = WorkerServer(isolation, ROOT / the_course.data)
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="session")
def judged(the_suite: Suite, server: WorkerServer) -> Judge:
    """Judge the solution with some functions written otherwise: `judged(softmax="...", limits={...})`."""

    def run(limits: Mapping[str, float] | None = None, **changes: str) -> Judgement:
        return judge(limited(the_suite, **(limits or {})), cells(**changes), server, "cpu(0)")

    return run


def pytest_configure() -> None:
    """Let the programs that tests start be stopped: a suite run in the background inherits signals as ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


LEFT_OUT = pytest.StashKey[Counter[str]]()


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Count what `-m "... not long"` leaves out, by the module that it stands in."""
    if items and "not long" in items[0].config.option.markexpr:
        left = items[0].config.stash.setdefault(LEFT_OUT, Counter())
        left.update(item.path.stem.removeprefix("test_") for item in items if item.get_closest_marker("long"))


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was left out, not under `-n`, where only its workers know: the second half of `make test` is without."""
    left = config.stash.get(LEFT_OUT, Counter())
    if left:
        groups = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in left.most_common())
        terminalreporter.write_line(f"{left.total()} long tests are left to `make test-all`: {groups}")
