# Returns an array that never ends to be read: its asnumpy() loops.
# Mode: own
# Expects: timeout, wrong, raised, skipped
KEPT = []


class Endless(nd.NDArray):
    def asnumpy(self):
        while True:
            pass


def softmax(y_linear):
    KEPT.append(y_linear * 0)
    KEPT.append(Endless(KEPT[-1].handle))  # both for ever: each would free the same memory
    return KEPT[-1]


def cross_entropy(yhat, y):
    return nd.zeros((yhat.shape[0],))


def SGD(params, lr):
    return list(params)


def evaluate_accuracy(data_iterator, net):
    return 0.0
