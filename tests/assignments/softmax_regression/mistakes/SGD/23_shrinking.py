"""the steps shrink from call to call: every call takes the learning rate that it is given"""

each = {"factor": [0.5, 0.9, 0.95, 0.99, 0.999, 0.9090909090909091, 0.9900990099009901, 0.7071067811865476]}

calls = []


def SGD(params, lr):
    for param in params:
        param[:] = param - lr * factor ** len(calls) * param.grad
    calls.append(1)
