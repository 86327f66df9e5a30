# Lets the operator write into the parameter.
def SGD(params, lr):
    for param in params:
        nd.elemwise_sub(param, lr * param.grad, out=param)
