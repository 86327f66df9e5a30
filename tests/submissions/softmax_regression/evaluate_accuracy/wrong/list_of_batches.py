# A list of the batches' accuracies.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: a list
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    result = []
    for batch in data_iterator:
        guess = net(batch.data[0].as_in_context(ctx).reshape((-1, 784))).argmax(axis=1)
        result.append(float((guess == batch.label[0].as_in_context(ctx)).mean().asscalar()))
    return result
