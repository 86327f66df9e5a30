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


KEPT = []


def lie(array):
    KEPT.extend((array, Lying(array.handle)))  # both for ever: each would free the same memory
    return KEPT[-1]


def softmax(y_linear):
    return lie(y_linear * 0)


def cross_entropy(yhat, y):
    return lie(nd.sum(yhat * 0, axis=1))


def SGD(params, lr):
    params[:] = [lie(param) for param in params]


def evaluate_accuracy(data_iterator, net):
    return lie(nd.zeros((1,)))
