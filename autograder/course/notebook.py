"""Reads what a student handed in (.ipynb, .py or .md) to plain code cells; it executes nothing.

The file is hostile until proved otherwise. It is opened once, never through a link, only if it is a plain file,
and never past a cap; whatever is wrong with it becomes one sentence that the student can act on.
"""

import codecs
import errno
import hashlib
import json
import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import msgspec

from autograder.course import folders, script
from autograder.course.accidents import looks_like_python, was_code
from autograder.errors import MachineError

MAX_CELLS = 10_000
MAX_SOURCE = 4 << 20  # characters, all code cells together
MAX_SCRIPT = 128 << 10  # bytes
_MAX_OBJECTS = 500_000  # each may be a cell until it is looked at: 0.2 s, in which nobody else can compute
_MAX_STRINGS = 1_000_000  # in a file with many braces: to tell which of them stand in strings
_MAX_LINES = 500_000  # strings in all sources together
_MAX_LENIENT, _MAX_VALUES = 8 << 20, 1_000_000  # bytes and values; the lenient JSON reader builds every output
_CHUNK = 1 << 20
_MAX_NOTES = 10

_HAND_IN = "hand in the notebook as Jupyter saves it (a .ipynb file)"
_CLEAR = "clear the outputs, save, and hand it in again"
_NOT_TEXT = {b"PK\x03\x04": "a zip archive", b"\x1f\x8b": "a gzip archive", b"%PDF": "a PDF"}
_PYTHON_START = re.compile(r"(import|from|def|class|#|@|'''|\"\"\"|\w+\s*=|\w+\()")
_STRING = re.compile(
    rb'"[^"\\]*+(?:\\.?[^"\\]*+)*+"?', re.DOTALL
)  # matches wherever it begins, so that none is read twice
_CODING = re.compile(rb"\A(?:[^\n]*\n)?[ \t\f]*#[^\n]*?coding[:=][ \t]*([-\w.]+)")  # PEP 263
_ENCODINGS = {  # of scripts that say so, beside UTF-8: tables, so that no name imports or computes anything
    *("ascii", "latin-1", "iso-8859-1", "iso-8859-15", "cp1252", "windows-1252", "cp1251", "windows-1251", "koi8-r"),
    *("gbk", "gb2312", "gb18030", "big5", "shift-jis", "cp932", "euc-jp", "euc-kr", "cp949"),
}


class InvalidSubmission(Exception):
    """The file is no submission. Carries one sentence: what is wrong, and what to hand in instead."""


@dataclass(frozen=True)
class Cell:
    """One code cell; `index` is its place among all cells of the notebook, counted from 1."""

    index: int
    source: str


@dataclass(frozen=True)
class Notebook:
    """A file that was read: `sha256` is of the very bytes that `cells` came from."""

    path: Path
    sha256: str
    cells: tuple[Cell, ...]
    notes: tuple[str, ...] = ()  # what was put right to read it


class _Kernel(msgspec.Struct, gc=False):
    name: str | None = None
    language: str | None = None


class _Metadata(msgspec.Struct, gc=False):
    kernelspec: _Kernel | None = None
    language_info: _Kernel | None = None


class RawCell(msgspec.Struct, gc=False):
    """One cell of any kind; what it holds is still JSON, which costs nothing until somebody decodes it."""

    cell_type: str
    source: msgspec.Raw = msgspec.Raw(b"null")
    input: msgspec.Raw = msgspec.Raw(b"null")  # nbformat 3
    language: str | None = None  # nbformat 3
    metadata: msgspec.Raw = msgspec.Raw(b"null")
    attachments: msgspec.Raw = msgspec.Raw(b"null")


class _Worksheet(msgspec.Struct, gc=False):
    cells: list[RawCell] = []


class _Document(msgspec.Struct, gc=False):
    """The few keys that matter: msgspec walks over the others, outputs above all, without building them."""

    cells: list[RawCell] | None = None
    worksheets: list[_Worksheet] | None = None  # nbformat 3
    metadata: _Metadata | None = None


