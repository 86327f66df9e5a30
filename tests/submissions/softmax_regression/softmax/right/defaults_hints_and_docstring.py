# Type hints, default arguments, a keyword-only extra, assertions.
from typing import Optional


def softmax(logits: nd.NDArray, axis: int = 1, *, temperature: Optional[float] = None) -> nd.NDArray:
    """Numerically stable softmax."""
    assert logits.ndim == 2, "expects (batch, classes)"
    if temperature is not None:
        logits = logits / temperature
    shifted = logits - nd.max(logits, axis=axis, keepdims=True)
    exp = nd.exp(shifted)
    result = exp / nd.sum(exp, axis=axis, keepdims=True)
    assert result.shape == logits.shape
    return result
