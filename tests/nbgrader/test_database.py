"""`grade --gradebook` writes where nbgrader's own commands do."""

from pathlib import Path

import pytest

from autograder.course.settings import load
from autograder.errors import CourseError
from autograder.nbgrader.gradebook import prepare, url_of
from tests import small


@pytest.mark.parametrize(
    ("config", "url"),
    [
        (None, "sqlite:///{root}/gradebook.db"),
        ("c.CourseDirectory.db_url = 'sqlite:////elsewhere/other.db'", "sqlite:////elsewhere/other.db"),
        ("c.CourseDirectory.db_url = 'postgresql://u@host/grades'", "postgresql://u@host/grades"),
        ("c.CourseDirectory.root = '/srv/course'", "sqlite:////srv/course/gradebook.db"),
    ],
)
def test_the_gradebook_is_where_nbgrader_s_configuration_says(tmp_path: Path, config: str | None, url: str) -> None:
    """Any database, another folder; without a word on it, gradebook.db in the course's folder."""
    if config is not None:
        (tmp_path / "nbgrader_config.py").write_text(f"c = get_config()\n{config}\n")
    assert url_of(tmp_path) == url.format(root=tmp_path)


def test_a_configuration_that_cannot_run_and_a_missing_file_are_one_sentence(tmp_path: Path) -> None:
    """The file is named, and what to do."""
    root = small.course(tmp_path)
    with pytest.raises(CourseError, match=r"gradebook.db is missing: run `nbgrader generate_assignment doubling`"):
        prepare(root, load(root), ["doubling"])
    (root / "nbgrader_config.py").write_text("c = get_config()\n1 / 0\n")
    with pytest.raises(CourseError, match=r"nbgrader_config.py: cannot be run \(ZeroDivisionError"):
        url_of(root)
