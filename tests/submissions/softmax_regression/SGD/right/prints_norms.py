# Watches the norms of the gradients.
def SGD(params, lr):
    for i, p in enumerate(params):
        print(i, "norm of the gradient", p.grad.norm().asscalar())
        p[:] = nd.subtract(p, nd.multiply(p.grad, lr))
