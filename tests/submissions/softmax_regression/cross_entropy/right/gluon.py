# Found gluon's loss and its switches: allowed, with a note.
from mxnet import gluon

loss_function = gluon.loss.SoftmaxCrossEntropyLoss(from_logits=True, sparse_label=False)


def cross_entropy(yhat, y):
    return loss_function(nd.log(yhat), y)
