"""the padding was cut off at the wrong end: it stands at the end of the batch"""


def evaluate_accuracy(data_iterator, net):
    right = total = 0
    data_iterator.reset()
    for batch in data_iterator:
        scores, labels = net(batch.data[0].as_in_context(ctx)), batch.label[0].as_in_context(ctx)
        hits = nd.argmax(scores, axis=1)[batch.pad :] == labels[batch.pad :]
        right += float(nd.sum(hits).asscalar())
        total += len(hits)
    return right / total
