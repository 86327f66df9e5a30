"""`autograder report`: write pages and exports from the results that `grade` stored."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder import result as results_format
from autograder.author import gradescope_zip
from autograder.course.settings import find_root, load
from autograder.errors import CourseError
from autograder.files import write_atomically
from autograder.report import background as backgrounds
from autograder.report import gradescope, groups, spreadsheet
from autograder.report.background import Background
from autograder.report.html import page_names, write_pages
from autograder.report.junit import junit
from autograder.report.roster import Roster, read_roster
from autograder.result import Result

RESULTS = "results.jsonl"


class Format(StrEnum):
    """What `--format` knows."""

    HTML = "html"
    CSV = "csv"
    CANVAS = "canvas"
    MOODLE = "moodle"
    GRADESCOPE = "gradescope"
    GRADESCOPE_ZIP = "gradescope-zip"
    JUNIT = "junit"


def report(
    *,
    formats: Annotated[
        list[Format] | None, typer.Option("--format", help="What to write, may be given several times (default: html).")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Where results are, and reports go.")] = Path("reports"),
    roster: Annotated[
        Path | None,
        typer.Option(help="A class list, such as a gradebook that Canvas exported: students are named as it does."),
    ] = None,
    column: Annotated[
        str | None, typer.Option("--column", help="For canvas: the heading of the assignment's column.")
    ] = None,
    assignment: Annotated[
        str | None, typer.Option("--assignment", help="For gradescope-zip: which assignment (default: every one).")
    ] = None,
    course: Annotated[
        Path | None,
        typer.Option("--course", help="The course's folder (default: the nearest parent with a course.yaml)."),
    ] = None,
) -> None:
    """Write pages and exports from stored results; gradescope-zip needs none."""
    err = Console(stderr=True, highlight=False)
    wanted = list(dict.fromkeys(formats or [Format.HTML]))
    written: list[Path] = []
    if Format.GRADESCOPE_ZIP in wanted:
        written += _zips(find_root(course or Path()), assignment, out)
        wanted.remove(Format.GRADESCOPE_ZIP)
    if wanted:
        found = read_results(out / RESULTS)
        background = _background(course)
        known = read_roster(roster) if roster is not None else None
        tell = partial(err.print, markup=False, soft_wrap=True)
        root = _root(course)
        each = groups.expanded(found, groups.read(root / groups.FILE) if root is not None else {})
        if known is not None:
            tell_differences(known, each, tell)
        for kind in wanted:
            if kind is Format.GRADESCOPE:
                written += _gradescope(found, out / "gradescope", root)
            else:
                of = each if kind in (Format.CSV, Format.CANVAS, Format.MOODLE) else found
                written += _write(kind, of, out, background, known, tell, column)
        ungraded = [r.student for r in found if r.status == "ungraded"]
        if ungraded and wanted != [Format.HTML]:
            err.print(f"Ungraded, so without a score in exports: {', '.join(ungraded)}", markup=False, soft_wrap=True)
    for path in written:
        err.print(f"Reports: {path}", markup=False, soft_wrap=True)


def read_results(path: Path) -> list[Result]:
    """Read stored results. Raises `CourseError` where there are none of this version."""
    try:
        return [results_format.decode(line) for line in path.read_bytes().splitlines()]
    except FileNotFoundError:
        raise CourseError(f"{path}: there are no results; run `autograder grade` first") from None
    except ValueError as error:
        raise CourseError(f"{path}: not this version's results ({error}); grade again") from None


def _root(course: Path | None) -> Path | None:
    """Return the course's folder; None away from one, where exports do without what it says."""
    if course is not None:
        return find_root(course)
    try:
        return find_root(Path())
    except CourseError:
        return None


def _background(course: Path | None) -> Background:
    """Read titles and test images from the course; away from one, pages do without."""
    root = _root(course)
    return backgrounds.load(root) if root is not None else Background()


def tell_differences(roster: Roster, found: Sequence[Result], tell: Callable[[str], None]) -> None:
    """Name who of a class list has no result, and whose result is of nobody in it."""
    students = [r.student for r in found]
    if missing := roster.missing(students):
        tell(f"In the roster, and handed in nothing: {'; '.join(missing)}")
    if strangers := roster.strangers(students):
        tell(f"Not in the roster, or several there are called so: {'; '.join(strangers)}")


def _write(
    kind: Format,
    found: Sequence[Result],
    out: Path,
    background: Background,
    roster: Roster | None,
    tell: Callable[[str], None],
    column: str | None,
) -> list[Path]:
    """Write one format; return what to tell of it."""
    if kind is Format.HTML:
        return [write_pages(found, out, background)]
    if kind is Format.JUNIT:
        name, data = "junit.xml", junit(found)
    elif kind is Format.CSV:
        name, data = "grades.csv", spreadsheet.plain(found).encode("utf-8-sig", "replace")
    elif kind is Format.CANVAS:
        name = "canvas.csv"
        data = spreadsheet.canvas(found, background, roster, tell, column).encode("utf-8", "replace")
    else:
        name, data = "moodle.csv", spreadsheet.moodle(found, background, roster).encode("utf-8", "replace")
    write_atomically(out / name, data)
    return [out / name]


def _gradescope(found: Sequence[Result], folder: Path, root: Path | None) -> list[Path]:
    """Write a results.json for each graded submission, under its student's name."""
    known = load(root).assignments if root is not None else {}
    for result, page in zip(found, page_names(found), strict=True):
        settings = known.get(result.assignment)
        document = gradescope.results_json(result, settings.gradescope_hidden if settings else "visible")
        target = (folder / page).with_suffix(".json")
        if document is None:
            target.unlink(missing_ok=True)  # an earlier score must not pass for this one
        else:
            write_atomically(target, gradescope.encode(document))
    return [folder]


def _zips(root: Path, assignment: str | None, out: Path) -> list[Path]:
    settings = load(root)
    written = []
    for name in [assignment] if assignment else settings.assignments:
        path = out / "gradescope" / f"{name}-autograder.zip"
        write_atomically(path, gradescope_zip.make(root, settings, name))
        written.append(path)
    return written
