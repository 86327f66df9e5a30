"""compared each prediction with every label of the batch: two shapes were broadcast"""

each = {"by_pairs": [False, True]}


def evaluate_accuracy(data_iterator, net):
    right = total = 0
    data_iterator.reset()
    for batch in data_iterator:
        scores, labels = net(batch.data[0].as_in_context(ctx)), batch.label[0].as_in_context(ctx)
        pairs = nd.argmax(scores, axis=1).reshape((-1, 1)) == labels.reshape((1, -1))
        right += float(nd.sum(pairs).asscalar())
        total += pairs.size if by_pairs else len(labels)
    return right / total
