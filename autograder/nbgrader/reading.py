"""Handed-in bytes -> a clean notebook (nbformat 4.5), however little they look like one.

nbformat's own reader stops at the first oddity, which would leave a student without a score. Kept are the cells, their
text, nbgrader's marks and attached pictures; outputs and everything else that a file may claim are dropped.
"""

from pathlib import Path
from typing import Any

import msgspec
from nbformat import NotebookNode, v4

from autograder.course.notebook import InvalidSubmission, RawCell, parse_cells, read_bytes, read_submission, source_of
from autograder.errors import MachineError
from autograder.nbgrader.harmless import PICTURE

KINDS = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell, "raw": v4.new_raw_cell}
MARKS = "nbgrader"
MAX_VALUES = 200_000  # JSON values in all that is kept beside the texts: marks and pictures are few
MAX_LINES = 1_000_000  # of all cells' texts
MAX_PICTURED = 1 << 20  # characters of one text cell with the pictures that stand in it
MAX_TEXT, MAX_TEXTS = 20_000, 200_000  # characters of one text cell, and of all: Markdown takes quadratic time to show


def read(path: Path, max_bytes: int, inner: int | None = None) -> NotebookNode | None:
    """Return what was handed in as a clean notebook; None where it is none (the grader says why).

    Of a file whose text cells cannot be made out, the code cells are kept, as the grader reads them.
    inner: as of `read_submission`.
    """
    try:
        submission = read_submission(path, max_bytes=max_bytes, inner=inner)
        raw = read_bytes(path, max_bytes, inner) if path.suffix.lower() == ".ipynb" else b"{}"
    except (InvalidSubmission, MachineError, OSError):
        return None
    try:
        cells = _cells(parse_cells(raw)) if path.suffix.lower() == ".ipynb" else []
    except (InvalidSubmission, MachineError):
        cells = []
    return notebook(cells or [v4.new_code_cell(cell.source) for cell in submission.cells])


def notebook(cells: list[NotebookNode]) -> NotebookNode:
    """Return a notebook of these cells, with ids of its own making."""
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return v4.new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})


def _cells(found: list[RawCell]) -> list[NotebookNode]:
    """Decode what is kept of each cell, where that is not more than anybody would write. Raises `InvalidSubmission`."""
    if sum(_count(part, b'"') for cell in found for part in (cell.source, cell.input)) > 2 * MAX_LINES:
        raise InvalidSubmission("the cells' texts have more lines than anybody writes")
    beside = [part for cell in found for part in (cell.metadata, cell.attachments)]
    few = sum(_count(part, b",") + _count(part, b"[") + _count(part, b"{") for part in beside) <= MAX_VALUES
    made = [_cell(_decoded(cell, beside=few)) for cell in found]
    left = MAX_TEXTS
    for cell in made:
        if cell.cell_type != "code":
            room = min(left, MAX_TEXT)
            length = len(PICTURE.sub("", cell.source))
            if length > room or len(cell.source) > MAX_PICTURED:
                cell.source = f"{cell.source[:room]}\n\n(Cut off here: the rest stands in the file that was handed in.)"
            left -= min(length, room)
    return made


def _count(part: msgspec.Raw, mark: bytes) -> int:
    return bytes(part).count(mark)


def _decoded(cell: RawCell, *, beside: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"cell_type": cell.cell_type}
    try:
        made["source"] = source_of(cell)
    except InvalidSubmission:  # of a cell that holds no code: the grader has read that
        made["source"] = ""
    if beside:
        made |= {n: msgspec.json.decode(getattr(cell, n)) for n in ("metadata", "attachments")}
    return made


def _cell(cell: dict[str, Any]) -> NotebookNode:
    made: NotebookNode = KINDS.get(cell["cell_type"], v4.new_markdown_cell)(cell["source"])
    metadata = cell.get("metadata")
    if isinstance(metadata, dict) and isinstance(metadata.get(MARKS), dict):
        made.metadata[MARKS] = NotebookNode(metadata[MARKS])
    attachments = cell.get("attachments")
    if made.cell_type == "markdown" and isinstance(attachments, dict):
        pictures = {name: _pictures(bundle) for name, bundle in attachments.items() if isinstance(bundle, dict)}
        made["attachments"] = NotebookNode({name: NotebookNode(found) for name, found in pictures.items() if found})
    return made


def _pictures(bundle: dict[str, Any]) -> dict[str, str]:
    """Return what is a picture of an attachment's forms: nbconvert writes type and data into a page as they are."""
    texts = {kind: "".join(data.split()) for kind, data in bundle.items() if isinstance(data, str)}
    return {kind: data for kind, data in texts.items() if PICTURE.fullmatch(f"data:{kind};base64,{data}")}
