# A batch counts only where everything in it is right.
# expect: at most 1.5 of 4
# kind: fundamental
# diagnosis: zero came out
# also: a whole batch
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct = total = 0
    for batch in data_iterator:
        guess = net(batch.data[0].as_in_context(ctx).reshape((-1, 784))).asnumpy().argmax(axis=1)
        if (guess == batch.label[0].asnumpy()).all():
            correct += len(guess)
        total += len(guess)
    return correct / total
