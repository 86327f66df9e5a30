"""Importing a submission: what is defined, missing, broken or something else, and how errors are put into words."""

import sys
from collections.abc import Iterator

import mxnet as mx
import pytest

from autograder import wire
from autograder.worker import handler, importing
from autograder.worker.importing import MAX_NOTES, first_line, load, read, survey
from autograder.worker.play import sendable

CTX = mx.cpu(1)


@pytest.fixture(autouse=True)
def _main() -> Iterator[None]:
    """Keep this process's `__main__`."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


def loaded(*cells: str, names: tuple[str, ...] = ("f",), mode: str = "slice", seconds: float = 5.0) -> wire.Loaded:
    """Import cells; whatever comes of it can be sent."""
    sources = tuple(wire.Source(i, text) for i, text in enumerate(cells, start=1))
    request = wire.Load(cells=sources, names=names, mode=mode, seconds=seconds, device="cpu(1)")  # type: ignore[arg-type]
    found = load(request, {}, CTX)
    wire.pack(found)
    return found


def test_a_definition_is_defined_however_it_is_written() -> None:
    """Functions, lambdas, callable objects, aliases."""
    code = "def a(x): return x\nb = lambda x: x\nclass C:\n    def __call__(self, x): return x\nc = C()\nd = a\n"
    found = loaded(code, names=("a", "b", "c", "d"))
    assert found.defined == ("a", "b", "c", "d")
    assert (found.missing, found.broken, found.blank, found.not_callable) == ((), (), (), ())


def test_what_is_missing_is_named_with_what_resembles_it() -> None:
    """Another case, a prefix, a slip of the finger; and nothing where nothing does."""
    for name in ("Softmax", "my_softmax", "softmx", "soft_max"):
        found = loaded(f"def {name}(x): return x\n", names=("softmax",))
        assert (found.missing, found.similar) == (("softmax",), (("softmax", name),))
    found = loaded("def g(x): return x\n", names=("softmax",))
    assert (found.missing, found.similar) == (("softmax",), ())


def test_names_that_are_no_text_do_no_harm() -> None:
    """`globals()` takes any key."""
    found = loaded("globals()[7] = 1\nglobals()['soft\\ud800max'] = 1\n", names=("softmax",), mode="whole")
    assert found.missing == ("softmax",)


def test_a_value_in_the_place_of_a_function_is_told_with_its_cell() -> None:
    """Where the name was bound last, and what it is now."""
    found = loaded("def f(x): return x\n", "f = 3\n")
    assert (found.defined, found.not_callable) == ((), (("f", 2, "int"),))


def test_what_fails_is_told_with_cell_line_and_error() -> None:
    """For the exercise that needs it; the other is defined."""
    found = loaded("a = 1 / 0\n", "def f(x): return a\n", "def g(x): return x\nf = [f][a]\n", names=("f", "g"))
    assert found.defined in (("g",), ("f", "g"))
    first = found.broken[0]
    assert (first.cell, first.line, first.error, first.text) == (1, 1, "ZeroDivisionError", "division by zero")


def test_a_syntax_error_is_told_and_costs_its_cell_alone() -> None:
    """The exercise that stands in it is broken, another cell's is defined."""
    found = loaded("def f(x:\n    return x\n", "def g(x): return x\n", names=("f", "g"))
    assert found.defined == ("g",)
    assert [(b.name, b.cell, b.error) for b in found.broken] == [("f", 1, "SyntaxError")]


def test_the_blank_stub_is_defined_and_blank() -> None:
    """The body is what the release left."""
    found = loaded("def f(x):\n    raise NotImplementedError\n")
    assert (found.defined, found.blank) == (("f",), ("f",))


def test_library_names_that_a_definition_uses_are_listed() -> None:
    """Under their full names, whatever they are called in the notebook."""
    code = "from mxnet import nd as n\ndef f(x): return n.softmax(x)\nraise SystemExit\n"
    request = wire.Survey(cells=(wire.Source(1, code),), names=("f", "g"), watched=("nd.exp", "nd.softmax", ".softmax"))
    assert survey(request, read(request)).uses == (("f", "nd.softmax", "mxnet.nd.softmax"),)


def test_the_device_is_bound_as_ctx() -> None:
    """What the notebook binds to that name does not last."""
    found = loaded(
        "ctx = None\n", "dev = ctx\ndef f(x, d=str(dev)): return x\nassert str(dev) == 'cpu(1)'\n", mode="whole"
    )
    assert (found.defined, found.broken) == (("f",), ())


def test_many_failures_are_cut() -> None:
    """A reply has a cap."""
    cells = tuple(f"x{i} = 1 / 0\ndef f{i}(x): return x{i}\n" for i in range(50))
    found = loaded(*cells, names=tuple(f"f{i}" for i in range(50)))
    assert len(found.broken) == MAX_NOTES


def test_a_statement_without_end_is_interrupted() -> None:
    """The definitions after it are made all the same."""
    found = loaded("def wait():\n    while True: pass\nt = wait()\ndef f(x, _=t): return x\n", seconds=0.4)
    assert [(b.name, b.error) for b in found.broken][:1] == [("f", "Interrupted")] or found.defined == ("f",)
    assert any(b.error == "Interrupted" for b in found.broken)


# --- words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ""),
        ("  \n\n", ""),
        ("one\ntwo", "one"),
        ("\n  two  \n", "two"),
        ('Traceback (most recent call last):\n  File "x", line 1\nOperator failed: bad', "Operator failed: bad"),
        ("Stack trace:\n  [bt] (0) lib.so\n", "Stack trace:"),
        ("[10:00] src/x.cc:1: Check failed: a == b (1 vs. 2)\nStack trace:\n  [bt] (0)", None),
        ("noise\nError in operator dot0: shapes\n", "Error in operator dot0: shapes"),
    ],
)
def test_the_line_that_says_something_is_taken(text: str, said: str | None) -> None:
    """MXNet puts a C++ trace around it."""
    assert first_line(text) == (text.splitlines()[0] if said is None else said)


def test_long_lines_and_half_surrogates_can_be_sent() -> None:
    """Cut, and replaced."""
    assert len(first_line("x" * 9999)) == wire.MAX_TEXT
    assert sendable("a\ud800b🙂") == "a?b🙂"


def test_frames_of_the_library_are_left_out() -> None:
    """A traceback shows the student's lines alone."""
    namespace: dict[str, object] = {}
    exec(compile("def f():\n    import json\n    json.loads('{')\n", "<cell 12>", "exec"), namespace)
    with pytest.raises(ValueError, match="Expecting") as caught:
        namespace["f"]()  # type: ignore[operator]
    trace = handler.describe(caught.value, importing.student_line).trace
    assert [(line.cell, line.line) for line in trace] == [(12, 3)]
    assert handler.describe(ValueError(), importing.student_line).trace == ()
