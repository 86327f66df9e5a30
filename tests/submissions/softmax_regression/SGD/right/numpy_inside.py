# Computes the step with NumPy, which is fine here: nothing is differentiated.
def SGD(params, lr):
    for param in params:
        param[:] = param.asnumpy() - lr * param.grad.asnumpy()
