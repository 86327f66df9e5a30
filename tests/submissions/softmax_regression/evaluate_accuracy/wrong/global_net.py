# Uses the notebook's net instead of its argument.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: none
# also: zero came out
# also: shapes do not fit
def evaluate_accuracy(data_iterator, model):
    data_iterator.reset()
    correct = total = 0
    for batch in data_iterator:
        guess = net(batch.data[0].as_in_context(W.context).reshape((-1, 784))).argmax(axis=1)
        correct += int((guess.asnumpy() == batch.label[0].asnumpy()).sum())
        total += len(guess)
    return correct / total
