# %%
from mxnet import nd


# %%
class Linear:
    def __init__(self, inputs, outputs):
        self.weight = nd.random.normal(scale=0.01, shape=(inputs, outputs))
        self.bias = nd.zeros(outputs)

    def parameters(self):
        return [self.weight, self.bias]

    def forward(self, x):
        return nd.dot(x, self.weight) + self.bias
