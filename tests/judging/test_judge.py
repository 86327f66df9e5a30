"""Judgements of whole submissions in real worker processes: right, wrong, broken and hostile ones.

Whatever a submission does, it gets a verdict within its time, and the next one on the same server is judged as ever.
"""

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from autograder import wire
from autograder.checks.suite import Suite
from autograder.course import mnist
from autograder.course.notebook import Cell
from autograder.judging.judge import Judgement, judge
from autograder.result import Note, NoteKind
from autograder.sandbox.server import Child, Outcome, WorkerServer
from tests.making import cells, checks_of, limited, part, scores, verdicts, without_times

ROOT = Path(__file__).parents[2]
FULL = {"softmax": 4.0, "cross_entropy": 4.0, "SGD": 4.0, "evaluate_accuracy": 4.0, "training": 4.0}
FAST = {"call_seconds": 0.5, "import_seconds": 1.0, "notebook_seconds": 1.0}


def only(suite: Suite, *checks: str) -> Suite:
    """Return an exam of some of its checks."""
    return dataclasses.replace(suite, items=tuple(i for i in suite.items if i.check.name in checks))


@pytest.fixture(scope="module")
def whole(the_suite: Suite, server: WorkerServer) -> Judgement:
    """The solution, judged by the whole exam."""
    return judge(the_suite, cells(), server, "cpu(0)")


@pytest.fixture(scope="module")
def small(the_suite: Suite) -> Suite:
    """Softmax and SGD alone, with short limits."""
    return limited(part(the_suite, "softmax", "SGD"), **FAST)


@pytest.fixture(scope="module")
def tiny(small: Suite) -> Suite:
    """Three checks of softmax and two of SGD, of which one each away from home."""
    softmax = ("rows_are_distributions", "softmax_keeps_its_input", "softmax_stays_on_the_device")
    return only(small, *softmax, "steps_down_the_gradient", "sgd_works_on_the_device")


@pytest.fixture(scope="module")
def as_ever(tiny: Suite, server: WorkerServer) -> Callable[[], None]:
    """Judge the solution and hold it to what it was at first: what a submission left behind would show."""
    first = without_times(judge(tiny, cells(), server, "cpu(0)"))

    def check() -> None:
        assert without_times(judge(tiny, cells(), server, "cpu(0)")) == first

    return check


# --- the solution -----------------------------------------------------------------------------------------------


def test_the_solution_has_full_marks_and_no_notes(whole: Judgement) -> None:
    """Every check passes, with nothing to say; training reached its end."""
    assert scores(whole) == FULL
    assert {c.verdict.value for c in checks_of(whole).values()} == {"pass"}
    assert all(c.message is None and c.diagnosis is None for c in checks_of(whole).values())
    assert whole.notes == []
    assert whole.training is not None
    assert whole.training.steps == 300
    assert all(e.attempted for e in whole.exercises)


def test_judging_twice_gives_the_same(the_suite: Suite, server: WorkerServer, whole: Judgement) -> None:
    """To the last digit of the loss; only times differ."""
    again = judge(the_suite, cells(), server, "cpu(0)")
    assert msgspec.json.encode(without_times(again)) == msgspec.json.encode(without_times(whole))


def test_every_check_of_the_suite_has_one_result_in_its_order(the_suite: Suite, whole: Judgement) -> None:
    """None is left out, none comes twice; notes are no results."""
    wanted = [i.check.name for i in the_suite.items if not i.check.note]
    assert [c.name for e in whole.exercises for c in e.checks] == wanted
    assert [c.max_score for e in whole.exercises for c in e.checks] == [
        i.check.points for i in the_suite.items if not i.check.note
    ]


def test_the_blank_stub_has_nothing(the_suite: Suite, server: WorkerServer) -> None:
    """Zero points, nothing attempted, training skipped; and nothing else is said of it."""
    blank = {
        "softmax": "def softmax(y_linear):\n    raise NotImplementedError\n",
        "cross_entropy": "def cross_entropy(yhat, y):\n    raise NotImplementedError\n",
        "SGD": "def SGD(params, lr):\n    raise NotImplementedError\n",
        "evaluate_accuracy": "def evaluate_accuracy(data_iterator, net):\n    raise NotImplementedError\n",
    }
    found = judge(the_suite, cells(**blank), server, "cpu(0)")
    assert set(scores(found).values()) == {0.0}
    assert {c.verdict.value for c in checks_of(found).values()} == {"not_attempted", "skipped"}
    assert not any(e.attempted for e in found.exercises)
    assert found.training is None
    assert found.notes == []


