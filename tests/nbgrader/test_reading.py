"""Facts about reading: any file that the grader can grade becomes a valid notebook; of others there is none."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.nbgrader.reading import read

MIB = 1 << 20


def write(path: Path, tree: Any) -> Path:
    """Write JSON to a notebook's file."""
    path.write_text(json.dumps(tree), encoding="utf-8")
    return path


def code(source: Any, **more: Any) -> dict[str, Any]:
    """Return a code cell as it stands in a file."""
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None} | more


CELLS: dict[str, tuple[list[Any], list[str]]] = {
    "lines": ([code(["a\n", "b"])], ["a\nb"]),
    "half a surrogate": ([code("'\ud800'")], ["'?'"]),
    "metadata that is none": ([code("a", metadata=None)], ["a"]),
    "outputs that are none": ([code("a", outputs={"b": 1}, execution_count="x")], ["a"]),
    "marks that are none": ([code("a", metadata={"nbgrader": "yes"})], ["a"]),
    "attachments that are none": ([{"cell_type": "markdown", "source": "a", "attachments": {"b": 1}}], ["a"]),
    "ids that are doubled": ([code("a", id="x"), code("b", id="x")], ["a", "b"]),
    "ids that are wrong": ([code("a", id=" "), code("b", id="ä" * 99)], ["a", "b"]),
}


@pytest.mark.parametrize("name", CELLS)
def test_an_odd_notebook_becomes_a_valid_one(tmp_path: Path, name: str) -> None:
    """The cells' texts are kept, and what nbformat would refuse is gone."""
    cells, texts = CELLS[name]
    page = read(write(tmp_path / "n.ipynb", {"cells": cells, "nbformat": 4, "nbformat_minor": 0}), MIB)

    assert page is not None
    assert [cell.source for cell in page.cells] == texts
    nbformat.validate(page)


def test_outputs_are_dropped_and_marks_are_kept(tmp_path: Path) -> None:
    """Outputs prove nothing, so none is kept; nbgrader's marks are."""
    output = {"output_type": "execute_result", "data": {"text/plain": "4.0"}, "metadata": {}, "execution_count": 1}
    cell = code("a", outputs=[output], metadata={"nbgrader": {"grade_id": "x"}, "other": 1})
    page = read(write(tmp_path / "n.ipynb", {"cells": [cell]}), MIB)

    assert page is not None
    assert page.cells[0].outputs == []
    assert page.cells[0].metadata == {"nbgrader": {"grade_id": "x"}}


def test_of_attachments_pictures_are_kept(tmp_path: Path) -> None:
    """nbconvert writes an attachment's type and data into a page as they are: only those of a picture get there."""
    forms = {
        "a": {"image/png": "AA\n==", "text/html": "AAAA"},
        "b": {"application/pdf": "AAAA"},
        "c": {"image/svg+xml": "AAAA"},
        "d": {"image/png": 'A" onerror="b', "image/jpeg": ["AAAA"]},
        "e": {'image/png" onerror="b': "AAAA"},
    }
    cell = {"cell_type": "markdown", "source": "![x](attachment:a)", "metadata": {}, "attachments": forms}
    page = read(write(tmp_path / "n.ipynb", {"cells": [cell]}), MIB)

    assert page is not None
    assert page.cells[0].attachments == {"a": {"image/png": "AA=="}}


def test_a_notebook_of_format_3_is_read(tmp_path: Path) -> None:
    """Old notebooks hold their cells in worksheets, and the code in `input`."""
    sheet = {
        "cells": [
            {"cell_type": "code", "input": ["a = 1"], "language": "python"},
            {"cell_type": "heading", "source": "T"},
        ]
    }
    page = read(write(tmp_path / "n.ipynb", {"worksheets": [sheet], "nbformat": 3}), MIB)

    assert page is not None
    assert [(cell.cell_type, cell.source) for cell in page.cells] == [("code", "a = 1"), ("markdown", "T")]


def test_a_script_becomes_a_notebook_of_its_code(tmp_path: Path) -> None:
    """A .py file has its code cells, as the grader reads them."""
    (tmp_path / "n.py").write_text("# %%\na = 1\n# %%\nb = 2\n")
    page = read(tmp_path / "n.py", MIB)

    assert page is not None
    assert [cell.source for cell in page.cells] == ["a = 1", "b = 2"]


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", b"<html>", b"[1]", b"{", b"[" * 100_000],
    ids=["empty", "zip", "page", "list", "torn", "deep"],
)
def test_what_is_no_notebook_gives_none(tmp_path: Path, content: bytes) -> None:
    """For a file that the grader calls invalid there is no notebook, and no exception."""
    (tmp_path / "n.ipynb").write_bytes(content)

    assert read(tmp_path / "n.ipynb", MIB) is None


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """A submission that points at another file is not read."""
    write(tmp_path / "other.ipynb", {"cells": [code("secret")]})
    (tmp_path / "n.ipynb").symlink_to("other.ipynb")

    assert read(tmp_path / "n.ipynb", MIB) is None


def test_text_that_would_take_long_to_show_is_cut(tmp_path: Path) -> None:
    """One text cell of a megabyte, or many: what is kept can be shown, and says that it is cut; code is whole."""
    long = {"cell_type": "markdown", "source": "\\begin{a}" * 100_000}
    page = read(write(tmp_path / "n.ipynb", {"cells": [code("a" * 30_000), *[long] * 30]}), 64 * MIB)

    assert page is not None
    assert page.cells[0].source == "a" * 30_000
    assert sum(len(cell.source) for cell in page.cells[1:]) < 205_000
    assert max(len(cell.source) for cell in page.cells[1:]) < 20_100
    assert "(Cut off here" in page.cells[1].source


def test_marks_and_pictures_beyond_reason_are_dropped(tmp_path: Path) -> None:
    """A million keys in what nbgrader would look at are not decoded; the texts stay."""
    many = {"nbgrader": {str(n): 1 for n in range(300_000)}}
    page = read(write(tmp_path / "n.ipynb", {"cells": [code("a", metadata=many)]}), 64 * MIB)

    assert page is not None
    assert (page.cells[0].source, page.cells[0].metadata) == ("a", {})
