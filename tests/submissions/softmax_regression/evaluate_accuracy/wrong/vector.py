# The last batch's hits, one a prediction.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: one value a prediction
# also: more than one number
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    for batch in data_iterator:
        guess = net(batch.data[0].as_in_context(ctx).reshape((-1, 784))).argmax(axis=1)
        hits = guess == batch.label[0].as_in_context(ctx)
    return hits
