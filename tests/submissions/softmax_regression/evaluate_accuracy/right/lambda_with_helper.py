# A helper that returns pairs, and a lambda that divides.
def tally(data_iterator, net):
    data_iterator.reset()
    pairs = [
        ((net(b.data[0].as_in_context(ctx).reshape((-1, 784))).argmax(axis=1) == b.label[0].as_in_context(ctx)).sum(), len(b.label[0]))
        for b in data_iterator
    ]
    return pairs


evaluate_accuracy = lambda data_iterator, net: sum(r.asscalar() for r, _ in tally(data_iterator, net)) / sum(n for _, n in tally(data_iterator, net))
