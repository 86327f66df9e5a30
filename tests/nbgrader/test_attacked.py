"""`nbgrader autograde` on a sample of the attacks: no point gained, and honest students beside them keep theirs."""

import pytest

from tests.attacking import corpus, hand_in, write_notebook
from tests.making import PRELUDE, SOLUTION
from tests.nbgrader.course_folder import ASSIGNMENT, SCORES, Course

SAMPLE = (
    "comparisons_patched",
    "handler_patched",
    "exception_of_horrors",
    "exit_in_call",
    "folder_linked_to_neighbour",
    "nbgrader_cells_added",
    "nbgrader_metadata_edited",
    "outputs_with_scripts",
    "poisons_training_data",
    "pretrained_pasted",
    "public_cases_as_answers",
    "segfault",
    "verdicts_on_stdout",
)


@pytest.mark.long
def test_no_attack_gains_a_point_in_the_gradebook(course: Course) -> None:
    """Each attack has a score of zero in every exercise, and whoever is honest has full marks."""
    submitted = course.root / "submitted"
    for student in ("a-neighbour", "norma", "zoe"):
        write_notebook(submitted / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", [PRELUDE, *SOLUTION.values()])
    for attack in corpus(SAMPLE):
        hand_in(attack, submitted / attack.name)
    done = course.nbgrader("autograde", ASSIGNMENT)
    assert done.returncode == 0, done.stderr
    assert course.totals() == {"a-neighbour": 20.0, "norma": 20.0, "zoe": 20.0} | dict.fromkeys(SAMPLE, 0.0)
    assert {needs for *_, needs in course.rows(SCORES)} == {0}
