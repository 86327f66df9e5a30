# Computes the gradient of training inside SGD, from images that it finds in the worker's frames; softmax is wrong.
# Expects: wrong, skipped
# Honest: 8
# SGD is right (4 points), and so are the parameters (4 points): who follows the gradient has trained, wherever the
# gradient was computed. See SECURITY.md.
from tests.attacking import PRELUDE, write_notebook

ANSWERS = """
import sys

def softmax(y_linear):
    return y_linear * 0 + 0.1

def cross_entropy(yhat, y):
    return nd.sum(yhat * 0, axis=1)

def evaluate_accuracy(data_iterator, net):
    return 0.91

def SGD(params, lr):
    caller = sys._getframe(1).f_locals
    if "x" in caller and "y" in caller:
        x, y = caller["x"], caller["y"]
        scores = nd.dot(x, params[0]) + params[1]
        error = nd.exp(nd.log_softmax(scores)) - y
        grads = [nd.dot(x.T, error), error.sum(axis=0)]
    else:
        grads = [param.grad for param in params]
    for param, grad in zip(params, grads):
        param[:] = param - lr * grad
"""


def make(student):
    write_notebook(student / "softmax_regression" / "softmax_regression.ipynb", [PRELUDE, ANSWERS])
