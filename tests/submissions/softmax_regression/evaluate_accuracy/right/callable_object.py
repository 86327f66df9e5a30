# An object that counts, made anew in each call of a wrapper.
class Counter:
    def __init__(self):
        self.right = self.all = 0

    def add(self, predicted, actual):
        self.right += int((predicted == actual).sum())
        self.all += len(actual)

    @property
    def share(self):
        return self.right / self.all


def evaluate_accuracy(data_iterator, net):
    counter = Counter()
    data_iterator.reset()
    for batch in data_iterator:
        predicted = net(batch.data[0].as_in_context(ctx).reshape((-1, 784))).asnumpy().argmax(1)
        counter.add(predicted, batch.label[0].asnumpy().astype(int))
    return counter.share
