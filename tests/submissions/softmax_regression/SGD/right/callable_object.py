# An optimizer object without state.
class Optimizer:
    def __call__(self, params, lr):
        for param in params:
            self.step(param, lr)

    @staticmethod
    def step(param, lr):
        param[:] = param - lr * param.grad


SGD = Optimizer()
