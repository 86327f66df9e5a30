# Divides by the notebook's batch size, as a later lesson does.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: one and the same factor
def SGD(params, lr):
    for param in params:
        param[:] = param - lr * param.grad / batch_size
