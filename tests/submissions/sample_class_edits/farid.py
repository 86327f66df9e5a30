All four, but softmax as in the formula: nothing is subtracted before exp.

# %% softmax-solution
def softmax(y_linear):
    """Turn scores into probabilities, row by row."""
    exp = nd.exp(y_linear)
    return exp / exp.sum(axis=1, keepdims=True)

# %% output softmax-demo
# [[0.125 0.25  0.625]
#  [  nan   nan   nan]]
# sums of the rows: [ 1. nan]

# %% cross_entropy-solution
def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(yhat + 1e-10), axis=1)

# %% SGD-solution
def SGD(params, lr):
    for p in params:
        p -= lr * p.grad

# %% evaluate_accuracy-solution
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    acc, n = 0.0, 0
    for batch in data_iterator:
        data = batch.data[0].as_in_context(ctx).reshape((-1, 784))
        label = batch.label[0].as_in_context(ctx)
        k = data.shape[0] - batch.pad
        acc += (net(data).argmax(axis=1)[:k] == label[:k]).sum().asscalar()
        n += k
    return acc / n
