# Moves everything to cpu(0), whatever ctx says.
# expect: exactly 3.5 of 4
# kind: partial
# diagnosis: two devices
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct = total = 0
    for batch in data_iterator:
        guess = net(batch.data[0].as_in_context(mx.cpu(0)).reshape((-1, 784))).argmax(axis=1)
        correct += int((guess.asnumpy() == batch.label[0].asnumpy()).sum())
        total += len(guess)
    return correct / total
