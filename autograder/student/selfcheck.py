"""The student's self-check: public checks on the functions of a live notebook, in a second, without the solution.

    from autograder import check
    check(softmax)        # or check("softmax"), or check() for everything

It returns something that displays itself: HTML in a notebook, text elsewhere. It raises nothing of its own, but for
`nbgrader validate`, which counts a cell as failed only where it raises.
"""

import inspect
import os
import sys
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from msgspec import structs

from autograder import wire
from autograder.asking import Answer, Outcome
from autograder.checks.suite import Item
from autograder.checks.vocabulary import Case
from autograder.course.settings import in_order
from autograder.errors import CourseError
from autograder.judging import forbidden as from_scratch
from autograder.judging.assess import BLAME, Finding, assess, listed, settle
from autograder.result import CheckResult, ExerciseResult, Verdict, clean
from autograder.student import live, selftraining
from autograder.student.outcome import ChecksFailed, Example, SelfCheck
from autograder.student.recorded import Recorded, find

NOT_A_FUNCTION = "another value was assigned to the function's name"
IDLE = (Verdict.NOT_ATTEMPTED, Verdict.SKIPPED)


Shown = tuple[dict[str, Example], dict[str, tuple[wire.TraceLine, ...]]]  # examples and traces, by the check's name


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
    """Run the public checks of the exercises `names` on the functions of `namespace`."""
    shown: Shown = ({}, {})
    found: dict[str, list[CheckResult]] = {}
    trained = None
    with live.undisturbed():
        for name in (n for n in in_order(recorded.needs) if n in names):
            if name in recorded.trains:
                trained = _train(recorded, name, namespace, folder, found)
                found[name] = [_result(item, finding) for item, finding in trained.findings]
                shown[1].update({item.check.name: trained.trace for item, _ in trained.findings if trained.trace})
            else:
                found[name] = [_run(item, namespace, shown) for item in recorded.of(name)]
                found[name] = _blaming(recorded, name, namespace, found)
    exercises, notes = [], []
    surveyed, known = _surveyed(recorded, names, namespace)
    for name, checks in ((name, found[name]) for name in names):
        costs = recorded.forbid.get(name, {})
        uses = from_scratch.uses_of(name, costs, surveyed if name in known else None)
        notes += from_scratch.notes(name, costs, uses)
        exercises.append(_exercise(name, [*checks, *from_scratch.judged(name, costs, uses, tuple(checks))]))
    made = SelfCheck(tuple(exercises), *shown, notes=tuple(notes))
    return made if trained is None else replace(made, training=trained.result, misread=trained.misread)


def _surveyed(
    recorded: Recorded, names: list[str], namespace: Mapping[str, Any]
) -> tuple[tuple[tuple[str, str, str], ...], frozenset[str]]:
    """Read the cells that were run, for what exercises must do without; return that, and the exercises it is true of.

    These are the functions that stand in the cells as they are now: none outside a notebook, nor what a file defines.
    """
    rules = tuple(dict.fromkeys(rule for name in names for rule in recorded.forbid.get(name, {})))
    cells = _history(namespace) if rules else ()
    if not cells:
        return (), frozenset()
    from autograder.worker import importing  # noqa: PLC0415 - imports IPython, which is there where there are cells

    request = wire.Survey(cells=cells, names=tuple(names), watched=rules)
    chosen = importing.read(request)
    binding = {n: s.cell for s in chosen.statements for n in names if n in s.immediate.stores}  # the last one
    texts = {cell.index: cell.text for cell in cells}
    known = (n for n, cell in binding.items() if _source(namespace.get(n)) in texts[cell])
    return importing.survey(request, chosen).uses, frozenset(known)


def _history(namespace: Mapping[str, Any]) -> tuple[wire.Source, ...]:
    """Return the cells that IPython has run, as they were typed."""
    shell = namespace["get_ipython"]() if callable(namespace.get("get_ipython")) else None
    texts = getattr(getattr(shell, "history_manager", None), "input_hist_raw", ())
    return tuple(wire.Source(i, text) for i, text in enumerate(texts) if text)


def _source(function: object) -> str:
    """Return the text of a function; for what has none, something that stands in no cell."""
    try:
        return inspect.getsource(function).strip()  # type: ignore[arg-type]
    except (OSError, TypeError):
        return "\0"


