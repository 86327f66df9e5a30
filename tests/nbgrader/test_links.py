"""Only plain files of a student's own folder are copied; nobody is missing in the gradebook for what lies there."""

import os
import socket
from pathlib import Path

from tests.nbgrader.course_folder import ASSIGNMENT, Course
from tests.nbgrader.handing_in import encoded, filled

RIGHT = encoded(filled("softmax", "cross_entropy", "SGD", "evaluate_accuracy"))
SECRET = b"seed: "  # of course.yaml, which a link leads to


def hand_in_all(course: Course) -> dict[str, float | None]:  # noqa: PLR0915 - a list of tricks
    """Hand in honest work and folders with links of every kind; return what each student deserves."""
    (course.root / "outside").mkdir()
    (course.root / "outside" / "of_others.txt").write_bytes(SECRET)
    deserved: dict[str, float | None] = {"anna": 20.0}
    neighbour = course.hand_in("anna", RIGHT)
    course.hand_in("anna", b"my notes", "notes.txt")

    def honest(student: str) -> Path:
        deserved[student] = 20.0
        return course.hand_in(student, RIGHT).parent

    def linked(student: str) -> Path:
        deserved[student] = 0.0
        return course.root / "submitted" / student

    folder = honest("files")
    (folder / "seed.txt").symlink_to("../../../course.yaml")
    (folder / "whole.txt").symlink_to(course.root / "course.yaml")
    (folder / "dangling.txt").symlink_to("nowhere")
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "chain.txt").symlink_to("seed.txt")
    (folder / "timestamp.txt").symlink_to("../../../course.yaml")
    (folder / "device.txt").symlink_to("/dev/zero")
    folder = honest("folders")
    (folder / "out").symlink_to("../../../outside")
    (folder / "back").symlink_to("../../folders")
    deep = folder / "a" / "b" / "c"
    deep.mkdir(parents=True)
    (deep / "seed.txt").symlink_to(course.root / "course.yaml")
    (deep / "out").symlink_to(course.root / "outside")
    (deep / "own.txt").write_text("my own")
    folder = honest("special")
    os.mkfifo(folder / "pipe.txt")
    server = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(folder)  # a socket's path may have 107 characters
    server.bind("socket.txt")
    os.chdir(here)
    server.close()
    os.link(course.root / "course.yaml", folder / "hard.txt")
    folder = honest("named")
    (folder / f"{ASSIGNMENT}.html").mkdir()
    (folder / f"{ASSIGNMENT}.html" / "in_the_way.txt").write_text("x")
    (folder / "timestamp.txt").mkdir()
    (folder / ("x" * 200)).mkdir()
    (folder / ("x" * 200) / ("y" * 250)).write_text("long")

    folder = linked("notebook") / ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / neighbour.name).symlink_to(neighbour)
    (linked("assignment")).mkdir()
    (linked("assignment") / ASSIGNMENT).symlink_to("../anna/" + ASSIGNMENT)
    linked("solution").symlink_to("../solutions")
    linked("student").symlink_to("anna")
    linked("nowhere").symlink_to("../nowhere")
    linked("empty").joinpath(ASSIGNMENT).mkdir(parents=True)
    linked("file").mkdir()
    (linked("file") / ASSIGNMENT).write_text("no folder")
    hard = linked("hard") / ASSIGNMENT
    hard.mkdir(parents=True)
    os.link(neighbour, hard / neighbour.name)
    del deserved["hard"], deserved["anna"]  # whose the file is, nobody can tell
    return deserved


def test_links_are_neither_followed_nor_copied(course: Course) -> None:
    """Everybody has the points of his own notebook, and nothing from outside his folder gets to the feedback."""
    deserved = hand_in_all(course)
    done = course.nbgrader("autograde", ASSIGNMENT)
    course.nbgrader("generate_feedback", ASSIGNMENT)
    totals = course.totals()

    assert totals == deserved | {"anna": None, "hard": None}
    assert done.stderr.count("Traceback (most recent call last)") == 2  # nbgrader's, for each of the two ungraded
    for step in ("autograded", "feedback"):
        for path in (course.root / step).rglob("*"):
            assert not path.is_symlink(), path
            assert path.is_dir() or path.is_file(), path
            assert path.is_dir() or SECRET not in path.read_bytes(), path
    made = course.root / "feedback"
    assert (made / "folders" / ASSIGNMENT / "a" / "b" / "c" / "own.txt").read_text() == "my own"
    for student in ("files", "folders", "special", "named", "notebook", "student"):
        assert (made / student / ASSIGNMENT / f"{ASSIGNMENT}.html").is_file(), student
    for told in ("files: not copied: seed.txt (a symbolic link)", "special: not copied: hard.txt (a hard link"):
        assert told in done.stderr
