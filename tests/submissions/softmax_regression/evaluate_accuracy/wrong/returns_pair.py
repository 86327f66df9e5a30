# Returns hits and total.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: a tuple
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct = total = 0
    for batch in data_iterator:
        guess = net(batch.data[0].as_in_context(ctx).reshape((-1, 784))).argmax(axis=1)
        correct += int((guess == batch.label[0].as_in_context(ctx)).sum().asscalar())
        total += len(guess)
    return correct, total
