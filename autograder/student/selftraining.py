"""The self-check's training run: the student's functions on the recorded start and order, judged from parameters."""

import contextlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from mxnet import nd

from autograder import wire
from autograder.checks import training
from autograder.checks.suite import Item
from autograder.checks.vocabulary import Train
from autograder.course import mnist
from autograder.errors import CourseError
from autograder.judging.assess import Finding, blaming, listed, stop_finding
from autograder.result import TrainingResult, Verdict
from autograder.student import dataset, live
from autograder.student.outcome import Misread
from autograder.student.recorded import Recorded, RecordedTraining

Findings = tuple[tuple[Item, Finding | None], ...]


@dataclass(frozen=True)
class Trained:
    """What training came to: a finding for each check, None where it passed, and what there is to show."""

    findings: Findings
    result: TrainingResult | None = None
    misread: tuple[Misread, ...] = ()
    trace: tuple[wire.TraceLine, ...] = ()


def train(
    recorded: Recorded,
    name: str,
    namespace: Mapping[str, Any],
    folder: Path,
    *,
    blank: Sequence[str],
    wrong: Sequence[str],
) -> Trained:
    """Train with the functions of `namespace`, unless some are `blank`; blame those that are `wrong`."""
    items = recorded.of(name)
    if blank:
        return _skipped(items, f"needs {listed(blank)} first")
    if recorded.training is None:
        return _skipped(items, "no training run was recorded")
    try:
        _, data = dataset.for_training(recorded.training, folder)
    except CourseError as error:
        return _skipped(items, str(error))
    plan = _as_plan(recorded.training, data, live.device_of(namespace))
    trainer = live.Trainer(namespace, (data.train_images, data.train_labels))
    with contextlib.redirect_stdout(io.StringIO()):  # what a function prints, it would print hundreds of times
        run = training.run(plan, training.ROLES, trainer.ask)
    mixups = run.reading.misread if run.reading else ()
    return Trained(
        findings=tuple((item, _judge(item, plan, run, wrong)) for item in items),
        result=training.result(plan, run),
        misread=tuple(Misread(data.test_images[index], label, read) for index, label, read in mixups),
        trace=run.stopped.trace if isinstance(run.stopped, wire.Raised) else (),
    )


def _skipped(items: Sequence[Item], why: str) -> Trained:
    return Trained(tuple((item, Finding(Verdict.SKIPPED, why)) for item in items))


def _judge(item: Item, plan: training.Plan, run: training.Run, wrong: Sequence[str]) -> Finding | None:
    """Judge the aspects of the run that a check looks at."""
    if run.stopped is not None:
        return blaming(stop_finding(run.stopped), wrong)
    for case in (c for c in item.cases if isinstance(c, Train)):
        mismatch = training.ASPECTS[case.aspect](plan, run)
        if mismatch is not None:
            return blaming(Finding(Verdict.WRONG, mismatch.message), wrong)
    return None


def _as_plan(recorded: RecordedTraining, data: mnist.Mnist, device: Any) -> training.Plan:
    """Complete a recorded run with MXNet's ready-made loss, and an accuracy from the labels that lie here."""
    first = data.train_images[: training.LOSS_EXAMPLES]
    some = first.reshape(len(first), -1).astype(np.float32) / 255
    x, labels = nd.array(some, ctx=device), nd.array(data.train_labels[: len(some)], ctx=device)
    classes = len(recorded.start[1])

    def measure(params: training.Parameters) -> float:
        w, b = (nd.array(p, ctx=device, dtype="float32") for p in params)
        return float(nd.softmax_cross_entropy(nd.dot(x, w) + b, labels).asscalar()) / len(some)

    return recorded.as_plan(
        measure=measure,
        examine=lambda params: dataset.accuracy(params, data),
        read=lambda params: training.reading(data.test_labels, dataset.predictions(params, data), classes),
    )
