# Counts example by example in plain Python.
def evaluate_accuracy(data_iterator, net):
    right = seen = 0
    data_iterator.reset()
    for batch in data_iterator:
        rows = net(batch.data[0].as_in_context(ctx).reshape((-1, 784))).asnumpy().tolist()
        digits = batch.label[0].asnumpy().tolist()
        for row, digit in zip(rows, digits):
            if row.index(max(row)) == int(digit):
                right += 1
            seen += 1
    return right / seen
