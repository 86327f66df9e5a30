# Rewrites the parts of MXNet that the worker builds its calls of: arrays, recording, iterators, one-hot.
# Mode: import
# Expects: wrong, raised, crashed
def attack():
    nd.array = mx.nd.array = lambda *a, **k: nd.zeros((1,))
    nd.one_hot = lambda *a, **k: nd.zeros((1, 10))
    nd.dot = lambda a, b, **k: nd.zeros((a.shape[0], 10))
    mx.io.NDArrayIter = lambda *a, **k: iter(())
    nd.NDArray.backward = lambda *a, **k: None
    nd.NDArray.grad = property(lambda self: nd.zeros(self.shape))
