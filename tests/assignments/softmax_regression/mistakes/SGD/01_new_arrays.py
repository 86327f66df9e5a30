"""the arrays are as they were before the call: assigning to a name or into the list makes a new array, and a
gradient that was set to zero moves nothing
"""


def SGD(params, lr):
    for param in params:
        param = param - lr * param.grad
