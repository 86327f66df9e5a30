# Starts the iterator anew whenever it ends.
# expect: exactly 0 of 4
# expect: counts_right_predictions timeout
# kind: fundamental
# diagnosis: never ends
def evaluate_accuracy(data_iterator, net):
    correct = total = 0
    while total >= 0:
        data_iterator.reset()
        for batch in data_iterator:
            guess = net(batch.data[0].as_in_context(ctx).reshape((-1, 784))).argmax(axis=1)
            correct += int((guess == batch.label[0].as_in_context(ctx)).sum().asscalar())
            total += len(guess)
    return correct / total
