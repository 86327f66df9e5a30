"""Accidents in the editor that say nothing of the answer: a cell of another type, another language's kernel.

nbgrader puts both right before it runs anything; so what was written counts here too, with a note.
"""

import re

import msgspec

_MAX_MARKS = 1 << 16  # bytes of a cell's metadata that are read
# In the JSON of a source: a line that begins a function as Python alone does, or an import as no other language does.
_PYTHON = re.compile(rb'(?:"|\\n)[ ]*(?:def \w+\([^"\\]*\)[^"\\]*:|from [\w.]+ import \w)')


class _Marks(msgspec.Struct, gc=False):
    solution: bool = False
    grade: bool = False
    task: bool = False
    cell_type: str | None = None


class _Metadata(msgspec.Struct, gc=False):
    nbgrader: _Marks | None = None


def was_code(cell_type: str, metadata: msgspec.Raw) -> bool:
    """Whether a cell of text is one to solve that was released as code: Esc-M turns one into Markdown."""
    raw = memoryview(metadata)
    if cell_type not in ("markdown", "raw") or raw.nbytes > _MAX_MARKS or b"nbgrader" not in bytes(raw):
        return False
    try:
        marks = msgspec.json.decode(metadata, type=_Metadata).nbgrader
    except msgspec.MsgspecError:
        return False
    if marks is None or not marks.solution or marks.task:
        return False
    return marks.cell_type == "code" or (marks.cell_type is None and not marks.grade)


def looks_like_python(source: msgspec.Raw) -> bool:
    """Whether a source, still JSON, holds what only Python has."""
    return _PYTHON.search(bytes(source)) is not None
