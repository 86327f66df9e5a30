# Cuts the padding off data and labels before anything else, where there is any.
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct = total = 0
    for batch in data_iterator:
        data, label = batch.data[0].as_in_context(ctx), batch.label[0].as_in_context(ctx)
        if batch.pad:
            data, label = data[:-batch.pad], label[:-batch.pad]
        correct += (net(data.reshape((-1, 784))).argmax(axis=1) == label).sum().asscalar()
        total += label.shape[0]
    return correct / total
