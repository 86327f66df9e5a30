All four, but the cell of cross_entropy has a bracket too few: Python cannot read it.

# %% softmax-solution
def softmax(y_linear):
    exp = nd.exp(y_linear - nd.max(y_linear, axis=1, keepdims=True))
    partition = nd.sum(exp, axis=1, keepdims=True)
    return exp / partition

# %% cross_entropy-solution
def cross_entropy(yhat, y):
    """Return the loss of each example."""
    return -nd.sum(y * nd.log(nd.maximum(yhat, 1e-20)), axis=1

# %% SGD-solution
def SGD(params, lr):
    for param in params:
        param[:] = param - lr * param.grad

# %% evaluate_accuracy-solution
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct = total = 0
    for batch in data_iterator:
        data = batch.data[0].as_in_context(ctx).reshape((-1, 784))
        label = batch.label[0].as_in_context(ctx)
        n = len(label) - batch.pad
        correct += nd.sum(nd.argmax(net(data), axis=1)[:n] == label[:n]).asscalar()
        total += n
    return correct / total
