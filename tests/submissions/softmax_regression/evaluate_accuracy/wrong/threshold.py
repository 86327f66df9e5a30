# Counts a prediction as right only where its probability is above one half.
# expect: exactly 3.5 of 4
# kind: partial
# diagnosis: above one half
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct = total = 0
    for batch in data_iterator:
        output = net(batch.data[0].as_in_context(ctx).reshape((-1, 784)))
        label = batch.label[0].as_in_context(ctx)
        correct += nd.sum(nd.pick(output, label) > 0.5).asscalar()
        total += output.shape[0]
    return correct / total
