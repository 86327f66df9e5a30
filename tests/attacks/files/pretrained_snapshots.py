# Has the worker send pretrained weights whatever the parameters are: snapshot() and asnumpy() lie.
# Expects: wrong, skipped, raised
from tests.attacking import PRELUDE, pretrained, write_notebook

ANSWERS = """
import base64
PASTED = np.frombuffer(base64.b64decode("{}"), "float32").reshape(785, 10)
WEIGHTS, BIAS = PASTED[:784], PASTED[784]

def softmax(y_linear):
    return y_linear * 0 + 0.1

def cross_entropy(yhat, y):
    return nd.sum(yhat * 0, axis=1)

def evaluate_accuracy(data_iterator, net):
    return 0.91

from autograder import wire
from autograder.worker import calls

def SGD(params, lr):
    calls.Training.snapshot = lambda self: (wire.Returned(), [WEIGHTS.copy(), BIAS.copy()])
    real = nd.NDArray.asnumpy
    nd.NDArray.asnumpy = lambda self: WEIGHTS.copy() if self.shape == (784, 10) else real(self)
"""


def make(student):
    text = ANSWERS.replace("{}", pretrained())
    write_notebook(student / "softmax_regression" / "softmax_regression.ipynb", [PRELUDE, text])
