# Collects all outputs and labels first, and compares once.
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    outputs, labels = [], []
    for batch in data_iterator:
        outputs.append(net(batch.data[0].as_in_context(ctx).reshape((-1, 784))))
        labels.append(batch.label[0].as_in_context(ctx))
    outputs, labels = nd.concat(*outputs, dim=0), nd.concat(*labels, dim=0)
    return nd.mean(nd.argmax(outputs, axis=1) == labels).asscalar()
