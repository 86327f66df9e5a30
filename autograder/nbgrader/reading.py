"""Handed-in bytes -> a clean notebook (nbformat 4.5), however little they look like one.

nbformat's own reader stops at the first oddity, which would leave a student without a score. Kept are the cells, their
text, nbgrader's marks and attached pictures; outputs and everything else that a file may claim are dropped.
"""

import json
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, v4

from autograder.errors import SandboxError
from autograder.notebook import InvalidSubmission, read_submission

KINDS = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell, "raw": v4.new_raw_cell}
MARKS = "nbgrader"


def read(path: Path, max_bytes: int) -> NotebookNode | None:
    """Return what was handed in as a clean notebook; None where it is none (the grader says why).

    Of a file whose text cells cannot be made out, the code cells are kept, as the grader reads them.
    """
    try:
        submission = read_submission(path, max_bytes=max_bytes)
    except (InvalidSubmission, SandboxError, OSError):
        return None
    try:
        cells = _cells(json.loads(path.read_bytes())) if path.suffix == ".ipynb" else []
    except (ValueError, RecursionError):
        cells = []
    return notebook(cells or [v4.new_code_cell(cell.source) for cell in submission.cells])


def notebook(cells: list[NotebookNode]) -> NotebookNode:
    """Return a notebook of these cells, with ids of its own making."""
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return v4.new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})


def _cells(tree: Any) -> list[NotebookNode]:
    """Return the cells of a notebook's JSON, nbformat 3 or 4, in order; what is no cell is left out."""
    if not isinstance(tree, dict):
        return []
    found = tree.get("cells")
    if not isinstance(found, list):
        sheets = [s for s in _list(tree.get("worksheets")) if isinstance(s, dict)]
        found = [cell for sheet in sheets for cell in _list(sheet.get("cells"))]
    return [_cell(cell) for cell in found if isinstance(cell, dict)]


def _cell(cell: dict[str, Any]) -> NotebookNode:
    source = cell.get("source", cell.get("input", ""))
    text = "".join(part for part in source if isinstance(part, str)) if isinstance(source, list) else source
    text = text.encode("utf-8", "replace").decode() if isinstance(text, str) else ""  # half surrogates: no UTF-8
    kind = cell.get("cell_type")
    made: NotebookNode = KINDS.get(kind if isinstance(kind, str) else "", v4.new_markdown_cell)(text)
    metadata = cell.get("metadata")
    if isinstance(metadata, dict) and isinstance(metadata.get(MARKS), dict):
        made.metadata[MARKS] = NotebookNode(metadata[MARKS])
    attachments = cell.get("attachments")
    if made.cell_type == "markdown" and isinstance(attachments, dict):
        made["attachments"] = NotebookNode({n: NotebookNode(a) for n, a in attachments.items() if _is_attachment(a)})
    return made


def _is_attachment(bundle: Any) -> bool:
    return isinstance(bundle, dict) and all(isinstance(data, str) for data in bundle.values())


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
