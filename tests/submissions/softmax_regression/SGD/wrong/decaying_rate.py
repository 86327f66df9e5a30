# The learning rate decays from call to call.
# expect: at most 2 of 4
# also: the steps shrink
# kind: fundamental
# diagnosis: one and the same factor
# also: earlier
# also: right to within a percent
calls = 0


def SGD(params, lr):
    global calls
    for param in params:
        param[:] = param - lr / (1 + 0.1 * calls) * param.grad
    calls += 1
