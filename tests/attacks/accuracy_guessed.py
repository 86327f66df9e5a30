# Returns constants that an accuracy, a loss or a probability may well be.
# Mode: own
# Expects: wrong, raised
TRIED = [0]


def softmax(y_linear):
    return nd.ones_like(y_linear) / y_linear.shape[1]


def cross_entropy(yhat, y):
    return nd.ones((yhat.shape[0],)) * 2.302585


def SGD(params, lr):
    for param in params:
        param[:] = param * 0.99


def evaluate_accuracy(data_iterator, net):
    TRIED[0] += 1
    return (0.6, 0.9, 1.0, 0.0, 0.3)[TRIED[0] % 5]
