"""The statements of a script. Where it is no valid Python as a whole, a mistake spoils no more than its paragraph."""

import ast
import re
from collections.abc import Iterator

from autograder.worker.slicing.magics import parse_cell

# A line that may begin a statement: at the margin, no comment, and nothing that goes on with what stands above.
_BEGINS = re.compile(r"(?!(?:else|elif|except|finally)\b)[^\s#)\]}]")
_LONGEST = 20  # paragraphs in one statement


def parse_script(text: str) -> Iterator[tuple[int, str, list[ast.stmt] | Exception]]:
    """Yield the parts of a script in order: lines above it, its text, and its statements or why there are none."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    whole = _parse(lines, 0)
    if isinstance(whole, list):
        yield 0, text, whole
        return
    apart = [not line.strip(" \t") or line[0] == "#" for line in lines]
    starts = [n for n in range(1, len(lines)) if apart[n - 1] and _BEGINS.match(lines[n])]
    cuts = [0, *starts, len(lines)]
    at = 0
    while at < len(cuts) - 1:
        first = _parse(lines[cuts[at] : cuts[at + 1]], cuts[at])
        end, found = at + 1, first
        while isinstance(found, Exception) and end < min(at + _LONGEST, len(cuts) - 1):
            end += 1
            found = _parse(lines[cuts[at] : cuts[end]], cuts[at])
        if isinstance(found, Exception):
            end, found = at + 1, first
        yield cuts[at], "\n".join(lines[cuts[at] : cuts[end]]), found or []
        at = end


def _parse(lines: list[str], above: int) -> list[ast.stmt] | Exception | None:
    """Return the statements, their lines counted on from `above`; None for another language."""
    try:
        statements = parse_cell("\n".join(lines))
    except Exception as error:  # noqa: BLE001 - besides SyntaxError, parsers run out of stack on hostile texts
        return error
    for statement in statements or ():
        ast.increment_lineno(statement, above)
    return statements
