The lesson itself, typed along while reading: a notebook of its own, which knows nothing of this course.

# %% free-standing

# %% [markdown]
# Softmax regression, following the lesson

My notes. Everything is run from top to bottom.

# %%
from __future__ import print_function
import mxnet as mx
from mxnet import nd, autograd
import numpy as np

# %%
ctx = mx.cpu()

# %% [markdown]
## Data

# %%
mnist = mx.test_utils.get_mnist()

# %%
image = mnist["train_data"][0]
print(image.shape)
label = mnist["train_label"][0]
print(label)

# %%
import matplotlib.pyplot as plt
im = np.tile(image.transpose(1, 2, 0), (1, 1, 3))
plt.imshow(im)
plt.show()

# %%
batch_size = 64
train_data = mx.io.NDArrayIter(mnist["train_data"], mnist["train_label"], batch_size, shuffle=True)
test_data = mx.io.NDArrayIter(mnist["test_data"], mnist["test_label"], batch_size, shuffle=True)

# %% [markdown]
## Parameters

# %%
W = nd.random_normal(shape=(784, 10))
b = nd.random_normal(shape=10)
params = [W, b]

# %%
for param in params:
    param.attach_grad()

# %% [markdown]
## Softmax and the model

# %%
def softmax(y_linear):
    exp = nd.exp(y_linear - nd.max(y_linear))
    partition = nd.sum(exp, axis=0, exclude=True).reshape((-1, 1))
    return exp / partition

# %%
sample_y_linear = nd.random_normal(shape=(2, 10))
sample_yhat = softmax(sample_y_linear)
print(sample_yhat)
print(nd.sum(sample_yhat, axis=1))

# %%
def net(X):
    y_linear = nd.dot(X, W) + b
    yhat = softmax(y_linear)
    return yhat

# %% [markdown]
## Loss and optimizer

# %%
def cross_entropy(yhat, y):
    return - nd.sum(y * nd.log(yhat), axis=0, exclude=True)

# %%
def SGD(params, lr):
    for param in params:
        param[:] = param - lr * param.grad

# %% [markdown]
## Accuracy

# %%
def evaluate_accuracy(data_iterator, net):
    numerator = 0.
    denominator = 0.
    data_iterator.reset()
    for i, batch in enumerate(data_iterator):
        data = batch.data[0].as_in_context(ctx).reshape((-1, 784))
        label = batch.label[0].as_in_context(ctx)
        label_one_hot = nd.one_hot(label, 10)
        output = net(data)
        predictions = nd.argmax(output, axis=1)
        numerator += nd.sum(predictions == label)
        denominator += data.shape[0]
    return (numerator / denominator).asscalar()

# %%
evaluate_accuracy(test_data, net)

# %% [markdown]
## Training, ten epochs: about a minute on my laptop

# %%
epochs = 10
moving_loss = 0.

for e in range(epochs):
    train_data.reset()
    for i, batch in enumerate(train_data):
        data = batch.data[0].as_in_context(ctx).reshape((-1, 784))
        label = batch.label[0].as_in_context(ctx)
        label_one_hot = nd.one_hot(label, 10)
        with autograd.record():
            output = net(data)
            loss = cross_entropy(output, label_one_hot)
        loss.backward()
        SGD(params, .001)

        # keep a moving average of the losses
        if i == 0:
            moving_loss = nd.mean(loss).asscalar()
        else:
            moving_loss = .99 * moving_loss + .01 * nd.mean(loss).asscalar()

    test_accuracy = evaluate_accuracy(test_data, net)
    train_accuracy = evaluate_accuracy(train_data, net)
    print("Epoch %s. Loss: %s, Train_acc %s, Test_acc %s" % (e, moving_loss, train_accuracy, test_accuracy))
