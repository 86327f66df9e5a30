# (net, data_iterator).
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: order of the arguments
def evaluate_accuracy(net, data_iterator):
    data_iterator.reset()
    correct = total = 0
    for batch in data_iterator:
        guess = net(batch.data[0].as_in_context(ctx).reshape((-1, 784))).argmax(axis=1)
        correct += int((guess == batch.label[0].as_in_context(ctx)).sum().asscalar())
        total += len(guess)
    return correct / total
