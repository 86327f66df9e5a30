"""What the reader makes of the files that students hand in: cells, or one sentence that says what is wrong."""

import hashlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.course.notebook import (
    MAX_CELLS,
    MAX_SCRIPT,
    MAX_SOURCE,
    Cell,
    InvalidSubmission,
    parse_ipynb,
    parse_script,
    read_cells,
    read_submission,
)
from autograder.errors import MachineError


def code(source: Any, **more: Any) -> dict[str, Any]:
    """A code cell."""
    return {"cell_type": "code", "source": source, **more}


def notebook(*cells: Any, **more: Any) -> bytes:
    """A notebook file of nbformat 4."""
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "cells": cells, **more}).encode()


def sentence(raw: bytes) -> str:
    """What the student is told about a file that is refused."""
    with pytest.raises(InvalidSubmission) as caught:
        parse_ipynb(raw)
    return str(caught.value)


def cells_or_sentence(parse: Callable[[], tuple[Cell, ...]]) -> tuple[Cell, ...] | str:
    """What the reader answers; any other exception passes."""
    try:
        return parse()
    except InvalidSubmission as error:
        return str(error)


def script(text: str, suffix: str = ".py") -> list[tuple[int, str]]:
    """The cells of a script as plain pairs."""
    return [(cell.index, cell.source) for cell in parse_script(text.encode(), suffix)]


def test_cells_are_counted_from_one_with_text_cells_counted_too() -> None:
    """A cell's index is its place among all cells, as a student would count; only code is returned."""
    raw = notebook({"cell_type": "markdown", "source": "# Title"}, code("a = 1"), {"cell_type": "raw"}, code("b = 2"))
    assert parse_ipynb(raw) == (Cell(2, "a = 1"), Cell(4, "b = 2"))


@pytest.mark.parametrize(
    ("source", "expected"),
    [("a\nb", "a\nb"), (["a\n", "b"], "a\nb"), ([], ""), (None, ""), ("Ünïcode ∂", "Ünïcode ∂")],
)
def test_a_source_is_text_or_a_list_of_lines(source: Any, expected: str) -> None:
    """A source as a string, as a list of lines, or absent gives the same text."""
    assert parse_ipynb(notebook(code(source))) == (Cell(1, expected),)


def test_nbformat_3_is_read() -> None:
    """The cells of all worksheets count on; `input` is the source, and cells in other languages are left out."""
    cells = [
        {"cell_type": "heading", "level": 1, "source": "Title"},
        {"cell_type": "code", "language": "python", "input": ["x = 1\n", "y = 2"], "outputs": []},
        {"cell_type": "code", "language": "ruby", "input": "puts 1"},
    ]
    more = [{"cell_type": "code", "input": "z = 3"}]
    raw = json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}, {"cells": more}]}).encode()
    assert parse_ipynb(raw) == (Cell(2, "x = 1\ny = 2"), Cell(4, "z = 3"))


