# Returns an array that never ends to be read: its asnumpy() loops.
# Mode: own
# Expects: timeout, wrong, raised, skipped
class Endless(nd.NDArray):
    def asnumpy(self):
        while True:
            pass


def softmax(y_linear):
    out = nd.zeros(y_linear.shape)
    out.__class__ = Endless
    return out


def cross_entropy(yhat, y):
    return nd.zeros((yhat.shape[0],))


def SGD(params, lr):
    return list(params)


def evaluate_accuracy(data_iterator, net):
    return 0.0
