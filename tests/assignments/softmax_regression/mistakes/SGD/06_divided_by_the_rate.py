"""the step was divided by the learning rate"""


def SGD(params, lr):
    for param in params:
        param[:] = param - param.grad / lr
