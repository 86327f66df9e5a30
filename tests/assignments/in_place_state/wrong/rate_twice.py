# told: the learning rate is applied to the whole velocity
def SGD_momentum(params, velocities, lr, momentum):
    for p, v in zip(params, velocities):
        v[:] = momentum * v + p.grad
        p[:] = p - lr * v
