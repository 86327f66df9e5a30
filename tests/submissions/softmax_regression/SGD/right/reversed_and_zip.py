# Backwards, with the gradients collected first.
def SGD(params, lr):
    grads = [p.grad for p in params]
    for p, g in reversed(list(zip(params, grads))):
        p[:] = p - g * lr
