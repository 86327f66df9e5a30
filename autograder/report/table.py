"""The class table in the terminal."""

from collections.abc import Sequence
from statistics import mean, median

from rich.table import Table
from rich.text import Text

from autograder.report import advice
from autograder.report.advice import headline
from autograder.result import ExerciseResult, Result

STYLES = {"graded": "", "invalid": "yellow", "ungraded": "red"}


def class_table(results: Sequence[Result]) -> Table:
    """Lay out one row a submission and one column an exercise; submission text is never read as markup."""
    names = list(dict.fromkeys(e.name for r in results for e in r.exercises))
    table = Table(title="Class", header_style="bold", title_justify="left")
    table.add_column("student", overflow="fold")
    for name in names:
        table.add_column(name, justify="right")
    table.add_column("score", justify="right", style="bold")
    scores = advice.score_names(results)
    for name in scores:
        table.add_column(name, justify="right")
    table.add_column("seconds", justify="right")
    table.add_column("why", overflow="fold", max_width=60)
    for result in results:
        by_name = {e.name: e for e in result.exercises}
        table.add_row(
            Text(result.student),
            *(_cell(by_name.get(name)) for name in names),
            _score(result),
            *(_trained(result, name) for name in scores),
            f"{sum((result.seconds.importing, result.seconds.checks, result.seconds.training)):.1f}",
            Text(headline(result)),
            style=STYLES[result.status],
        )
    return table


def summary(results: Sequence[Result]) -> str:
    """Say in one line how many were graded and how they did."""
    graded = [r for r in results if r.score is not None]
    counts = {status: sum(r.status == status for r in results) for status in STYLES}
    told = ", ".join(f"{n} {status}" for status, n in counts.items() if n)
    if not graded:
        return f"{told}."
    shares = [100 * (r.score or 0.0) / r.max_score for r in graded]
    return f"{told}; mean {mean(shares):.0f} %, median {median(shares):.0f} %."


def _cell(exercise: ExerciseResult | None) -> Text:
    if exercise is None:
        return Text("-")
    if not exercise.attempted and exercise.score == 0:
        return Text("-", style="dim")
    style = "green" if exercise.score == exercise.max_score else "yellow" if exercise.score else "red"
    return Text(f"{exercise.score:g}/{exercise.max_score:g}", style=style)


def _score(result: Result) -> Text:
    if result.score is None:
        return Text("ungraded")
    return Text(f"{result.score:g}/{result.max_score:g}")


def _trained(result: Result, name: str) -> Text:
    value = advice.score_of(result, name)
    return Text("-" if value is None else f"{value:.4f}")