def read_submission(path: Path, *, max_bytes: int = 64 << 20, inner: int | None = None) -> Notebook:
    """Read `path` once. Raises `InvalidSubmission` (the student's fault) or `MachineError` (the machine's).

    inner: how many of the last components of `path` are the student's, of which none may be a link (see `folders`);
    None for a file of one's own.
    """
    suffix = path.suffix.lower()
    if suffix not in {".ipynb", ".py", ".md"}:
        raise _invalid(f"The file name ends in {suffix or 'nothing'!r}", f"{_HAND_IN}, or a .py or .md file")
    raw = read_bytes(path, max_bytes, inner)
    cells, notes = _parse_noted(raw) if suffix == ".ipynb" else (parse_script(raw, suffix), ())
    return Notebook(path=path, sha256=hashlib.sha256(raw).hexdigest(), cells=cells, notes=notes)


def read_cells(path: Path, *, max_bytes: int = 64 << 20) -> tuple[Cell, ...]:
    """The code cells of `path`; raises as `read_submission` does."""
    return read_submission(path, max_bytes=max_bytes).cells


def parse_ipynb(raw: bytes) -> tuple[Cell, ...]:
    """The code cells of a notebook's bytes, nbformat 3 or 4. Raises `InvalidSubmission`."""
    return _parse_noted(raw)[0]


def _parse_noted(raw: bytes) -> tuple[tuple[Cell, ...], tuple[str, ...]]:
    """Return the code cells of a notebook, and notes on what was put right."""
    cells, foreign = _parse_document(raw)
    turned = [was_code(c.cell_type, c.metadata) for c in cells]
    code = [
        was or (c.cell_type == "code" and (c.language or "python").lower() == "python")
        for c, was in zip(cells, turned, strict=True)
    ]
    notes = [
        f"cell {index}, a cell to solve, had become a {c.cell_type.capitalize()} cell: its text was graded as code"
        for index, (c, was) in enumerate(zip(cells, turned, strict=True), start=1)
        if was
    ][:_MAX_NOTES]
    if foreign:
        notes.append(f"the notebook's kernel is for {foreign!r}: its code is Python and was graded as such")
    _refuse_floods([_raw_source(cell) for cell, is_code in zip(cells, code, strict=True) if is_code])
    found = _code_cells((is_code, source_of(c) if is_code else "") for c, is_code in zip(cells, code, strict=True))
    return found, tuple(notes)


def parse_cells(raw: bytes) -> list[RawCell]:
    """All cells of a notebook's bytes, nbformat 3 or 4, in order. Raises `InvalidSubmission`.

    Nobody else can compute while JSON is decoded, so that no more is built than the cells, of which there are few.
    """
    return _parse_document(raw)[0]


def _parse_document(raw: bytes) -> tuple[list[RawCell], str | None]:
    """Return the cells, and the language of a kernel that is not Python's, where the code is."""
    data = _as_utf8(raw)
    _refuse_other_formats(data)
    _refuse_objects(data)
    notebook = _parse_json(data)
    cells = notebook.cells
    if cells is None and notebook.worksheets is not None:
        cells = [cell for sheet in notebook.worksheets for cell in sheet.cells]
    if cells is None:
        raise _invalid("The file is JSON but has no cells, so it is not a notebook")
    _refuse_cells(len(cells))
    return cells, _other_language(notebook.metadata, cells)


def source_of(cell: RawCell) -> str:
    """Return a cell's text. Raises `InvalidSubmission`."""
    try:
        source = msgspec.json.decode(_raw_source(cell), type=str | list[str] | None)
    except msgspec.MsgspecError as error:
        raise _invalid(f"The file is JSON but not a notebook ({error} in the source of a cell)") from error
    return source if isinstance(source, str) else "".join(source or [])


