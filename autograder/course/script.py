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
_HEADER = re.compile(r"\A(?:#(?! ---\n)[^\n]*+\n){0,2}# ---\n(?:#[^\n]*+\n)*?# ---\n")  # jupytext's own

_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*(.*)")
_PYTHON = re.compile(r"i?python3?\b|py\b|\{[ \t]*(?:\.?i?python3?|\.?py|code-cell|code[ \t]+i?python3?)\b", re.I)
_FRONT_MATTER = re.compile(r"\A---\n(?:[^\n]*+\n)*?---[ \t]*(?:\n|\Z)")


def cut_script(text: str) -> list[tuple[bool, str]] | None:
    """Cut a script at its `# %%` marks into cells: whether it is code, and its text. None where it has no marks."""
    marks = [m for m in _TOKEN.finditer(text) if _at_margin(m) and _MARK.match(m[0])]
    if not marks:
        return None
    header = _HEADER.match(text)
    starts = [header.end() if header else 0, *(m.end() + 1 for m in marks)]
    ends = [*(m.start() for m in marks), len(text)]
    cells = [
        (not (mark and _NO_CODE.search(mark[0])), _TOKEN.sub(_uncomment, text[start:end]).rstrip())
        for mark, start, end in zip([None, *marks], starts, ends, strict=True)
    ]
    return cells if cells[0][1] else cells[1:]


def _at_margin(token: re.Match[str]) -> bool:
    return token.start() == 0 or token.string[token.start() - 1] == "\n"


def _uncomment(token: re.Match[str]) -> str:
    """Make a magic again of a comment that hides one."""
    return token[0].lstrip("# ") if _at_margin(token) and _MAGIC.match(token[0]) else token[0]


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
