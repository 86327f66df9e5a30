"""The program `autograder`. Messages and progress go to stderr; exit status 0, 1 (our fault), 2 (usage or course)."""

import contextlib
import errno
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder import __version__, files
from autograder import result as results_format
from autograder.cli import author, student
from autograder.cli import report as reporting
from autograder.cli.progress import Watch
from autograder.cli.stopping import stoppable
from autograder.course import copies, late, overrides
from autograder.course.settings import FILE, Course, find_root, load
from autograder.course.submissions import Submission, find
from autograder.errors import CourseError, MachineError
from autograder.grading import merging, store
from autograder.grading.run import Job, grade_all
from autograder.report import background as backgrounds
from autograder.report.background import Background
from autograder.report.html import page_names, write_pages
from autograder.report.roster import read_roster
from autograder.report.table import class_table, summary
from autograder.result import NoteKind, Result, clean

UNGRADED, USAGE, STOPPED = 1, 2, 130
MAX_COMPLAINT = 4000  # characters
STDOUT = Path("-")

app = typer.Typer(
    help="Grade deep-learning-from-scratch notebooks in MXNet.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(student.check)
app.command()(student.doctor)
app.command()(author.audit)
app.command()(author.calibrate)
app.command()(author.seed)
app.command()(reporting.report)
err = Console(stderr=True, highlight=False)

CourseOption = Annotated[
    Path | None, typer.Option("--course", help=f"The course's folder (default: the nearest parent with a {FILE}).")
]
OutOption = Annotated[Path, typer.Option("--out", help="Where reports go.")]
AssignmentOption = Annotated[str | None, typer.Option("--assignment", help="Which assignment, where no path says.")]


@app.callback(invoke_without_command=True)
def _top(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


@app.command()
def grade(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Notebooks, or trees <student>/<assignment>/<notebook>.ipynb.", readable=False),
    ] = None,
    *,
    assignment: AssignmentOption = None,
    jobs: Annotated[int, typer.Option(min=1, help="How many to grade at a time.")] = os.cpu_count() or 1,
    scheduler: Annotated[str | None, typer.Option(help="A Dask scheduler, tcp://host:port, to grade on.")] = None,
    json: Annotated[Path | None, typer.Option(help="Also write results as JSON Lines; - is stdout.")] = None,
    out: OutOption = Path("reports"),
    cache: Annotated[bool, typer.Option(help="Use and keep results of unchanged submissions.")] = True,
    isolation: Annotated[
        str, typer.Option(help="auto, bubblewrap, landlock or none (default: as course.yaml says).")
    ] = "course",
    roster: Annotated[
        Path | None, typer.Option("--roster", help="A class list (CSV): say who of it handed in nothing.")
    ] = None,
    only: Annotated[
        bool, typer.Option("--only", help="Reports hold what is graded now alone, nothing of earlier runs.")
    ] = False,
    gradebook: Annotated[bool, typer.Option("--gradebook", help="Also write nbgrader's gradebook.db.")] = False,
    course: CourseOption = None,
) -> None:
    """Grade notebooks, or a class's whole tree of submissions."""
    root = find_root(course or Path())
    submission = find(paths or [Path("submitted")], load(root), assignment, _warn)
    submission = [copies.finished(one, root) for one in submission]
    names = tuple(dict.fromkeys(h.assignment for h in submission))
    order = Job(root, names, isolation, cache, min(jobs, len(submission)), store.course_digest(root, names))
    settings, background = load(root), backgrounds.load(root)  # as of that edition: what is edited later waits
    given = overrides.load(root, settings)
    known = read_roster(roster) if roster is not None else None
    _require_writable(out, json)
    keep_book = _gradebook(root, settings, names) if gradebook else None
    watch = Watch(len(submission), err)
    with stoppable():
        try:
            with watch:
                found = grade_all(submission, order, scheduler=scheduler, each=watch.show, warn=_warn)
            found = overrides.applied(found, given, settings, _warn)
            found = [late.judged(r, settings.late, h) for r, h in zip(found, submission, strict=True)]
            _tell_times(settings, submission, found)
            all_found = found if only else merging.merged(found, out / reporting.RESULTS, root, _warn)
            _tell_strangers(settings, given, all_found)
            if known is not None:
                reporting.tell_differences(known, [r for r in all_found if r.assignment in names], _warn)
            unwritten: list[str] = []
            with contextlib.ExitStack() as steps:
                steps.callback(_write, found, all_found, out, json, background)  # whatever becomes of the gradebook
                if keep_book is not None:
                    unwritten = keep_book(submission, found)
        except KeyboardInterrupt:
            kept = "they are kept: the same command goes on from there" if cache else "nothing is kept (--no-cache)"
            err.print(f"Stopped. {watch.done} of {len(submission)} were graded; {kept}.")
            raise typer.Exit(STOPPED) from None
    raise typer.Exit(UNGRADED if unwritten or any(r.status == "ungraded" for r in found) else 0)


@app.command()
def release(
    assignment: Annotated[str | None, typer.Argument(help="Which assignment (default: every one).")] = None,
    *,
    course: CourseOption = None,
) -> None:
    """Make what students get: the stub notebook from the solution, and the public cases from the checks."""
    from autograder.author import release as releasing  # noqa: PLC0415 - nbgrader is slow to import

    root = find_root(course or Path())
    known = load(root).assignments
    if assignment is not None and assignment not in known:
        raise CourseError(f"there is no assignment {assignment!r}; there are: {', '.join(known)}")
    for name in [assignment] if assignment else known:
        target = releasing.publish(root, name)
        err.print(f"Released {target} and its public cases", soft_wrap=True)


def _gradebook(
    root: Path, course: Course, names: tuple[str, ...]
) -> Callable[[list[Submission], list[Result]], list[str]]:
    """Open nbgrader's gradebook before anything is graded; return what writes the results into it.

    That returns who could not be written: one student's name or text keeps nobody else out.
    """
    from autograder.nbgrader import gradebook  # noqa: PLC0415 - nbgrader is slow to import

    url = gradebook.prepare(root, course, names)

    def write(submissions: list[Submission], found: list[Result]) -> list[str]:
        unwritten: list[str] = []
        for one, result in zip(submissions, found, strict=True):
            if problem := gradebook.name_problem(one.student):
                unwritten.append(result.student)
                _warn(problem)
                continue
            try:
                gradebook.write(url, course, one, result)
            except CourseError:
                raise
            except Exception as error:  # noqa: BLE001 - a database's own, and what it makes of odd names
                unwritten.append(result.student)
                why = (str(error).splitlines() or [""])[0]
                _warn(f"{result.student}: not written to the gradebook ({type(error).__name__}: {why})")
        err.print(f"Gradebook: {len(found) - len(unwritten)} submissions", soft_wrap=True)
        return unwritten

    return write


def _require_writable(out: Path, json: Path | None) -> None:
    """Refuse, before anything is graded, what could not be written to in the end. Raises `CourseError`."""
    with _told(out):
        files.require_writable(out)
    if json is None or json == STDOUT:
        return
    with _told(json):
        if json.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not json.exists() or json.is_file():  # a device or a pipe tells when it is written to
            files.require_writable(json.resolve().parent)


def _tell_times(settings: Course, submissions: list[Submission], found: list[Result]) -> None:
    for result in found:
        for note in (n for n in result.notes if n.kind is NoteKind.LATENESS):
            _warn(f"{result.student}: {note.text}")
    if undated := late.undated(settings.late, submissions):
        _warn(
            f"{undated} of {len(submissions)} submissions have no {late.TIMESTAMP}: the date of the file says when it "
            "was handed in, which copying, unpacking or `git clone` may have changed"
        )


def _tell_strangers(settings: Course, given: Sequence[overrides.Override], found: list[Result]) -> None:
    for name in late.strangers(settings.late, ((r.assignment, r.student) for r in found)):
        _warn(f"late.extensions names {name}, of whom there is no submission: is that how the folder is called?")
    for name in overrides.strangers(given, found):
        _warn(f"{overrides.FILE} names {name}, of whom there is no submission: is that how the folder is called?")


def _write(found: list[Result], every: list[Result], out: Path, json: Path | None, background: Background) -> None:
    """Write all, pages of `every` result; what cannot be written keeps nothing else back. Raises `CourseError`."""
    lines = b"".join(results_format.encode(r) + b"\n" for r in found)
    with contextlib.ExitStack() as steps:  # unwound from the last to the first, whatever fails
        steps.callback(_show, found, on_stdout=json != STDOUT)
        steps.callback(_pages, every, out, background)
        if json == STDOUT:
            steps.callback(_print, lines)
        elif json is not None:
            steps.callback(_save, json, lines)
        kept = b"".join(results_format.encode(r) + b"\n" for r in every)
        steps.callback(_save, out / reporting.RESULTS, kept)


def _save(path: Path, data: bytes) -> None:
    with _told(path):
        files.write_atomically(path, data)


def _pages(found: list[Result], out: Path, background: Background) -> None:
    with _told(out):
        index = write_pages(found, out, background)
        for folder in (out, *{(out / page).parent for page in page_names(found)}):
            files.sweep(folder)
    _warn(f"Reports: {index}")


def _show(found: list[Result], *, on_stdout: bool) -> None:
    """Print the class table: on stdout, unless that is for results."""
    console = Console(stderr=not on_stdout, highlight=False)
    if not console.is_terminal:
        console.width = 160  # a log or a file has no edge to keep to
    if not on_stdout:
        console.print(class_table(found))
        console.print(summary(found))
        return
    with console.capture() as taken:
        console.print(class_table(found))
        console.print(summary(found))
    _print(taken.get().encode(console.encoding, "replace"))


def _print(data: bytes) -> None:
    """Write to stdout, past Python's buffer: what fails here must not fail again when the program ends."""
    try:
        with _told("standard output"):
            while data:
                data = data[os.write(1, data) :]
    except BrokenPipeError:
        _warn("Standard output was closed before all was written; the reports have everything.")


@contextlib.contextmanager
def _told(where: Path | str) -> Iterator[None]:
    """Turn the system's refusal to write into a sentence; a reader that has gone is for the caller."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CourseError(
            f"{error.filename or where}: the reports cannot be written there ({error.strerror})"
        ) from None


def _warn(text: str) -> None:
    err.print(text, markup=False, soft_wrap=True)


def main() -> None:
    """Run the program; a known fault is one sentence, not a traceback."""
    try:
        app()
    except CourseError as error:
        _complain(str(error))
        sys.exit(USAGE)
    except MachineError as error:
        _complain(str(error))
        sys.exit(UNGRADED)
    except OSError as error:
        if error.filename is None:  # no path that somebody gave, or a file of the course's
            raise
        _complain(f"{error.filename}: cannot be read or written ({error.strerror})")
        sys.exit(USAGE)


def _complain(text: str) -> None:
    """Print one sentence; it may quote a file that anybody may have written."""
    err.print(clean(text, MAX_COMPLAINT), markup=False, soft_wrap=True)
