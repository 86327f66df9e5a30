Right, in the manner of the reference; run from top to bottom, outputs left in.

# %% softmax-solution
def softmax(y_linear):
    """Turn scores into probabilities, row by row.

    y_linear: NDArray (batch, classes), any real numbers.
    Returns an NDArray of the same shape whose rows are positive and sum to 1.
    """
    shifted = y_linear - nd.max(y_linear, axis=1, keepdims=True)
    exp = nd.exp(shifted)
    return exp / nd.sum(exp, axis=1, keepdims=True)

# %% output softmax-demo
# [[0.125  0.25   0.625 ]
#  [0.3333 0.3333 0.3333]]
# sums of the rows: [1. 1.]

# %% new after softmax-demo
# my own test: adding a constant must not change anything
a = nd.random_normal(shape=(3, 4))
print(softmax(a) - softmax(a + 5))

# %% cross_entropy-solution
def cross_entropy(yhat, y):
    """Return the loss of each example.

    yhat: NDArray (batch, classes) of probabilities; y: NDArray (batch, classes), one-hot labels.
    Returns an NDArray (batch,).
    """
    return -nd.sum(y * nd.log(yhat + 1e-12), axis=1)

# %% output cross_entropy-demo
# [0.6931 0.2231 0.    ]

# %% SGD-solution
def SGD(params, lr):
    """Take one step of gradient descent: change every array of `params` in place.

    params: list of NDArrays, each with its gradient in `.grad`; lr: the learning rate, a float.
    """
    for param in params:
        param[:] = param - lr * param.grad

# %% output SGD-demo
# [ 0.8 -1.6  2.4]

# %% evaluate_accuracy-solution
def evaluate_accuracy(data_iterator, net):
    """Return the fraction of examples that `net` classifies correctly.

    data_iterator: yields batches of images (batch, 1, 28, 28) and labels (batch,).
    net: callable from images (batch, 784) to probabilities (batch, classes).
    """
    correct = 0
    total = 0
    data_iterator.reset()
    for batch in data_iterator:
        X = batch.data[0].as_in_context(ctx).reshape((-1, 784))
        y = batch.label[0].as_in_context(ctx)
        n = X.shape[0] - batch.pad
        guess = nd.argmax(net(X), axis=1)
        correct += nd.sum(guess[:n] == y[:n]).asscalar()
        total += n
    return correct / total

# %% output evaluate_accuracy-demo
# first call:  0.8
# second call: 0.8
