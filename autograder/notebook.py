"""Reads what a student handed in (.ipynb, .py or .md) to plain code cells; it executes nothing.

The file is hostile until proved otherwise. It is opened once, never through a link, only if it is a plain file,
and never past a cap; whatever is wrong with it becomes one sentence that the student can act on.
"""

import errno
import hashlib
import json
import os
import re
import stat
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import msgspec

from autograder.errors import SandboxError

MAX_CELLS = 10_000
MAX_SOURCE = 4 << 20  # characters, all code cells together
MAX_SCRIPT = 128 << 10  # bytes; jupytext takes a quarter of a millisecond a cell, and a hostile script is all cells
_MAX_LENIENT = 8 << 20  # characters; the lenient JSON reader builds every output, some 20 bytes for each character

_HAND_IN = "hand in the notebook as Jupyter saves it (a .ipynb file)"
_NOT_TEXT = {b"PK\x03\x04": "a zip archive", b"\x1f\x8b": "a gzip archive", b"%PDF": "a PDF"}
_PYTHON_START = re.compile(r"(import|from|def|class|#|@|'''|\"\"\"|\w+\s*=|\w+\()")
_NOTEDOWN_FENCE = re.compile(r"^(`{3,})\s*\{\.python\b[^}\n]*\}", re.MULTILINE)


class InvalidSubmission(Exception):
    """The file is no submission. Carries one sentence: what is wrong, and what to hand in instead."""


@dataclass(frozen=True)
class Cell:
    """One code cell; `index` is its place among all cells of the notebook, counted from 1."""

    index: int
    source: str


@dataclass(frozen=True)
class Submission:
    """A file that was read: `sha256` is of the very bytes that `cells` came from."""

    path: Path
    sha256: str
    cells: tuple[Cell, ...]


class _Kernel(msgspec.Struct):
    name: str | None = None
    language: str | None = None


class _Metadata(msgspec.Struct):
    kernelspec: _Kernel | None = None
    language_info: _Kernel | None = None


class _Cell(msgspec.Struct):
    cell_type: str
    source: str | list[str] | None = None
    input: str | list[str] | None = None  # nbformat 3
    language: str | None = None  # nbformat 3


class _Worksheet(msgspec.Struct):
    cells: list[_Cell] = []


class _Notebook(msgspec.Struct):
    """The few keys that matter: msgspec walks over the others, outputs above all, without building them."""

    cells: list[_Cell] | None = None
    worksheets: list[_Worksheet] | None = None  # nbformat 3
    metadata: _Metadata | None = None


def read_submission(path: Path, *, max_bytes: int = 64 << 20) -> Submission:
    """Read `path` once. Raises `InvalidSubmission` (the student's fault) or `SandboxError` (the machine's)."""
    suffix = path.suffix.lower()
    if suffix not in {".ipynb", ".py", ".md"}:
        raise _invalid(f"The file name ends in {suffix or 'nothing'!r}", f"{_HAND_IN}, or a .py or .md file")
    raw = _read_bytes(path, max_bytes)
    cells = parse_ipynb(raw) if suffix == ".ipynb" else parse_script(raw, suffix)
    return Submission(path=path, sha256=hashlib.sha256(raw).hexdigest(), cells=cells)


def read_cells(path: Path, *, max_bytes: int = 64 << 20) -> tuple[Cell, ...]:
    """The code cells of `path`; raises as `read_submission` does."""
    return read_submission(path, max_bytes=max_bytes).cells


def parse_ipynb(raw: bytes) -> tuple[Cell, ...]:
    """The code cells of a notebook's bytes, nbformat 3 or 4. Raises `InvalidSubmission`."""
    text = _decode(raw)
    _refuse_other_formats(text)
    notebook = _parse_json(text)
    _refuse_other_languages(notebook.metadata)
    cells = notebook.cells
    if cells is None and notebook.worksheets is not None:
        cells = [cell for sheet in notebook.worksheets for cell in sheet.cells]
    if cells is None:
        raise _invalid("The file is JSON but has no cells, so it is not a notebook")
    return _code_cells(
        (cell.cell_type == "code" and (cell.language or "python").lower() == "python", _source(cell)) for cell in cells
    )


def parse_script(raw: bytes, suffix: str) -> tuple[Cell, ...]:
    """The code cells of a script (.py: percent, light or plain) or a Markdown file (.md with python fences)."""
    if len(raw) > MAX_SCRIPT:
        raise _invalid(f"The file is larger than {MAX_SCRIPT >> 10} KiB, too large for a script")
    text = _decode(raw)
    if text.startswith("{") and '"cells"' in text:
        raise _invalid("The file holds a notebook under another name", "give it a name that ends in .ipynb")
    if suffix == ".md":  # the lesson is published with notedown's fences, which jupytext does not know
        text = _NOTEDOWN_FENCE.sub(r"\1python", text)
    import jupytext  # noqa: PLC0415 - takes a second or two to import, and notebooks do not need it

    try:
        with warnings.catch_warnings():  # about cell ids, which nobody sees
            warnings.simplefilter("ignore")
            found = [
                (cell.cell_type == "code", str(cell.source)) for cell in jupytext.reads(text, fmt=suffix[1:]).cells
            ]
    except (Exception, RecursionError) as error:
        raise _invalid(f"The file cannot be read as a script ({type(error).__name__})") from error
    return _code_cells(found)


