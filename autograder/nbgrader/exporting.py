"""`nbgrader export` as CSV: nbgrader's columns, but what could not be graded has no score, where nbgrader writes 0."""

import csv
from pathlib import Path
from typing import Any

from nbgrader.api import MissingEntry
from nbgrader.plugins import CsvExportPlugin

COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)


class CsvExport(CsvExportPlugin):  # type: ignore[misc]
    """Exports to `--to`, grades.csv by default."""

    def export(self, gradebook: Any) -> None:
        """Write a row for each student and assignment that were asked for."""
        target = Path(self.to or "grades.csv")
        students, assignments = {str(s) for s in self.student}, {str(a) for a in self.assignment}
        self.log.info("Exporting grades to %s", target)
        with target.open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(COLUMNS)
            for assignment in gradebook.assignments:
                if assignments and assignment.name not in assignments:
                    continue
                for student in gradebook.students:
                    if not students or student.id in students:
                        table.writerow(self._row(gradebook, assignment, student))

    def _row(self, gradebook: Any, assignment: Any, student: Any) -> list[Any]:
        timestamp: Any = ""
        scores: list[Any] = [0.0, 0.0, 0.0]  # who handed in nothing has 0, as with nbgrader
        try:
            submission = gradebook.find_submission(assignment.name, student.id)
        except MissingEntry:
            pass
        else:
            timestamp = submission.timestamp or ""
            penalty = submission.late_submission_penalty
            scores = [submission.score, penalty, max(0.0, submission.score - penalty)]
            if _ungraded(submission):
                self.log.warning("%s is not graded: its scores are left empty", student.id)
                scores = ["", "", ""]
        person = [student.last_name or "", student.first_name or "", student.email or ""]
        return [
            assignment.name,
            assignment.duedate or "",
            timestamp,
            student.id,
            *person,
            *scores,
            assignment.max_score,
        ]


def _ungraded(submission: Any) -> bool:
    """Whether a score is missing that comes from judging: one that a grader gives by hand may come later."""
    return not submission.notebooks or any(  # without a notebook, nbgrader had stopped before it was looked at
        grade.auto_score is None and grade.manual_score is None and _judged(grade.cell)
        for notebook in submission.notebooks
        for grade in notebook.grades
    )


def _judged(cell: Any) -> bool:
    return cell.cell_type == "code" and cell.name not in {other.name for other in cell.notebook.solution_cells}
