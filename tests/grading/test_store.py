"""Kept results: found for the same submission under the same conditions, and for no other."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from autograder import files, result
from autograder.course.settings import Course
from autograder.errors import CourseError
from autograder.files import write_atomically
from autograder.grading import store
from autograder.grading.store import Store, course_digest, key, settings_digest
from autograder.result import Result
from tests.making import ASSIGNMENT

ROOT = Path(__file__).parents[2]


def found(**changes: object) -> Result:
    """Make a small result."""
    fields: dict[str, object] = {"status": "graded", "score": 3.0, "reason": None, **changes}
    return Result(
        student="s",
        assignment="a",
        path="p",
        sha256="0",
        max_score=4.0,
        device="cpu(0)",
        isolation="none",
        grader="0",
        **fields,  # type: ignore[arg-type]
    )


def names(folder: Path) -> list[str]:
    """List a folder, hidden files too."""
    return [path.name for path in folder.iterdir()]


# --- writing ----------------------------------------------------------------------------------------------------


def test_a_file_is_written_whole_with_its_folders(tmp_path: Path) -> None:
    """And readable for others, and nothing is left beside it."""
    path = tmp_path / "a" / "b" / "file"
    write_atomically(path, b"first")
    write_atomically(path, b"second")
    assert path.read_bytes() == b"second"
    assert path.stat().st_mode & 0o777 == 0o644
    assert names(path.parent) == ["file"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk costs the new contents, not the old."""
    path = tmp_path / "file"
    write_atomically(path, b"old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["file"]


def test_a_long_name_can_be_written(tmp_path: Path) -> None:
    """The temporary name beside it is not longer than file systems take."""
    write_atomically(tmp_path / ("x" * 255), b"")
    assert len(names(tmp_path)[0]) == 255


# --- keeping ----------------------------------------------------------------------------------------------------


def test_what_was_put_is_got(tmp_path: Path) -> None:
    """Graded and invalid results are kept; an unknown key has none."""
    kept = Store(tmp_path / "results")
    for name, one in {"1": found(), "2": found(status="invalid", score=0.0)}.items():
        kept.put(name, one)
        assert kept.get(name) == one
    assert kept.get("3") is None


def test_an_ungraded_result_is_not_kept(tmp_path: Path) -> None:
    """What failed by our fault is tried again."""
    Store(tmp_path).put("1", found(status="ungraded", score=None))
    assert Store(tmp_path).get("1") is None
    assert names(tmp_path) == []


def test_a_disabled_store_neither_reads_nor_writes(tmp_path: Path) -> None:
    """--no-cache leaves no trace and looks at none."""
    Store(tmp_path / "s").put("1", found())
    off = Store(tmp_path / "s", enabled=False)
    assert off.get("1") is None
    off.put("2", found())
    assert Store(tmp_path / "s").get("2") is None
    Store(tmp_path / "other", enabled=False).prepare()
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    "rotten",
    [b"", b"{}", b"\xff\xfe", b"null", b"[" * 200_000, b'{"x":' * 200_000, result.encode(found())[:-5]],
    ids=["empty", "no keys", "no text", "null", "nested lists", "nested maps", "cut short"],
)
def test_a_rotten_file_counts_as_absent(tmp_path: Path, rotten: bytes) -> None:
    """It is graded again, and the file is replaced."""
    kept = Store(tmp_path)
    (tmp_path / "1.json").write_bytes(rotten)
    assert kept.get("1") is None
    kept.put("1", found())
    assert kept.get("1") == found()


def test_a_folder_that_cannot_be_made_is_a_course_error(tmp_path: Path) -> None:
    """Before anything is graded, with the way out."""
    (tmp_path / "file").write_text("")
    with pytest.raises(CourseError, match=r"nothing can be kept there \(Not a directory\); .* or use --no-cache"):
        Store(tmp_path / "file" / "results").prepare()


