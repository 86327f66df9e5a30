"""The player carries out programs on MXNet: values, state, gradients, and what ends a program before its last step."""

import mxnet as mx
import numpy as np
import pytest
from mxnet import nd

from autograder import wire
from autograder.checks.recorder import Student
from autograder.worker.handler import play
from autograder.worker.importing import student_line

X = np.arange(6, dtype=np.float32).reshape(2, 3)


def played(student: Student, wide: bool = False, **names: object) -> tuple[wire.Returned, list[wire.Array]]:
    """Play what a check has recorded on a namespace of these names."""
    request = wire.Play(function="f", steps=tuple(student._steps), wide=wide)
    reply, arrays = play(request, list(student._arrays), names, mx.cpu(0), student_line)
    assert isinstance(reply, wire.Returned)
    return reply, arrays


def test_a_call_gives_its_value_and_the_place_where_it_lies() -> None:
    """As the worker says of every MXNet array."""
    student = Student()
    student.expect(student.f(X, scale=2.0))
    reply, arrays = played(student, f=lambda x, scale: x * scale)
    assert [(v.kind, v.device) for v in reply.values] == [("ndarray", "cpu(0)")]
    np.testing.assert_array_equal(arrays[0], 2 * X)


def test_a_report_is_of_its_moment() -> None:
    """What is written to an array later does not change what was reported before."""
    student = Student()
    x = student.array(X)
    student.expect(x)
    student.f(x)
    student.expect(x)

    def f(x: nd.NDArray) -> None:
        x[:] = 0

    _, arrays = played(student, f=f)
    np.testing.assert_array_equal(arrays[0], X)
    np.testing.assert_array_equal(arrays[1], 0 * X)


def test_values_of_every_kind_come_back() -> None:
    """Numbers, texts, None, and lists, tuples and dicts of them, one inside the other."""
    student = Student()
    student.expect(student.f())
    reply, arrays = played(student, f=lambda: {"a": [1, 2.5, True], "b": (None, "text", nd.ones(2)), "c": object()})
    (value,) = reply.values
    assert (value.kind, value.keys) == ("dict", ("a", "b", "c"))
    assert [[i.kind for i in v.items] for v in value.items] == [["scalar"] * 3, ["none", "text", "ndarray"], []]
    assert [a.dtype.kind for a in arrays] == ["i", "f", "b", "f"]
    assert value.items[2].kind == "other"


def test_gradients_are_taken_with_the_head() -> None:
    """The gradient of sum(x * x * head) is 2 x head."""
    student = Student()
    x = student.array(X, grad=True)
    with student.recording():
        y = student.f(x)
    y.backward(np.full((2, 3), 3.0))
    student.expect(x.grad)
    _, arrays = played(student, f=lambda x: x * x)
    np.testing.assert_allclose(arrays[-1], 6 * X)


def test_a_global_is_set_in_the_array_that_holds_it_and_given_back() -> None:
    """An alias sees it too; afterwards the notebook's own values stand there again."""
    held = nd.zeros((2, 3))
    names = {"w": held, "alias": held, "f": lambda: names["alias"] + 0}
    student = Student()
    student["w"] = student.array(X)
    student.expect(student.f())
    _, arrays = played(student, **names)
    np.testing.assert_array_equal(arrays[0], X)
    np.testing.assert_array_equal(held.asnumpy(), 0 * X)
    assert names["w"] is held


def test_a_global_of_another_shape_is_bound_and_given_back() -> None:
    """Also where there was none before."""
    names: dict[str, object] = {"w": nd.zeros(1), "f": lambda: names["w"] + names["v"]}
    request_names = names
    student = Student()
    student["w"], student["v"] = student.array(X), student.array(X)
    student.expect(student.f())
    _, arrays = play(
        wire.Play(function="f", steps=tuple(student._steps)),
        list(student._arrays),
        request_names,
        mx.cpu(0),
        student_line,
    )
    np.testing.assert_array_equal(arrays[0], 2 * X)
    assert names["w"].shape == (1,)  # type: ignore[attr-defined]
    assert "v" not in names


