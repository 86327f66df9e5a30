"""Cuts a script (.py) or a Markdown page (.md) into cells by its lines alone: nothing is parsed, imported or started.

jupytext would take the format from the text, and for some formats it starts programs: pandoc, quarto, marimo.
"""

import re

# A string or a comment. Each alternative matches wherever it begins, so that no text is looked at twice.
_TOKEN = re.compile(
    r'("""|\'\'\')(?:\\.|(?!\1).)*+(?:\1|\Z)|"(?:\\.|[^"\\\n])*+"?|\'(?:\\.|[^\'\\\n])*+\'?|#[^\n]*', re.DOTALL
)
_MARK = re.compile(r"#[ \t]*%%+(?![^ \t])")  # as Spyder, VS Code and jupytext mark the start of a cell
_NO_CODE = re.compile(r"\[(markdown|md|raw)\]")
_MAGIC = re.compile(r"#[ \t]?%{1,2}[a-z]")  # as jupytext writes a magic into a script of cells
_HEADER = re.compile(r"\A(?:#![^\n]*\n)?(?:#[^\n]*coding[:=][^\n]*\n)?# ---\n(?:#[^\n]*\n)*?# ---\n")

_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*(.*)")
_PYTHON = re.compile(r"(?:python3?|ipython3?|py)\b|\{[ \t]*(?:\.?python3?|\.?py|code-cell|code[ \t]+i?python3?)\b", re.I)
_FRONT_MATTER = re.compile(r"\A---\n(?:[^\n]*\n)*?---[ \t]*(?:\n|\Z)")


def cut_script(text: str) -> list[tuple[bool, str]] | None:
    """Cut a script at its `# %%` marks into cells: whether it is code, and its text. None where it has no marks."""
    comments = [m for m in _TOKEN.finditer(text) if m[0][0] == "#" and (not m.start() or text[m.start() - 1] == "\n")]
    marks = [m for m in comments if _MARK.match(m[0])]
    if not marks:
        return None
    header = _HEADER.match(text)
    starts = [header.end() if header else 0, *(m.end() + 1 for m in marks)]
    ends = [*(m.start() for m in marks), len(text)]
    magics = [m.start() for m in comments if _MAGIC.match(m[0]) and not _MARK.match(m[0])]
    cells = [
        (not (mark and _NO_CODE.search(mark[0])), _without_comment(text, start, end, magics))
        for mark, start, end in zip([None, *marks], starts, ends, strict=True)
    ]
    return cells if cells[0][1] else cells[1:]


def _without_comment(text: str, start: int, end: int, magics: list[int]) -> str:
    """Return a cell's text, with the magics in it that a comment hides made magics again."""
    pieces, at = [], start
    for magic in (m for m in magics if start <= m < end):
        pieces.append(text[at:magic])
        at = text.index("%", magic)
    return "".join([*pieces, text[at:end]]).rstrip()


def cut_markdown(text: str) -> list[tuple[bool, str]]:
    """Return the fenced blocks of Python in a page as code cells, and what stands between them as text cells."""
    front = _FRONT_MATTER.match(text)
    cells: list[tuple[bool, str]] = []
    block: list[str] = []
    fence, code = "", False
    for line in text[front.end() if front else 0 :].split("\n"):
        found = _FENCE.match(line)
        if fence:
            closes = found is not None and found[1].startswith(fence) and not found[2].strip()
            if closes and code:
                cells.append((True, "\n".join(block)))
                block, code = [], False
            elif not closes:
                block.append(line)
            fence = "" if closes else fence
        elif found is not None:
            fence, code = found[1], _PYTHON.match(found[2]) is not None
            if code:
                cells += _text(block)
                block = []
        else:
            block.append(line)
    return [*cells, *([(True, "\n".join(block))] if code else _text(block))]


def _text(lines: list[str]) -> list[tuple[bool, str]]:
    text = "\n".join(lines).strip()
    return [(False, text)] if text else []
