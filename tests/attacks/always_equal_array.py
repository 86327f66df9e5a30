# Returns a subclass of NDArray whose asnumpy() gives a subclass of ndarray that is equal to everything.
# Mode: own
# Expects: wrong, raised
class Equal(np.ndarray):
    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return np.ones(1, bool)

    def __eq__(self, other):
        return True

    def __array_finalize__(self, source):
        pass


class Lying(nd.NDArray):
    def asnumpy(self):
        return np.zeros(self.shape, np.float32).view(Equal)


def lie(array):
    array.__class__ = Lying
    return array


def softmax(y_linear):
    return lie(nd.zeros(y_linear.shape))


def cross_entropy(yhat, y):
    return lie(nd.zeros((yhat.shape[0],)))


def SGD(params, lr):
    for param in params:
        lie(param)


def evaluate_accuracy(data_iterator, net):
    return lie(nd.zeros((1,)))
