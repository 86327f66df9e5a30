"""The commands of check writers and course authors: `autograder audit`, `autograder calibrate`, `autograder seed`."""

import os
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from autograder.author.audit import Audit
from autograder.author.audit import audit as run_audit
from autograder.author.calibrate import calibrate as run_calibration
from autograder.author.calibrate import plot, told
from autograder.author.seed import renew
from autograder.course.settings import FILE, find_root, load
from autograder.errors import CourseError
from autograder.files import require_writable

err = Console(stderr=True, highlight=False)


def audit(
    assignment: Annotated[str | None, typer.Argument(help="Which assignment (default: every one).")] = None,
    *,
    jobs: Annotated[int, typer.Option(min=1, help="How many to judge at a time.")] = os.cpu_count() or 1,
    isolation: Annotated[str, typer.Option(help="auto, bubblewrap, landlock or none.")] = "course",
    json: Annotated[bool, typer.Option(help="Write JSON to stdout.")] = False,
    course: Annotated[Path | None, typer.Option("--course", help="The course's folder.")] = None,
) -> None:
    """Prove the checks: solution 100 %, stub 0 %, every mutant caught; survivors are printed."""
    root = find_root(course or Path())
    known = load(root).assignments
    if assignment is not None and assignment not in known:
        raise CourseError(f"there is no assignment {assignment!r}; there are: {', '.join(known)}")
    fine = True
    for name in [assignment] if assignment else known:
        columns = (TextColumn(f"mutants of {name}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=err, transient=True) as bar:
            task = bar.add_task("mutants", total=None)
            found = run_audit(
                root,
                name,
                jobs=jobs,
                isolation=isolation,
                each=lambda done, total: bar.update(task, completed=done, total=total),  # noqa: B023 - used at once
            )
        typer.echo(msgspec.json.encode(found) if json else _told(found))
        fine = fine and found.ok
    raise typer.Exit(0 if fine else 1)


def calibrate(
    assignment: Annotated[str | None, typer.Argument(help="Which assignment (default: every one that trains).")] = None,
    *,
    seeds: Annotated[int, typer.Option(min=20, help="How many seeds to run the reference with.")] = 1000,
    rate: Annotated[float, typer.Option(min=1e-12, max=0.1, help="False failures to accept.")] = 1e-6,
    jobs: Annotated[int, typer.Option(min=1, help="How many processes.")] = os.cpu_count() or 1,
    picture: Annotated[Path | None, typer.Option(help="Also draw the distributions, as PNG.")] = None,
    course: Annotated[Path | None, typer.Option("--course", help="The course's folder.")] = None,
) -> None:
    """Run the reference over many seeds and propose thresholds for training."""
    root = find_root(course or Path())
    settings = load(root)
    if assignment is not None and assignment not in settings.assignments:
        raise CourseError(f"there is no assignment {assignment!r}; there are: {', '.join(settings.assignments)}")
    trained = [n for n, a in settings.assignments.items() if a.training]
    if assignment is None and not trained:
        raise CourseError(f"{root / FILE}: no assignment has `training:` settings to calibrate")
    if picture is not None:
        require_writable(picture.absolute().parent)
    for name in [assignment] if assignment else trained:
        columns = (TextColumn(f"seeds of {name}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=err, transient=True) as bar:
            task = bar.add_task("seeds", total=seeds)
            found = run_calibration(
                root,
                settings,
                name,
                seeds=seeds,
                rate=rate,
                jobs=jobs,
                each=lambda done: bar.update(task, completed=done),  # noqa: B023 - used at once
            )
        typer.echo(told(found))
        if picture is not None:
            plot(found, picture)
            err.print(f"Picture: {picture}", markup=False)


def seed(*, course: Annotated[Path | None, typer.Option("--course", help="The course's folder.")] = None) -> None:
    """Write a new secret seed of 128 bits into course.yaml: once for each course and term."""
    path = find_root(course or Path()) / FILE
    renew(path)
    err.print(f"{path}: has a new seed. What is graded from now on is drawn from it.", markup=False, soft_wrap=True)


def _told(found: Audit) -> str:
    lines = [f"{found.assignment}: solution {100 * found.solution:g} %, stub {100 * found.stub:g} %"]
    for surprise in found.surprises:
        did = "fails" if surprise.of == "solution" else "passes"
        lines.append(
            f"the {surprise.of} {did} {surprise.check}" + (f": {surprise.message}" if surprise.message else "")
        )
    if any(surprise.of == "solution" for surprise in found.surprises):
        return "\n".join([*lines, "no mutants were made: correct the solution, or its checks, first"])
    for fate in found.fates:
        if fate.fate != "caught":
            why = f" ({fate.reason})" if fate.reason else ""
            lines += ["", f"{fate.fate}: {fate.mutant.function}, {fate.mutant.operator}{why}", fate.diff]
    counts = ", ".join(f"{found.count(f)} {f}" for f in ("caught", "equivalent", "survived"))
    return "\n".join([*lines, "", f"{len(found.fates)} mutants: {counts}"])
