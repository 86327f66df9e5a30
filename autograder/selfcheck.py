"""The student's self-check: public checks on the functions of a live notebook, in a second, without the solution.

    from autograder import check
    check(softmax)        # or check("softmax"), or check() for everything

It returns something that displays itself: HTML in a notebook, text elsewhere. It raises nothing of its own.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from mxnet import nd

from autograder import live, mnist, training
from autograder.assess import Finding, assess, stop_finding
from autograder.checks import Case
from autograder.errors import CourseError
from autograder.exam import Item
from autograder.outcome import Example, SelfCheck
from autograder.recorded import Recorded, RecordedTraining, find
from autograder.result import CheckResult, ExerciseResult, Verdict
from autograder.slot import Answered
from autograder.worker import calls

ROLES = ("softmax", "cross_entropy", "SGD")


def check(*what: object, folder: Path | None = None) -> SelfCheck:
    """Check functions (or names of exercises; nothing means all) with the assignment's public cases.

    The cases are looked for in `folder`, else beside the notebook and in the course around it.
    """
    namespace = _namespace()
    try:
        recorded = find(folder or Path.cwd())
        names = [_name(thing, recorded, namespace) for thing in what] or list(recorded.exercises)
    except CourseError as error:
        return SelfCheck(problem=str(error))
    return check_namespace(recorded, names, namespace, folder or Path.cwd())


def check_namespace(recorded: Recorded, names: list[str], namespace: Mapping[str, Any], folder: Path) -> SelfCheck:
    """Run the public checks of the exercises `names` on the functions of `namespace`."""
    exercises: list[ExerciseResult] = []
    examples: dict[str, Example] = {}
    curve: tuple[tuple[int, float, float], ...] = ()
    for name in names:
        if recorded.needs[name]:
            found, curve = _training(recorded, name, namespace, folder)
        else:
            found = [_run(item, namespace, examples) for item in recorded.of(name)]
        idle = (Verdict.NOT_ATTEMPTED, Verdict.SKIPPED)
        exercises.append(
            ExerciseResult(
                name=name,
                score=sum(c.score for c in found),
                max_score=sum(c.max_score for c in found),
                attempted=any(c.verdict not in idle for c in found),
                checks=tuple(found),
            )
        )
    return SelfCheck(tuple(exercises), examples, curve)


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
    if own in known:
        return str(own)
    raise CourseError(f"{thing!r:.80} is none of the exercises; there are: {', '.join(known)}")


def _run(item: Item, namespace: Mapping[str, Any], examples: dict[str, Example]) -> CheckResult:
    """Run all cases of one check; report the smallest that failed."""
    name = item.check.exercise
    if name not in namespace:
        told = f"there is no {name} yet: run the cell that defines it"
        return _result(item, Finding(Verdict.NOT_ATTEMPTED, told))
    if not callable(namespace[name]):
        kind = type(namespace[name]).__name__
        return _result(item, Finding(Verdict.WRONG, f"{name} is a {kind}, not a function: run its cell again"))
    device = str(live.device_of(namespace))
    failed: tuple[Case, Finding] | None = None
    for case in sorted((c for c in item.cases if isinstance(c, Case)), key=live.size):
        outcome = live.perform(case, namespace)
        finding = assess(case, outcome, device)
        if finding is None:
            continue
        # A larger case may show a mistake by name that a smaller one does not.
        if failed is None or (failed[1].diagnosis is None and finding.diagnosis is not None):
            failed = (case, finding)
            wrong = live.failing(case, outcome, device)
            if wrong is not None:
                examples[item.check.name] = Example(case, *wrong)
    return _result(item, failed[1] if failed else None)


def _training(
    recorded: Recorded, name: str, namespace: Mapping[str, Any], folder: Path
) -> tuple[list[CheckResult], tuple[tuple[int, float, float], ...]]:
    """Train with the student's functions on the recorded run, and judge the parameters as the grader does."""
    items, plan = recorded.of(name), recorded.training
    absent = [n for n in recorded.needs[name] if not callable(namespace.get(n))]
    if absent or plan is None:
        told = f"needs {' and '.join(absent)} first" if absent else "no training run was recorded"
        return [_result(i, Finding(Verdict.SKIPPED, told)) for i in items], ()
    try:
        near = mnist.near(folder)
        if near is None:
            raise CourseError("training needs the MNIST files: put data/mnist into the course's folder")
        data = mnist.load(near)
    except CourseError as error:
        return [_result(i, Finding(Verdict.SKIPPED, str(error))) for i in items], ()
    whole = _as_plan(plan, data, namespace)
    trainer = live.Trainer(namespace, (data.train_images, data.train_labels))
    run = training.run(whole, ROLES, trainer.ask)
    found = []
    for item in items:
        if run.stopped is not None:
            finding: Finding | None = stop_finding(run.stopped)
            if finding is not None and finding.verdict is Verdict.NOT_ATTEMPTED:
                finding = Finding(Verdict.SKIPPED, "needs functions that are still blank")
        else:
            case = item.cases[0]
            mismatch = None if isinstance(case, Case) else training.ASPECTS[case.aspect](whole, run)
            finding = None if mismatch is None else Finding(Verdict.WRONG, mismatch.message)
        found.append(_result(item, finding))
    right = {0: plan.first_loss} | {s.step: s.loss for s in plan.snapshots}
    return found, tuple((step, loss, right[step]) for step, loss in run.loss)


def _as_plan(recorded: RecordedTraining, data: mnist.Mnist, namespace: Mapping[str, Any]) -> training.Plan:
    """Complete a recorded run: losses are computed with the student's own functions, accuracy from the labels here."""
    some = data.train_images[: training.LOSS_EXAMPLES].reshape(-1, 784).astype(np.float32) / 255
    labels = data.train_labels[: len(some)]
    test = data.test_images.reshape(len(data.test_images), -1).astype(np.float64) / 255
    device = live.device_of(namespace)
    x, y = nd.array(some, ctx=device), nd.one_hot(nd.array(labels, ctx=device), len(recorded.start[1]))

    def measure(params: training.Parameters) -> float:
        w, b = (nd.array(p, ctx=device, dtype="float32") for p in params)
        outcome = live.guard(
            lambda: calls.call(
                lambda: namespace["cross_entropy"](namespace["softmax"](nd.dot(x, w) + b), y).mean(), [], device
            ),
            namespace["softmax"],
        )
        losses = outcome.arrays if isinstance(outcome, Answered) else []
        return float(losses[0].reshape(-1)[0]) if losses and losses[0].size == 1 else float("nan")

    def examine(params: training.Parameters) -> float:
        return float((np.argmax(test @ params[0] + params[1], axis=1) == data.test_labels).mean())

    return recorded.as_plan(measure=measure, examine=examine)


def _result(item: Item, finding: Finding | None) -> CheckResult:
    check = item.check
    return CheckResult(
        name=check.name,
        title=check.title,
        hidden=False,
        verdict=Verdict.PASS if finding is None else finding.verdict,
        score=check.points if finding is None else 0.0,
        max_score=check.points,
        message=None if finding is None else finding.message,
        diagnosis=None if finding is None else finding.diagnosis,
    )
