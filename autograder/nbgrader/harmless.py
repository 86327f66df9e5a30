"""A student's text cells, made fit for any page that shows them: what would act there is shown as it was typed.

nbgrader's pages render Markdown with the raw HTML in it, and the formgrader's does so in the browser of an instructor
who is logged in to Jupyter. So a cell stays as it is, to the byte, where nbconvert's rendering of it is formatting,
mathematics, links to other sites and pictures that it brings along. Else it becomes a block of code, text and all.
It is the stored notebook that this is done to: no setting of a page, and no other page, brings back what would act.
"""

import re
from collections.abc import Collection
from html import escape
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import PreformattedString
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from pygments.token import STANDARD_TYPES

# Text without its pictures; more is shown as it was typed, for parsing may be quadratic: in a cell, in a notebook.
MAX_CHARACTERS, MAX_IN_ALL = 20_000, 100_000

# Raw HTML that people write into Markdown, alone or among text: it formats, and has no attributes.
_SIMPLE = re.compile(r"(?:[^<]|</?(?:b|br|code|em|hr|i|kbd|li|ol|p|small|strong|sub|sup|ul)\s*/?>)*", re.IGNORECASE)

# Every tag and attribute that rendered Markdown has, with the values that are harmless.
_CLASSES = {*STANDARD_TYPES.values(), "highlight", "anchor-link", "task-list-item", "task-list-item-checkbox"} - {""}
_CLASS = re.compile("|".join([r"language-\S*", *map(re.escape, sorted(_CLASSES))]))
_LINK = re.compile(
    # no address inside this machine or its network: there, a page that is only opened may do things
    r"https?://(?:[a-z0-9-]+\.)+(?!local)[a-z][a-z0-9-]*(?::\d+)?(?:[/?#][^\s\\]*)?|mailto:[^\s\\]+|#[^\s\\]*",
    re.IGNORECASE,
)
PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}")  # SVG may hold scripts
_TAG = re.compile(
    "a|b|blockquote|br|code|dd|del|div|dl|dt|em|h[1-6]|hr|i|img|input|kbd|li|ol|p|pre|small|span|strong|sub|sup"
    "|table|tbody|td|th|thead|tr|ul"
)
_ANY = re.compile(r"(?s:.*)")
_ATTRIBUTES = {
    **dict.fromkeys(("alt", "checked", "disabled", "id", "title"), _ANY),
    "class": _CLASS,
    "href": _LINK,
    "src": PICTURE,
    "start": re.compile(r"\d{1,9}"),
    "style": re.compile(r"text-align: ?(?:left|center|right);?"),
    "type": re.compile("checkbox"),
}
_OF_THE_PAGE = {"statusmessage", "toc", "top"}  # elements that nbgrader's pages find by their names
# TeX that links, styles or loads, that changes what other commands mean, or that draws where it does not stand.
_TEX = re.compile(
    r"\\(?:href|url|html[A-Za-z]*|data|class|cssId|style|bbox|mmlToken|unicode|require|includegraphics"
    r"|[egx]?def|(?:future)?let|global|(?:re)?new(?:command|environment)|providecommand|DeclareMathOperator|Newextarrow"
    r"|m?kern|[hm]skip|[hvm]space|raise(?:box)?|lower|moveleft|moveright|(?:math)?[rlc]lap|smash|[rR]ule|Space"
    r")(?![A-Za-z])|\\\\\s*\[\s*-"
)


class _ActiveError(Exception):
    """Something in a cell would act on a page that shows it."""


class _Renderer(IPythonRenderer):
    """nbconvert's own, which stops at raw HTML; a diagram would be loaded and run from elsewhere."""

    def block_html(self, html: str) -> str:
        if not _SIMPLE.fullmatch(html):
            raise _ActiveError(html)
        return html

    inline_html = block_html

    def block_mermaidjs(self, code: str) -> str:
        raise _ActiveError(code)


def make_harmless(notebook: NotebookNode, trusted: Collection[str], names: Collection[str]) -> None:
    """Change the text cells that would act on a page, but for `trusted` texts: the instructor's own.

    `names` are those of the marked cells, by which nbgrader's pages find what belongs to them.
    """
    read = 0
    for cell in notebook.cells:
        own = cell.source in trusted
        read += 0 if own or cell.cell_type != "markdown" else len(PICTURE.sub("", cell.source))
        if cell.cell_type == "raw" and not own:
            cell.source = f"<pre>{escape(cell.source)}</pre>"  # nbconvert shows the HTML of a raw cell as HTML
        elif cell.cell_type == "markdown" and ((read > MAX_IN_ALL and not own) or not _is_harmless(cell, own, names)):
            cell.source = as_typed(cell.source)


def as_typed(text: str) -> str:
    """Return Markdown that shows a text letter by letter."""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text) or [""]))
    return f"{fence}text\n{text}\n{fence}"


def _is_harmless(cell: NotebookNode, own: bool, names: Collection[str]) -> bool:
    if not own and len(PICTURE.sub("", cell.source)) > MAX_CHARACTERS:
        return False
    renderer = (IPythonRenderer if own else _Renderer)(escape=False, attachments=cell.get("attachments", {}))
    try:
        html = MarkdownWithMath(renderer=renderer).render(cell.source)
        soup = BeautifulSoup(html, "html.parser")  # as nbconvert does with the whole page
        return own or (all(_formats(tag, names) for tag in soup.find_all(True)) and not _acts_as_text(soup))
    except Exception:  # noqa: BLE001 - whatever stops the renderer here would stop the page: a missing picture, nesting
        return False


def _formats(tag: Any, names: Collection[str]) -> bool:
    """Whether an element only formats; one with the name of a marked cell would be taken for that."""
    name = (tag.get("id") or "").removesuffix("_extra_credit").removesuffix("-comment").removeprefix("comment-")
    if not _TAG.fullmatch(tag.name) or name in names or name in _OF_THE_PAGE:
        return False
    values = [(key, v) for key, value in tag.attrs.items() for v in (value if isinstance(value, list) else [value])]
    return all(key in _ATTRIBUTES and _ATTRIBUTES[key].fullmatch(value) for key, value in values)


def _acts_as_text(soup: BeautifulSoup) -> bool:
    """Whether there are comments or the like, or TeX, which MathJax looks for in all text but code, that does more."""
    if soup.find(string=lambda found: isinstance(found, PreformattedString)):
        return True
    for code in soup.find_all(["pre", "code"]):
        code.decompose()
    return _TEX.search(soup.get_text()) is not None
