"""Self-contained HTML: one page a student, and an index of the class. No scripts from elsewhere, no network."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from autograder.report.table import headline, summary
from autograder.result import Result
from autograder.store import write_atomically


def write_pages(results: Sequence[Result], out: Path) -> Path:
    """Write `out`/index.html and `out`/<assignment>/<student>.html; return the path of the index."""
    environment = Environment(
        loader=PackageLoader("autograder.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    student = environment.get_template("student.html")
    rows = []
    for result in results:
        page = f"{result.assignment}/{file_name(result.student)}.html"
        write_atomically(out / page, student.render(result=result).encode())
        rows.append({"result": result, "page": page, "headline": headline(result)})
    names = list(dict.fromkeys(e.name for r in results for e in r.exercises))
    index = environment.get_template("index.html").render(rows=rows, names=names, summary=summary(results))
    write_atomically(out / "index.html", index.encode())
    return out / "index.html"


def file_name(student: str) -> str:
    """Return a name that is safe as a file's and in a link: the student's own where that is, else a digest of it."""
    if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,99}", student):
        return student
    return "student-" + hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:16]
