"""the step does not depend on the gradient: the learning rate alone was subtracted"""


def SGD(params, lr):
    for param in params:
        param[:] = param - lr