def parse_script(raw: bytes, suffix: str) -> tuple[Cell, ...]:
    """The code cells of a script (.py) or a Markdown file (.md with Python fences).

    A script without `# %%` marks is one text with the index 0, for it has no cells, only lines.
    """
    if len(raw) > MAX_SCRIPT:
        raise _invalid(f"The file is larger than {MAX_SCRIPT >> 10} KiB, too large for a script")
    text = _decode_script(raw).replace("\r\n", "\n").replace("\r", "\n")
    if text.startswith("{") and '"cells"' in text:
        raise _invalid("The file holds a notebook under another name", "give it a name that ends in .ipynb")
    cells = script.cut_markdown(text) if suffix == ".md" else script.cut_script(text)
    return (Cell(0, text),) if cells is None else _code_cells(cells)


def read_bytes(path: Path, max_bytes: int, inner: int | None = None) -> bytes:
    """Read a plain file once; parameters and what it raises are those of `read_submission`."""
    try:
        with os.fdopen(folders.open_file(path, inner or 1), "rb") as file:
            status = os.fstat(file.fileno())
            raw = b"" if status.st_size > max_bytes else file.read(min(status.st_size, max_bytes) + 1)
    except folders.NotPlain as error:
        _refuse_special(error, path)
    except OSError as error:
        if inner is not None and error.errno == errno.ENOENT:
            raise MachineError(f"{path} is not there: it was when submissions were looked for.") from None
        _explain(error, path)
    if inner is not None and status.st_nlink > 1:
        raise MachineError(
            f"{path} has another name elsewhere (a hard link), so nobody can tell whose it is: copy the submissions "
            "and grade the copy."
        )
    if status.st_size > max_bytes or len(raw) > max_bytes:
        raise _invalid(f"The file is larger than {max_bytes / (1 << 20):g} MiB", _CLEAR)
    return raw


def _refuse_special(error: folders.NotPlain, path: Path) -> NoReturn:
    if error.path != path:  # a folder on the way
        raise _invalid(f"{error}, which is not followed", "hand in a folder with the notebook itself") from None
    if stat.S_ISLNK(error.mode):
        raise _invalid("The file is a symbolic link, which is not followed", "hand in the notebook itself") from None
    if stat.S_ISDIR(error.mode):
        raise _invalid("The path is a folder, not a file") from None
    raise _invalid("The path is a pipe or a device, not a plain file") from None


def _explain(error: OSError, path: Path) -> NoReturn:
    if error.errno == errno.ELOOP:  # a link in place of the file that was looked at
        _refuse_special(folders.NotPlain(stat.S_IFLNK, path), path)
    if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG}:
        raise _invalid("There is no file of this name") from error
    raise MachineError(
        f"{path} cannot be read ({error.strerror}): let the user who runs the autograder read it."
    ) from error


def _as_utf8(raw: bytes) -> bytes:
    """Return text in any Unicode encoding as UTF-8 without a byte order mark, a piece at a time."""
    if not raw or raw.isspace():
        raise _invalid("The file is empty")
    for start, what in _NOT_TEXT.items():
        if raw.startswith(start):
            raise _invalid(f"The file is {what}, not a notebook")
    encoding = json.detect_encoding(raw[:4])
    decoder = codecs.getincrementaldecoder(encoding)()
    pieces = []
    try:
        for at in range(0, len(raw), _CHUNK):
            piece = decoder.decode(raw[at : at + _CHUNK], at + _CHUNK >= len(raw))
            if encoding != "utf-8":
                pieces.append(piece.encode())
    except ValueError as error:
        raise _invalid("The file is not UTF-8 text") from error
    data = b"".join(pieces) if pieces else raw
    if not data or data.isspace():
        raise _invalid("The file is empty")
    return data


def _decode_script(raw: bytes) -> str:
    """Return a script's text: UTF-8, or the encoding that it names, as Python reads it."""
    try:
        return _as_utf8(raw).decode()
    except InvalidSubmission:
        named = _CODING.match(raw)
        encoding = named[1].decode().lower().replace("_", "-") if named else ""
        if encoding not in _ENCODINGS:
            raise
        try:
            return raw.decode(encoding)
        except ValueError as error:
            raise _invalid(f"The file says that it is in {encoding}, and is not") from error


