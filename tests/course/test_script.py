"""Scripts are read as Python reads them, by the judge's reader and the child's together; reading starts nothing."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course.notebook import Cell, InvalidSubmission, parse_script
from autograder.worker.slicing.plan import Plan, plan
from tests.making import PRELUDE, SOLUTION

ROOT = Path(__file__).parents[2]
NAMES = ("softmax", "cross_entropy", "SGD", "evaluate_accuracy")
GOOD = PRELUDE + "\n" + "\n\n".join(SOLUTION.values())


def planned(text: str | bytes, suffix: str = ".py") -> Plan:
    """What the child makes of a script."""
    raw = text if isinstance(text, bytes) else text.encode()
    return plan([(c.index, c.source) for c in parse_script(raw, suffix)], NAMES)


BEFORE_SOFTMAX = "def softmax(y_linear):\n    y_linear = y_linear + 0\n\n# y_linear = 1\n" + "".join(
    SOLUTION["softmax"].splitlines(keepends=True)[1:]
)
SIX = {
    "encoding": "# -*- coding: UTF-8 -*-\n" + GOOD,
    "encoding utf8": "#!/usr/bin/env python\n# vim: set fileencoding=utf8 :\n" + GOOD,
    "try and except": "try:\n    device = mx.gpu(0)\n\nexcept Exception:\n    device = None\n" + GOOD,
    "if and else": "if 1:\n    NAME = 1\n\nelse:\n    NAME = 2\n" + GOOD,
    "a dict at the margin": "d = {\n1: 2,\n\n3: 4,\n\n}\n" + GOOD,
    "a comment at the margin": GOOD.replace(SOLUTION["softmax"], BEFORE_SOFTMAX),
    "a comment like a command": GOOD.replace("def softmax", "# cat and dog pictures\ndef softmax")
    .replace("def SGD", "# cd and copy nothing, echo\ndef SGD")
    .replace("def cross", "# %d items\n# ls\ndef cross"),
    "a mark in a text": GOOD + '\nhelp = """\n# %%\nnot a cell\n"""\n',
    "a decorator apart": GOOD.replace("def softmax", "def same(f):\n    return f\n\n@same\n\ndef softmax"),
    "old line ends": GOOD.replace("\n", "\r"),
}


@pytest.mark.parametrize("name", SIX)
def test_what_python_accepts_loses_nothing(name: str) -> None:
    """Every function is found, no statement is lost, and the script is one text."""
    found = planned(SIX[name])
    assert found.missing == ()
    assert found.syntax_errors == ()
    assert [c.index for c in parse_script(SIX[name].encode(), ".py")] == [0]


def test_lines_count_as_in_the_file() -> None:
    """A statement's line is the script's, whether Python accepts the whole or only a part."""
    text = "\n" * 40 + "import a\n\n# words\n\ndef softmax(x):\n    return x\n"
    for broken in ("", "\n\nx = = 1\n"):
        (statement,) = (s for s in planned(text + broken).statements if "softmax" in s.immediate.stores)
        assert (statement.cell, statement.line) == (0, 45)
    assert [e.line for e in planned(text + "\n\nx = = 1\n").syntax_errors] == [49]


@pytest.mark.parametrize(
    "broken", ["print 'Python 2'", "def f(:\n    pass", "x = (1,", 'y = """', "%%bash\nls", "a b c"]
)
def test_a_mistake_spoils_its_own_paragraph_alone(broken: str) -> None:
    """Whatever stands beside it in the file is read."""
    for text in (
        broken + "\n\n" + GOOD,
        GOOD + "\n\n" + broken + "\n",
        GOOD.replace("def SGD", broken + "\n\n\ndef SGD"),
    ):
        assert planned(text).missing == ()


def test_a_broken_function_is_named_with_its_line() -> None:
    """The others count."""
    text = "import a\n\ndef softmax(x)\n    return x\n\ndef SGD(params, lr):\n    pass\n"
    found = planned(text)
    assert [(e.cell, e.line, e.names) for e in found.syntax_errors] == [(0, 3, ("softmax",))]
    assert "SGD" not in found.missing


def test_magics_of_a_script_shift_no_line() -> None:
    """As IPython's own scripts and Spyder's hold them."""
    found = planned("%matplotlib inline\n!ls\n\nx = 1\n\ndef softmax(a):\n    return a\n")
    assert [s.line for s in found.statements if "softmax" in s.immediate.stores] == [6]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("# coding: gbk\nx = '中'\n".encode("gbk"), "# coding: gbk\nx = '中'\n"),
        ("# -*- coding: Latin_1 -*-\nx = 'é'\n".encode("latin-1"), "# -*- coding: Latin_1 -*-\nx = 'é'\n"),
        ("# coding: latin-1\nx = 'é'\n".encode(), "# coding: latin-1\nx = 'é'\n"),
        ("x = 'é'\n".encode("utf-16"), "x = 'é'\n"),
    ],
)
def test_a_declared_encoding_is_obeyed_where_it_is_not_utf8(raw: bytes, text: str) -> None:
    """Tables of characters, in any spelling."""
    assert parse_script(raw, ".py") == (Cell(0, text),)


