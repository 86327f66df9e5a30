# [:-pad] is empty where nothing was padded.
# expect: at most 2 of 4
# kind: fundamental
# diagnosis: an empty slice
# also: no batch was left
# also: not a number
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct = total = 0
    for batch in data_iterator:
        guess = net(batch.data[0].as_in_context(ctx).reshape((-1, 784))).asnumpy().argmax(axis=1)
        hits = (guess == batch.label[0].asnumpy())[: -batch.pad]
        correct += hits.sum()
        total += len(hits)
    return correct / total
