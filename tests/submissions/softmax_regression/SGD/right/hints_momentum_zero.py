# Prepared for momentum and weight decay, both off by default.
from typing import List


def SGD(params: List[nd.NDArray], lr: float, momentum: float = 0.0, *, wd: float = 0.0) -> None:
    assert 0 <= momentum < 1
    for param in params:
        velocity = lr * (param.grad + wd * param)
        param[:] = param - velocity
