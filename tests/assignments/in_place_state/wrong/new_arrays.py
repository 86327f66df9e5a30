# told: the velocities are not changed in place
def SGD_momentum(params, velocities, lr, momentum):
    for p, v in zip(params, velocities):
        v = momentum * v + lr * p.grad
        p[:] -= v
