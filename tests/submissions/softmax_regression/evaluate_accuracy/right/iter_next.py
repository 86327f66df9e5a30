# The iterator's older interface: iter_next, getdata, getlabel, getpad.
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct = total = 0
    while data_iterator.iter_next():
        data = data_iterator.getdata()[0].as_in_context(ctx).reshape((-1, 784))
        label = data_iterator.getlabel()[0].asnumpy()
        real = data.shape[0] - data_iterator.getpad()
        guess = net(data).argmax(axis=1).asnumpy()
        correct += int((guess[:real] == label[:real]).sum())
        total += real
    return correct / total
