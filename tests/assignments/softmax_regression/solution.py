# %%
import mxnet as mx
from mxnet import nd

ctx = mx.cpu()


# %%
def softmax(y_linear):
    exp = nd.exp(y_linear - nd.max(y_linear, axis=1, keepdims=True))
    return exp / nd.sum(exp, axis=1, keepdims=True)


# %%
def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(yhat), axis=1)


# %%
def SGD(params, lr):
    for param in params:
        param[:] = param - lr * param.grad


# %%
def evaluate_accuracy(data_iterator, net):
    correct = total = 0
    data_iterator.reset()
    for batch in data_iterator:
        data = batch.data[0].as_in_context(ctx).reshape((-1, 784))
        label = batch.label[0].as_in_context(ctx)
        real = data.shape[0] - (batch.pad or 0)
        predictions = nd.argmax(net(data), axis=1)
        correct += int(nd.sum(predictions[:real] == label[:real]).asscalar())
        total += real
    return correct / total
