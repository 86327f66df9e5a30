# Flattens a whole batch into one row.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: shapes do not fit
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct = total = 0
    for batch in data_iterator:
        guess = net(batch.data[0].as_in_context(ctx).reshape((1, -1))).argmax(axis=1)
        correct += int((guess == batch.label[0].as_in_context(ctx)).sum().asscalar())
        total += len(guess)
    return correct / total
