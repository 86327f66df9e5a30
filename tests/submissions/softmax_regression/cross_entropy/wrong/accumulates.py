# Adds to a running total.
# expect: at most 2 of 4
# expect: cross_entropy_forgets_earlier_calls wrong
# kind: fundamental
# diagnosis: one and the same number was added
# also: earlier call
# also: too large: it hides
running = 0.0


def cross_entropy(yhat, y):
    global running
    loss = -nd.sum(y * nd.log(yhat), axis=1) + running
    running += 0.5
    return loss
