# Updates W and b by name.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: has no gradient
def SGD(params, lr):
    W[:] = W - lr * W.grad
    b[:] = b - lr * b.grad
