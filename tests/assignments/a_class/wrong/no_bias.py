# told: the bias is missing
class Linear:
    def __init__(self, inputs, outputs):
        self.w, self.b = nd.random.normal(scale=0.01, shape=(inputs, outputs)), nd.zeros(outputs)

    def parameters(self):
        return [self.w, self.b]

    def forward(self, x):
        return nd.dot(x, self.w)
