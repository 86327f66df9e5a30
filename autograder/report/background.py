"""What reports show that results do not hold: the assignments' titles, and the test images that were misread."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course import mnist
from autograder.course import settings as courses
from autograder.idx import Bytes


@dataclass(frozen=True)
class Background:
    """titles: by assignment. images: the test images `(n, 28, 28)`, or None: then pages show no pictures."""

    course: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    images: Bytes | None = None

    def title(self, assignment: str) -> str:
        """Return the assignment's title, its name where none is known."""
        return self.titles.get(assignment, assignment)


def load(root: Path) -> Background:
    """Read course.yaml and the test images of the course in `root`. Raises `CourseError`."""
    course = courses.load(root)
    return Background(
        course=course.course,
        titles={name: assignment.title for name, assignment in course.assignments.items()},
        images=mnist.load(root / course.data).test_images,
    )
