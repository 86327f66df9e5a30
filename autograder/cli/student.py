"""The commands that students use: `autograder check` and `autograder doctor`."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.course.notebook import InvalidSubmission, read_submission
from autograder.errors import CourseError
from autograder.judging.judge import Judgement
from autograder.result import Verdict
from autograder.student import doctor as signs
from autograder.student.display import as_text
from autograder.student.filecheck import Bench, bench, fingerprints
from autograder.student.outcome import SelfCheck

LOOK_SECONDS = 0.3  # between two looks at a watched file
GONE = (0, 0)  # the stamp of a file that is not there, for a moment or for good

err = Console(stderr=True, highlight=False)


def check(
    notebook: Annotated[Path | None, typer.Argument(help="The notebook (default: the only one here).")] = None,
    *,
    exercise: Annotated[list[str] | None, typer.Option(help="Only this exercise; may be given again.")] = None,
    watch: Annotated[bool, typer.Option(help="Check again whenever the notebook is saved.")] = False,
    json: Annotated[bool, typer.Option(help="Write JSON to stdout.")] = False,
) -> None:
    """Check your own notebook with the public checks."""
    path = notebook or _only_one(Path())
    with bench(path.absolute()) as ready:
        passed = (_watch if watch else _look)(ready, path, exercise or [], json)
    raise typer.Exit(0 if passed else 1)


def doctor(
    folder: Annotated[Path, typer.Argument(help="The assignment's or the course's folder.")] = Path(),
    *,
    json: Annotated[bool, typer.Option(help="Write JSON to stdout.")] = False,
) -> None:
    """Say what is fine on this machine, what is not, and how to fix it."""
    if not folder.is_dir():
        raise CourseError(f"{folder}: there is no such folder; name the assignment's or the course's")
    found = []
    for sign in signs.examine(folder.resolve()):
        found.append(sign)
        if not json:
            mark = {True: "✓", False: "✗", None: "·"}[sign.ok]
            typer.echo(f"{mark} {sign.what}: {sign.told}" + (f"\n    {sign.fix}" if sign.fix else ""))
    if json:
        typer.echo(signs.as_json(found))
    raise typer.Exit(1 if any(s.ok is False for s in found) else 0)


def _only_one(folder: Path) -> Path:
    found = sorted(p for p in folder.glob("*.ipynb") if not p.name.startswith("."))
    if len(found) == 1:
        return found[0]
    what = "there is no notebook here" if not found else "there are several notebooks here"
    raise CourseError(f"{what}: name the one to check, `autograder check NOTEBOOK`")


def _look(ready: Bench, path: Path, exercises: list[str], json: bool) -> bool:
    try:
        found = ready.look(path, exercises)
    except InvalidSubmission as error:
        err.print(f"{path}: {error}", markup=False, soft_wrap=True)
        return False
    _show(found, json)
    for name, why in ready.untried.items():
        if not exercises or name in exercises:
            typer.echo(f"  ○ {name} was not checked: {why}", err=json)
    return all(c.verdict is Verdict.PASS for e in found.exercises for c in e.checks)


def _show(found: Judgement, json: bool) -> None:
    shown = SelfCheck(tuple(e for e in found.exercises if e.checks), notes=tuple(found.notes))
    if json:
        sys.stdout.write(shown.as_json() + "\n")
        sys.stdout.flush()
        return
    typer.echo(as_text(shown))


def _watch(ready: Bench, path: Path, exercises: list[str], json: bool) -> bool:
    """Look, and look again at every save, at the exercises whose definitions changed; Ctrl-C ends it.

    Returns whether all was right in the last look at each exercise.
    """
    saves = _saves(path)
    next(saves)  # before the first look: a save during it is not lost
    before = _prints(ready, path)
    wrong = set(exercises or before) if not _look(ready, path, exercises, json) else set()
    err.print(f"Watching {path}; Ctrl-C ends it.", markup=False, soft_wrap=True)
    try:
        for _ in saves:
            now = _prints(ready, path)
            changed = [n for n in now if now[n] != before.get(n) and (not exercises or n in exercises)]
            before = now or before
            if changed:
                wrong -= set(changed)
                wrong |= set(changed) if not _look(ready, path, changed, json) else set()
    except KeyboardInterrupt:
        err.print("")
    return not wrong


def _prints(ready: Bench, path: Path) -> dict[str, str]:
    try:
        return fingerprints(ready.suite, read_submission(path).cells)
    except InvalidSubmission:  # half-written, or gone: the next save is looked at
        return {}


def _saves(path: Path) -> Iterator[None]:
    """Yield at once, and after each change of the file."""
    last = _stamp(path)
    yield
    while True:
        time.sleep(LOOK_SECONDS)
        now = _stamp(path)
        if now not in (last, GONE):
            last = now
            yield


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return GONE
    return (status.st_mtime_ns, status.st_size)
