# Hints, a default argument, checks of shapes; passes arguments on by name.
def cross_entropy(yhat: nd.NDArray, y: nd.NDArray, axis: int = -1, *, guard: float = 0.0) -> nd.NDArray:
    assert yhat.shape == y.shape, (yhat.shape, y.shape)
    log_likelihood = nd.sum(data=y * nd.log(data=yhat + guard), axis=axis)
    return 0 - log_likelihood
