"""A recurrent net over a list, with a dictionary of parameters."""

from autograder.checks import check


def weights(rng, student, inputs, hidden):
    """Draw the parameters."""
    shapes = {"Wx": (inputs, hidden), "Wh": (hidden, hidden), "b": (hidden,)}
    return {name: student.array(rng.normal(size=shape), grad=True) for name, shape in shapes.items()}


@check("rnn")
def carries_its_state(rng, student):
    """rnn carries its state from step to step, and returns all of them and the last."""
    params = weights(rng, student, 3, 4)
    inputs = [rng.normal(size=(2, 3)) for _ in range(5)]
    states, last = student.rnn(inputs, rng.normal(size=(2, 4)), params).parts(2)
    student.expect(states)
    student.expect(last)


@check("rnn", hidden=True)
def gradient_flows_through_time(rng, student):
    """The gradient of the last state reaches the weights through all steps."""
    params = weights(rng, student, 3, 4)
    with student.recording():
        last = student.rnn([rng.normal(size=(2, 3)) for _ in range(3)], rng.normal(size=(2, 4)), params)[1]
    last.backward(rng.normal(size=(2, 4)))
    for name in ("Wx", "Wh", "b"):
        student.expect(params[name].grad)
