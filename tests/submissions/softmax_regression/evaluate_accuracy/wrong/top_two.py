# Right if among the best two.
# expect: at most 1.5 of 4
# kind: fundamental
# diagnosis: among the two most probable
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct = total = 0
    for batch in data_iterator:
        output = net(batch.data[0].as_in_context(ctx).reshape((-1, 784)))
        best = nd.topk(output, axis=1, k=2)
        label = batch.label[0].as_in_context(ctx).reshape((-1, 1))
        correct += nd.sum(nd.broadcast_equal(best, label)).asscalar()
        total += output.shape[0]
    return correct / total
