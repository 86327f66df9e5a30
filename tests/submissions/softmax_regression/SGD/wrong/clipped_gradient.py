# Clips the gradient to [-1, 1].
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: gradient was clipped
def SGD(params, lr):
    for param in params:
        param[:] = param - lr * nd.clip(param.grad, -1, 1)
