"""`pytest` in an assignment's folder: one test for each public check of the notebook there.

The notebook is judged once, as `autograder check` does; each test then reports its own check.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from autograder.errors import CourseError, MachineError
from autograder.judging import forbidden
from autograder.result import CheckResult, Verdict
from autograder.student.recorded import FILE, read


class CheckFailed(Exception):
    """A public check did not pass; its text is the whole report."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the public checks beside a notebook."""
    if file_path.name == FILE:
        return PublicChecks.from_parent(parent, path=file_path)
    return None


class PublicChecks(pytest.File):
    """The public checks of one assignment, and what judging the notebook beside them gave."""

    _verdicts: dict[tuple[str, str], CheckResult] | Exception | None = None
    _untried: Mapping[str, str] = MappingProxyType({})  # exercise -> why it cannot be checked here

    def collect(self) -> Iterator[pytest.Collector]:
        """Yield the exercises, in order."""
        try:
            recorded = read(self.path)
        except CourseError as error:
            raise self.CollectError(str(error)) from None
        for name in recorded.exercises:
            checks = [i.check.name for i in recorded.of(name)]
            if checks and any(recorded.forbid.get(name, {}).values()):
                checks.append(forbidden.NAME)
            yield ExerciseChecks.from_parent(self, name=name, checks=checks)

    def verdict(self, exercise: str, check: str) -> CheckResult:
        """Return the result of one check; the notebook is judged when the first is asked for."""
        if self._verdicts is None:
            self._verdicts, self._untried = _judge(self.path)
        if isinstance(self._verdicts, Exception):
            raise self._verdicts
        if (exercise, check) not in self._verdicts:
            raise CourseError(self._untried.get(exercise, f"{check} was not judged"))
        return self._verdicts[exercise, check]


class ExerciseChecks(pytest.Collector):
    """The checks of one exercise."""

    def __init__(self, *, checks: list[str], **rest: Any) -> None:
        super().__init__(**rest)
        self._checks = checks

    def collect(self) -> Iterator[pytest.Item]:
        """Yield one test a check."""
        for name in self._checks:
            yield CheckTest.from_parent(self, name=name)


class CheckTest(pytest.Item):
    """One public check as a test."""

    def runtest(self) -> None:
        """Pass where the check passed."""
        file, exercise = self.getparent(PublicChecks), self.getparent(ExerciseChecks)
        assert file is not None
        assert exercise is not None
        result = file.verdict(exercise.name, self.name)
        if result.verdict is not Verdict.PASS:
            lines = [f"{result.title}: {result.verdict.replace('_', ' ')}", result.diagnosis, result.message]
            raise CheckFailed("\n    ".join(line for line in lines if line))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show what is wrong with the notebook; a traceback of the plugin would help nobody."""
        from autograder.course.notebook import InvalidSubmission  # noqa: PLC0415 - only a failure needs it

        if isinstance(excinfo.value, CheckFailed | CourseError | MachineError | InvalidSubmission):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the test by exercise and check."""
        exercise = self.parent.name if self.parent is not None else ""
        return self.path, None, f"{exercise}::{self.name}"


def _judge(path: Path) -> tuple[dict[tuple[str, str], CheckResult] | Exception, Mapping[str, str]]:
    """Judge the notebook beside recorded cases, once for all tests; what stands in the way is every test's failure.

    Returns what was found, and why exercises could not be checked.
    """
    from autograder.course.notebook import InvalidSubmission  # noqa: PLC0415 - likewise
    from autograder.student.filecheck import bench  # noqa: PLC0415 - only a run needs it, not a collection

    try:
        cases = read(path)
        notebook = _notebook(path.parent, cases.assignment)
        with bench(notebook, cases) as ready:
            found = ready.look(notebook)
            untried = ready.untried
    except (CourseError, MachineError, InvalidSubmission) as error:
        return error, {}
    return {(e.name, c.name): c for e in found.exercises for c in e.checks}, untried


def _notebook(folder: Path, assignment: str) -> Path:
    found = sorted(p for p in folder.glob("*.ipynb") if not p.name.startswith("."))
    named = [p for name in (assignment, folder.name) for p in found if p.stem == name]
    if named or len(found) == 1:
        return (named or found)[0]
    what = "there is no notebook" if not found else "there are several notebooks, none named for the folder,"
    raise CourseError(f"{what} beside {FILE}: put yours there as {assignment}.ipynb")