def _train(
    recorded: Recorded, name: str, namespace: Mapping[str, Any], folder: Path, found: Mapping[str, list[CheckResult]]
) -> selftraining.Trained:
    """Train, knowing which of the functions that it needs are blank and which are wrong."""
    before = _needed(recorded, name, namespace, found)
    blank = [
        n
        for n, checks in before.items()
        if not callable(namespace.get(n)) or (checks and all(c.verdict is Verdict.NOT_ATTEMPTED for c in checks))
    ]
    wrong = [n for n, checks in before.items() if any(c.verdict is not Verdict.PASS for c in checks)]
    return selftraining.train(recorded, name, namespace, folder, blank=blank, wrong=wrong)


def _needed(
    recorded: Recorded, name: str, namespace: Mapping[str, Any], found: Mapping[str, list[CheckResult]]
) -> dict[str, list[CheckResult]]:
    """Return what became of the functions that an exercise needs; those that were not yet checked are now."""
    return {
        n: found.get(n) or [_run(item, namespace, ({}, {})) for item in recorded.of(n)]
        for n in recorded.needs[name]
        if n not in recorded.trains
    }


def _blaming(
    recorded: Recorded, name: str, namespace: Mapping[str, Any], found: Mapping[str, list[CheckResult]]
) -> list[CheckResult]:
    """Where a function's check fails for no known reason, blame the exercises that it needs, if those fail too."""
    checks = found[name]
    if not any(_unexplained(c) for c in checks) or not callable(namespace.get(name)):
        return checks
    before = _needed(recorded, name, namespace, found)
    wrong = [n for n, some in before.items() if any(c.verdict is not Verdict.PASS for c in some)]
    blame = f"{listed(wrong)} {BLAME}" if wrong else None
    return [structs.replace(c, diagnosis=blame, blames=tuple(wrong)) if _unexplained(c) else c for c in checks]


def _unexplained(check: CheckResult) -> bool:
    return check.verdict is not Verdict.PASS and check.diagnosis is None


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


def _run(item: Item, namespace: Mapping[str, Any], shown: Shown) -> CheckResult:
    """Run all cases of one check. The first that fails decides, as for grades; the smallest one is shown."""
    name, (examples, traces) = item.check.exercise, shown
    if name not in namespace:
        told = f"there is no {name} yet: run the cell that defines it"
        return _result(item, Finding(Verdict.NOT_ATTEMPTED, told))
    if not callable(namespace[name]):
        kind = type(namespace[name]).__name__
        told = f"{name} holds a value of type {kind}, not a function: run its cell again"
        return _result(item, Finding(Verdict.WRONG, told, NOT_A_FUNCTION))
    device = str(live.device_of(namespace))
    wrong: list[tuple[Case, Outcome, Finding]] = []
    for case in (c for c in item.cases if isinstance(c, Case)):
        outcome = live.perform(case, namespace)
        finding = assess(case, outcome, device)
        if finding is not None:
            wrong.append((case, outcome, finding))
    if not wrong:
        return _result(item, None)
    decided = _decide(wrong)
    # Of the cases that show what is told, the smallest: its message, its table, its lines.
    alike = [
        w
        for w in wrong
        if w[2].verdict is decided.verdict and decided.diagnosis in (w[2].diagnosis, *w[2].alternatives)
    ]
    case, outcome, finding = min(alike or wrong[:1], key=lambda w: live.size(w[0]))
    if isinstance(outcome, Answer) and isinstance(outcome.reply, wire.Raised):
        traces[item.check.name] = outcome.reply.trace
    shown_aspect = live.failing(case, outcome, device)
    if shown_aspect is not None:
        examples[item.check.name] = Example(case, *shown_aspect, live.argument_names(namespace[name]))
    return _result(item, replace(decided, message=finding.message))


def _decide(wrong: list[tuple[Case, Outcome, Finding]]) -> Finding:
    """Return the finding that counts, as for grades: of the first case, its diagnosis settled by the others."""
    first, *others = wrong
    if first[2].verdict is not Verdict.WRONG or first[2].diagnosis is None:
        return first[2]
    return settle(first[2], [(case, finding) for case, _, finding in others if finding.verdict is Verdict.WRONG])


def _exercise(name: str, checks: list[CheckResult]) -> ExerciseResult:
    return ExerciseResult(
        name=name,
        score=sum(c.score for c in checks),
        max_score=sum(c.max_score for c in checks),
        attempted=any(c.verdict not in IDLE for c in checks),
        checks=tuple(checks),
    )


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
        blames=() if finding is None else finding.blames,
    )