# --- what a key depends on --------------------------------------------------------------------------------------


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The files of a course that its results depend on."""
    for name in ("checks.py", "reference.py"):
        (tmp_path / "solutions" / ASSIGNMENT).mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "solutions" / ASSIGNMENT / name, tmp_path / "solutions" / ASSIGNMENT / name)
    (tmp_path / "data" / "mnist").mkdir(parents=True)
    shutil.copy(ROOT / "data" / "mnist" / "SHA256SUMS", tmp_path / "data" / "mnist" / "SHA256SUMS")
    shutil.copy(ROOT / "course.yaml", tmp_path / "course.yaml")
    return tmp_path


def append(path: Path) -> None:
    """Change a file by one byte."""
    path.write_bytes(path.read_bytes() + b"\n")


def test_the_digest_is_the_same_for_the_same(copy: Path, the_course: Course) -> None:
    """Also when the files have only been touched."""
    before = settings_digest(copy, the_course, ASSIGNMENT, "cpu(0)", "none")
    for path in copy.rglob("*.py"):
        path.touch()
    assert settings_digest(copy, the_course, ASSIGNMENT, "cpu(0)", "none") == before


CHANGES: dict[str, Callable[[Path], None]] = {
    "checks": lambda root: append(root / "solutions" / ASSIGNMENT / "checks.py"),
    "reference": lambda root: append(root / "solutions" / ASSIGNMENT / "reference.py"),
    "a new module": lambda root: (root / "solutions" / ASSIGNMENT / "more.py").write_text("") and None,
    "a module's name": lambda root: (
        (root / "solutions" / ASSIGNMENT / "checks.py").rename(root / "solutions" / ASSIGNMENT / "cheques.py") and None
    ),
    "the data": lambda root: append(root / "data" / "mnist" / "SHA256SUMS"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_changed_file_changes_the_digest(copy: Path, the_course: Course, change: Callable[[Path], None]) -> None:
    """Whatever a result depends on is in it."""
    before = settings_digest(copy, the_course, ASSIGNMENT, "cpu(0)", "none")
    change(copy)
    assert settings_digest(copy, the_course, ASSIGNMENT, "cpu(0)", "none") != before


def test_settings_device_and_isolation_change_the_digest(copy: Path, the_course: Course) -> None:
    """So do the assignment's name, the seed, a limit, and a point more."""
    limits = msgspec.structs.replace(the_course.limits, call_seconds=6.0)
    digests = [
        settings_digest(copy, the_course, ASSIGNMENT, "cpu(0)", "none"),
        settings_digest(copy, the_course, ASSIGNMENT, "cpu(1)", "none"),
        settings_digest(copy, the_course, ASSIGNMENT, "cpu(0)", "landlock+seccomp"),
        settings_digest(copy, the_course, "other", "cpu(0)", "none"),
        settings_digest(copy, the_course, ASSIGNMENT, "cpu(0)", "none", ("3.11.7", "1.9.1", "1.23.5")),
        settings_digest(copy, the_course, ASSIGNMENT, "cpu(0)", "none", ("3.11.8", "1.9.1", "1.23.5")),
        settings_digest(copy, msgspec.structs.replace(the_course, seed=1), ASSIGNMENT, "cpu(0)", "none"),
        settings_digest(copy, msgspec.structs.replace(the_course, limits=limits), ASSIGNMENT, "cpu(0)", "none"),
    ]
    assert len(set(digests)) == len(digests)


def test_the_grader_s_own_code_changes_the_digest(
    copy: Path, the_course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fixed grader grades again."""
    before = settings_digest(copy, the_course, ASSIGNMENT, "cpu(0)", "none")
    monkeypatch.setattr(store, "_grader", lambda: b"another")
    assert settings_digest(copy, the_course, ASSIGNMENT, "cpu(0)", "none") != before
    monkeypatch.undo()
    assert settings_digest(copy, the_course, ASSIGNMENT, "cpu(0)", "none") == before


def test_a_key_depends_on_its_three_parts() -> None:
    """Settings, content, and how the content is read."""
    assert len({key("a", "b", ".py"), key("b", "b", ".py"), key("a", "a", ".py"), key("a", "b", ".md")}) == 4
    assert key("a", "b", ".py") == key("a", "b", ".py")


@pytest.mark.parametrize("name", ["course.yaml", f"solutions/{ASSIGNMENT}/checks.py"])
def test_an_edition_changes_with_the_course_s_files(copy: Path, name: str) -> None:
    """A Dask worker that has set itself up for one edition sets itself up again for another."""
    before = course_digest(copy, (ASSIGNMENT,))
    assert course_digest(copy, (ASSIGNMENT,)) == before
    append(copy / name)
    assert course_digest(copy, (ASSIGNMENT,)) != before


# --- dead writers, live writers, devices ------------------------------------------------------------------------


def test_what_a_dead_writer_left_is_swept_and_what_a_live_one_holds_stays(tmp_path: Path) -> None:
    """A lock tells them apart, not a clock; nothing else in the folder is touched."""
    (tmp_path / ".1.json-dead.part").write_bytes(b"half")
    (tmp_path / ".bashrc").write_bytes(b"")
    temporary, handle = files._begin(tmp_path / "2.json")
    files.sweep(tmp_path)
    assert sorted(names(tmp_path)) == sorted([".bashrc", temporary.name])
    os.close(handle)
    files.sweep(tmp_path)
    assert names(tmp_path) == [".bashrc"]


def test_a_device_and_a_pipe_are_written_to_and_never_replaced(tmp_path: Path) -> None:
    """`--json /dev/null` as root must not put a file in its place."""
    write_atomically(Path("/dev/null"), b"x")
    assert Path("/dev/null").is_char_device()
    with pytest.raises(OSError, match="No space left"):
        write_atomically(Path("/dev/full"), b"x")
    assert Path("/dev/full").is_char_device()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_atomically(pipe, b"told")
    assert os.read(reader, 10) == b"told"
    os.close(reader)
    assert pipe.is_fifo()


def test_a_link_goes_on_leading_where_it_led(tmp_path: Path) -> None:
    """What it leads to gets the new contents."""
    (tmp_path / "link").symlink_to("target")
    write_atomically(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"


def test_a_folder_removed_in_between_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody clears reports/ while they are written; who does so for ever is told."""
    make = files.tempfile.mkstemp
    turns = iter([True, True, False])

    def removed(**options: Any) -> tuple[int, str]:
        if next(turns, True):
            Path(options["dir"]).rmdir()
        return make(**options)

    monkeypatch.setattr(files.tempfile, "mkstemp", removed)
    write_atomically(tmp_path / "a" / "file", b"x")
    assert (tmp_path / "a" / "file").read_bytes() == b"x"
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "b" / "file", b"x")


def test_writability_is_seen_without_making_anything(tmp_path: Path) -> None:
    """Where a folder would be made counts as the folder."""
    files.require_writable(tmp_path / "a" / "b")
    assert names(tmp_path) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError):
        files.require_writable(tmp_path / "file" / "b")
    with pytest.raises(FileNotFoundError):
        files.require_writable(Path("/proc/1/none"))
