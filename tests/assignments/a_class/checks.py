"""A class, its methods and attributes."""

from autograder.checks import Moments, check


@check("Linear", over=[(3, 4), (5, 1)])
def forward_is_linear(rng, student, sizes):
    """forward(X) is X times the weight, plus the bias."""
    layer = student.Linear(*sizes)
    for parameter, value in zip(layer.parameters().parts(2), (rng.normal(size=sizes), rng.normal(size=sizes[1]))):
        parameter[:] = value
    student.expect(layer.forward(student.array(rng.normal(size=(6, sizes[0])))))


@check("Linear")
def parameters_have_their_shapes(rng, student):
    """parameters() are the weight (inputs, outputs) and the bias (outputs,)."""
    weight, bias = student.Linear(3, 4).parameters().parts(2)
    student.expect(weight.shape)
    student.expect(bias)


@check("Linear", hidden=True)
def two_layers_share_nothing(rng, student):
    """Two layers have parameters of their own."""
    one, other = student.Linear(3, 2), student.Linear(3, 2)
    one.parameters()[1][:] = student.array([1.0, 1.0])
    student.expect(other.parameters()[1])


@check("Linear", hidden=True)
def starts_small(rng, student):
    """The weight starts with a standard deviation of 0.01."""
    student.expect(student.Linear(60, 50).parameters()[0], Moments((60, 50), 0.0, 0.01))