def _read_bytes(path: Path, max_bytes: int) -> bytes:
    try:
        _refuse_special(os.lstat(path).st_mode)
        # Between the two calls the file may become a link or a pipe: hence the flags, and fstat.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            _refuse_special(status.st_mode)
            raw = b"" if status.st_size > max_bytes else file.read(max_bytes + 1)
    except OSError as error:
        _explain(error, path)
    if status.st_size > max_bytes or len(raw) > max_bytes:
        raise _invalid(
            f"The file is larger than {max_bytes / (1 << 20):g} MiB", "clear the outputs, save, and hand it in again"
        )
    return raw


def _refuse_special(mode: int) -> None:
    if stat.S_ISLNK(mode):
        raise _invalid("The file is a symbolic link, which is not followed", "hand in the notebook itself")
    if stat.S_ISDIR(mode):
        raise _invalid("The path is a folder, not a file")
    if not stat.S_ISREG(mode):
        raise _invalid("The path is a pipe or a device, not a plain file")


def _explain(error: OSError, path: Path) -> NoReturn:
    if error.errno == errno.ELOOP:
        _refuse_special(stat.S_IFLNK)
    if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG}:
        raise _invalid("There is no file of this name") from error
    raise SandboxError(
        f"{path} cannot be read ({error.strerror}): let the user who runs the autograder read it."
    ) from error


def _decode(raw: bytes) -> str:
    if not raw.strip():
        raise _invalid("The file is empty")
    for start, what in _NOT_TEXT.items():
        if raw.startswith(start):
            raise _invalid(f"The file is {what}, not a notebook")
    try:
        text = raw.decode(json.detect_encoding(raw))
    except ValueError as error:
        raise _invalid("The file is not UTF-8 text") from error
    if not text.strip():
        raise _invalid("The file is empty")
    return text


def _refuse_other_formats(text: str) -> None:
    start = text[:4096].lstrip()
    if start.startswith("<"):
        raise _invalid("The file is a web page (HTML), not a notebook")
    if not start.startswith("{") and _PYTHON_START.match(start):
        raise _invalid("The file is a Python script named .ipynb", "give it a name that ends in .py")
    if "\n<<<<<<< " in text and "\n>>>>>>> " in text:
        raise _invalid("The file holds an unresolved Git merge conflict", f"resolve it, then {_HAND_IN}")


def _parse_json(text: str) -> _Notebook:
    if text.count('"cell_type"') > MAX_CELLS:
        raise _invalid(f"The notebook has more than {MAX_CELLS} cells", "delete the ones that you do not need")
    try:
        try:
            return msgspec.json.decode(text, type=_Notebook)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError as strict:
            # Python's writer makes NaN and half surrogates, which strict JSON does not have: read those too.
            return msgspec.convert(_lenient_json(text, strict), type=_Notebook)
    except msgspec.ValidationError as error:
        raise _invalid(f"The file is JSON but not a notebook ({error})") from error
    except RecursionError as error:
        raise _invalid("The file's JSON is nested too deeply to be a notebook") from error
    except UnicodeEncodeError as error:
        raise _invalid("The notebook is damaged (half a character in the name of a key)") from error
    except msgspec.DecodeError as error:
        what = "ends in the middle, so it was cut off" if "truncated" in str(error) else f"is damaged ({error})"
        raise _invalid(f"The notebook {what}", "save it again in Jupyter and hand in that file") from error


def _lenient_json(text: str, strict: msgspec.DecodeError) -> object:
    if len(text) > _MAX_LENIENT:
        raise strict
    try:
        return json.loads(text)
    except ValueError:
        raise strict from None


def _refuse_other_languages(metadata: _Metadata | None) -> None:
    if metadata is None:
        return
    kernel, info = metadata.kernelspec or _Kernel(), metadata.language_info or _Kernel()
    language = kernel.language or info.name or "python"
    if "python" not in language.lower():
        raise _invalid(f"The notebook's kernel speaks {language[:40]!r}, not Python", "choose a Python kernel")


def _invalid(what: str, mend: str = _HAND_IN) -> InvalidSubmission:
    return InvalidSubmission(f"{what}: {mend}.")


def _source(cell: _Cell) -> str:
    source = cell.source if cell.source is not None else cell.input or ""
    return source if isinstance(source, str) else "".join(source)


def _code_cells(cells: Iterable[tuple[bool, str]]) -> tuple[Cell, ...]:
    """Number all cells, keep the code; half surrogates become question marks, for UTF-8 cannot carry them."""
    kept = tuple(
        Cell(index, source.encode("utf-8", "replace").decode())
        for index, (is_code, source) in enumerate(cells, start=1)
        if is_code
    )
    if sum(len(cell.source) for cell in kept) > MAX_SOURCE:
        raise _invalid(f"The code is longer than {MAX_SOURCE >> 20} MiB", "delete what is not your own work")
    if len(kept) > MAX_CELLS:
        raise _invalid(f"The notebook has more than {MAX_CELLS} cells", "delete the ones that you do not need")
    return kept
