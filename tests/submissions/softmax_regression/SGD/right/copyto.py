# Computes a new array and copies it into the old one.
def SGD(params, lr):
    for param in params:
        stepped = param - lr * param.grad
        stepped.copyto(param)
