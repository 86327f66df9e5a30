# MXNet's optimizer, made anew for each step: allowed, with a note.
def SGD(params, lr):
    optimizer = mx.optimizer.SGD(learning_rate=lr)
    for i, param in enumerate(params):
        optimizer.update(i, param, param.grad, optimizer.create_state(i, param))
