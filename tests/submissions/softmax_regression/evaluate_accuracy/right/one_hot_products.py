# One-hot labels times one-hot predictions, summed; as many classes as the net has.
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct = 0
    total = 0
    for batch in data_iterator:
        output = net(batch.data[0].as_in_context(ctx).reshape((-1, 784)))
        k = output.shape[1]
        label = nd.one_hot(batch.label[0].as_in_context(ctx), k)
        guess = nd.one_hot(nd.argmax(output, axis=1), k)
        correct += nd.sum(label * guess).asscalar()
        total += output.shape[0]
    return correct / total
