# Unpacks W and b.
# expect: at most 1.75 of 4
# expect: steps_down_the_gradient raised
# kind: fundamental
# diagnosis: another number of items
def SGD(params, lr):
    W, b = params
    W[:] = W - lr * W.grad
    b[:] = b - lr * b.grad
