# told: stepped up the gradient instead of down
def SGD(params, lr):
    for p in params:
        p += lr * p.grad
