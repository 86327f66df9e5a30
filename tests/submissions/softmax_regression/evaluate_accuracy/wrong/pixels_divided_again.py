# Divides the pixels once more by 255: right for this net's argmax only by chance.
# expect: at most 2 of 4
# kind: fundamental
# diagnosis: none
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct = total = 0
    for batch in data_iterator:
        guess = net(batch.data[0].as_in_context(ctx).reshape((-1, 784)) / 255).argmax(axis=1)
        correct += int((guess == batch.label[0].as_in_context(ctx)).sum().asscalar())
        total += len(guess)
    return correct / total
