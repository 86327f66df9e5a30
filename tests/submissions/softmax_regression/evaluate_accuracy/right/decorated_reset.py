# A decorator that resets.
import functools


def fresh(function):
    @functools.wraps(function)
    def wrapper(iterator, *args, **kwargs):
        iterator.reset()
        return function(iterator, *args, **kwargs)

    return wrapper


@fresh
def evaluate_accuracy(data_iterator, net):
    outcomes = []
    for batch in data_iterator:
        output = net(batch.data[0].as_in_context(ctx).reshape((-1, 784)))
        outcomes += (output.argmax(axis=1) == batch.label[0].as_in_context(ctx)).asnumpy().tolist()
    return np.mean(outcomes)
