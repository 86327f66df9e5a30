# Keeps hidden inputs and returns them as the answers to later questions of the same shape.
# Mode: own
# Expects: wrong, raised
KEPT = {}


def earlier(array):
    seen = KEPT.setdefault(array.shape, [])
    seen.append(array.copy())
    return seen[-2] if len(seen) > 1 else array * 0


def softmax(y_linear):
    return earlier(y_linear)


def cross_entropy(yhat, y):
    return earlier(yhat).sum(axis=1)


def SGD(params, lr):
    for param in params:
        param[:] = earlier(param.grad)


def evaluate_accuracy(data_iterator, net):
    return float(earlier(nd.ones((1,))).asscalar())
