# learning_rate is the notebook's, the argument is lr.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: a name that has no value
def SGD(params, lr):
    for param in params:
        param[:] = param - learning_rate * param.grad
