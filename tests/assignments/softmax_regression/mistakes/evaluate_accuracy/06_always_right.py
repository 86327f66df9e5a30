"""every prediction counted as right: what is compared with what?"""


def evaluate_accuracy(data_iterator, net):
    right = total = 0
    data_iterator.reset()
    for batch in data_iterator:
        scores, labels = net(batch.data[0].as_in_context(ctx)), batch.label[0].as_in_context(ctx)
        right += len(labels)
        total += len(scores)
    return right / total
