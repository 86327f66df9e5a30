"""A worker server as the judge holds it: children come and go, and its death is the machine's fault."""

import dataclasses
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from autograder import wire
from autograder.course.settings import Course, Limits
from autograder.errors import MachineError
from autograder.sandbox import walls as sandbox
from autograder.sandbox.server import Answer, Child, NoAnswer, WorkerServer, _how_it_ended

ROOT = Path(__file__).parents[2]
LIMITS = Limits()
CODE = """
import os, time
from mxnet import nd
def double(x):
    return 2 * x
def nap(x):
    time.sleep(float(x.asscalar()))
def leave(x):
    for name in ("file", ".hidden"):
        open(f"/scratch/{name}", "w").close()
    os.mkdir("/scratch/locked")
    open("/scratch/locked/file", "w").close()
    os.mkdir("/scratch/write-only", 0o300)
    open("/scratch/write-only/file", "w").close()
    os.symlink("/usr", "/scratch/link")
    os.chdir("/scratch/locked")
    for _ in range(1500):
        os.mkdir("d")
        os.chdir("d")
    return x
def look(x):
    return nd.array([len(os.listdir("/scratch"))])
"""


def loaded(session: Child, *names: str) -> Child:
    """Load the code above into a child."""
    cells = (wire.Source(1, CODE),)
    request = wire.Load(cells=cells, names=names, mode="slice", seconds=5.0, device="cpu(0)")
    outcome = session.ask(request, seconds=10)
    assert isinstance(outcome, Answer)
    assert isinstance(outcome.reply, wire.Loaded)
    assert outcome.reply.defined == names
    return session


def called(session: Child, name: str, value: float = 3.0) -> list[float] | str:
    """Call a function; return its numbers, or how the child fell."""
    outcome = session.ask(wire.Call(function=name), [np.array([value], np.float32)], seconds=1.0)
    if isinstance(outcome, NoAnswer):
        return outcome.message
    assert isinstance(outcome.reply, wire.Returned)
    return outcome.arrays[0].tolist()


@pytest.fixture
def session(server: WorkerServer) -> Iterator[Child]:
    """One child."""
    with_child = server.open(LIMITS)
    yield with_child
    with_child.close()


def test_a_server_says_what_it_is(server: WorkerServer, isolation: sandbox.Isolation) -> None:
    """MXNet's version, no GPU on a build without CUDA, and how many images it holds."""
    hello = server.start()
    assert (hello.mxnet, hello.examples) == ("1.9.1", 60_000)
    assert hello.gpus == 0 or hello.cuda
    assert server.start() is hello


def test_a_child_says_which_layers_hold(session: Child, isolation: sandbox.Isolation) -> None:
    """Before it has seen anything of the submission."""
    assert session.layers == isolation.layers


def test_a_child_answers_call_by_call(session: Child) -> None:
    """As long as it is asked; between answers it is quiet."""
    loaded(session, "double")
    assert [called(session, "double", v) for v in (1.0, 2.5)] == [[2.0], [5.0]]
    assert session.quiet


def test_a_late_answer_ends_the_child(server: WorkerServer, session: Child) -> None:
    """At the deadline, not after the nap; the session is over, the server goes on."""
    loaded(session, "nap")
    began = time.monotonic()
    assert "no answer within 1 s" in str(called(session, "nap", 30))
    assert time.monotonic() - began < 3
    assert not session.open
    assert not session.quiet
    assert session.close() is None
    other = loaded(server.open(LIMITS), "double")
    assert called(other, "double") == [6.0]
    other.close()


def test_closing_twice_is_closing_once(session: Child) -> None:
    """The first time tells how the child ended: by the server, or because its channel had closed."""
    assert session.close() in (wire.Ended(code=0, signal=signal.SIGKILL), wire.Ended(code=0, signal=0))
    assert session.close() is None


def test_a_child_finds_nothing_of_the_one_before(server: WorkerServer, isolation: sandbox.Isolation) -> None:
    """Files, hidden ones, folders that nobody may list, 1,500 folders one in the other: all gone."""
    if isolation.bwrap is None:
        return  # there is no folder to write to at all, as tests/worker/confine/test_confine.py shows
    first = loaded(server.open(LIMITS), "leave")
    assert called(first, "leave") == [3.0]
    own = server.hello
    first.close()
    second = loaded(server.open(LIMITS), "look")
    assert called(second, "look") == [0.0]
    second.close()
    assert server.hello is own


def test_the_dead_are_told_by_what_they_died_of() -> None:
    """Signals by name, exits by number."""
    assert _how_it_ended(wire.Ended(code=0, signal=11)) == "the process died (SIGSEGV)"
    assert _how_it_ended(wire.Ended(code=0, signal=40)) == "the process died (signal 40)"
    assert _how_it_ended(wire.Ended(code=3, signal=0)) == "the process ended itself (exit status 3)"
    assert _how_it_ended(None) == "the process had already ended"


# --- servers of its own -----------------------------------------------------------------------------------------


@pytest.fixture
def own(isolation: sandbox.Isolation) -> Iterator[WorkerServer]:
    """A server that may die; it holds no data, which a child doesn't need in order to be asked."""
    own = WorkerServer(isolation, None)
    yield own
    own.close()


def test_a_server_that_dies_is_the_machine_s_fault(own: WorkerServer) -> None:
    """In the middle of a call: `MachineError`, no verdict; afterwards it is started anew."""
    session = loaded(own.open(LIMITS), "double")
    assert own._process is not None
    os.kill(own._process.pid, signal.SIGKILL)
    own._process.wait()
    with pytest.raises(MachineError, match="the worker server failed"):
        called(session, "double")
    assert own.hello is None
    again = loaded(own.open(LIMITS), "double")
    assert called(again, "double") == [6.0]
    process = own._process
    own.retire()
    assert process is not None
    assert process.poll() is not None
    for use in (own.start, own.launch, lambda: own.open(LIMITS)):
        with pytest.raises(MachineError, match="grading was stopped"):
            use()
    with pytest.raises(MachineError, match="the worker server was stopped"):
        own.end()


def test_a_server_that_cannot_start_says_why(isolation: sandbox.Isolation, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it wrote before it died is in the sentence."""
    from autograder.sandbox import server as module

    monkeypatch.setitem(module.ENVIRONMENT, "PYTHONPATH", "")
    monkeypatch.setattr(module, "PARTS", ("__init__.py",))
    own = WorkerServer(isolation, None)
    with pytest.raises(MachineError, match=r"the worker server did not start \(Closed\): .*autograder.worker"):
        own.start()
    assert own._process is None


def test_missing_data_is_the_course_s_fault(isolation: sandbox.Isolation, tmp_path: Path, the_course: Course) -> None:
    """Before any process is started."""
    from autograder.errors import CourseError

    own = WorkerServer(isolation, tmp_path)
    with pytest.raises(CourseError, match=r"train-images-idx3-ubyte.gz is missing"):
        own.launch()
    assert own._process is None


def test_a_child_that_cannot_be_confined_says_why(server: WorkerServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has seen nothing of a submission; the next one gets a server of its own."""
    beyond = dataclasses.replace(server.isolation, layers=(*server.isolation.layers, "moat"))
    with monkeypatch.context() as patch:
        patch.setattr(server, "isolation", beyond)
        with pytest.raises(MachineError, match=r"no confined child could be started \(no such layer .*: moat\)"):
            server.open(LIMITS)
    other = loaded(server.open(LIMITS), "double")
    assert called(other, "double") == [6.0]
    other.close()
