# The mean probability of the right class.
# expect: at most 1.25 of 4
# kind: fundamental
# diagnosis: mean probability
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    sure = total = 0.0
    for batch in data_iterator:
        output = net(batch.data[0].as_in_context(ctx).reshape((-1, 784)))
        sure += nd.pick(output, batch.label[0].as_in_context(ctx)).sum().asscalar()
        total += output.shape[0]
    return sure / total
