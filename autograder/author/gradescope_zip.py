"""The zip to upload as a Gradescope autograder: the grader, one assignment's solution, the data, and two scripts.

Gradescope unpacks it to /autograder/source in a container that students never enter; their code runs in our
workers alone, which see neither that folder nor each other.
"""

import io
import zipfile
from pathlib import Path

import autograder
from autograder.checks.suite import files_of
from autograder.course.settings import Course
from autograder.errors import CourseError

_PROJECT = (
    "pyproject.toml", "requirements.lock", "scripts/install.sh", "mxnet_compat.py", "mxnet_compat.pth",
    "README.md", "LICENSE",
)  # fmt: skip
_LEFT_OUT = ("__pycache__", ".ipynb_checkpoints")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold: the same files give the same bytes

SETUP = """#!/usr/bin/env bash
# Gradescope runs this once, when it builds the autograder's container.
set -euo pipefail
cd "$(dirname "$0")"
export DEBIAN_FRONTEND=noninteractive
apt-get update
python=python3.11  # Ubuntu 22.04 has it; a later one's own Python is 3.12 or later
apt-cache show $python-venv >/dev/null 2>&1 || python=python3
apt-get install -y --no-install-recommends $python $python-venv libgomp1 libgfortran5 libquadmath0
sh scripts/install.sh
chmod -R go-rwx solutions course.yaml data
"""

RUN = """#!/usr/bin/env bash
# Gradescope runs this for each submission. Where something of ours fails, no results.json is written: Gradescope
# then shows a failed autograder, and nobody gets a zero for it.
set -euo pipefail
umask 077
top="${AUTOGRADER_TOP:-/autograder}"
export PYTHONPATH="$top/source" PYTHONDONTWRITEBYTECODE=1
python="$top/source/.venv/bin/python"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/submitted/submission" "$top/results"
rm -f "$top/results/results.json"
cp -R --no-dereference "$top/submission" "$work/submitted/submission/@ASSIGNMENT@"
cd "$top/source"
"$python" -m autograder grade "$work/submitted" --assignment @ASSIGNMENT@ --jobs 1 --no-cache --isolation auto \\
    --course "$top/source" --out "$work/reports"
"$python" -m autograder report --format gradescope --course "$top/source" --out "$work/reports"
cp "$work/reports/gradescope/@ASSIGNMENT@/submission.json" "$top/results/results.json"
"""


def make(root: Path, course: Course, assignment: str) -> bytes:
    """Return the zip's bytes for one assignment of the course in `root`. Raises `CourseError` for what is missing."""
    if assignment not in course.assignments:
        raise CourseError(f"there is no assignment {assignment!r}; there are: {', '.join(course.assignments)}")
    package = Path(autograder.__file__).resolve().parent
    entries: dict[str, bytes] = {
        "setup.sh": SETUP.encode(),
        "run_autograder": RUN.replace("@ASSIGNMENT@", assignment).encode(),
        "course.yaml": (root / "course.yaml").read_bytes(),
    }
    for name in _PROJECT:
        path = package.parent / name
        if not path.is_file():
            raise CourseError(
                f"{path} is missing: make the zip with a checkout of the project, not a bare installation"
            )
        entries[name] = path.read_bytes()
    entries |= _tree(package, "autograder")
    entries |= _tree(root / course.data, course.data)
    folder = root / "solutions" / assignment
    if not any(folder.glob("*.py")):
        raise CourseError(f"{folder} is missing: the zip needs the assignment's checks")
    for path in files_of(folder):
        entries[f"solutions/{assignment}/{path.relative_to(folder).as_posix()}"] = path.read_bytes()
    return _zipped(entries)


def _tree(folder: Path, prefix: str) -> dict[str, bytes]:
    files = (p for p in folder.rglob("*") if p.is_file() and not p.is_symlink())
    kept = {p.relative_to(folder): p for p in files if not any(part in _LEFT_OUT for part in p.parts)}
    return {f"{prefix}/{name.as_posix()}": path.read_bytes() for name, path in kept.items()}


def _zipped(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(entries):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix: the mode below counts
            info.external_attr = (0o100755 if name in ("setup.sh", "run_autograder") else 0o100644) << 16
            archive.writestr(info, entries[name])
    return buffer.getvalue()
