"""the mean probability of the labels instead of the share of right predictions"""

each = {"padding": [False, True]}


def evaluate_accuracy(data_iterator, net):
    right = total = 0
    data_iterator.reset()
    for batch in data_iterator:
        scores, labels = net(batch.data[0].as_in_context(ctx)), batch.label[0].as_in_context(ctx)
        real = len(labels) - (0 if padding else batch.pad)
        right += float(nd.sum(nd.pick(scores, labels, axis=1)[:real]).asscalar())
        total += real
    return right / total
