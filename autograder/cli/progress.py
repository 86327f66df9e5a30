"""How far grading has come, on stderr: a bar with the time left, or plain lines where no terminal is."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from autograder.result import Result


class Watch:
    """Shows each result as it comes."""

    def __init__(self, total: int, console: Console) -> None:
        self._total, self._done, self._slowest = total, 0, ("", 0.0)
        self._console = console
        self._bar: Progress | None = None
        if console.is_terminal:
            self._bar = Progress(
                TextColumn("grading"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TextColumn("left"),
                TimeRemainingColumn(),
                TextColumn("{task.fields[slowest]}"),
                console=console,
                transient=True,
            )
            self._task = self._bar.add_task("grading", total=total, slowest="")

    def __enter__(self) -> "Watch":
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar:
            self._bar.stop()

    @property
    def done(self) -> int:
        """How many results have come."""
        return self._done

    def show(self, result: Result) -> None:
        """Count one result."""
        self._done += 1
        seconds = sum((result.seconds.importing, result.seconds.checks, result.seconds.training))
        if seconds > self._slowest[1]:
            self._slowest = (result.student, seconds)
        if self._bar:
            told = f"slowest {self._slowest[0]} {self._slowest[1]:.1f} s" if self._slowest[0] else ""
            self._bar.update(self._task, advance=1, slowest=told.replace("[", r"\["))
            return
        score = result.status if result.score is None else f"{result.score:g}/{result.max_score:g}"
        self._console.print(
            f"{self._done} of {self._total}: {result.student} {score} ({seconds:.1f} s)",
            markup=False,
            soft_wrap=True,
        )
