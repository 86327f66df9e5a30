"""Makes the notebooks of the sample class: the released stub, with what each student did to it.

    python tests/submissions/make_sample_class.py

`sample_class_edits/<student>.py` says what a student did, in blocks that begin with a line `# %%`:

    # %% softmax-solution             this cell of the stub now reads as follows
    # %% new after softmax-demo       a new code cell behind that one (behind earlier new ones there)
    # %% output softmax-demo          the cell was run and printed the following (each line behind "# ")
    # %% delete weights confusion     these cells are gone
    # %% free-standing                not made from the stub: what follows are the cells of a notebook of its own,
    # %%                              each a code cell
    # %% [markdown]                   or a text cell

`sample_class_edits/<student>.html` was handed in as it is, under a notebook's name. `expected.yaml` beside each
notebook is written by hand, and left alone here. The same edits and stub always give the same bytes.
"""

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ASSIGNMENT = "softmax_regression"
STUB = HERE.parents[1] / "assignments" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
EDITS = HERE / "sample_class_edits"
CLASS = HERE / "sample_class"

Cell = dict[str, Any]


def make() -> dict[str, bytes]:
    """Return what each student of `EDITS` handed in."""
    made = {path.stem: path.read_bytes() for path in EDITS.glob("*.html")}
    for path in EDITS.glob("*.py"):
        made[path.stem] = _bytes(edited(json.loads(STUB.read_text("utf-8")), path.read_text("utf-8"), path.stem))
    return dict(sorted(made.items()))


def place(student: str) -> Path:
    """Return where the notebook of a student lies: nbgrader's `submitted/` layout."""
    return CLASS / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"


def edited(notebook: dict[str, Any], edits: str, student: str) -> dict[str, Any]:
    """Apply the blocks of `edits` in their order. Raises `ValueError` for a cell that the stub does not have."""
    behind: dict[str, str] = {}  # cell -> the new cell that was put behind it last
    for number, (head, body) in enumerate(_blocks(edits)):
        cells: list[Cell] = notebook["cells"]
        words = head.split()
        match words:
            case ["free-standing"]:
                notebook["cells"] = []
            case [] | ["[markdown]"]:
                cells.append(_cell(f"{student}-{number}", body, "markdown" if words else "code"))
            case ["delete", *names]:
                gone = {_at(cells, name) for name in names}
                notebook["cells"] = [cell for i, cell in enumerate(cells) if i not in gone]
            case ["new", "after", name]:
                new = _cell(f"{student}-{number}", body, "code")
                cells.insert(_at(cells, behind.get(name, name)) + 1, new)
                behind[name] = new["id"]
            case ["output", name]:
                text = re.sub(r"^# ?", "", body, flags=re.MULTILINE) + "\n"
                run = sum(bool(cell.get("outputs")) for cell in cells) + 1
                stream = {"name": "stdout", "output_type": "stream", "text": _lines(text)}
                cells[_at(cells, name)] |= {"execution_count": run, "outputs": [stream]}
            case [name]:
                cells[_at(cells, name)]["source"] = _lines(body)
            case _:
                raise ValueError(f"{student}: unknown edit {head!r}")
    return notebook


def _blocks(edits: str) -> list[tuple[str, str]]:
    """Split into (what to do, text); text before the first block is a remark."""
    parts = re.split(r"^# %%(.*)\n", edits, flags=re.MULTILINE)[1:]
    return [(head.strip(), body.strip("\n")) for head, body in zip(parts[::2], parts[1::2], strict=True)]


def _at(cells: list[Cell], name: str) -> int:
    found = [i for i, cell in enumerate(cells) if cell["id"] == name]
    if not found:
        raise ValueError(f"there is no cell {name!r}; there are: {', '.join(cell['id'] for cell in cells)}")
    return found[0]


def _cell(seed: str, source: str, kind: str) -> Cell:
    """Make a cell with an id as Jupyter's, which does not change from run to run."""
    name = hashlib.sha256(seed.encode()).hexdigest()[:8]
    cell = {"cell_type": kind, "id": name, "metadata": {}, "source": _lines(source)}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _bytes(notebook: dict[str, Any]) -> bytes:
    """Write as Jupyter does."""
    return (json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def main() -> None:
    """Write every notebook to its place."""
    for student, data in make().items():
        path = place(student)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        print(path.relative_to(HERE), file=sys.stderr)


if __name__ == "__main__":
    main()
