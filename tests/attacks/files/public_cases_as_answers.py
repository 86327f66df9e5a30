# Answers from a table of the released public cases: inputs and the values that they are known to give.
# Expects: wrong, skipped
import base64
import struct

import msgspec

from tests.attacking import PRELUDE, ROOT, write_notebook

ANSWERS = """
import base64, msgspec
TABLE = msgspec.msgpack.decode(base64.b64decode("{}"))

def known(name, *arrays):
    given = [np.ascontiguousarray(a, dtype="float32").tobytes() for a in arrays]
    for function, inputs, values in TABLE:
        if function == name and inputs[:len(given)] == given:
            return [np.frombuffer(data, "float64").reshape(shape) for shape, data in values]
    return None

def softmax(y_linear):
    found = known("softmax", y_linear.asnumpy())
    return y_linear * 0 + (nd.array(found[0]) if found else 0)

def cross_entropy(yhat, y):
    found = known("cross_entropy", yhat.asnumpy(), y.asnumpy())
    return nd.sum(yhat * 0, axis=1) + (nd.array(found[0]) if found else 0)

def SGD(params, lr):
    found = known("SGD", *(p.asnumpy() for p in params), *(p.grad.asnumpy() for p in params))
    for param, value in zip(params, found or ()):
        param[:] = nd.array(value)

def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    images = np.concatenate([batch.data[0].asnumpy() for batch in data_iterator])
    found = known("evaluate_accuracy", images)
    return float(found[0]) if found else 0.0
"""


def make(student):
    cases = msgspec.msgpack.decode((ROOT / "assignments/softmax_regression/public_cases.msgpack").read_bytes())
    table = []
    for item in cases["items"]:
        for case in item["cases"]:
            if "train" in case or "wrt" in case["request"]:
                continue
            table.append((case["request"]["function"], [a["data"] for a in case["arrays"]], _values(case)))
    assert len(table) >= 6
    text = ANSWERS.replace("{}", base64.b64encode(msgspec.msgpack.encode(table)).decode())
    write_notebook(student / "softmax_regression" / "softmax_regression.ipynb", [PRELUDE, text])


def _values(case):
    """Return shapes and bytes of what a case expects, float64."""
    found = []
    wanted = "after" if case["request"]["type"] == "Update" else "value"
    for aspect in [a for a in case["aspects"] if a["where"] == wanted]:
        value = aspect["fields"].get("value")
        if isinstance(value, dict):
            found.append((value["shape"], value["data"]))
        elif value is not None:
            found.append(((), struct.pack("<d", value)))
    return found
