# %%
# %%
def SGD_momentum(params, velocities, lr, momentum):
    for param, velocity in zip(params, velocities):
        velocity[:] = momentum * velocity + lr * param.grad
        param[:] = param - velocity
