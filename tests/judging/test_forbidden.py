"""What `forbid` in course.yaml costs: nothing, or points; told to the instructor and to the student alike."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from autograder.checks.suite import Suite
from autograder.judging import forbidden
from autograder.judging.judge import Judgement, judge
from autograder.result import CheckResult, Verdict
from autograder.sandbox.server import WorkerServer
from autograder.student import recorded
from autograder.student.filecheck import as_exam
from tests.making import cells, part, scores

ROOT = Path(__file__).parents[2]
READY_MADE = "def softmax(x):\n    return nd.softmax(x)\n"
DENIES = (
    "import gc\nfrom autograder import wire\n"
    "for thing in gc.get_objects():\n"
    "    if type(thing).__name__ == 'Plan':\n        thing.used.clear()\n"
    "def send(channel, message, arrays=(), _send=wire.send, **options):\n"
    "    if isinstance(message, wire.Surveyed):\n        message = wire.Surveyed()\n"
    "    _send(channel, message, arrays, **options)\n"
    "wire.send = send\n"
    "def softmax(x, _=(gc, send)):\n    return nd.softmax(x)\n"
)


def forbidding(suite: Suite, name: str, forbid: dict[str, float] | tuple[str, ...]) -> Suite:
    """Return the exam with another `forbid` of one exercise."""
    exercises = dict(suite.assignment.exercises)
    exercises[name] = msgspec.structs.replace(exercises[name], forbid=forbid)
    return Suite(
        suite.name,
        suite.course,
        msgspec.structs.replace(suite.assignment, exercises=exercises),
        suite.items,
        suite.plan,
    )


def judged(suite: Suite, server: WorkerServer, forbid: dict[str, float] | tuple[str, ...], code: str) -> Judgement:
    """Judge a softmax where `forbid` holds."""
    return judge(forbidding(part(suite, "softmax", "SGD"), "softmax", forbid), cells(softmax=code), server, "cpu(0)")


def the_check(found: Judgement) -> CheckResult | None:
    """Return the check `from_scratch` of softmax."""
    return next((c for c in found.exercises[0].checks if c.name == forbidden.NAME), None)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (READY_MADE, "mxnet.nd.softmax"),
        ("from mxnet.ndarray import softmax as ready\ndef softmax(x):\n    return ready(x)\n", "mxnet.nd.softmax"),
        ("F = nd\ndef helper(x):\n    return F.softmax(x)\nsoftmax = lambda x: helper(x)\n", "mxnet.nd.softmax"),
        ("softmax = nd.softmax\n", "mxnet.nd.softmax"),
        ("def softmax(x):\n    return x.softmax()\n", ".softmax"),
        (DENIES, "mxnet.nd.softmax"),
    ],
    ids=["plain", "from import", "alias and helper", "rebound", "method", "denied at run time"],
)
def test_what_is_used_costs_what_the_file_says(the_suite: Suite, server: WorkerServer, code: str, name: str) -> None:
    """Points of that exercise alone, once, with a sentence; what is only listed as a note costs nothing."""
    found = judged(the_suite, server, {"nd.softmax": 1.5, ".softmax": 1.5, "mx.nd": 0.0}, code)
    assert scores(found) == {"softmax": 2.5, "SGD": 4.0}
    check = the_check(found)
    assert check is not None
    assert (check.verdict, check.score, check.max_score, check.hidden) == (Verdict.WRONG, -1.5, 0.0, False)
    assert check.message == f"softmax uses {name}"
    assert "costs points" in str(check.diagnosis)


def test_a_list_costs_nothing(the_suite: Suite, server: WorkerServer) -> None:
    """A note names what is used; no check appears."""
    found = judged(the_suite, server, ("nd.softmax", "gluon"), READY_MADE)
    assert scores(found)["softmax"] == 4.0
    assert the_check(found) is None
    assert [n.text for n in found.notes] == ["softmax uses mxnet.nd.softmax"]


def test_who_writes_it_out_loses_nothing(the_suite: Suite, server: WorkerServer) -> None:
    """Neither the solution, nor a class whose own method has the name, nor a demo that the exercise does not need."""
    forbid = {"nd.softmax": 4.0, ".softmax": 4.0, "nd.log_softmax": 1.0}
    own = (
        "nd.softmax(nd.ones((2, 3)))\nclass Net:\n    def softmax(self, x):\n"
        "        e = nd.exp(x - x.max(axis=1, keepdims=True))\n        return e / e.sum(axis=1, keepdims=True)\n"
        "    def __call__(self, x):\n        return self.softmax(x)\nsoftmax = Net()\n"
    )
    for code in (None, own):
        found = judge(
            forbidding(part(the_suite, "softmax", "SGD"), "softmax", forbid),
            cells() if code is None else cells(softmax=code),
            server,
            "cpu(0)",
        )
        assert scores(found) == {"softmax": 4.0, "SGD": 4.0}
        check = the_check(found)
        assert check is not None
        assert (check.verdict, check.score) == (Verdict.PASS, 0.0)
        assert found.notes == []


def test_a_cost_takes_no_more_than_was_earned() -> None:
    """The dearest name counts, once; an exercise is never below zero; a blank one is not accused of anything."""
    costs: Mapping[str, float] = {"nd.softmax": 3.0, ".softmax": 1.0}
    both = forbidden.uses_of("f", costs, [("f", ".softmax", ".softmax"), ("f", "nd.softmax", "mxnet.nd.softmax")])
    for earned, taken in ((4.0, -3.0), (2.0, -2.0), (0.0, 0.0)):
        (check,) = forbidden.judged("f", costs, both, (_check(Verdict.PASS, earned),))
        assert (check.verdict, check.score) == (Verdict.WRONG, taken)
        assert str(check.message) == "f uses mxnet.nd.softmax and .softmax"
    (check,) = forbidden.judged("f", costs, both, (_check(Verdict.NOT_ATTEMPTED, 0.0),))
    assert (check.verdict, check.score, check.message) == (Verdict.NOT_ATTEMPTED, 0.0, None)
    assert forbidden.judged("f", costs, None, (_check(Verdict.PASS, 4.0),)) == ()  # nothing was read
    assert forbidden.judged("f", costs, both, ()) == ()  # a look at other exercises
    assert forbidden.uses_of("f", costs, [("g", "nd.softmax", "x"), ("f", "unasked", "x")]) == ()


def _check(verdict: Verdict, score: float) -> CheckResult:
    return CheckResult(name="c", title="t", hidden=False, verdict=verdict, score=score, max_score=4.0)


def test_students_are_told_before_they_hand_in(the_suite: Suite, server: WorkerServer) -> None:
    """What is released says what is forbidden; the file's self-check and the notebook's find it."""
    forbid = {"nd.softmax": 1.0, ".softmax": 0.0}
    suite = forbidding(part(the_suite, "softmax"), "softmax", forbid)
    released = msgspec.msgpack.decode(recorded.write(suite))
    assert released["forbid"] == {"softmax": forbid}
    items = tuple(i for i in suite.items if not i.check.hidden)
    cases = recorded.Recorded("softmax_regression", ("softmax",), {"softmax": ()}, items, None, {"softmax": forbid})
    judgement = judge(as_exam(cases, None), cells(softmax=READY_MADE), server, "cpu(0)")
    found_check = the_check(judgement)
    assert found_check is not None
    assert found_check.verdict is Verdict.WRONG


NOTEBOOK = """
import json
from pathlib import Path
from IPython.core.interactiveshell import InteractiveShell
from autograder.student import recorded, selfcheck
released = recorded.find(Path.cwd())
cases = recorded.Recorded(
    released.assignment, released.functions, released.needs, released.items, None,
    {"softmax": {"nd.softmax": 1.0, ".softmax": 0.0}},
)
shell = InteractiveShell.instance()
for cells in CELLS:
    for cell in cells:
        shell.run_cell(cell, store_history=True)
    found = selfcheck.check_namespace(cases, ["softmax"], shell.user_ns, Path.cwd())
    told = [c.verdict for c in found.exercises[0].checks if c.name == "from_scratch"]
    notes = [n.text for n in found.notes]
    print(json.dumps([told, notes, "note: softmax uses" in repr(found), "note:" in found._repr_html_()]))
"""


def test_the_notebook_s_self_check_reads_the_cells_that_define_what_runs() -> None:
    """As they were typed, the last one; nothing is said of a function that is not the cells' own."""
    imports = "import mxnet as mx\nfrom mxnet import nd\nctx = mx.cpu()"
    by_hand = "def softmax(x):\n    e = nd.exp(x)\n    return e / e.sum(axis=1, keepdims=True)"
    sessions = [
        [imports, READY_MADE],
        ["def softmax(x):\n    return x.softmax()"],
        [READY_MADE, "%%time\n" + by_hand],
        [READY_MADE, f"1 / 0\n{by_hand}"],
        ["import functools\nsoftmax = functools.partial(nd.softmax)"],
    ]
    folder = ROOT / "assignments" / "softmax_regression"
    program = f"CELLS = {sessions!r}\n{NOTEBOOK}"
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=True)
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[[")]
    assert found == [
        [["wrong"], [], False, False],
        [["pass"], ["softmax uses .softmax"], True, True],
        [[], [], False, False],  # of a function that %%time has defined, Python shows no text
        [[], [], False, False],  # the cell that would define it raised before it did
        [[], [], False, False],
    ]
