# Returns arrays of every odd kind: objects, NaN, infinity, no dimension, negative strides, complex, records, masks.
# Mode: own
# Expects: wrong, raised, crashed
CALLS = [0]


class Sub(np.ndarray):
    @property
    def nbytes(self):
        return 0

    @property
    def shape(self):
        return (7, 10)


def odd():
    CALLS[0] += 1
    values = (
        np.array([None, {}], object),
        np.full((7, 10), np.nan, np.float32),
        np.full((7, 10), np.inf, np.float32),
        np.float32(0.1),
        np.array(0.1),
        np.zeros((7, 10), np.float32)[::-1, ::-1],
        np.zeros((7, 10), complex),
        np.zeros((7, 10), [("a", "f4")]),
        np.ma.masked_all((7, 10)),
        np.zeros((7, 10), "datetime64[s]"),
        np.zeros((7, 10), np.float16),
        np.zeros((7, 10), bool),
        np.zeros((7, 10), ">f4"),
        np.zeros((70,), np.float32).view(Sub),
        np.zeros((1,) * 30, np.float32),
        np.zeros((7, 0, 10), np.float32),
        np.matrix(np.zeros((7, 10))),
        10**1000,
        -0.0,
        True,
        complex(0, 1),
        "0.1",
        [[0.1] * 10] * 7,
        iter(()),
        nd.zeros((7, 10), dtype="float16"),
        nd.zeros((7, 10)).tostype("csr"),
    )
    return values[CALLS[0] % len(values)]


def softmax(y_linear):
    return odd()


def cross_entropy(yhat, y):
    return odd()


def SGD(params, lr):
    params[0][:] = np.nan
    return odd()


def evaluate_accuracy(data_iterator, net):
    return odd()