def test_a_notebook_without_metadata_or_ids_is_read() -> None:
    """Only the cells are needed; repeated ids, odd format numbers and unknown keys do not matter."""
    raw = json.dumps({"nbformat": 7, "cells": [code("a", id="x"), code("b", id="x", execution_count=1.5)]}).encode()
    assert parse_ipynb(raw) == (Cell(1, "a"), Cell(2, "b"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_is_no_obstacle(encoding: str) -> None:
    """Any Unicode encoding that JSON allows is read, with or without a byte order mark."""
    text = '{"cells": [{"cell_type": "code", "source": "π = 3"}]}'
    assert parse_ipynb(text.encode(encoding)) == (Cell(1, "π = 3"),)


def test_nan_in_an_output_is_read() -> None:
    """Python writes NaN into JSON, so notebooks hold it."""
    raw = b'{"cells": [{"cell_type": "code", "source": "a", "outputs": [{"data": NaN, "more": -Infinity}]}]}'
    assert parse_ipynb(raw) == (Cell(1, "a"),)


def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    """A source is always text that UTF-8 can carry."""
    raw = b'{"cells": [{"cell_type": "code", "source": "a = \'\\ud83d\'"}]}'
    assert parse_ipynb(raw) == (Cell(1, "a = '?'"),)


def test_a_notebook_with_no_cells_is_an_empty_submission() -> None:
    """An empty notebook is readable: nothing was attempted, nothing is wrong with the file."""
    assert parse_ipynb(notebook()) == ()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "is empty"),
        (b" \n\t ", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"\n\n<html>", "web page"),
        (b"import mxnet as mx\nx = 1\n", "Python script"),
        (b"# my homework\n", "Python script"),
        (b"PK\x03\x04....", "zip"),
        (b"\x1f\x8b....", "gzip"),
        (b"%PDF-1.4", "PDF"),
        (b"\xff\x00\x12\x80\x00", "not UTF-8"),
        ('{"cells": [{"cell_type": "code", "source": "é"}]}'.encode("latin-1"), "not UTF-8"),
        (b"[1, 2]", "not a notebook"),
        (b'"text"', "not a notebook"),
        (b"null", "not a notebook"),
        (b"3", "not a notebook"),
        (b"NaN", "not a notebook"),
        (b"{}", "has no cells"),
        (b'{"cells": null}', "has no cells"),
        (b'{"cells": {}}', "not a notebook"),
        (notebook(3), "not a notebook"),
        (notebook("code"), "not a notebook"),
        (notebook({"source": "a"}), "not a notebook"),
        (notebook(code([1, 2])), "not a notebook"),
        (notebook(code({"a": 1})), "not a notebook"),
        (notebook(code("a"))[:-5], "cut off"),
        (notebook(code("a"))[:40], "cut off"),
        (notebook(code("a")) + b"}", "damaged"),
        (notebook(code("a")).replace(b'"cells"', b"cells"), "damaged"),
        (b'{"cells": [],\n<<<<<<< HEAD\n"a": 1\n=======\n"a": 2\n>>>>>>> x\n}', "merge conflict"),
        (b'{"x": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"metadata": {"x": ' + b'{"x":' * 100_000 + b"1" + b"}" * 100_000 + b"}}", "nested too deeply"),
        (b'{"a": NaN, "b": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
        (b'{"a": NaN, "b": ' + b"9" * 10_000 + b"}", "damaged"),
    ],
)
def test_a_malformed_file_gives_one_sentence(raw: bytes, words: str) -> None:
    """Whatever is wrong with the bytes is told in one sentence that ends in what to do."""
    message = sentence(raw)
    assert words in message
    assert message.endswith(".")
    assert "\n" not in message


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"name": "ir", "language": "R"}},
        {"language_info": {"name": "julia"}},
    ],
)
def test_a_kernel_of_another_language_is_refused(metadata: Any) -> None:
    """Only Python notebooks can be graded."""
    assert "choose a Python kernel" in sentence(notebook(code("x <- 1"), metadata=metadata))


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"kernelspec": {"name": "conda-env-d2l-py", "display_name": "d2l"}},
        {"kernelspec": {"language": "python"}, "language_info": {"name": "ipython", "version": "3.11"}},
        {"kernelspec": None, "widgets": {"state": [1]}},
    ],
)
def test_any_python_kernel_is_accepted(metadata: Any) -> None:
    """The kernel's name does not matter, nor other metadata."""
    assert parse_ipynb(notebook(code("x = 1"), metadata=metadata)) == (Cell(1, "x = 1"),)


