# one_hot with ten classes against the net's outputs.
# expect: at most 3.5 of 4
# expect: takes_any_net raised
# kind: partial
# diagnosis: shapes do not fit
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct = total = 0
    for batch in data_iterator:
        output = net(batch.data[0].as_in_context(ctx).reshape((-1, 784)))
        label = nd.one_hot(batch.label[0].as_in_context(ctx), 10)
        top = output == output.max(axis=1, keepdims=True)
        correct += nd.sum(top * label).asscalar()
        total += output.shape[0]
    return correct / total
