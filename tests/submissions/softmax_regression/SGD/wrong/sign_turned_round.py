# Subtracts the parameter from the step.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: wrong way round
def SGD(params, lr):
    for param in params:
        param[:] = lr * param.grad - param
