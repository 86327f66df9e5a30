"""counted a label that is among the two most probable classes"""

each = {"padding": [False, True]}


def evaluate_accuracy(data_iterator, net):
    right = total = 0
    data_iterator.reset()
    for batch in data_iterator:
        scores, labels = net(batch.data[0].as_in_context(ctx)), batch.label[0].as_in_context(ctx)
        own = nd.pick(scores, labels, axis=1).reshape((-1, 1))
        real = len(labels) - (0 if padding else batch.pad)
        hits = nd.sum(scores > own, axis=1)[:real] <= 1
        right += float(nd.sum(hits).asscalar())
        total += real
    return right / total
