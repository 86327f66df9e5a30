# Casts to int.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: whole numbers
def SGD(params, lr):
    for param in params:
        param[:] = (param - lr * param.grad).astype("int32")
