"""Courses to run nbgrader's commands in."""

import shutil
from pathlib import Path

import pytest

from tests.nbgrader.course_folder import ASSIGNMENT, Course, copy_course


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course whose assignment was released with `nbgrader generate_assignment`; tests leave it as it is."""
    course = copy_course(tmp_path_factory.mktemp("released") / "course")
    done = course.nbgrader("generate_assignment", ASSIGNMENT)
    assert done.returncode == 0, done.stderr
    return course


@pytest.fixture
def course(released: Course, tmp_path: Path) -> Course:
    """A copy of the released course, for one test."""
    shutil.copytree(released.root, tmp_path / "course", symlinks=True)
    return Course(tmp_path / "course")