def test_too_many_cells_are_refused() -> None:
    """A few hundred thousand cells are refused before they are built, half as many as the cap are not."""
    assert f"more than {MAX_CELLS} cells" in sentence(b'{"cells": [' + b'{"cell_type":"code"},' * 300_000 + b"{}]}")
    assert len(parse_ipynb(notebook(*[code("")] * (MAX_CELLS // 2)))) == MAX_CELLS // 2


def test_cells_disguised_by_escapes_are_counted_as_well() -> None:
    """Spelling a key with escapes does not evade the cap on cells."""
    cell = b'{"cell\\u005ftype": "code"}'
    assert "cells" in sentence(b'{"cells": [' + b",".join([cell] * (MAX_CELLS + 1)) + b"]}")


def test_too_much_code_is_refused_and_too_much_text_is_not() -> None:
    """The cap of 4 MB is on code, not on text cells."""
    half = "x" * (MAX_SOURCE // 2 + 1)
    assert "longer than 4 MiB" in sentence(notebook(code(half), code(half)))
    assert len(parse_ipynb(notebook(code(half), {"cell_type": "markdown", "source": half}))) == 1


def test_outputs_of_any_size_cost_neither_memory_nor_much_time() -> None:
    """Ten million nested lists of output are walked over, not built."""
    raw = b'{"cells": [{"cell_type": "code", "outputs": [' + b"[]," * 10_000_000 + b'1], "source": "a"}]}'
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    assert parse_ipynb(raw) == (Cell(1, "a"),)
    assert time.process_time() - started < 5
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 200  # MiB; built, it is 600


def test_braces_in_an_output_s_text_are_no_objects() -> None:
    """A plot may bring a library of script with it, any number of times; as many objects are refused."""
    script = "function(){if(a){b}};" * 400_000
    assert parse_ipynb(notebook(code("a", outputs=[{"data": {"text/html": script}}]))) == (Cell(1, "a"),)
    assert "more than 500,000 JSON objects" in sentence(b'{"worksheets": [' + b"{}," * 600_000 + b"{}]}")


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_random_bytes_never_raise_anything_else(raw: bytes) -> None:
    """Every sequence of bytes gives cells or `InvalidSubmission`."""
    answer = cells_or_sentence(lambda: parse_ipynb(raw))
    assert isinstance(answer, tuple) or answer.endswith(".")


KEYS = ["cells", "cell_type", "source", "metadata", "worksheets"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["cells", "cell_type", "source", "metadata", "worksheets"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@given(JSON)
@settings(max_examples=300, deadline=None)
def test_random_json_never_raises_anything_else(value: Any) -> None:
    """Every JSON value, notebook-like or not, gives cells or `InvalidSubmission`."""
    answer = cells_or_sentence(lambda: parse_ipynb(json.dumps(value).encode()))
    assert isinstance(answer, tuple) or answer.endswith(".")


# Files.


def test_the_hash_is_of_the_bytes_that_were_read(tmp_path: Path) -> None:
    """A submission carries the sha256 of its bytes, its path and its cells."""
    path = tmp_path / "a.ipynb"
    path.write_bytes(raw := notebook(code("a = 1")))
    submission = read_submission(path)
    assert submission.sha256 == hashlib.sha256(raw).hexdigest()
    assert (submission.path, submission.cells) == (path, (Cell(1, "a = 1"),))
    assert read_cells(path) == submission.cells


def test_the_suffix_decides_in_any_case(tmp_path: Path) -> None:
    """`.IPYNB` is a notebook; other suffixes are refused before the file is opened."""
    path = tmp_path / "A.IPYNB"
    path.write_bytes(notebook(code("a")))
    assert read_cells(path) == (Cell(1, "a"),)
    for name in ("a.txt", "a", "a.ipynb.zip"):
        with pytest.raises(InvalidSubmission, match="file name ends in"):
            read_cells(tmp_path / name)


def test_a_file_over_the_cap_is_refused_unread(tmp_path: Path) -> None:
    """A sparse terabyte is refused at once."""
    path = tmp_path / "a.ipynb"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(InvalidSubmission, match="larger than 64 MiB: clear the outputs"):
        read_cells(path)


def test_the_cap_is_exact(tmp_path: Path) -> None:
    """A file of exactly `max_bytes` is read, one byte more is not."""
    path = tmp_path / "a.ipynb"
    path.write_bytes(raw := notebook(code("a")))
    assert read_cells(path, max_bytes=len(raw)) == (Cell(1, "a"),)
    with pytest.raises(InvalidSubmission, match="larger than"):
        read_cells(path, max_bytes=len(raw) - 1)


def test_what_is_no_plain_file_is_refused_without_blocking(tmp_path: Path) -> None:
    """Links, folders, pipes and devices are refused; a pipe without a writer does not hang the judge."""
    (tmp_path / "real.ipynb").write_bytes(notebook())
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "real.ipynb")
    (tmp_path / "loop.ipynb").symlink_to(tmp_path / "loop.ipynb")
    (tmp_path / "folder.ipynb").mkdir()
    os.mkfifo(tmp_path / "pipe.ipynb")
    for name, words in {"link": "symbolic link", "loop": "symbolic link", "folder": "folder", "pipe": "pipe"}.items():
        with pytest.raises(InvalidSubmission, match=words):
            read_cells(tmp_path / f"{name}.ipynb")


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    """A name that leads nowhere is the student's to fix."""
    with pytest.raises(InvalidSubmission, match="no file of this name"):
        read_cells(tmp_path / "a.ipynb")
    (tmp_path / "file").touch()
    with pytest.raises(InvalidSubmission, match="no file of this name"):
        read_cells(tmp_path / "file" / "a.ipynb")


def test_an_unreadable_file_is_the_machines_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that may not be read leaves the submission ungraded, never at zero."""
    path = tmp_path / "a.ipynb"
    path.write_bytes(notebook())

    def refuse(*_args: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)  # root, whom CI may be, reads anything
    with pytest.raises(MachineError, match="cannot be read"):
        read_cells(path)


# Scripts.


def test_percent_scripts_are_split_at_their_markers() -> None:
    """`# %%` starts a cell, `[markdown]` cells count but are no code, and commented magics are magics again."""
    text = "# %% [markdown]\n# Title\n\n# %%\nimport a\n# %matplotlib inline\n\n# %%\nx = 1\n"
    assert script(text) == [(2, "import a\n%matplotlib inline"), (3, "x = 1")]


def test_a_script_without_marks_is_one_text() -> None:
    """It has no cells, so its index is 0 and its lines count as in the file; comments stay comments."""
    text = "import a\n\n# cat and dog\n\ndef f():\n    return 1\n\n\nx = f()\n"
    assert script(text) == [(0, text)]


def test_a_broken_script_is_still_read() -> None:
    """Syntax is not the reader's business."""
    assert "".join(source for _, source in script("def f(:\n    pass\n")).startswith("def f(:")


def test_markdown_fences_are_cells() -> None:
    """Python fences are code cells, text between them counts, and the lesson's own fences are understood."""
    text = "# Title\n\n```python\nx = 1\n```\n\nwords\n\n```{.python .input  n=3}\ny = 2\n```\n"
    assert script(text, ".md") == [(2, "x = 1"), (4, "y = 2")]


def test_windows_scripts_are_read(tmp_path: Path) -> None:
    """A byte order mark and CRLF line ends do not end up in the code."""
    path = tmp_path / "a.py"
    path.write_bytes(b"\xef\xbb\xbf# %%\r\nx = 1\r\ny = 2\r\n")
    assert read_cells(path) == (Cell(1, "x = 1\ny = 2"),)


@pytest.mark.parametrize(
    ("raw", "words"),
    [(b"", "is empty"), (b"\xff\xfe\xfd", "not UTF-8"), (notebook(), ".ipynb"), (b"x" * (MAX_SCRIPT + 1), "128 KiB")],
)
def test_a_malformed_script_gives_one_sentence(raw: bytes, words: str) -> None:
    """Scripts have their own cap, since reading them takes longer."""
    with pytest.raises(InvalidSubmission, match=words):
        parse_script(raw, ".py")


@given(st.text(max_size=200), st.sampled_from([".py", ".md"]))
@settings(max_examples=60, deadline=None)
def test_random_scripts_never_raise_anything_else(text: str, suffix: str) -> None:
    """Every text gives cells or `InvalidSubmission`."""
    answer = cells_or_sentence(lambda: parse_script(text.encode("utf-8", "replace"), suffix))
    assert isinstance(answer, tuple) or answer.endswith(".")


def test_reading_imports_nothing_else() -> None:
    """Neither jupytext and nbformat, which may start programs, nor MXNet and IPython."""
    source = "import sys, autograder.course.notebook as n; n.parse_ipynb(b'{\"cells\": []}'); "
    source += "[n.parse_script(b'---\\njupyter: x\\n---\\n::: a\\n', s) for s in ('.py', '.md')]; print(*sys.modules)"
    root = Path(__file__).parents[2]
    modules = subprocess.run(
        [sys.executable, "-c", source], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    assert not {"jupytext", "nbformat", "mxnet", "IPython"} & set(modules.split())
