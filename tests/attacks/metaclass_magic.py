# Names its types by a metaclass that says another name each time, none of them fit to print.
# Mode: own
# Expects: raised, wrong
class Magic(type):
    def __getattribute__(cls, name):
        if name in ("__name__", "__qualname__", "__module__"):
            return "<script>\x1b[2J\u202e" * 1000
        return type.__getattribute__(cls, name)

    def __instancecheck__(cls, other):
        return True

    def __eq__(cls, other):
        return True

    def __hash__(cls):
        return 0


class Named(metaclass=Magic):
    __class__ = nd.NDArray


Named.__qualname__ = "NDArray</td><script>alert(1)</script>\x1b[31m\n=1+1"


def softmax(y_linear):
    return Named()


cross_entropy = softmax


def SGD(params, lr):
    return Named()


def evaluate_accuracy(data_iterator, net):
    return Named()
