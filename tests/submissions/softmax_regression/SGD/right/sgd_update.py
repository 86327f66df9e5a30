# MXNet's fused operator: allowed, with a note.
def SGD(params, lr):
    for param in params:
        nd.sgd_update(param, param.grad, lr=lr, wd=0, out=param)
