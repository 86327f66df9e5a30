"""the gradient was clipped to [-1, 1]"""


def SGD(params, lr):
    for param in params:
        param[:] = param - lr * nd.clip(param.grad, -1, 1)
