"""The program `autograder`. Messages and progress go to stderr; exit status 0, 1 (our fault), 2 (usage or course)."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from autograder import __version__, cli_author, cli_report, cli_student, late, store
from autograder import result as results_format
from autograder.course import FILE, Course, find_root, load
from autograder.errors import CourseError, SandboxError
from autograder.progress import Watch
from autograder.report import background as backgrounds
from autograder.report.html import write_pages
from autograder.report.table import class_table, summary
from autograder.result import Result
from autograder.run import Order, grade_all
from autograder.submissions import Handed, find

UNGRADED, USAGE, STOPPED = 1, 2, 130

app = typer.Typer(
    help="Grade deep-learning-from-scratch notebooks in MXNet.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(cli_student.check)
app.command()(cli_student.doctor)
app.command()(cli_author.audit)
app.command()(cli_author.calibrate)
app.command()(cli_report.report)
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
        list[Path] | None, typer.Argument(help="Notebooks, or trees <student>/<assignment>/<notebook>.ipynb.")
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
    gradebook: Annotated[bool, typer.Option("--gradebook", help="Also write nbgrader's gradebook.db.")] = False,
    course: CourseOption = None,
) -> None:
    """Grade notebooks, or a class's whole tree of submissions."""
    root = find_root(course or Path())
    settings = load(root)
    handed = find(paths or [Path("submitted")], settings, assignment)
    names = tuple(dict.fromkeys(h.assignment for h in handed))
    keep_book = _gradebook(root, settings, names) if gradebook else None
    order = Order(root, names, isolation, keep=cache, jobs=min(jobs, len(handed)))
    signal.signal(signal.SIGTERM, _interrupt)
    watch = Watch(len(handed), err)
    try:
        with watch:
            found = grade_all(handed, order, scheduler=scheduler, each=watch.show)
    except KeyboardInterrupt:
        kept = "they are kept: the same command goes on from there" if cache else "nothing is kept (--no-cache)"
        err.print(f"Stopped. {watch.done} of {len(handed)} were graded; {kept}.")
        raise typer.Exit(STOPPED) from None
    found = [late.judged(r, settings.late) for r in found]
    if keep_book is not None:
        keep_book(handed, found)
    try:
        _write(found, out, json, root)
    except OSError as error:
        raise CourseError(f"{error.filename or out}: the reports cannot be written there ({error.strerror})") from None
    raise typer.Exit(UNGRADED if any(r.status == "ungraded" for r in found) else 0)


@app.command()
def release(
    assignment: Annotated[str | None, typer.Argument(help="Which assignment (default: every one).")] = None,
    *,
    course: CourseOption = None,
) -> None:
    """Make what students get: the stub notebook from the solution, and the public cases from the checks."""
    from autograder import release as releasing  # noqa: PLC0415 - nbgrader is slow to import

    root = find_root(course or Path())
    known = load(root).assignments
    if assignment is not None and assignment not in known:
        raise CourseError(f"there is no assignment {assignment!r}; there are: {', '.join(known)}")
    for name in [assignment] if assignment else known:
        target = root / "assignments" / name / f"{name}.ipynb"
        releasing.release(root / "solutions" / name / f"{name}.ipynb", target)
        releasing.record(root, name, target.parent)
        err.print(f"Released {target} and its public cases", soft_wrap=True)


def _gradebook(root: Path, course: Course, names: tuple[str, ...]) -> Callable[[list[Handed], list[Result]], None]:
    """Open nbgrader's gradebook before anything is graded; return what writes the results into it."""
    from autograder.nbgrader import gradebook  # noqa: PLC0415 - nbgrader is slow to import

    url = gradebook.prepare(root, course, names)

    def write(handed: list[Handed], found: list[Result]) -> None:
        for submission, result in zip(handed, found, strict=True):
            gradebook.write(url, course, submission, result)
        err.print(f"Gradebook: {len(found)} submissions", soft_wrap=True)

    return write


def _write(found: list[Result], out: Path, json: Path | None, root: Path) -> None:
    lines = b"".join(results_format.encode(r) + b"\n" for r in found)
    store.write_atomically(out / cli_report.RESULTS, lines)
    index = write_pages(found, out, backgrounds.load(root))
    console = Console(stderr=json == Path("-"), highlight=False)
    if not console.is_terminal:
        console.width = 160  # a log or a file has no edge to keep to
    console.print(class_table(found))
    console.print(summary(found))
    err.print(f"Reports: {index}", soft_wrap=True)
    if json == Path("-"):
        sys.stdout.buffer.write(lines)
        sys.stdout.buffer.flush()
    elif json is not None:
        store.write_atomically(json, lines)


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def main() -> None:
    """Run the program; a known fault is one sentence, not a traceback."""
    try:
        app()
    except CourseError as error:
        err.print(str(error), markup=False, soft_wrap=True)
        sys.exit(USAGE)
    except SandboxError as error:
        err.print(str(error), markup=False, soft_wrap=True)
        sys.exit(UNGRADED)
