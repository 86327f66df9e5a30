# A submission in which every function is right. `autograder.author.corpus` puts one entry at a time into it.

# %%
import mxnet as mx
import numpy as np
from mxnet import autograd, nd

mx.random.seed(1)
ctx = mx.cpu()

# %% [markdown]
# ## Softmax

# %%
def softmax(y_linear):
    exp = nd.exp(y_linear - nd.max(y_linear, axis=1, keepdims=True))
    return exp / nd.sum(exp, axis=1, keepdims=True)

# %% [markdown]
# ## Cross-entropy

# %%
def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(yhat), axis=1)

# %% [markdown]
# ## Gradient descent

# %%
def SGD(params, lr):
    for param in params:
        param[:] = param - lr * param.grad

# %% [markdown]
# ## Accuracy

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

# %% [markdown]
# ## Training: names that a function may reach for by mistake

# %%
batch_size = 64
num_inputs, num_outputs = 784, 10
lr = 0.01
W = nd.random_normal(shape=(num_inputs, num_outputs), ctx=ctx) * 0.01
b = nd.zeros(num_outputs, ctx=ctx)
params = [W, b]
for param in params:
    param.attach_grad()


def net(X):
    return softmax(nd.dot(X, W) + b)
