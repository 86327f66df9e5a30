# Type hints, labels as whole numbers, a running account on the screen.
from typing import Callable


def evaluate_accuracy(data_iterator: mx.io.DataIter, net: Callable[[nd.NDArray], nd.NDArray]) -> float:
    data_iterator.reset()
    right: int = 0
    total: int = 0
    for number, batch in enumerate(data_iterator):
        images = batch.data[0].as_in_context(ctx).reshape((-1, 784))
        digits = batch.label[0].as_in_context(ctx).astype("int32")
        right += int((nd.argmax(net(images), axis=1).astype("int32") == digits).sum().asscalar())
        total += images.shape[0]
        print(f"batch {number}: {right} of {total}")
    return right / total
