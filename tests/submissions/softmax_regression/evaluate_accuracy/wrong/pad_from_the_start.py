# Cuts the padding off the wrong end.
# expect: exactly 3.25 of 4
# expect: takes_any_batch_size wrong
# kind: partial
# diagnosis: wrong end
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct = total = 0
    for batch in data_iterator:
        guess = net(batch.data[0].as_in_context(ctx).reshape((-1, 784))).asnumpy().argmax(axis=1)
        hits = (guess == batch.label[0].asnumpy())[batch.pad :]
        correct += int(hits.sum())
        total += len(hits)
    return correct / total