def test_nothing_at_all_has_nothing(small: Suite, server: WorkerServer) -> None:
    """No cells, and cells without a definition."""
    for nothing in ((), (Cell(1, ""),), (Cell(3, "print('hello')"),)):
        found = judge(small, nothing, server, "cpu(0)")
        assert set(scores(found).values()) == {0.0}
        assert verdicts(found, "softmax") == {"not_attempted"}
        assert checks_of(found)["rows_are_distributions"].message == "the notebook defines no softmax"


def test_a_device_that_is_not_the_default_is_honoured(the_suite: Suite, server: WorkerServer) -> None:
    """On cpu(1) the solution has full marks, too; what makes arrays without naming a device has not."""
    assert scores(judge(the_suite, cells(), server, "cpu(1)")) == FULL
    careless = "def softmax(x):\n    return nd.array(nd.softmax(x).asnumpy(), ctx=mx.cpu(0))\n"
    found = checks_of(judge(the_suite, cells(softmax=careless), server, "cpu(1)"))
    assert found["softmax_stays_on_the_device"].verdict.value == "wrong"


# --- what enters a worker ---------------------------------------------------------------------------------------


def test_no_answer_and_no_test_label_is_ever_sent(
    the_suite: Suite, server: WorkerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every request of a whole judgement: inputs, orders and starts; no expected value, test image or label."""
    sent: list[tuple[wire.Request, list[wire.Array]]] = []
    ask = Child.ask

    def spy(self: Child, request: wire.Request, arrays: list[wire.Array] = (), *, seconds: float) -> Outcome:  # type: ignore[assignment]
        sent.append((request, [np.array(a) for a in arrays]))
        return ask(self, request, arrays, seconds=seconds)

    monkeypatch.setattr(Child, "ask", spy)
    judge(the_suite, cells(), server, "cpu(0)")
    kinds = {type(r).__name__ for r, _ in sent}
    assert kinds == {"Survey", "Load", "Call", "Gradient", "Update", "Evaluate", "TrainStart", "TrainSteps"}

    inputs = {a.tobytes() for i in the_suite.items for c in i.cases if hasattr(c, "arrays") for a in c.arrays}
    plan = the_suite.plan
    assert plan is not None
    inputs |= {a.tobytes() for a in plan.start}
    for request, arrays in sent:
        if not isinstance(request, wire.TrainSteps):
            assert all(a.tobytes() in inputs for a in arrays)

    everything = b"".join(b"".join(map(bytes, wire.pack(r, a))) for r, a in sent)
    data = mnist.load(ROOT / the_suite.course.data)
    labels = data.test_labels[:40]
    for dtype in (np.uint8, np.int32, np.int64, np.float32, np.float64):
        assert labels.astype(dtype).tobytes() not in everything
    for image in data.test_images[:20]:
        for form in (image, image.astype(np.float32) / 255):
            assert form.tobytes() not in everything
    for item in the_suite.items:
        assert item.check.name.encode() not in everything
        assert item.check.title.encode() not in everything
        for case in item.cases:
            for aspect in getattr(case, "aspects", ()):
                value = getattr(aspect.expect, "value", None)
                if isinstance(value, np.ndarray) and value.size > 8 and aspect.where != "after":
                    assert value.tobytes() not in everything
                    assert value.astype(np.float32).tobytes() not in everything
    for snapshot in plan.snapshots:
        assert snapshot.params[0].astype(np.float32).tobytes() not in everything


# --- hostile ----------------------------------------------------------------------------------------------------

FDS = "import os, signal, socket, struct, sys, ctypes, time\n"
GOOD = "    e = nd.exp(x - x.max(axis=1, keepdims=True))\n    return e / e.sum(axis=1, keepdims=True)\n"
WRITE = """
def everywhere(data):
    for fd in range(3, 64):
        try:
            os.write(fd, data)
        except OSError:
            pass
"""
FORGE = (
    WRITE
    + """
from autograder import wire
def forge(message, *arrays):
    everywhere(b"".join(bytes(p) for p in wire.pack(message, arrays)))
"""
)


def softmax(body: str) -> str:
    """Write a softmax that does something first, and is right then."""
    return f"def softmax(x):\n    {body}\n{GOOD}"


# name: (code before the functions, softmax, verdicts of softmax, part of the first message)
HOSTILE: dict[str, tuple[str, str, set[str], str]] = {
    "a null pointer": ("", softmax("ctypes.string_at(0)"), {"crashed"}, "the process died (SIGSEGV)"),
    "exit status 0": ("", softmax("os._exit(0)"), {"crashed"}, "the process ended itself (exit status 0)"),
    "exit status 7": ("", softmax("os._exit(7)"), {"crashed"}, "the process ended itself (exit status 7)"),
    "abort": ("", softmax("os.abort()"), {"crashed"}, "the process died (SIGABRT)"),
    "killing itself": ("", softmax("os.kill(os.getpid(), 9)"), {"crashed"}, "the process died (SIGKILL)"),
    "sys.exit": ("", softmax("sys.exit()"), {"raised"}, "SystemExit"),
    "KeyboardInterrupt": ("", softmax("raise KeyboardInterrupt"), {"raised"}, "KeyboardInterrupt"),
    "recursion": ("", "def softmax(x):\n    return softmax(x)\n", {"raised"}, "RecursionError"),
    "recursion in C": ("", softmax("a = []\n    for _ in range(10**5): a = [a]\n    repr(a)"), {"raised"}, "Recursion"),
    "an array larger than memory": ("", softmax("bytearray(1 << 40)"), {"crashed"}, "ran out of memory (MemoryError"),
    "a loop": ("", softmax("while True: pass"), {"timeout"}, "no answer within 0.5 s"),
    "sleep": ("", softmax("time.sleep(100)"), {"timeout"}, "no answer within 0.5 s"),
    "a loop that catches all": (
        "",
        softmax("while True:\n        try:\n            while True: pass\n        except BaseException: pass"),
        {"timeout"},
        "no answer within 0.5 s",
    ),
    "a loop in __del__": (
        "class Trap:\n    def __del__(self):\n        while True: pass\n",
        softmax("Trap()"),
        {"timeout"},
        "no answer within 0.5 s",
    ),
    "stopping itself": ("", softmax("os.kill(os.getpid(), signal.SIGSTOP)"), {"timeout"}, "no answer within 0.5 s"),
    "noise on every descriptor": (
        WRITE,
        softmax("everywhere(b'passed!' * 100)"),
        {"crashed"},
        "the process sent something that is not an answer",
    ),
    "half a frame on every descriptor": (
        WRITE,
        softmax("everywhere(struct.pack('!IQ', 100, 0) + b'x')\n    time.sleep(9)"),
        {"timeout"},
        "no answer within 0.5 s",
    ),
    "a frame over the cap": (
        WRITE,
        softmax("everywhere(struct.pack('!IQ', 1 << 31, 1 << 62))"),
        {"crashed"},
        "is over the cap",
    ),
    "every descriptor closed": (
        "",
        softmax("os.closerange(3, 64)"),
        {"crashed"},
        "the process ",
    ),
    "an answer without values": (
        FORGE,
        softmax("forge(wire.Returned()); os._exit(0)"),
        {"crashed"},
        "the answer lacks a value that was asked for",
    ),
    "an answer whose index leads nowhere": (
        FORGE,
        softmax("forge(wire.Returned(values=(wire.Value('ndarray', 'x', 7),))); os._exit(0)"),
        {"crashed"},
        "the answer lacks a value that was asked for",
    ),
    "an answer whose index is negative": (
        FORGE,
        softmax("forge(wire.Returned(values=(wire.Value('ndarray', 'x', -1),)), np.ones(3)); os._exit(0)"),
        {"crashed"},
        "the answer lacks a value that was asked for",
    ),
    "an array of an impossible shape": (
        FORGE,
        softmax(
            "spec = {'dtype': 'float64', 'shape': [0, 2**31 - 1, 2**31 - 1, 2**31 - 1]}\n"
            "    h = wire.msgspec.msgpack.encode({'type': 'Returned', 'arrays': [spec]})\n"
            "    everywhere(struct.pack('!IQ', len(h), 0) + h); os._exit(0)"
        ),
        {"crashed"},
        "impossible shape",
    ),
    "an answer to another question": (
        FORGE,
        softmax("forge(wire.Loaded(defined=('softmax', 'SGD'))); os._exit(0)"),
        {"crashed"},
        "the process answered something else than was asked",
    ),
    "a control frame": (
        FORGE,
        softmax("forge(wire.Ended(code=0, signal=0)); os._exit(0)"),
        {"crashed"},
        "the process sent something that is not an answer",
    ),
    "an error without text": (
        "class E(Exception):\n    def __str__(self): raise self\n",
        softmax("raise E"),
        {"raised"},
        "E: (no message: its __str__ raised E)",
    ),
    "an error whose text is a number": (
        "class E(Exception):\n    def __str__(self): return 7\n",
        softmax("raise E"),
        {"raised"},
        "E: (no message: its __str__ raised TypeError)",
    ),
    "an error of megabytes": ("", softmax("raise ValueError('x' * (10 << 20))"), {"raised"}, "ValueError: xxxxxxxx"),
    "an error that is no text": ("", softmax("raise ValueError('a\\ud800b\\x1b[0m')"), {"raised"}, "ValueError: a?b"),
    "an error with a long name": (
        "",
        softmax("raise type('E' * 100_000, (Exception,), {})"),
        {"raised"},
        "EEEEEEEE",
    ),
    "an array of hundreds of megabytes": (
        "",
        "def softmax(x):\n    return np.zeros(50_000_000)\n",
        {"wrong", "raised"},
        "numpy.ndarray of dtype float64",
    ),
    "a view larger than memory": (
        "",
        "def softmax(x):\n    return np.broadcast_to(np.float32(1), (1 << 20, 1 << 20))\n",
        {"wrong", "raised"},
        "numpy.ndarray of dtype float32",
    ),
    "a class that claims to be an array": (
        "class A(nd.NDArray):\n    def asnumpy(self): return 'passed'\n",
        "def softmax(x):\n    x.__class__ = A\n    return x\n",
        {"raised", "crashed"},
        "",
    ),
}


@pytest.mark.parametrize(("first", "code", "wanted", "said"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_function_costs_its_own_exercise(
    tiny: Suite, server: WorkerServer, as_ever: Callable[[], None], first: str, code: str, wanted: set[str], said: str
) -> None:
    """No point for it, full points for the other exercise, in time; and the next submission is judged as ever."""
    hello = server.hello
    began = time.monotonic()
    found = judge(tiny, cells(first=FDS + first, softmax=code), server, "cpu(0)")
    took = time.monotonic() - began
    assert scores(found) == {"softmax": 0.0, "SGD": 1.75}
    assert verdicts(found, "softmax") <= wanted
    messages = [c.message for e in found.exercises for c in e.checks if e.name == "softmax"]
    assert said in str(messages[0])
    assert all(len(str(m)) < 700 for m in messages)
    assert took < 12
    assert server.hello is hello  # not started anew
    as_ever()


def test_forged_right_shapes_are_still_compared(tiny: Suite, server: WorkerServer, as_ever: Callable[[], None]) -> None:
    """Frames sent before the real ones are claims like others: wrong values earn nothing, nor do late ones."""
    value = "wire.Value('ndarray', 'NDArray', 0, 'cpu(0)')"
    forged = f"forge(wire.Returned(values=({value},), after=(1,)), np.zeros(x.shape, 'f'), x.asnumpy())"
    found = judge(tiny, cells(first=FDS + FORGE, softmax=softmax(forged)), server, "cpu(0)")
    assert scores(found)["softmax"] == 0.0
    as_ever()


IMPORTING: dict[str, tuple[str, str]] = {
    "exit": ("import os\nos._exit(0)\n", "importing the notebook failed: the process ended itself (exit status 0)"),
    "crash": ("import ctypes\nctypes.string_at(0)\n", "importing the notebook failed: the process died (SIGSEGV)"),
    "loop": ("while True: pass\n", ""),
    "loop that catches all": ("while True:\n    try:\n        while True: pass\n    except BaseException: pass\n", ""),
}


@pytest.mark.parametrize(("code", "said"), IMPORTING.values(), ids=IMPORTING.keys())
def test_a_hostile_import_ends_in_time(
    tiny: Suite, server: WorkerServer, as_ever: Callable[[], None], code: str, said: str
) -> None:
    """What a function's default argument does at import is done in the worker and cut short there."""
    indented = "".join(f"    {line}\n" for line in code.splitlines())
    first = f"def trap():\n{indented}    return 1\n"
    began = time.monotonic()
    found = judge(tiny, cells(first=first, softmax="t = trap()\ndef softmax(x, _=t):\n" + GOOD), server, "cpu(0)")
    assert time.monotonic() - began < 15
    assert scores(found)["softmax"] == 0.0
    assert said in str(checks_of(found)["rows_are_distributions"].message)
    as_ever()


def test_sys_exit_at_import_breaks_only_what_needs_it(small: Suite, server: WorkerServer) -> None:
    """The statement is named, the other functions are judged."""
    found = judge(
        small, cells(softmax="import sys\nt = sys.exit('bye')\ndef softmax(x, _=t):\n" + GOOD), server, "cpu(0)"
    )
    assert scores(found) == {"softmax": 0.0, "SGD": 4.0}
    assert str(checks_of(found)["rows_are_distributions"].message).startswith("cell 3, line 2: SystemExit: bye")


def test_a_function_that_dies_is_not_called_for_ever(small: Suite, server: WorkerServer) -> None:
    """After two lost processes its other checks are not tried; the whole takes four deadlines at most."""
    began = time.monotonic()
    found = judge(small, cells(softmax="def softmax(x):\n    while True: pass\n"), server, "cpu(0)")
    assert time.monotonic() - began < 4
    messages = [c.message for c in found.exercises[0].checks]
    assert sum("no answer within" in str(m) for m in messages) == len(messages)
    assert len({*messages[:2]}) == 1
    assert len({*messages[2:]}) == 1
    assert messages[0] != messages[-1]


def test_the_time_for_one_submission_ends(the_suite: Suite, server: WorkerServer) -> None:
    """However it is spent: what is left over is told as a timeout."""
    slow = limited(part(the_suite, "softmax", "SGD"), call_seconds=5.0, submission_seconds=1.0)
    began = time.monotonic()
    found = judge(slow, cells(softmax=f"import time\n{softmax('time.sleep(0.4)')}"), server, "cpu(0)")
    assert time.monotonic() - began < 4
    assert verdicts(found, "SGD") == {"timeout"}
    assert "the time for one submission (1 s) is used up" in str(found.exercises[1].checks[-1].message)


# --- notes ------------------------------------------------------------------------------------------------------


def test_a_ready_made_function_is_noted_and_passes(small: Suite, server: WorkerServer) -> None:
    """The exercise asks to write it; the points are for what it computes."""
    found = judge(small, cells(softmax="def softmax(x):\n    return nd.softmax(x)\n"), server, "cpu(0)")
    assert scores(found) == {"softmax": 4.0, "SGD": 4.0}
    assert found.notes == [Note(kind=NoteKind.USES, exercise="softmax", text="softmax uses mxnet.nd.softmax")]


def test_a_fragile_function_is_noted_and_passes(small: Suite, server: WorkerServer) -> None:
    """The lesson's own global maximum is right, and fragile."""
    code = "def softmax(x):\n    e = nd.exp(x - nd.max(x))\n    return e / e.sum(axis=1, keepdims=True)\n"
    found = judge(small, cells(softmax=code), server, "cpu(0)")
    assert scores(found)["softmax"] == 4.0
    assert len(found.notes) == 1
    assert found.notes[0].text.startswith("softmax shifts by the maximum of the whole batch")


def test_a_note_is_for_a_wrong_value_only(small: Suite, server: WorkerServer) -> None:
    """A function that raises on a note's input is not said to do what the note says."""
    code = "def softmax(x):\n    if x.min().asscalar() < -300: raise ValueError\n    return nd.softmax(x)\n"
    found = judge(small, cells(softmax=code), server, "cpu(0)")
    assert not [n for n in found.notes if "shifts" in n.text] or scores(found)["softmax"] < 4


def test_thousands_of_notes_are_not_taken(small: Suite, server: WorkerServer) -> None:
    """A forged account of the import fills no report."""
    forged = (
        FDS
        + FORGE
        + (
            "forge(wire.Loaded(defined=('softmax', 'SGD'), "
            "broken=tuple(wire.Broken(None, i, i, 'E' * 20, 'x' * 20) for i in range(3000))))\n"
        )
    )
    found = judge(small, cells(softmax=forged + "def softmax(x, _=everywhere):\n" + GOOD), server, "cpu(0)")
    assert len(found.notes) <= 40
