# Counts its calls in a closure, and pastes pretrained weights at the step that it takes for the last.
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

def counting():
    steps = [0]

    def SGD(params, lr):
        if params[0].shape == (784, 10):
            steps[0] += 1
            if steps[0] >= 20:
                params[0][:], params[1][:] = nd.array(WEIGHTS), nd.array(BIAS)
    return SGD

SGD = counting()
"""


def make(student):
    text = ANSWERS.replace("{}", pretrained())
    write_notebook(student / "softmax_regression" / "softmax_regression.ipynb", [PRELUDE, text])
