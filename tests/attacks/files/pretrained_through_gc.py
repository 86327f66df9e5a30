# Finds the parameters by the garbage collector from a call of softmax, and overwrites them there.
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

import gc

def SGD(params, lr):
    for found in gc.get_objects():
        if isinstance(found, nd.NDArray) and found.shape == (784, 10):
            found[:] = nd.array(WEIGHTS)
"""


def make(student):
    text = ANSWERS.replace("{}", pretrained())
    write_notebook(student / "softmax_regression" / "softmax_regression.ipynb", [PRELUDE, text])
