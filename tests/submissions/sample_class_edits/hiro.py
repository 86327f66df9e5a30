All four, but SGD assigns to the loop's name, which makes new arrays and leaves the parameters alone.

# %% softmax-solution
def softmax(y_linear):
    exp = nd.exp(y_linear - nd.max(y_linear, axis=1, keepdims=True))
    return exp / nd.sum(exp, axis=1, keepdims=True)

# %% cross_entropy-solution
def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(yhat), axis=1)

# %% SGD-solution
def SGD(params, lr):
    for param in params:
        param = param - lr * param.grad

# %% output SGD-demo
# [ 1. -2.  3.]

# %% evaluate_accuracy-solution
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct, total = 0, 0
    for batch in data_iterator:
        data = batch.data[0].as_in_context(ctx).reshape((-1, 784))
        label = batch.label[0].as_in_context(ctx)
        predictions = nd.argmax(net(data), axis=1)
        for i in range(len(label) - batch.pad):
            correct += int(predictions[i].asscalar() == label[i].asscalar())
            total += 1
    return correct / total

# %% new after training-loop
print(W.mean(), W.asnumpy().std())  # why does it not learn??
