# Returns an object that says it is equal to, close to and smaller than everything.
# Mode: own
# Expects: wrong, raised
class Everything:
    __array_priority__ = 1e9
    __array_ufunc__ = None
    shape, dtype, size, ndim, nbytes = (7, 10), np.dtype("float32"), 70, 2, 280
    context = mx.cpu()

    def __eq__(self, other):
        return True

    __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __eq__

    def __hash__(self):
        return 0

    def __abs__(self):
        return 0

    __float__ = __int__ = __index__ = __len__ = __abs__

    def __getattr__(self, name):
        return lambda *a, **k: self

    def __sub__(self, other):
        return 0

    __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __sub__


def softmax(y_linear):
    return Everything()


cross_entropy = evaluate_accuracy = softmax


def SGD(params, lr):
    params[:] = [Everything() for _ in params]
    return Everything()
