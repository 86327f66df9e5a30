"""Results as Gradescope's results.json: gradescope-autograders.readthedocs.io, "Autograder Specifications".

One file a submission. The score is the raw one: Gradescope knows when something was handed in, and takes off for
lateness by itself. A hidden check shows what it shows anywhere, title, verdict and diagnosis, when course.yaml's
`gradescope_hidden` says; until then the text above the checks tells of public ones alone.
"""

import json
from typing import Any

import msgspec

from autograder.report import advice, statistics
from autograder.result import CheckResult, Result, Verdict


def results_json(result: Result, hidden: str = "visible") -> dict[str, Any] | None:
    """Return the document for one submission, None where it is ungraded: Gradescope then shows a failure, no score.

    hidden: the visibility of hidden checks, in Gradescope's words.
    """
    if result.score is None:
        return None
    document: dict[str, Any] = {
        "score": result.score,
        "execution_time": round(statistics.seconds(result), 3),
        "output": _output(result if hidden == "visible" else _public(result)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",  # what the grader prints is for the instructor
        "tests": [
            _test(check, exercise.name, f"{i}.{j}", hidden)
            for i, exercise in enumerate(result.exercises, start=1)
            for j, check in enumerate(exercise.checks, start=1)
        ],
        "extra_data": {"sha256": result.sha256, "isolation": result.isolation, "grader": result.grader},
    }
    return document


def encode(document: dict[str, Any]) -> bytes:
    """Return the file's bytes."""
    return (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8", "replace")


def _test(check: CheckResult, exercise: str, number: str, hidden: str) -> dict[str, Any]:
    passed = check.verdict is Verdict.PASS
    told = [] if passed else [advice.WORDS[check.verdict], check.diagnosis, advice.shown_message(check)]
    return {
        "score": check.score,
        "max_score": check.max_score,
        "status": "passed" if passed else "failed",
        "name": f"{exercise}: {check.title}",
        "name_format": "text",
        "number": number,
        "output": "\n".join(line for line in told if line),
        "output_format": "text",
        "tags": [exercise, "hidden" if check.hidden else "public"],
        "visibility": hidden if check.hidden else "visible",
    }


def _public(result: Result) -> Result:
    """Return the result without its hidden checks."""
    exercises = tuple(
        msgspec.structs.replace(e, checks=tuple(c for c in e.checks if not c.hidden)) for e in result.exercises
    )
    return msgspec.structs.replace(result, exercises=exercises)


def _output(result: Result) -> str:
    lines = [result.reason] if result.reason else []
    for number, fix in enumerate(advice.fixes(result), start=1):
        lines += ["What to fix, first things first:"] if number == 1 else []
        lines.append(f"{number}. {fix.exercise} ({fix.points:g} points to gain): {fix.text}")
    score = result.training.score if result.training is not None else None
    if score is not None and score.value is not None:
        lines.append(f"{advice.heading(score.name)} after training: {score.value:.4f}")
    for note in result.notes:
        lines.append(" ".join([f"Note: {note.text}.", advice.EXPLAINED.get(note.kind, "")]).rstrip())
    return "\n".join(lines) or "Every check passes."
