# A comprehension for its effect.
def SGD(params, lr):
    [param.__setitem__(slice(None), param - lr * param.grad) for param in params]
