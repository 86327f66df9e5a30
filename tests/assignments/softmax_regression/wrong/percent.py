# told: a percentage: return a fraction between 0 and 1
def evaluate_accuracy(data_iterator, net):
    hits, n = 0, 0
    data_iterator.reset()
    for batch in data_iterator:
        guess = net(batch.data[0].as_in_context(ctx)).argmax(axis=1)
        hits += (guess == batch.label[0].as_in_context(ctx)).asnumpy().sum()
        n += len(guess)
    return hits / n * 100
