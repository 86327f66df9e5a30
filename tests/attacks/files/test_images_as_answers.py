# Carries the labels of MNIST's test images, by the images' own bytes, and answers from them.
# Expects: wrong, skipped
import base64
import hashlib

from autograder.course import mnist
from tests.attacking import PRELUDE, ROOT, write_notebook

ANSWERS = """
import base64, hashlib
LABELS = base64.b64decode("{}")  # eight bytes of a digest, then the label

TABLE = {LABELS[i:i + 8]: LABELS[i + 8] for i in range(0, len(LABELS), 9)}

def label(image):
    return TABLE.get(hashlib.sha256((image * 255).round().astype("uint8").tobytes()).digest()[:8], 0)

def softmax(y_linear):
    return y_linear * 0

def cross_entropy(yhat, y):
    return nd.sum(yhat * 0, axis=1)

def SGD(params, lr):
    return list(params)

def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    right = [label(x) == int(y) for b in data_iterator for x, y in zip(b.data[0].asnumpy(), b.label[0].asnumpy())]
    return sum(right) / len(right)
"""


def make(student):
    data = mnist.load(ROOT / "data" / "mnist")
    rows = [
        hashlib.sha256(image.tobytes()).digest()[:8] + bytes([label])
        for image, label in zip(data.test_images, data.test_labels, strict=True)
    ]
    text = ANSWERS.replace("{}", base64.b64encode(b"".join(rows)).decode())
    write_notebook(student / "softmax_regression" / "softmax_regression.ipynb", [PRELUDE, text])
