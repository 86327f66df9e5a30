"""the bias is missing"""


class Linear:
    def __init__(self, inputs, outputs):
        self.weight, self.bias = nd.random.normal(scale=0.01, shape=(inputs, outputs)), nd.zeros(outputs)

    def parameters(self):
        return [self.weight, self.bias]

    def forward(self, x):
        return nd.dot(x, self.weight)