def _refuse_other_formats(data: bytes) -> None:
    start = data[:4096].decode(errors="replace").lstrip()
    if start.startswith("<"):
        raise _invalid("The file is a web page (HTML), not a notebook")
    if not start.startswith("{") and _PYTHON_START.match(start):
        raise _invalid("The file is a Python script named .ipynb", "give it a name that ends in .py")
    if b"\n<<<<<<< " in data and b"\n>>>>>>> " in data:
        raise _invalid("The file holds an unresolved Git merge conflict", f"resolve it, then {_HAND_IN}")


def _refuse_objects(data: bytes) -> None:
    objects = data.count(b"{")
    if objects > MAX_CELLS:
        _refuse_cells(data.count(b'"cell_type"'))
    if objects > _MAX_OBJECTS and data.count(b'"') <= 2 * _MAX_STRINGS:  # it may be a library's code in an output
        objects -= sum(data.count(b"{", *found.span()) for found in _STRING.finditer(data))
    if objects > _MAX_OBJECTS:
        raise _invalid(f"The file holds more than {_MAX_OBJECTS:,} JSON objects", _CLEAR)


def _refuse_cells(count: int) -> None:
    if count > MAX_CELLS:
        raise _invalid(f"The notebook has more than {MAX_CELLS} cells", "delete the ones that you do not need")


def _refuse_floods(sources: list[msgspec.Raw]) -> None:
    """Refuse more code than anybody writes before any of it is decoded; JSON may take six bytes for a character."""
    if sum(memoryview(source).nbytes for source in sources) > 6 * MAX_SOURCE + 16 * len(sources):
        raise _invalid(f"The code is longer than {MAX_SOURCE >> 20} MiB", "delete what is not your own work")
    if sum(text.count(b'"') - text.count(b'\\"') for text in map(bytes, sources)) > 2 * _MAX_LINES:
        raise _invalid(f"The code has more than {_MAX_LINES:,} lines", "delete what is not your own work")


def _parse_json(data: bytes) -> _Document:
    try:
        try:
            return msgspec.json.decode(data, type=_Document)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError as strict:
            # Python's writer makes NaN and half surrogates, which strict JSON does not have: read those too.
            return msgspec.json.decode(_as_strict_json(data, strict), type=_Document)
    except msgspec.ValidationError as error:
        raise _invalid(f"The file is JSON but not a notebook ({error})") from error
    except RecursionError as error:
        raise _invalid("The file's JSON is nested too deeply to be a notebook") from error
    except msgspec.DecodeError as error:
        what = "ends in the middle, so it was cut off" if "truncated" in str(error) else f"is damaged ({error})"
        raise _invalid(f"The notebook {what}", "save it again in Jupyter and hand in that file") from error


def _as_strict_json(data: bytes, strict: msgspec.DecodeError) -> bytes:
    if len(data) > _MAX_LENIENT or sum(map(data.count, (b"[", b"{", b","))) > _MAX_VALUES:
        raise strict
    try:
        tree = json.loads(data, parse_constant=lambda _name: None)
    except ValueError:
        raise strict from None
    return json.dumps(tree, ensure_ascii=False).encode("utf-8", "replace")


def _other_language(metadata: _Metadata | None, cells: list[RawCell]) -> str | None:
    """Return the kernel's language where it is not Python. Raises `InvalidSubmission` where the code isn't either."""
    if metadata is None:
        return None
    kernel, info = metadata.kernelspec or _Kernel(), metadata.language_info or _Kernel()
    language = kernel.language or info.name or "python"
    if "python" in language.lower():
        return None
    if not any(looks_like_python(_raw_source(cell)) for cell in cells if cell.cell_type == "code"):
        raise _invalid(f"The notebook's kernel speaks {language[:40]!r}, not Python", "choose a Python kernel")
    return language[:40]


def _invalid(what: str, fix: str = _HAND_IN) -> InvalidSubmission:
    return InvalidSubmission(f"{what}: {fix}.")


def _raw_source(cell: RawCell) -> msgspec.Raw:
    return cell.input if bytes(memoryview(cell.source)[:5]) == b"null" else cell.source


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
