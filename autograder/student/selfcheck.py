"""The student's self-check: public checks on the functions of a live notebook, in a second, without the solution.

    from autograder import check
    check(softmax)        # or check("softmax"), or check() for everything

It returns something that displays itself: HTML in a notebook, text elsewhere. It raises nothing of its own, but for
`nbgrader validate`, which counts a cell as failed only where it raises.
"""

import math
import os
import sys
from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import structs

from autograder.checks.training import Plan
from autograder.checks.vocabulary import Case, Train
from autograder.course.mnist import Mnist
from autograder.course.settings import Limits
from autograder.errors import CourseError
from autograder.judging.judge import Failure, Judgement, judge_session
from autograder.result import CheckResult, ExerciseResult, clean
from autograder.student import dataset, live, selftraining
from autograder.student.outcome import ChecksFailed, Example, Misread, SelfCheck
from autograder.student.recorded import Recorded, as_suite, find


def check(*what: object, folder: Path | None = None) -> SelfCheck:
    """Check functions (or names of exercises; nothing means all) with the assignment's public cases.

    The cases are looked for in `folder`, else beside the notebook and in the course around it.
    Raises `ChecksFailed` under `nbgrader validate` alone.
    """
    namespace = _namespace()
    place = folder or Path.cwd()
    try:
        recorded = find(_notebook(namespace, place), asked=_asked(what, namespace), defined=_functions(namespace))
        chosen = {name: thing for thing in what for name in [_name(thing, recorded, namespace)]}
        given = {name: thing for name, thing in chosen.items() if not isinstance(thing, str)}
        seen = ChainMap(given, namespace)  # type: ignore[arg-type]
        found = check_namespace(recorded, list(chosen) or list(recorded.exercises), seen, place)
    except CourseError as error:
        found = SelfCheck(problem=clean(str(error), 1000))
    if os.environ.get("NBGRADER_EXECUTION") == "validate" and not found.ok:
        raise ChecksFailed(found)
    return found


def check_namespace(recorded: Recorded, names: list[str], namespace: Mapping[str, Any], folder: Path) -> SelfCheck:
    """Run the public checks of the exercises `names` on the functions of `namespace`: as for grades, by the judge.

    What these need is checked too, for what it says of them, and not shown.
    """
    needed = {need for name in names for need in recorded.needs[name]}
    training, data, untried = _training(recorded, names, namespace, folder)
    suite = as_suite(recorded, training, untried=untried, limits=Limits(training_seconds=math.inf))
    items = tuple(item for item in suite.items if item.check.exercise in {*names, *needed})
    watched = tuple(dict.fromkeys(rule for name in names for rule in recorded.forbid.get(name, {})))
    arrays = None if data is None else (data.train_images, data.train_labels)
    with live.undisturbed():
        session = live.LiveSession(namespace, suite.functions, arrays, watched)
        judged = judge_session(replace(suite, items=items), session, thorough=True)
        return _shown(judged, names, namespace, data)


def _training(
    recorded: Recorded, names: Sequence[str], namespace: Mapping[str, Any], folder: Path
) -> tuple[Plan | None, Mnist | None, dict[str, str]]:
    """Return the training run and its data, where training is asked for, or why it cannot be checked here."""
    trained = [name for name in names if name in recorded.trains]
    if not trained:
        return None, None, {}
    if recorded.training is None:
        return None, None, dict.fromkeys(trained, "no training run was recorded")
    try:
        _, data = dataset.for_training(recorded.training, folder)
    except CourseError as error:
        return None, None, dict.fromkeys(trained, str(error))
    return selftraining.as_plan(recorded.training, data, live.device_of(namespace)), data, {}


def _shown(judged: Judgement, names: Sequence[str], namespace: Mapping[str, Any], data: Mnist | None) -> SelfCheck:
    """Gather what is shown beside the verdicts: of each failing check the smallest case and its lines; mix-ups."""
    found = {exercise.name: exercise for exercise in judged.exercises}
    exercises, examples, traces = [], {}, {}
    for name in names:
        exercise = found.get(name) or ExerciseResult(name=name, score=0, max_score=0, attempted=False, checks=())
        checks = []
        for check in exercise.checks:
            failure = _smallest(check, judged.evidence.get(check.name, []))
            checks.append(check if failure is None else structs.replace(check, message=failure.finding.message))
            if failure is not None and failure.trace:
                traces[check.name] = failure.trace
            if failure is not None and failure.finding.shown is not None and isinstance(failure.case, Case):
                named = live.argument_names(namespace[name])
                examples[check.name] = Example(failure.case, *failure.finding.shown, named)
        exercises.append(structs.replace(exercise, checks=tuple(checks)))
    mixups = judged.training.examples if judged.training is not None and data is not None else ()
    return SelfCheck(
        tuple(exercises),
        examples,
        traces,
        training=judged.training,
        misread=tuple(Misread(data.test_images[i], label, taken) for i, label, taken in mixups) if data else (),
        notes=tuple(note for note in judged.notes if note.exercise in (None, *names)),
    )


def _smallest(check: CheckResult, failures: Sequence[Failure]) -> Failure | None:
    """Return the smallest of the cases that show what is told of a check: its message, its table, its lines."""
    if not failures or isinstance(failures[0].case, Train):
        return failures[0] if failures else None
    told = None if check.blames else check.diagnosis
    alike = [
        f
        for f in failures
        if f.finding.verdict is check.verdict and told in (f.finding.diagnosis, *f.finding.alternatives)
    ]
    return min(alike or failures[:1], key=_size)


def _size(failure: Failure) -> int:
    """Return how many numbers a case's inputs hold."""
    return sum(int(np.size(a)) for a in failure.case.arrays) if isinstance(failure.case, Case) else 0


def _notebook(namespace: Mapping[str, Any], place: Path) -> Path:
    """Return the notebook that runs, as far as Jupyter or VS Code say its name, else the folder that it is in."""
    told = (namespace.get("__vsc_ipynb_file__"), os.environ.get("JPY_SESSION_NAME"))
    paths = (place / Path(name).name for name in told if isinstance(name, str) and name.endswith(".ipynb"))
    return next((path for path in paths if path.is_file()), place)


def _asked(what: tuple[object, ...], namespace: Mapping[str, Any]) -> set[str]:
    """Return the names of what is to be checked: of a function, its own and those that it is bound to."""
    names = [thing if isinstance(thing, str) else getattr(thing, "__name__", None) for thing in what]
    names += [name for name, value in namespace.items() if any(value is thing for thing in what)]
    return {name for name in names if isinstance(name, str)}


def _functions(namespace: Mapping[str, Any]) -> set[str]:
    return {name for name, value in namespace.items() if callable(value)}


def _namespace() -> Mapping[str, Any]:
    """Return the notebook's names, or those of whoever called `check`."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        return shell.user_ns  # type: ignore[no-any-return]
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("autograder"):
        frame = frame.f_back
    return frame.f_globals


def _name(thing: object, recorded: Recorded, namespace: Mapping[str, Any]) -> str:
    """Return the exercise that `thing` is or names."""
    known = recorded.exercises
    if isinstance(thing, str):
        if thing in known:
            return thing
        raise CourseError(f"there is no exercise {thing!r}; there are: {', '.join(known)}")
    for name in known:
        if namespace.get(name) is thing:
            return name
    own = getattr(thing, "__name__", None)
    if callable(thing) and isinstance(own, str) and own in known:
        return own
    told = f"the function {own}" if callable(thing) and isinstance(own, str) else f"a {type(thing).__name__}"
    raise CourseError(f"{told} is none of the exercises; there are: {', '.join(known)}")
