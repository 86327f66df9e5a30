"""The settings that make nbgrader's commands use this grader. `nbgrader_config.py` calls `configure`."""

import os
import sys
from pathlib import Path
from typing import Any

from autograder.nbgrader import guarding

STEPS = "nbgrader.preprocessors."
OURS = "autograder.nbgrader."
PRIVATE = ["*.py", "mutants"]  # what lies beside a source notebook and is never released: checks, references, mutants


def configure(c: Any) -> None:
    """Set what nbgrader needs to know; whatever is set after this call wins."""
    _find_programs()
    guarding.install()
    c.CourseDirectory.source_directory = "solutions"
    c.CourseDirectory.release_directory = "assignments"
    c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", *PRIVATE]

    c.GenerateAssignment.exporter_class = OURS + "releasing.CheckedExporter"
    # As nbgrader's, but for InstantiateTests, which would start a kernel to write tests that we don't run.
    c.GenerateAssignment.preprocessors = [
        *_nbgrader("IncludeHeaderFooter", "LockCells", "ClearSolutions", "ClearOutput", "CheckCellMetadata"),
        *_nbgrader("ComputeChecksums", "SaveCells"),
        OURS + "releasing.CourseAgrees",
        *_nbgrader("ClearHiddenTests", "ClearMarkScheme", "ComputeChecksums", "CheckCellMetadata"),
        OURS + "releasing.RecordCases",
    ]
    c.GenerateAssignment.force = True  # what is released is made from the source: make it anew each time

    # As nbgrader's, but for Execute: submissions run in our worker servers, never in a kernel of the instructor's.
    c.Autograde.exporter_class = OURS + "judging.JudgedExporter"
    c.Autograde.pre_convert_hook = OURS + "judging.choose_file"
    c.Autograde.sanitize_preprocessors = [
        *_nbgrader("ClearOutput"),
        OURS + "restoring.RestoreCells",
        *_nbgrader("DeduplicateIds", "OverwriteKernelspec", "OverwriteCells", "CheckCellMetadata"),
    ]
    c.Autograde.autograde_preprocessors = [
        OURS + "judging.Judge",
        "nbconvert.preprocessors.ClearMetadataPreprocessor",
        *_nbgrader("LimitOutput", "SaveAutoGrades", "AssignLatePenalties", "CheckCellMetadata"),
    ]
    c.GenerateFeedback.force = True  # else a page goes on showing what was graded before
    c.GenerateFeedback.exporter_class = OURS + "feedback.FeedbackExporter"
    c.Execute.timeout = 600  # for `nbgrader validate`, the one command with a kernel: a cell may train for minutes
    c.Execute.iopub_timeout = 60
    c.ExportApp.plugin_class = OURS + "exporting.CsvExport"
    c.AssignLatePenalties.plugin_class = OURS + "judging.LatePenalty"


def _nbgrader(*names: str) -> list[str]:
    return [STEPS + name for name in names]


def _find_programs() -> None:
    """Put the environment's programs on PATH: nbgrader calls `alembic` by name, also where none is activated."""
    programs = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", os.defpath)
    if programs not in path.split(os.pathsep):
        os.environ["PATH"] = programs + os.pathsep + path
