"""Self-contained HTML: one page a student, and an index of the class. Nothing comes from elsewhere, no network.

A student's page may be handed to that student: no hidden message, no hidden input, no other student. All text is
escaped, and control and bidirectional marks are taken out; the pages forbid every script and style but their own.
"""

import hashlib
import re
import unicodedata
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from autograder.files import write_atomically
from autograder.report import advice, plots, statistics
from autograder.report.background import Background
from autograder.result import Result, Verdict

MARKS = {
    Verdict.PASS: ("✓", "good"),
    Verdict.WRONG: ("✗", "bad"),
    Verdict.RAISED: ("!", "bad"),
    Verdict.TIMEOUT: ("⧖", "bad"),
    Verdict.CRASHED: ("✗", "bad"),
    Verdict.NOT_ATTEMPTED: ("○", "soft"),
    Verdict.SKIPPED: ("○", "soft"),
}
_MARKS = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}  # Unicode categories that a page need not show
NO_BACKGROUND = Background()


def write_pages(results: Sequence[Result], out: Path, background: Background = NO_BACKGROUND) -> Path:
    """Write `out`/index.html and `out`/<assignment>/<student>.html; return the path of the index."""
    pages = page_names(results)
    for result, page in zip(results, pages, strict=True):
        write_atomically(out / page, student_page(result, background).encode())
    write_atomically(out / "index.html", class_page(results, pages, background).encode())
    return out / "index.html"


def student_page(result: Result, background: Background = NO_BACKGROUND) -> str:
    """Return the page of one submission, fit for its student."""
    return (
        _environment()
        .get_template("student.html")
        .render(
            result=result,
            title=background.title(result.assignment),
            course=background.course,
            fixes=advice.fixes(result),
            examples=_examples(result, background),
            confusion=_shaded(result),
        )
    )


def class_page(results: Sequence[Result], pages: Sequence[str], background: Background = NO_BACKGROUND) -> str:
    """Return the index of a class; `pages` are the addresses of the students' pages, one a result."""
    by_assignment: dict[str, list[tuple[Result, str]]] = {}
    for result, page in zip(results, pages, strict=True):
        by_assignment.setdefault(result.assignment, []).append((result, page))
    groups = [_group(name, rows, background) for name, rows in by_assignment.items()]
    return _environment().get_template("index.html").render(groups=groups, course=background.course)


def page_names(results: Sequence[Result]) -> list[str]:
    """Return an address for each result's page, no two the same even where letter case does not count."""
    taken: set[str] = set()
    names = []
    for result in results:
        stem = f"{file_name(result.assignment)}/{file_name(result.student)}"
        name, number = stem, 1
        while name.lower() in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name.lower())
        names.append(f"{name}.html")
    return names


def file_name(student: str) -> str:
    """Return a name that is safe as a file's and in a link: the student's own where that is, else a digest of it."""
    if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,99}", student):
        return student
    return "student-" + hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _group(name: str, rows: list[tuple[Result, str]], background: Background) -> dict[str, Any]:
    results = [result for result, _ in rows]
    return {
        "name": name,
        "anchor": file_name(name),
        "title": background.title(name),
        "rows": [{"result": r, "page": page, "headline": advice.headline(r)} for r, page in rows],
        "pages": {id(r): page for r, page in rows},
        "exercises": list(dict.fromkeys(e.name for r in results for e in r.exercises)),
        "scores": advice.score_names(results),
        "summary": statistics.summarise(results),
        "counts": statistics.histogram(results),
        "misconceptions": statistics.misconceptions(results),
        "rates": statistics.check_rates(results),
        "devices": list(dict.fromkeys(r.device for r in results)),
        "isolations": list(dict.fromkeys(r.isolation for r in results)),
        "graders": list(dict.fromkeys(r.grader for r in results)),
    }


def _examples(result: Result, background: Background) -> list[dict[str, Any]]:
    """Return examples of the commonest mix-ups with their pictures, where there are any."""
    if result.training is None or background.images is None:
        return []
    confusion = result.training.confusion
    return [
        {"picture": plots.picture(background.images[i]), "is": right, "taken": taken, "times": confusion[right][taken]}
        for i, right, taken in result.training.examples
        if 0 <= i < len(background.images)
    ]


def _shaded(result: Result) -> list[list[tuple[int, str]]]:
    """Return the confusion matrix with a class for each cell: right, or how much of the row went wrong there."""
    rows = result.training.confusion if result.training else ()
    return [[(n, _shade(n, sum(row), i == j)) for j, n in enumerate(row)] for i, row in enumerate(rows)]


def _shade(count: int, of: int, right: bool) -> str:
    if right:
        return "right"
    part = count / of if of else 0.0
    return "none" if not count else "much" if part >= 0.05 else "some" if part >= 0.02 else "few"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("autograder.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_plain,
    )
    style, script = (_own(name) for name in ("style.css", "class.js"))
    environment.globals |= {
        "style": style,
        "script": script,
        "style_hash": _hash(style),
        "script_hash": _hash(script),
        "mark": lambda verdict: MARKS[verdict],
        "word": lambda verdict: advice.WORDS[verdict],
        "shown_message": advice.shown_message,
        "explained": advice.EXPLAINED,
        "heading": advice.heading,
        "score_of": advice.score_of,
        "plots": plots,
        "share": statistics.share,
        "seconds": statistics.seconds,
    }
    environment.filters |= {"points": _points, "percent": _percent, "address": id}
    return environment


def _plain(value: object) -> object:
    """Take control and bidirectional marks out of whatever text a template puts in, before it is escaped."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return "".join(" " if unicodedata.category(c) in _MARKS else c for c in value)


def _points(value: float) -> str:
    return f"{round(value, 2):g}"


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %"


def _own(name: str) -> Markup:
    return Markup(files("autograder.report").joinpath("templates", name).read_text("utf-8"))  # noqa: S704 - our own


def _hash(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()
