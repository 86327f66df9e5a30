"""Facts about text cells: what formats stays as it is, to the byte; what would act is shown letter by letter."""

import json
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.filters.markdown_mistune import markdown2html_mistune
from nbformat import NotebookNode, v4

from autograder.nbgrader import reading
from autograder.nbgrader.harmless import MAX_CHARACTERS, MAX_IN_ALL, as_typed, make_harmless
from tests.attacked_pages import ALONE, MARKDOWN
from tests.nbgrader.course_folder import ROOT

PNG = "iVBORw0KGgo="
KEPT = {
    "headings": "# A\n\n## B `c`\n\nTitle\n=====\n",
    "lists": "* a\n  * b\n\n1. c\n2. d\n\n- [x] e\n- [ ] f",
    "table": "| a | b |\n|:-:|--:|\n| 1 | $x<y$ |\n",
    "emphasis": "*a* **b** ~~c~~ H<sub>2</sub>O<br>x",
    "code": "`<script>` and\n\n```python\nif x < 1: f('<script>')\n```\n\n```\nplain\n```\n\n    <b onclick=a>",
    "links": "[a](https://mxnet.apache.org/a?b=c#d) <https://a.org> https://b.org [d](#A) [e][1]\n\n[1]: http://c.de",
    "picture": f"![a](data:image/png;base64,{PNG}) ![b](data:image/jpeg;base64,/9j/4AAQ 'title')",
    "attached picture": "![a](attachment:a.png)",
    "mathematics": "$\\hat{y}<1$\n\n$$\\begin{aligned}a&=\\frac{b}{c}\\\\ d\\end{aligned}$$",
    "environment": "\\begin{equation}\ne\n\\end{equation}",
    "comparisons": "3 < 4 > 2 & 5, a<b",
    "quotation": "> a\n> > b\n\n---\n",
    "commands as code": "`\\href` is a command",
}
FUNCTIONS = ("softmax", "SGD")


def cleaned(*cells: NotebookNode, trusted: tuple[str, ...] = ()) -> list[str]:
    """Return the text of these cells afterwards."""
    notebook = reading.notebook(list(cells))
    make_harmless(notebook, trusted, FUNCTIONS)
    nbformat.validate(notebook)
    return [cell.source for cell in notebook.cells]


def markdown(text: str, **more: Any) -> NotebookNode:
    """Return a text cell."""
    return v4.new_markdown_cell(text, **more)


@pytest.mark.parametrize("name", KEPT)
def test_what_formats_is_kept(name: str) -> None:
    """Not a byte of it is changed."""
    cell = markdown(KEPT[name], attachments={"a.png": {"image/png": PNG}})
    assert cleaned(cell) == [KEPT[name]]


def test_the_lesson_is_kept() -> None:
    """Every text cell of the notebooks that students are given stays as it is, whoever wrote it."""
    paths = sorted(ROOT.glob("assignments/*/*.ipynb"))
    cells = [c for p in paths for c in json.loads(p.read_text("utf-8"))["cells"] if c["cell_type"] == "markdown"]
    texts = ["".join(cell["source"]) for cell in cells]
    assert len(texts) > 20
    assert cleaned(*map(markdown, texts)) == texts


ONLY_TEXT = {"quote out of a title", "quote out of a language", "math holds html", "environment holds html"}
ONLY_BOLD = {"nested deeply"}


@pytest.mark.parametrize("name", sorted({*MARKDOWN, *ALONE} - ONLY_TEXT - ONLY_BOLD))
def test_what_would_act_is_shown_as_it_was_typed(name: str) -> None:
    """The page has one block of code with the text in it, and no other element."""
    text = (MARKDOWN | ALONE)[name]
    (made,) = cleaned(markdown(text))
    assert made == as_typed(text)
    assert seen(made) == text


@pytest.mark.parametrize("name", sorted(ONLY_TEXT))
def test_what_is_only_text_to_markdown_is_kept(name: str) -> None:
    """Markdown itself escapes these: there is no element on the page that it did not make."""
    soup = BeautifulSoup(markdown2html_mistune(MARKDOWN[name]), "html.parser")
    assert cleaned(markdown(MARKDOWN[name])) == [MARKDOWN[name]]
    assert {tag.name for tag in soup.find_all(True)} <= {"p", "a", "pre", "code"}
    assert not any("on" in key for tag in soup.find_all(True) for key in tag.attrs)


def seen(text: str) -> str:
    """Return what is read on a page of Markdown that is one block of code."""
    soup = BeautifulSoup(markdown2html_mistune(text), "html.parser")
    assert {tag.name for tag in soup.find_all(True)} <= {"div", "pre", "span"}
    return soup.get_text().rstrip("\n")


@given(st.text(st.sampled_from("`~$\\<>!-[]()#* \n\tbegin{}&;&amp;script=\"'"), max_size=60))
def test_any_text_can_be_shown_as_it_was_typed(text: str) -> None:
    """Nothing in it ends the block of code."""
    assert seen(as_typed(text)).split() == text.split()


def test_the_instructors_text_may_do_more() -> None:
    """A cell with the very text of the release keeps its HTML; one letter more, and it is a student's."""
    text = "<div class='alert'>Mind the <a href='../data.html'>data</a></div>"
    assert cleaned(markdown(text), markdown(text + "!"), trusted=(text,)) == [text, as_typed(text + "!")]


def test_a_raw_cell_is_text() -> None:
    """nbconvert shows HTML of raw cells: theirs is escaped."""
    assert cleaned(v4.new_raw_cell("<b onclick='a'>")) == ["<pre>&lt;b onclick=&#x27;a&#x27;&gt;</pre>"]


def test_more_text_than_anybody_reads_is_not_parsed() -> None:
    """A cell, and all cells together, have a cap, for nbconvert's parser may take the square of their length."""
    long, short = "a " * MAX_CHARACTERS, "a " * (MAX_CHARACTERS // 4)
    count = MAX_IN_ALL // len(short) + 2
    assert cleaned(markdown(long)) == [as_typed(long)]
    assert [made == short for made in cleaned(*(markdown(short) for _ in range(count)))] == [True] * (count - 2) + [
        False
    ] * 2


def test_a_cell_is_not_taken_for_an_exercises_mark() -> None:
    """nbgrader's pages find scores and comments by name: no heading of a student's has such a name."""
    for text in ("# softmax", "## SGD-comment", "# top"):
        assert cleaned(markdown(text)) == [as_typed(text)]
    assert cleaned(markdown("# Softmax")) == ["# Softmax"]
