# Returns arrays larger than any memory would hold if they were copied: views of one number, and real ones.
# Mode: own
# Expects: wrong, crashed, raised, skipped
CALLS = [0]


def giant():
    CALLS[0] += 1
    kinds = (
        lambda: np.broadcast_to(np.float32(0), (10**7, 10**7)),
        lambda: np.zeros((5000, 5000), np.float32),
        lambda: nd.zeros((3000, 3000)),
        lambda: np.lib.stride_tricks.as_strided(np.zeros(1), (1 << 31, 1 << 20), (0, 0)),
        lambda: np.zeros((8 << 20,), bool),
        lambda: np.zeros((0, 1 << 40), np.float32),
    )
    return kinds[CALLS[0] % len(kinds)]()


def softmax(y_linear):
    return giant()


def cross_entropy(yhat, y):
    return giant()


def SGD(params, lr):
    return giant()


def evaluate_accuracy(data_iterator, net):
    return giant()
