# told: the gradient was clipped to [-1, 1]
def SGD(params, lr):
    for p in params:
        p -= lr * p.grad.clip(-1, 1)