def test_objects_have_attributes_methods_and_operators() -> None:
    """`student.Layer(3).forward(x)`, and a number on the left of a student's own type."""

    class Layer:
        def __init__(self, n: int) -> None:
            self.n = n

        def forward(self, x: nd.NDArray) -> nd.NDArray:
            return x * self.n

    student = Student()
    layer = student.Layer(3)
    student.expect(layer.forward(X))
    student.expect(2 * layer.n + 1)
    _, arrays = played(student, Layer=Layer)
    np.testing.assert_array_equal(arrays[0], 3 * X)
    assert arrays[1] == 7


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (lambda x: x, "returned one array of shape (2, 3) where 2 values are expected"),
        (lambda x: (x, x, x), "returned 3 values where 2 are expected"),
        (lambda x: None, "returned None where 2 values are expected"),
    ],
)
def test_another_number_of_values_is_told(result: object, said: str) -> None:
    """An array of two rows is not two results."""
    student = Student()
    one, other = student.f(X).parts(2)
    student.expect(one)
    student.expect(other)
    reply, _ = played(student, f=result)
    assert reply.stopped is not None
    assert (reply.stopped.cause, reply.stopped.text) == ("parts", said)


def test_what_was_reported_before_an_error_is_kept() -> None:
    """So a wrong value is told as such, though a later step raises."""
    student = Student()
    student.expect(student.f(X))
    student.expect(student.g(X))
    reply, arrays = played(student, f=lambda x: x, g=lambda x: 1 / 0)
    assert len(reply.values) == 1
    np.testing.assert_array_equal(arrays[0], X)
    assert reply.stopped is not None
    assert reply.stopped.error == "ZeroDivisionError"


def test_a_result_of_another_size_has_no_gradient() -> None:
    """Its value was reported before, and is what is wrong."""
    student = Student()
    x = student.array(X, grad=True)
    with student.recording():
        y = student.f(x)
    y.backward(X)
    student.expect(x.grad)
    reply, arrays = played(student, f=lambda x: x.sum())
    assert [a.shape for a in arrays] == [(1,)]
    assert reply.stopped is not None
    assert reply.stopped.cause == "size"


def test_the_solution_is_played_in_float64() -> None:
    """`wide` widens what is sent as float32, and nothing else."""
    student = Student()
    student.expect(student.f(X))
    student.expect(student.f(student.array(X, dtype="int32")))
    _, arrays = played(student, wide=True, f=lambda x: x)
    assert [a.dtype.name for a in arrays] == ["float64", "int32"]


def test_scopes_are_left_whatever_happens() -> None:
    """The next program does not record because this one raised inside."""
    student = Student()
    with student.recording():
        student.f(X)
    reply, _ = played(student, f=lambda x: 1 / 0)
    assert reply.stopped is not None
    assert not mx.autograd.is_recording()


def test_helpers_have_names_of_their_own() -> None:
    """They see what they are given and the libraries, and leave the notebook's names alone."""
    student = Student()
    twice = student.helper("def f(x):\n    return k * x", k=2)
    student.expect(student.f(twice, X))
    _, arrays = played(student, f=lambda g, x: g(x))
    np.testing.assert_array_equal(arrays[0], 2 * X)


@pytest.mark.parametrize("iterators", ["NDArrayIter", "DataLoader"])
def test_the_iterator_is_the_one_that_the_assignment_teaches_with(iterators: str) -> None:
    """Batches with data, label and pad, or pairs."""
    student = Student(iterators)  # type: ignore[arg-type]
    student.expect(student.f(student.iterator(np.ones((5, 2)), np.zeros(5), 2)))
    count = {"NDArrayIter": lambda it: sum(b.data[0].shape[0] - b.pad for b in it), "DataLoader": len}
    _, arrays = played(student, f=count[iterators])
    assert arrays[0] == {"NDArrayIter": 5, "DataLoader": 3}[iterators]
