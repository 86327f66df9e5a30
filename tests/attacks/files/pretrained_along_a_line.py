# Moves in a straight line from where training starts to pretrained weights.
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

STEPS = [0]

def SGD(params, lr):
    if params[0].shape == (784, 10):
        STEPS[0] += 1
        left = max(1, 21 - STEPS[0])
        for param, goal in zip(params, (WEIGHTS, BIAS)):
            param[:] = param + (nd.array(goal) - param) / left
"""


def make(student):
    text = ANSWERS.replace("{}", pretrained())
    write_notebook(student / "softmax_regression" / "softmax_regression.ipynb", [PRELUDE, text])