@pytest.mark.parametrize("name", ["punycode", "idna", "zlib_codec", "unicode_escape", "os", "utf_7", "undefined"])
def test_an_encoding_that_computes_or_imports_is_refused(name: str) -> None:
    """And named encodings are looked up in a list, never by importing."""
    with pytest.raises(InvalidSubmission, match="not UTF-8"):
        parse_script(f"# coding: {name}\n".encode() + b"x = '\xff'\n", ".py")


def test_cells_are_marked_as_editors_mark_them() -> None:
    """With a title, without a space; jupytext's header is no cell, and text cells are counted only."""
    text = "# ---\n# jupyter:\n#   a: 1\n# ---\n\n"
    text += "# %% A title\na = 1\n#%%\nb = 2\n# %% [markdown]\n# c\n# %%time\nd\n# %%\ne = 1\n"
    cells = parse_script(text.encode(), ".py")
    assert [(c.index, c.source) for c in cells] == [(1, "a = 1"), (2, "b = 2"), (4, "e = 1")]


def test_fences_of_every_kind_are_read() -> None:
    """MyST's, R Markdown's and pandoc's Python is read by our own reader; what is fenced otherwise is text."""
    text = "---\njupytext:\n  text_representation:\n    format_name: pandoc\n---\n::: {.note}\n\n"
    text += "```{code-cell} ipython3\na\n```\n~~~python\nb\n~~~\n```{python, echo=FALSE}\nc\n```\n"
    text += "````text\n```python\nd\n```\n````\n"
    text += "```Python\ne\n```\n```pycon\nf\n```\n```py\ng"
    assert [c.source for c in parse_script(text.encode(), ".md")] == ["a", "b", "c", "e", "g"]


# ------------------------------------------------------------------------------------ nothing is started


FORMATS = (
    "pandoc",
    "quarto",
    "myst",
    "marimo",
    "hydrogen",
    "sphinx",
    "spin",
    "light",
    "percent",
    "nomarker",
    "rmarkdown",
)
HOSTILE = [
    ("import marimo\napp = marimo.App()\n@app.cell\ndef _():\n    return\n", ".py"),
    ("::: {.note}\ntext\n:::\n", ".md"),
    ("```{python}\nx = 1\n```\n", ".md"),
    ("# coding: marimo\nimport marimo\n", ".py"),
    *(
        (f"{mark}---\n{mark}{key}:\n{inside}{mark}---\n", suffix)
        for name in FORMATS
        for mark, suffix in (("", ".md"), ("# ", ".py"))
        for key, inside in (
            ("jupyter", f"{mark}  jupytext:\n{mark}    formats: ipynb,md:{name}\n{mark}    text_representation:\n"
             f"{mark}      extension: {suffix}\n{mark}      format_name: {name}\n"),
            ("jupytext", f"{mark}  text_representation:\n{mark}    format_name: {name}\n"),
            ("evil", f"{mark}  x: !!python/object/apply:os.system ['true']\n"),
        )
    ),
]  # fmt: skip
WATCH = """
import json, sys
from autograder.course.notebook import InvalidSubmission, parse_ipynb, parse_script
texts, seen = json.load(sys.stdin), []
parse_script(b"# %%\\nx = 1\\n", ".py"), parse_script(b"x", ".md")
sys.addaudithook(lambda event, args: seen.append((event, str(args[:1]))))
for text, suffix in texts:
    try:
        parse_script(text.encode(), suffix)
        parse_ipynb(text.encode())
    except InvalidSubmission:
        pass
events = [e for e in seen if not e[0].startswith(("object.", "sys.", "compile", "marshal"))]
json.dump(events, sys.stdout)
"""


def test_no_text_makes_the_reader_act() -> None:
    """Python itself would tell of any program, import, file or connection: there is none, whatever format is named."""
    done = subprocess.run(
        [sys.executable, "-c", WATCH], input=json.dumps(HOSTILE), cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == []


# ------------------------------------------------------------------------------------ scripts made by machine


PIECES = (
    "x = {\n1: 2,\n\n3: 4,\n}\n",
    "try:\n    a = 1\n\nexcept ValueError:\n    a = 2\n\n\nelse:\n    a = 3\n",
    "if x:\n    b = 1\n\n# at the margin\n\nelif a:\n    b = 2\n\nelse:\n    b = 3\n",
    "# cat words\n", "\n", "\n\n", "# %d words\n",
    'text = """\ndef softmax\n\n# %%\n"""\n',
    "for i in range(2):\n\n    # inside\n# at the margin\n    c = i\n\n    d = i\n",
    "@staticmethod\n\n# words\ndef e():\n    pass\n", "f = (1,\n\n2\n)\n",
    "class G:\n\n    h = 1\n\n\n    def i(self):\n\n        return '''\n# x\n'''\n",
    "j = 'it''s'  # don't\n", "k = [\n# %%time\n1]\n", "with open('a') as f, \\\n     open('b') as g:\n    pass\n",
)  # fmt: skip


def test_a_thousand_scripts_lose_no_definition() -> None:
    """Any order of what Python accepts: blank lines, comments at the margin, literals over lines, else after a gap."""
    rng = random.Random(1)
    for _ in range(1000):
        parts = [*rng.choices(PIECES, k=8), *SOLUTION.values()]
        rng.shuffle(parts)
        found = planned("".join(parts))
        assert (found.missing, found.syntax_errors) == ((), ()), "".join(parts)
