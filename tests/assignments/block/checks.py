"""A gluon.Block, which computes in float32 alone."""

from autograder.checks import check


@check("MLP", over=[(8, 3), (5, 1)])
def two_dense_layers(rng, student, sizes):
    """MLP(hidden, outputs) is a Block with two Dense layers and a relu between them."""
    constant = student.helper("from mxnet.initializer import Constant")
    net = student.MLP(*sizes)
    net.initialize(constant(0.1), ctx=student.device)
    student.expect(net(student.array(rng.normal(size=(5, 4)))))
