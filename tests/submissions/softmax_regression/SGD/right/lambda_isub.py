# One expression, with the in-place operator by name.
SGD = lambda params, lr: [p.__isub__(lr * p.grad) for p in params]
