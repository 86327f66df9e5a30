# -= on an NDArray works in place.
def SGD(params, lr):
    for p in params:
        p -= lr * p.grad
